import type { Ledger } from '../connectors/ledger.ts';
import { fail, ok } from '../core/failure.ts';
import type { LimiterRepository } from '../data/limiter-repository.ts';
import type { Connection } from '../model/connection.ts';
import { createRateLimiter, type RateLimiter } from '../platform/rate-limiter.ts';
import type { LedgerConnections } from '../reconciliation/ports.ts';
import { enter, leaveAll } from './breaker-gate.ts';
import type { ConnectionDeps } from './deps.ts';
import { openConnection } from './open-connection.ts';
import { outcomeOf } from './sync-connections.ts';
import { createWatch, type Watch } from './watch.ts';

/**
 * Connections as a reconciliation sees them: to read only.
 *
 * @param lane platform whose lane the reading rides in: its limiter goes on where the lane's last worker left it, and is
 * handed on. The others start afresh, so that no other lane's state is overwritten.
 */
export function createLedgerConnections(
  deps: ConnectionDeps,
  limits: LimiterRepository,
  lane: string,
): LedgerConnections {
  return {
    async open(tenantId, systems, options) {
      const ledgers = new Map<string, Ledger>();
      const connections = new Map<string, Connection>();
      const watches = new Map<string, Watch>();
      const limiters = new Map<string, RateLimiter>();
      for (const platform of systems) {
        const connector = deps.connectors[platform];
        const state = platform === lane ? await limits.load(tenantId, platform) : {};
        const limiter = createRateLimiter(connector?.rateLimits ?? [], deps.clock, state);
        const opened = await openConnection(deps, tenantId, platform, limiter);
        if (!opened.ok) return opened;
        const ledger = connector?.openLedger?.(opened.value.context, options);
        if (!ledger) return fail(cannot(platform));
        const watch = createWatch();
        ledgers.set(platform, watch.ledger(ledger));
        connections.set(platform, opened.value.connection);
        watches.set(platform, watch);
        limiters.set(platform, limiter);
      }
      const passes = await enter(deps, tenantId, systems);
      if (!passes.ok) return passes;
      return ok({
        ledgers,
        connections,
        async settle(failure) {
          await leaveAll(deps, passes.value, (platform) => {
            const watch = watches.get(platform);
            return watch ? outcomeOf(watch, limiters.get(platform), failure) : { kind: 'unused' };
          });
          const own = limiters.get(lane);
          if (own) await limits.save(tenantId, lane, own.snapshot());
        },
      });
    },
  };
}

function cannot(platform: string) {
  return {
    category: 'internal',
    code: 'reconciliation.no_ledger',
    reason: `There is no way to read the sales of ${platform}.`,
    fix: 'Leave this system out, or report it.',
    retryable: false,
  } as const;
}
