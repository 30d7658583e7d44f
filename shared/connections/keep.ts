import pLimit from 'p-limit';
import type { Connection } from '../model/connection.ts';
import type { Log } from '../platform/logger.ts';
import { announceExpiry } from './announce.ts';
import type { ConnectionDeps } from './deps.ts';
import { hasOAuth, type OAuthConnector } from './oauth-flow.ts';
import { createKeeper } from './token-keeper.ts';
import { readGrant, type SecretValues } from './vault.ts';

/** Tokens older than this are renewed: the value of a QuickBooks refresh token changes about daily. */
export const renewAfterMs = 24 * 3600_000;
const pageSize = 100;
/** Renewals under way at once, over all tenants. */
const width = 8;

export interface KeepSummary {
  readonly seen: number;
  readonly renewed: number;
  /** Their owners must sign in again; they are marked so now. */
  readonly lost: number;
  /** Not renewed for other reasons; the next run tries again. */
  readonly failed: number;
  /** False when time ran out; the next run renews the rest. */
  readonly complete: boolean;
}

/**
 * Renews the tokens of every OAuth connection that nobody used for a day, so that none dies of disuse. One connection's
 * trouble never stops the others. Begins no new page once `isTimeLeft` says no.
 */
export async function keepConnections(deps: ConnectionDeps, log: Log, isTimeLeft: () => boolean): Promise<KeepSummary> {
  const tally = { seen: 0, renewed: 0, lost: 0, failed: 0 };
  const limit = pLimit(width);
  for (const connector of Object.values(deps.connectors).filter(hasOAuth)) {
    let after: string | undefined;
    do {
      if (!isTimeLeft()) return { ...tally, complete: false };
      const page = await deps.connections.listByPlatform(connector.platform, { limit: pageSize, after });
      await Promise.all(
        page.connections.map((each) => limit(async () => count(tally, await keepOne(deps, connector, each, log)))),
      );
      after = page.next;
    } while (after !== undefined);
  }
  return { ...tally, complete: true };
}

type Kept = 'fresh' | 'renewed' | 'lost' | 'failed';

function count(tally: Record<'seen' | 'renewed' | 'lost' | 'failed', number>, kept: Kept): void {
  tally.seen += 1;
  if (kept !== 'fresh') tally[kept] += 1;
}

async function keepOne(
  deps: ConnectionDeps,
  connector: OAuthConnector,
  connection: Connection,
  log: Log,
): Promise<Kept> {
  const { tenant_id: tenantId, platform } = connection;
  if (connection.status === 'reauth_required') return 'fresh';
  try {
    const grant = await readGrant(deps, { tenantId, platform }, connection.connected_at);
    const remind = async (values: SecretValues | undefined) => {
      const end = values && connector.oauth.grantEndsAt(values);
      if (end !== undefined) await announceExpiry(deps, connection, end);
    };
    if (grant && deps.clock.now() - Date.parse(grant.stored_at) < renewAfterMs) {
      await remind(grant.values);
      return 'fresh';
    }
    const result = await createKeeper(deps, connector, connection).replace(grant?.values ?? {});
    if (result.ok || result.failure.code !== 'connection.reauth_required') {
      await remind(result.ok ? result.value : grant?.values);
    }
    if (result.ok) return 'renewed';
    log.warn('connection not renewed', { tenant_id: tenantId, platform, code: result.failure.code });
    return result.failure.code === 'connection.reauth_required' ? 'lost' : 'failed';
  } catch (error) {
    log.error('connection not renewed', { tenant_id: tenantId, platform, error: String(error) });
    return 'failed';
  }
}
