import { isTimeZone } from '../core/time-zone.ts';
import { mostPerDay, nextTimes, parseTimetable, type Timetable } from '../core/timetable.ts';
import type { Schedule } from '../model/schedule.ts';
import { routesFor } from '../sync/route-table.ts';
import type { Route } from '../sync/routes.ts';
import { timetableOf } from './apply.ts';

/** What a person says of a schedule. */
export type ScheduleDefinition = Pick<
  Schedule,
  'name' | 'entity' | 'source' | 'target' | 'mode' | 'expression' | 'time_zone' | 'overlap' | 'enabled'
>;

export interface ScheduleFault {
  readonly path: string;
  readonly message: string;
}

/** Schedules of a workspace. */
export const mostSchedules = 100;
/** Starts a day of all that are on. Once a minute is 1,440. */
export const mostStartsPerDay = 3000;

export type CheckedTimetable =
  | { readonly ok: true; readonly timetable: Timetable; readonly times: readonly number[] }
  | { readonly ok: false; readonly faults: readonly ScheduleFault[] };

/** Everything that is wrong with an expression and its zone; and when it comes next, `count` times. */
export function checkTimetable(
  { expression, time_zone }: Pick<ScheduleDefinition, 'expression' | 'time_zone'>,
  from: { readonly after: number; readonly anchor: number },
  count: number,
): CheckedTimetable {
  const parsed = parseTimetable(expression);
  const faults = parsed.ok ? [] : parsed.faults.map((message) => ({ path: 'expression', message }));
  if (!isTimeZone(time_zone)) {
    faults.push({ path: 'time_zone', message: `"${time_zone}" is not an IANA time zone such as Europe/Berlin` });
  }
  if (!parsed.ok || faults.length > 0) return { ok: false, faults };
  const times = nextTimes(parsed.timetable, time_zone, from, count);
  if (times.length > 0) return { ok: true, timetable: parsed.timetable, times };
  const message = 'It never runs: its months have no such day, or its years are past';
  return { ok: false, faults: [{ path: 'expression', message }] };
}

/** Everything else that is wrong: flows there are not, and more starts than one business may have. */
export function checkDefinition(
  definition: ScheduleDefinition,
  timetable: Timetable | undefined,
  others: readonly Schedule[],
  routes?: readonly Route[],
): ScheduleFault[] {
  const { entity, source, target, enabled } = definition;
  const ends = { source: source ?? undefined, target: target ?? undefined };
  const faults: ScheduleFault[] = [];
  if (routesFor(entity, ends, routes).length === 0) {
    const path = source === null ? (target === null ? 'entity' : 'target') : 'source';
    faults.push({ path, message: `No flow of ${entity} goes between these platforms` });
  }
  if (!timetable || !enabled) return faults;
  const starts = others
    .filter((other) => other.enabled)
    .reduce((sum, other) => sum + mostPerDay(timetableOf(other)), mostPerDay(timetable));
  if (starts > mostStartsPerDay) {
    const all = `all schedules together would start ${starts} syncs a day`;
    faults.push({ path: 'expression', message: `Too frequent: ${all}, ${mostStartsPerDay} is the most` });
  }
  return faults;
}
