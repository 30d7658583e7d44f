import type { ConnectionCheck, Connector, Profile } from '../connectors/connector.ts';
import { instant } from '../core/clock.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import type { Connection } from '../model/connection.ts';
import { announceStatus, resetBreaker } from './announce.ts';
import type { ConnectionAddress, ConnectionDeps } from './deps.ts';
import { busy } from './failures.ts';
import { withLock } from './lock.ts';
import { contextOf, givenCredentials } from './open-connection.ts';
import { withAccount } from './same-account.ts';
import { saveOver } from './save-over.ts';
import { ownSettings, settingsFields } from './settings.ts';
import { addGrant, keepGrant, type SecretValues } from './vault.ts';

/** Credentials as given, apart by who may see them. */
export interface NewGrant {
  readonly secret: SecretValues;
  /** What says which shop, company or project it is; kept with the connection. */
  readonly identity: Profile;
  /** What people may see of the secret. */
  readonly masked: Readonly<Record<string, string>>;
}

/**
 * Checks new credentials against the platform and then makes them the connection's. Order of effects: check (nothing
 * stored), secret beside the one in use, connection, old secret forgotten; dying anywhere leaves a connection that works.
 */
export async function establish(
  deps: ConnectionDeps,
  connector: Connector,
  tenantId: string,
  grant: NewGrant,
): Promise<Result<Connection>> {
  const before = await deps.connections.find(tenantId, connector.platform);
  const checked = await connector.check(
    contextOf(deps, connector, {
      tenantId,
      credentials: givenCredentials(connector.title, grant.secret),
      profile: grant.identity,
      settings: before && isSameAccount(before, grant.identity) ? ownSettings(before) : {},
    }),
  );
  if (!checked.ok) return checked;
  const address = { tenantId, platform: connector.platform };
  return withAccount(deps, connector, tenantId, grant.identity, async () => {
    const done = await withLock(deps, address, () => store(deps, connector, address, grant, checked.value));
    return done ? done.value : fail(busy(connector.title));
  });
}

async function store(
  deps: ConnectionDeps,
  connector: Connector,
  address: ConnectionAddress,
  grant: NewGrant,
  check: ConnectionCheck,
): Promise<Result<Connection>> {
  const first = await deps.connections.find(address.tenantId, address.platform);
  const at = grantTime(deps, first);
  if (first) await announceStatus(deps, first, 'connected', undefined);
  await addGrant(deps, address, { grant: at, values: grant.secret, inUse: first?.connected_at });
  const saved = await saveOver(deps, address, (before) =>
    connectionOf(connector, address, { grant, check, before, at }),
  );
  if (!saved) return fail(busy(connector.title));
  await keepGrant(deps, address, at, grant.secret);
  await resetBreaker(deps, address);
  return ok(saved);
}

/** `connected_at` names the grant in the vault, so it must differ from the one before. */
function grantTime(deps: ConnectionDeps, before: Connection | undefined): string {
  const now = deps.clock.now();
  return instant(before?.connected_at ? Math.max(now, Date.parse(before.connected_at) + 1) : now);
}

interface NewConnection {
  readonly grant: NewGrant;
  readonly check: ConnectionCheck;
  readonly before: Connection | undefined;
  readonly at: string;
}

function connectionOf(connector: Connector, address: ConnectionAddress, made: NewConnection): Connection {
  const { grant, check, before, at } = made;
  const profile = { ...check.profile, ...grant.identity };
  const account = connector.webhooks?.accountOf?.(profile);
  const isSame = before !== undefined && isSameAccount(before, grant.identity);
  return {
    tenant_id: address.tenantId,
    platform: address.platform,
    status: 'connected',
    enabled: before === undefined || before.status === 'disconnected' ? true : before.enabled,
    display_name: check.display_name,
    masked: { ...grant.masked },
    profile,
    ...(account === undefined ? {} : { account }),
    ...settingsFields(connector, check.suggested_settings, isSame ? ownSettings(before) : {}),
    warnings: [...check.warnings],
    connected_at: at,
    last_check_at: at,
    ...(isSame && before.last_sync_at ? { last_sync_at: before.last_sync_at } : {}),
    version: (before?.version ?? 0) + 1,
  };
}

/** Settings name accounts and tax codes of one company; another one's must not inherit them. */
function isSameAccount(before: Connection, identity: Profile): boolean {
  return Object.entries(identity).every(([name, value]) => before.profile[name] === value);
}
