import { instant } from '../core/clock.ts';
import type { Schedule } from '../model/schedule.ts';
import { applySchedule, nextAtOf, timerEntry } from './apply.ts';
import type { FiringDeps } from './deps.ts';
import { handleTime } from './fire.ts';
import { startAllWaiting } from './start-waiting.ts';

export interface KeepSchedulesSummary {
  /** Brought to EventBridge Scheduler, or taken away there. */
  readonly applied: number;
  /** Not called in time, started now. */
  readonly late: number;
  /** Waited for their flow, started now. */
  readonly started: number;
  /** Not dealt with; the next call tries again. */
  readonly failed: number;
  /** False when time ran out; the next call goes on. */
  readonly complete: boolean;
}

const pageSize = 50;
const dayMs = 86_400_000;

/**
 * Finishes what others left: changes that EventBridge Scheduler does not know, times at which it did not call, starts
 * whose flow has become free. The trouble of one schedule stops no other. Begins no further one once `isTimeLeft` says no.
 */
export async function keepSchedules(deps: FiringDeps, isTimeLeft: () => boolean): Promise<KeepSchedulesSummary> {
  const tally = { applied: 0, late: 0, started: 0, failed: 0 };
  const now = instant(deps.clock.now());
  for (let after: string | undefined, more = true; more; ) {
    const page = await deps.schedules.due(now, { limit: pageSize, after });
    for (const schedule of page.schedules) {
      if (!isTimeLeft()) return { ...tally, complete: false };
      const kept = await keepOne(deps, schedule);
      if (kept !== 'well') tally[kept] += 1;
    }
    after = page.next;
    more = after !== undefined;
  }
  for (let after: string | undefined, more = true; more; ) {
    if (!isTimeLeft()) return { ...tally, complete: false };
    const page = await deps.waiting.due(now, { limit: pageSize, after });
    const { started, failed } = await startAllWaiting(deps, page.waiting);
    tally.started += started;
    tally.failed += failed;
    after = page.next;
    more = after !== undefined;
  }
  return { ...tally, complete: true };
}

async function keepOne(deps: FiringDeps, listed: Schedule): Promise<'applied' | 'late' | 'failed' | 'well'> {
  const { tenant_id, schedule_id } = listed;
  try {
    // The list lags behind the table.
    const schedule = await deps.schedules.find(tenant_id, schedule_id);
    if (!schedule) return 'well';
    if (schedule.removed || schedule.applied_revision !== schedule.revision) {
      await applySchedule(deps, schedule);
      return 'applied';
    }
    const missed = missedTime(schedule, deps.clock.now());
    if (!schedule.enabled || missed === undefined) return 'well';
    // Where somebody took it away there, it is made again; where it is, nothing happens.
    await deps.timer.create(timerEntry(schedule, deps.clock.now()));
    const outcome = await handleTime(deps, schedule, missed, 'The timer did not call in time: started late.');
    if (outcome.kind !== 'handled') return 'well';
    deps.log.warn('a schedule was not called in time', { tenant_id, schedule_id, due_at: missed });
    return 'late';
  } catch (error) {
    deps.log.warn('a schedule was not kept', { tenant_id, schedule_id, error: String(error) });
    return 'failed';
  }
}

/** The latest time that has passed without a call: one start makes up for all of them. */
function missedTime(schedule: Schedule, now: number): string | undefined {
  if (schedule.next_at === undefined || Date.parse(schedule.next_at) > now) return undefined;
  let latest = schedule.next_at;
  const from = Math.max(Date.parse(latest), now - dayMs);
  for (let next = nextAtOf(schedule, from); next !== undefined && Date.parse(next) <= now; ) {
    latest = next;
    next = nextAtOf(schedule, Date.parse(next));
  }
  return latest;
}
