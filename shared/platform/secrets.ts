import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type Clock, systemClock } from '../core/clock.ts';

/** Secrets by full name. Values are text; what it means is the caller's business. */
export interface SecretStore {
  /** Undefined when there is none. */
  read(name: string): Promise<string | undefined>;
  /** Creates or replaces. Returns after the new value is stored. */
  write(name: string, value: string): Promise<void>;
  /** Deletes at once, without a recovery window; a missing one is fine. */
  remove(name: string): Promise<void>;
}

/** Deletion is asynchronous at the service: the name is taken for some seconds more. */
const deletionWaitsMs = [250, 500, 1000, 2000, 4000];

export function createSecretStore(client: SecretsManagerClient, clock: Clock = systemClock): SecretStore {
  const put = async (SecretId: string, SecretString: string): Promise<void> => {
    try {
      await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
    } catch (error) {
      if (!isNamed(error, 'ResourceNotFoundException')) throw error;
      await client.send(new CreateSecretCommand({ Name: SecretId, SecretString }));
    }
  };
  return {
    async read(name) {
      try {
        const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
        return SecretString;
      } catch (error) {
        if (isNamed(error, 'ResourceNotFoundException') || isBeingDeleted(error)) return undefined;
        throw error;
      }
    },
    async write(name, value) {
      for (const wait of deletionWaitsMs) {
        try {
          return await put(name, value);
        } catch (error) {
          // A concurrent writer may have created it between our put and our create: then the put works.
          if (!isBeingDeleted(error) && !isNamed(error, 'ResourceExistsException')) throw error;
          await clock.sleep(wait);
        }
      }
      await put(name, value);
    },
    async remove(name) {
      try {
        await client.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
      } catch (error) {
        if (!isNamed(error, 'ResourceNotFoundException') && !isBeingDeleted(error)) throw error;
      }
    },
  };
}

/** Only these characters (and `=`, our escape) may be in a secret's name; a slash would separate. */
const namePart = (text: string): string =>
  text.replace(/[^A-Za-z0-9_.@-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `=${byte.toString(16).padStart(2, '0')}`).join(''),
  );

/** Name of a tenant's secret: one per tenant and platform. `prefix` ends in a slash. */
export function tenantSecretName(prefix: string, tenantId: string, platform: string): string {
  return `${prefix}${namePart(tenantId)}/${namePart(platform)}`;
}

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

function isBeingDeleted(error: unknown): boolean {
  return isNamed(error, 'InvalidRequestException') && /delet/i.test((error as Error).message);
}
