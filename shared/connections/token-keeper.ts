import type { Connector, Credentials } from '../connectors/connector.ts';
import type { OAuthProvider } from '../connectors/oauth-provider.ts';
import { instant } from '../core/clock.ts';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { canonicalJson } from '../core/json.ts';
import { isSandbox } from '../core/workspace.ts';
import type { Connection } from '../model/connection.ts';
import { announceStatus } from './announce.ts';
import type { ConnectionAddress, ConnectionDeps } from './deps.ts';
import { busy, notConnected, reauthRequired } from './failures.ts';
import { leaseMs, withLock } from './lock.ts';
import { keepGrant, readGrant, type SecretValues } from './vault.ts';

/** How often a worker looks whether the one that refreshes has finished. */
const lookAgainMs = 200;
const patienceMs = leaseMs + 10_000;

/** Credentials of a stored connection, read when first needed and kept fresh. */
export function storedCredentials(deps: ConnectionDeps, connector: Connector, connection: Connection): Credentials {
  const keeper = createKeeper(deps, connector, connection);
  let held: SecretValues | undefined;
  const hold = (result: Result<SecretValues>): Result<SecretValues> => {
    if (result.ok) held = result.value;
    return result;
  };
  return {
    async current() {
      const values = held ?? (await keeper.stored());
      if (!values) return fail(notConnected(connector.title, connection.tenant_id));
      held = values;
      const isOld = connector.oauth !== undefined && connector.oauth.expiresAt(values) <= deps.clock.now();
      return isOld ? hold(await keeper.replace(values)) : ok(values);
    },
    renew: async (refused) => hold(await keeper.replace(refused)),
  };
}

/**
 * Replaces refused or old values of one connection by newer ones: those somebody else stored meanwhile, or refreshed ones.
 * Whoever holds the connection's lock refreshes; all others wait for what it stores.
 */
export function createKeeper(deps: ConnectionDeps, connector: Connector, connection: Connection) {
  const address: ConnectionAddress = { tenantId: connection.tenant_id, platform: connection.platform };
  const sandbox = isSandbox(connection.tenant_id);
  const stored = async (): Promise<SecretValues | undefined> =>
    (await readGrant(deps, address, connection.connected_at))?.values;

  const lost = async (cause: Failure | undefined): Promise<Result<never>> => {
    const failure = reauthRequired(connector.title, cause);
    const fields = { status: 'reauth_required', failure, last_check_at: instant(deps.clock.now()) } as const;
    await announceStatus(deps, connection, 'reauth_required', failure);
    await deps.connections.patch(address.tenantId, address.platform, fields, { connectedAt: connection.connected_at });
    return fail(failure);
  };

  const refresh = async (oauth: OAuthProvider, values: SecretValues): Promise<Result<SecretValues>> => {
    const result = await oauth.refresh({ secret: values, sandbox, http: deps.http, clock: deps.clock });
    if (result.ok) {
      // Stored before anybody uses it: a token that only lived in a dead worker's memory would be lost for good.
      await keepGrant(deps, address, connection.connected_at ?? '', result.value);
      return result;
    }
    if (!isGrantGone(result.failure)) return result;
    const newer = await stored();
    return newer && differ(newer, values) ? ok(newer) : lost(result.failure);
  };

  /** A worker that read the connection before it was made anew must not touch the new one's secret. */
  const isOutdated = async (): Promise<boolean> => {
    const now = await deps.connections.find(address.tenantId, address.platform);
    return now?.connected_at !== connection.connected_at;
  };

  const replaceLocked = async (refused: SecretValues): Promise<Result<SecretValues>> => {
    if (await isOutdated()) return fail(busy(connector.title));
    const values = await stored();
    if (!values) return fail(notConnected(connector.title, address.tenantId));
    if (differ(values, refused)) return ok(values);
    return connector.oauth ? refresh(connector.oauth, values) : lost(undefined);
  };

  return {
    stored,
    async replace(refused: SecretValues): Promise<Result<SecretValues>> {
      const giveUpAt = deps.clock.now() + patienceMs;
      for (;;) {
        const mine = await withLock(deps, address, () => replaceLocked(refused));
        if (mine) return mine.value;
        if (deps.clock.now() >= giveUpAt) return fail(busy(connector.title));
        await deps.clock.sleep(lookAgainMs);
        const values = await stored();
        if (values && differ(values, refused)) return ok(values);
      }
    },
  };
}

/** The owner's grant is gone (RFC 6749, 5.2). Other refusals are about our own app and say nothing of the owner. */
function isGrantGone(failure: Failure): boolean {
  return failure.category === 'authentication' && failure.platform_code === 'invalid_grant';
}

function differ(a: SecretValues, b: SecretValues): boolean {
  return canonicalJson(a) !== canonicalJson(b);
}
