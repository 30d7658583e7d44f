import { instant } from '../core/clock.ts';
import type { Schedule } from '../model/schedule.ts';
import { applySchedule, nextAtOf } from './apply.ts';
import {
  checkDefinition,
  checkTimetable,
  mostSchedules,
  type ScheduleDefinition,
  type ScheduleFault,
} from './check.ts';
import type { ScheduleDeps } from './deps.ts';

export type ScheduleChange =
  | { readonly kind: 'saved'; readonly before: Schedule | undefined; readonly schedule: Schedule }
  | { readonly kind: 'invalid'; readonly faults: readonly ScheduleFault[] }
  | { readonly kind: 'too_many' }
  | { readonly kind: 'unknown' }
  /** Others change it all the time. */
  | { readonly kind: 'busy' };

interface Who {
  readonly tenantId: string;
  readonly userId: string;
}

const minuteMs = 60_000;
const mostTries = 5;

/** All schedules of a workspace but those about to go, newest first. There are few. */
export async function allSchedules({ schedules }: Pick<ScheduleDeps, 'schedules'>, tenantId: string) {
  const all: Schedule[] = [];
  for (let after: string | undefined, more = true; more; ) {
    const page = await schedules.list(tenantId, { limit: 100, after });
    all.push(...page.schedules.filter(({ removed }) => !removed));
    after = page.next;
    more = after !== undefined;
  }
  return all;
}

export async function findSchedule(
  { schedules }: Pick<ScheduleDeps, 'schedules'>,
  tenantId: string,
  scheduleId: string,
): Promise<Schedule | undefined> {
  const schedule = await schedules.find(tenantId, scheduleId);
  return schedule?.removed ? undefined : schedule;
}

export async function createSchedule(
  deps: ScheduleDeps,
  { tenantId, userId }: Who,
  definition: ScheduleDefinition,
): Promise<ScheduleChange> {
  const others = await allSchedules(deps, tenantId);
  const checked = check(deps, definition, others);
  if ('faults' in checked) return { kind: 'invalid', faults: checked.faults };
  if (others.length >= mostSchedules) return { kind: 'too_many' };
  const schedule = newSchedule(deps, { tenantId, userId }, { ...definition, expression: checked.expression }, null);
  if (!(await deps.schedules.save(schedule))) return { kind: 'busy' };
  return { kind: 'saved', before: undefined, schedule: await applied(deps, schedule) };
}

/** Before anybody stored it. */
export function newSchedule(
  { clock, ids }: Pick<ScheduleDeps, 'clock' | 'ids'>,
  { tenantId, userId }: Who,
  definition: ScheduleDefinition,
  defaultOf: string | null,
): Schedule {
  const now = clock.now();
  const at = instant(now);
  const schedule: Schedule = {
    tenant_id: tenantId,
    schedule_id: ids.next(),
    ...definition,
    default_of: defaultOf,
    created_by: userId,
    created_at: at,
    updated_by: userId,
    updated_at: at,
    anchor_at: anchorAt(now),
    events: [],
    revision: 1,
    oldest_revision: 1,
    version: 1,
  };
  return { ...schedule, next_at: nextAtOf(schedule, now) };
}

/** Rates count in whole minutes. */
function anchorAt(now: number): string {
  return instant(Math.floor(now / minuteMs) * minuteMs);
}

/** Changes what `change` says; the timer is told only what it has to know. */
export async function changeSchedule(
  deps: ScheduleDeps,
  { tenantId, userId, scheduleId }: Who & { readonly scheduleId: string },
  change: Partial<ScheduleDefinition>,
): Promise<ScheduleChange> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const before = await findSchedule(deps, tenantId, scheduleId);
    if (!before) return { kind: 'unknown' };
    const wanted: Schedule = { ...before, ...change };
    const others = (await allSchedules(deps, tenantId)).filter(({ schedule_id }) => schedule_id !== scheduleId);
    const checked = check(deps, wanted, others);
    if ('faults' in checked) return { kind: 'invalid', faults: checked.faults };
    const schedule = changed(deps, before, { ...wanted, expression: checked.expression }, userId);
    if (await deps.schedules.save(schedule)) {
      return { kind: 'saved', before, schedule: await applied(deps, schedule) };
    }
  }
  return { kind: 'busy' };
}

function changed({ clock }: ScheduleDeps, before: Schedule, wanted: Schedule, userId: string): Schedule {
  const now = clock.now();
  const isOther = wanted.expression !== before.expression;
  const isToldTimer = isOther || wanted.time_zone !== before.time_zone || wanted.enabled !== before.enabled;
  const next: Schedule = {
    ...wanted,
    updated_by: userId,
    updated_at: instant(now),
    anchor_at: isOther ? anchorAt(now) : before.anchor_at,
    revision: before.revision + (isToldTimer ? 1 : 0),
    version: before.version + 1,
  };
  // What is due this moment stays due where nothing about its time changed.
  return isToldTimer ? { ...next, next_at: nextAtOf(next, now) } : next;
}

/** Undefined when there is no such schedule. */
export async function removeSchedule(
  deps: ScheduleDeps,
  { tenantId, userId, scheduleId }: Who & { readonly scheduleId: string },
): Promise<Schedule | undefined> {
  for (let before = await findSchedule(deps, tenantId, scheduleId); before; ) {
    const at = instant(deps.clock.now());
    const gone: Schedule = {
      ...before,
      enabled: false,
      removed: true,
      next_at: undefined,
      updated_by: userId,
      updated_at: at,
      version: before.version + 1,
    };
    if (await deps.schedules.save(gone)) {
      await applied(deps, gone);
      return before;
    }
    before = await findSchedule(deps, tenantId, scheduleId);
  }
  return undefined;
}

/** What the table has holds, whether the timer can be told now or within a minute. */
async function applied(deps: ScheduleDeps, schedule: Schedule): Promise<Schedule> {
  try {
    return (await applySchedule(deps, schedule)) ?? schedule;
  } catch (error) {
    const { tenant_id, schedule_id } = schedule;
    deps.log.warn('a schedule is applied later', { tenant_id, schedule_id, error: String(error) });
    return schedule;
  }
}

function check(
  { clock }: Pick<ScheduleDeps, 'clock'>,
  definition: ScheduleDefinition,
  others: readonly Schedule[],
): { readonly expression: string } | { readonly faults: readonly ScheduleFault[] } {
  const now = clock.now();
  const timetable = checkTimetable(definition, { after: now, anchor: now }, 1);
  const faults = [
    ...(timetable.ok ? [] : timetable.faults),
    ...checkDefinition(definition, timetable.ok ? timetable.timetable : undefined, others),
  ];
  if (faults.length > 0 || !timetable.ok) return { faults };
  return { expression: timetable.timetable.text };
}
