import { instant } from '../core/clock.ts';
import { nextTime, parseTimetable, type Timetable } from '../core/timetable.ts';
import type { Schedule } from '../model/schedule.ts';
import type { ScheduleDeps } from './deps.ts';
import type { TimerEntry } from './ports.ts';

/** Somebody changes it all the time: whoever comes later goes on. */
const mostTries = 4;

/**
 * Brings EventBridge Scheduler to where the table is. A revision is never changed there: the new one is made, the old
 * ones are deleted, then the table says so. Dying anywhere leaves the row in the list of those to look at, and every step
 * may be repeated; one who comes late makes at most a revision that is no more, which starts nothing and is deleted
 * when it calls.
 */
export async function applySchedule(
  deps: Pick<ScheduleDeps, 'schedules' | 'timer' | 'clock'>,
  schedule: Schedule,
): Promise<Schedule | undefined> {
  let current: Schedule | undefined = schedule;
  for (let tries = 0; current && tries < mostTries; tries += 1) {
    const { tenant_id, schedule_id, revision, oldest_revision } = current;
    if (current.removed) {
      for (let old = oldest_revision; old <= revision; old += 1) await deps.timer.delete({ ...current, revision: old });
      if (await deps.schedules.remove(current)) return undefined;
    } else if (current.applied_revision === revision) {
      return current;
    } else {
      await deps.timer.create(timerEntry(current, deps.clock.now()));
      for (let old = oldest_revision; old < revision; old += 1) await deps.timer.delete({ ...current, revision: old });
      const applied: Schedule = {
        ...current,
        applied_revision: revision,
        oldest_revision: revision,
        version: current.version + 1,
      };
      if (await deps.schedules.save(applied)) return applied;
    }
    current = await deps.schedules.find(tenant_id, schedule_id);
  }
  return current;
}

/** The same for one revision whenever it is made, but for where a rate begins: at the next of its times. */
export function timerEntry(schedule: Schedule, now: number): TimerEntry {
  const { tenant_id, schedule_id, revision, expression, time_zone, enabled } = schedule;
  const entry = { tenant_id, schedule_id, revision, expression, time_zone, enabled };
  const timetable = timetableOf(schedule);
  if (timetable.kind === 'cron') return entry;
  const first = nextTime(timetable, time_zone, now, Date.parse(schedule.anchor_at));
  return { ...entry, ...(first === undefined ? {} : { starts_at: instant(first) }) };
}

/** @throws Error for what was stored without being checked. */
export function timetableOf({ expression, schedule_id }: Pick<Schedule, 'expression' | 'schedule_id'>): Timetable {
  const parsed = parseTimetable(expression);
  if (!parsed.ok) throw new Error(`schedule ${schedule_id}: ${parsed.faults.join('; ')}`);
  return parsed.timetable;
}

/** The time that comes after another; undefined while it is off, and when it is over. */
export function nextAtOf(
  schedule: Pick<Schedule, 'expression' | 'schedule_id' | 'time_zone' | 'anchor_at' | 'enabled'>,
  after: number,
): string | undefined {
  if (!schedule.enabled) return undefined;
  const next = nextTime(timetableOf(schedule), schedule.time_zone, after, Date.parse(schedule.anchor_at));
  return next === undefined ? undefined : instant(next);
}
