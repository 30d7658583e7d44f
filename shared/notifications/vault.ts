import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { instant } from '../core/clock.ts';
import { redactor } from '../platform/redaction.ts';
import { type SecretStore, tenantSecretName } from '../platform/secrets.ts';

const signingSchema = z.object({
  /** `whsec_` and the key in base64. */
  secret: z.string(),
  /** The one before, which signs too until then. */
  previous: z.object({ secret: z.string(), until: z.iso.datetime() }).optional(),
});
export type SigningSecrets = z.infer<typeof signingSchema>;

const secretsSchema = z.object({ slack_url: z.string().optional(), signing: signingSchema.optional() });
/** What the channels of one tenant need to keep to themselves. */
export type NotificationSecrets = z.infer<typeof secretsSchema>;

export interface NotificationVaultDeps {
  readonly secrets: SecretStore;
  /** Names of tenants' secrets start with it; ends in a slash. */
  readonly secretPrefix: string;
}

/** How long the secret before the present one goes on signing. */
export const overlapMs = 24 * 3_600_000;
/** The specification asks for 24 to 64 bytes. */
const keyBytes = 32;

/** Beside the secrets of the tenant's platforms, none of which has this name. */
const nameOf = ({ secretPrefix }: NotificationVaultDeps, tenantId: string): string =>
  tenantSecretName(secretPrefix, tenantId, 'notifications');

function hide({ slack_url, signing }: NotificationSecrets): void {
  const values = [slack_url, signing?.secret, signing?.previous?.secret];
  redactor.remember(values.filter((value) => value !== undefined));
}

export async function readSecrets(deps: NotificationVaultDeps, tenantId: string): Promise<NotificationSecrets> {
  const text = await deps.secrets.read(nameOf(deps, tenantId));
  const secrets = text === undefined ? {} : secretsSchema.parse(JSON.parse(text));
  hide(secrets);
  return secrets;
}

/** Changes some of a tenant's secrets; an undefined one is removed. Hold the lock. */
export async function changeSecrets(
  deps: NotificationVaultDeps,
  tenantId: string,
  change: (present: NotificationSecrets) => NotificationSecrets,
): Promise<void> {
  const next = change(await readSecrets(deps, tenantId));
  hide(next);
  await deps.secrets.write(nameOf(deps, tenantId), JSON.stringify(next));
}

/** A new secret; the present one becomes the previous one, and an older one is forgotten. */
export function rotated(present: SigningSecrets | undefined, now: number): SigningSecrets {
  const secret = `whsec_${randomBytes(keyBytes).toString('base64')}`;
  return present ? { secret, previous: { secret: present.secret, until: instant(now + overlapMs) } } : { secret };
}
