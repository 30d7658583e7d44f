import { instant } from '../core/clock.ts';
import { isFinal } from '../model/run.ts';
import type { EngineDeps, RetryLine, RetryQueue } from './ports.ts';
import { retryFailures } from './retry-failures.ts';
import type { StartRunDeps } from './start-run.ts';

export interface RetryDueDeps extends StartRunDeps, Pick<EngineDeps, 'failures' | 'log'> {
  readonly retries: RetryQueue;
}

export interface RetryDueSummary {
  /** Runs this call started. */
  readonly started: number;
  /** Routes that are busy or whose platforms cannot be used now; they stay in the queue. */
  readonly skipped: number;
  /** Routes whose runs could not be started; they stay in the queue. */
  readonly failed: number;
  /** False when time ran out; the next call goes on. */
  readonly complete: boolean;
}

/** A run that ended without trying what was due is not started again within this time. */
const oncePerMs = 3600_000;

/**
 * Starts a retry for every tenant and route with failures whose time has come: the same runs as a person starts. One
 * tenant's trouble never stops the others. Begins no further route once `isTimeLeft` says no.
 */
export async function retryDue(deps: RetryDueDeps, isTimeLeft: () => boolean): Promise<RetryDueSummary> {
  const tally = { started: 0, skipped: 0, failed: 0 };
  const shards = Array.from({ length: deps.retries.shards }, (_, shard) => shard);
  const ends = await Promise.all(shards.map((shard) => retryShard(deps, shard, tally, isTimeLeft)));
  return { ...tally, complete: ends.every(Boolean) };
}

async function retryShard(
  deps: RetryDueDeps,
  shard: number,
  tally: Record<'started' | 'skipped' | 'failed', number>,
  isTimeLeft: () => boolean,
): Promise<boolean> {
  const now = instant(deps.clock.now());
  let line = await deps.retries.next(shard);
  while (line) {
    if (!isTimeLeft()) return false;
    if (line.at <= now) tally[await retryLine(deps, line, now)] += 1;
    line = await deps.retries.next(shard, line.position);
  }
  return true;
}

async function retryLine(deps: RetryDueDeps, line: RetryLine, now: string): Promise<'started' | 'skipped' | 'failed'> {
  const { tenant_id: tenantId, route_id: routeId, at } = line;
  try {
    const { runs } = await retryFailures(deps, {
      tenantId,
      requestedBy: 'automatic retry',
      selection: { by: 'due', before: now },
      routeIds: [routeId],
      idempotencyKey: `retry/${routeId}/${at}/${Math.floor(deps.clock.now() / oncePerMs)}`,
    });
    // A run of the same key that has ended was started by an earlier call.
    return runs.some(({ status }) => !isFinal(status)) ? 'started' : 'skipped';
  } catch (error) {
    deps.log.warn('a retry was not started', { tenant_id: tenantId, route_id: routeId, error: String(error) });
    return 'failed';
  }
}
