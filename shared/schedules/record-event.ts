import { mostEvents, type Schedule, type ScheduleEvent } from '../model/schedule.ts';
import type { ScheduleRepository } from './ports.ts';

/**
 * Keeps what came of a time of a schedule, whatever else changes the schedule meanwhile. The same event is kept once.
 * `change` says what else becomes of it. Undefined when the schedule is gone.
 */
export async function recordEvent(
  schedules: Pick<ScheduleRepository, 'find' | 'save'>,
  schedule: Schedule,
  event: ScheduleEvent,
  change: (current: Schedule) => Partial<Schedule> = () => ({}),
): Promise<Schedule | undefined> {
  for (let current: Schedule | undefined = schedule; current && !current.removed; ) {
    const isKept = current.events.some(({ due_at, outcome }) => due_at === event.due_at && outcome === event.outcome);
    const next: Schedule = {
      ...current,
      events: isKept ? current.events : [event, ...current.events].slice(0, mostEvents),
      ...change(current),
      version: current.version + 1,
    };
    if (await schedules.save(next)) return next;
    current = await schedules.find(schedule.tenant_id, schedule.schedule_id);
  }
  return undefined;
}
