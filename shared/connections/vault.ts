import * as z from 'zod';
import { instant } from '../core/clock.ts';
import { redactor } from '../platform/redaction.ts';
import { tenantSecretName } from '../platform/secrets.ts';
import type { ConnectionAddress, ConnectionDeps } from './deps.ts';

const valuesSchema = z.record(z.string(), z.string());
/** Secret values of one connection by field name. */
export type SecretValues = Readonly<Record<string, string>>;

const grantSchema = z.object({
  /** `connected_at` of the connection these values belong to. */
  grant: z.string(),
  values: valuesSchema,
  stored_at: z.iso.datetime(),
});
/** Values and when they were stored. */
export type Grant = z.infer<typeof grantSchema>;

/**
 * The one secret of a tenant and platform. It may hold two grants: between storing new credentials and storing the
 * connection that goes with them, the old ones must keep working, whatever dies in that moment.
 */
const vaultSchema = z.object({ current: grantSchema, previous: grantSchema.optional() });
type Vault = z.infer<typeof vaultSchema>;

type VaultDeps = Pick<ConnectionDeps, 'secrets' | 'secretPrefix' | 'clock'>;

const nameOf = (deps: VaultDeps, { tenantId, platform }: ConnectionAddress): string =>
  tenantSecretName(deps.secretPrefix, tenantId, platform);

/** Instants among the values are no secrets, and log lines are full of them. */
function hide({ values }: Grant): void {
  redactor.remember(Object.values(values).filter((value) => !/^\d{4}-\d\d-\d\dT/.test(value)));
}

async function readVault(deps: VaultDeps, address: ConnectionAddress): Promise<Vault | undefined> {
  const text = await deps.secrets.read(nameOf(deps, address));
  if (text === undefined) return undefined;
  const vault = vaultSchema.parse(JSON.parse(text));
  hide(vault.current);
  if (vault.previous) hide(vault.previous);
  return vault;
}

function writeVault(deps: VaultDeps, address: ConnectionAddress, vault: Vault): Promise<void> {
  hide(vault.current);
  return deps.secrets.write(nameOf(deps, address), JSON.stringify(vault));
}

/** The values that belong to a connection with this `connected_at`. */
export async function readGrant(
  deps: VaultDeps,
  address: ConnectionAddress,
  grant: string | undefined,
): Promise<Grant | undefined> {
  const vault = await readVault(deps, address);
  return [vault?.current, vault?.previous].find((candidate) => candidate !== undefined && candidate.grant === grant);
}

/** Stores new credentials beside those in use (`inUse` is the connection's `connected_at`). Hold the lock. */
export async function addGrant(
  deps: VaultDeps,
  address: ConnectionAddress,
  added: { readonly grant: string; readonly values: SecretValues; readonly inUse: string | undefined },
): Promise<void> {
  const previous = await readGrant(deps, address, added.inUse);
  const current = { grant: added.grant, values: { ...added.values }, stored_at: instant(deps.clock.now()) };
  await writeVault(deps, address, previous ? { current, previous } : { current });
}

/** Replaces the values of a grant, e.g. after a refresh, and forgets any other grant. Hold the lock. */
export function keepGrant(
  deps: VaultDeps,
  address: ConnectionAddress,
  grant: string,
  values: SecretValues,
): Promise<void> {
  const current = { grant, values: { ...values }, stored_at: instant(deps.clock.now()) };
  return writeVault(deps, address, { current });
}

export function removeGrants(deps: VaultDeps, address: ConnectionAddress): Promise<void> {
  return deps.secrets.remove(nameOf(deps, address));
}
