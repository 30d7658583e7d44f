import type { Ledger } from '../connectors/ledger.ts';
import { fail, ok } from '../core/failure.ts';
import type { LimiterRepository } from '../data/limiter-repository.ts';
import type { Connection } from '../model/connection.ts';
import type { RateLimiter } from '../platform/rate-limiter.ts';
import type { LedgerConnections } from '../reconciliation/ports.ts';
import { enter, leaveAll } from './breaker-gate.ts';
import type { ConnectionDeps } from './deps.ts';
import { handedLimiters } from './hand-on-limiters.ts';
import { openConnection } from './open-connection.ts';
import { outcomeOf } from './sync-connections.ts';
import { createWatch, type Watch } from './watch.ts';

/**
 * Connections as a reconciliation sees them: to read only.
 *
 * @param lane platform whose lane the reading rides in.
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
      const handed = handedLimiters(deps, limits, tenantId, lane);
      for (const platform of systems) {
        const connector = deps.connectors[platform];
        const opened = await openConnection(deps, tenantId, platform, handed.open);
        if (!opened.ok) return opened;
        const ledger = connector?.openLedger?.(opened.value.context, options);
        if (!ledger) return fail(cannot(platform));
        const watch = createWatch();
        ledgers.set(platform, watch.ledger(ledger));
        connections.set(platform, opened.value.connection);
        watches.set(platform, watch);
        limiters.set(platform, opened.value.context.limiter);
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
          await handed.handOn();
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
