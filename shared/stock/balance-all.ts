import type { ConnectionDeps } from '../connections/deps.ts';
import type { JsonObject } from '../core/json.ts';
import { balanceStock } from './balance-stock.ts';
import type { BalanceDeps } from './deps.ts';
import { tillsPlatform } from './open-keepers.ts';

export interface BalanceSummary {
  readonly balanced: number;
  /** Their platform was not reachable, or refused: the next turn tries again. */
  readonly failed: number;
  /** Somebody else is at it. */
  readonly busy: number;
}

interface AllDeps extends BalanceDeps {
  readonly connections: Pick<ConnectionDeps['connections'], 'listByPlatform'>;
  readonly oauth: Pick<ConnectionDeps['oauth'], 'acquireLock' | 'releaseLock'>;
  readonly ids: Pick<ConnectionDeps['ids'], 'uuid'>;
  readonly log: { warn(message: string, fields?: JsonObject): void };
}

const tenantsPerPage = 100;
/** Longer than the function lives: whose lock is older is dead. */
const lockMs = 600_000;

/** Balances the stock of every tenant with tills, one turn each; stops when there is no time for another. */
export async function balanceAll(deps: AllDeps, hasTime: () => boolean): Promise<BalanceSummary> {
  const summary = { balanced: 0, failed: 0, busy: 0 };
  for (let after: string | undefined, more = true; more && hasTime(); ) {
    const page = await deps.connections.listByPlatform(tillsPlatform, { limit: tenantsPerPage, after });
    for (const { tenant_id, enabled } of page.connections) {
      if (enabled && hasTime()) summary[await balanceOne(deps, tenant_id)] += 1;
    }
    after = page.next;
    more = after !== undefined;
  }
  return summary;
}

/** Two at once would take each other's writes for those of people. */
async function balanceOne(deps: AllDeps, tenantId: string): Promise<keyof BalanceSummary> {
  const lock = { tenantId, platform: 'stock', owner: deps.ids.uuid() };
  const now = deps.clock.now();
  if (!(await deps.oauth.acquireLock(lock, now, now + lockMs))) return 'busy';
  try {
    const done = await balanceStock(deps, tenantId);
    if (done.ok) return 'balanced';
    deps.log.warn('stock not balanced', { tenant_id: tenantId, code: done.failure.code });
    return 'failed';
  } catch (error) {
    // One tenant's trouble must not keep the others from their turn.
    deps.log.warn('stock not balanced', {
      tenant_id: tenantId,
      error: error instanceof Error ? error.name : 'unknown',
    });
    return 'failed';
  } finally {
    await deps.oauth.releaseLock(lock);
  }
}
