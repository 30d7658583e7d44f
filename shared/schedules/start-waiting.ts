import { instant } from '../core/clock.ts';
import type { ScheduleEvent, WaitingStart } from '../model/schedule.ts';
import type { StartingDeps } from './deps.ts';
import { recordEvent } from './record-event.ts';
import { startSync } from './start-sync.ts';

/**
 * Starts what waited for its flow, if that is free. The start has the key of its time, and leaves the list after it was
 * recorded: whoever dies between leaves it to the next, who starts nothing twice.
 */
async function startWaiting(deps: StartingDeps, waiting: WaitingStart): Promise<'started' | 'busy' | 'dropped'> {
  const { tenant_id, schedule_id, due_at } = waiting;
  const schedule = await deps.schedules.find(tenant_id, schedule_id);
  if (!schedule || schedule.removed) {
    await deps.waiting.remove(waiting);
    return 'dropped';
  }
  const event = (what: Pick<ScheduleEvent, 'outcome' | 'sync_id' | 'reason'>): ScheduleEvent => ({
    due_at,
    at: instant(deps.clock.now()),
    ...what,
  });
  const tried = schedule.enabled
    ? await startSync(deps, schedule, due_at)
    : ({ outcome: 'skipped', sync_id: null, reason: 'It was switched off while it waited.' } as const);
  if (tried.outcome === 'busy') return 'busy';
  await recordEvent(deps.schedules, schedule, event(tried));
  await deps.waiting.remove(waiting);
  return tried.outcome === 'started' ? 'started' : 'dropped';
}

export interface WaitingSummary {
  readonly started: number;
  /** Whose flow is still busy. */
  readonly busy: number;
  readonly failed: number;
}

/** Tries all of these; the trouble of one stops no other. */
export async function startAllWaiting(deps: StartingDeps, all: readonly WaitingStart[]): Promise<WaitingSummary> {
  const tally = { started: 0, busy: 0, failed: 0, dropped: 0 };
  for (const waiting of all) {
    try {
      tally[await startWaiting(deps, waiting)] += 1;
    } catch (error) {
      tally.failed += 1;
      const { tenant_id, schedule_id } = waiting;
      deps.log.warn('a waiting schedule was not started', { tenant_id, schedule_id, error: String(error) });
    }
  }
  const { started, busy, failed } = tally;
  return { started, busy, failed };
}

/** For the engine: starts what waited for a run of the tenant that has ended. Never throws; keep-schedules tries again. */
export function startWhenFreed(deps: StartingDeps): (tenantId: string) => Promise<void> {
  return async (tenantId) => {
    try {
      await startAllWaiting(deps, await deps.waiting.list(tenantId));
    } catch (error) {
      deps.log.warn('waiting schedules were not looked at', { tenant_id: tenantId, error: String(error) });
    }
  };
}
