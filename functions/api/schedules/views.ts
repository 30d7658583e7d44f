import type * as z from 'zod';
import type { getSchedule, scheduleAnswer } from '#shared/api/schedules.ts';
import { nextTimes } from '#shared/core/timetable.ts';
import { isSandbox } from '#shared/core/workspace.ts';
import type { Schedule, WaitingStart } from '#shared/model/schedule.ts';
import { timetableOf } from '#shared/schedules/apply.ts';
import { type TimeInWords, timeInWords, timetableInWords } from '#shared/schedules/words.ts';

type Answer = z.output<typeof scheduleAnswer>;
type Detail = z.output<(typeof getSchedule.responses)[200]['schema']>;

/** Times that are shown without being asked for. */
export const shownTimes = 5;

export function scheduleView(schedule: Schedule, waiting: WaitingStart | undefined): Answer {
  const { events, next_at, revision, applied_revision, default_of } = schedule;
  const { schedule_id, name, entity, source, target, mode, expression, time_zone, overlap, enabled } = schedule;
  const { created_by, created_at, updated_by, updated_at } = schedule;
  return {
    schedule_id,
    sandbox: isSandbox(schedule.tenant_id),
    name,
    entity,
    source,
    target,
    mode,
    expression,
    in_words: timetableInWords(timetableOf(schedule), time_zone),
    time_zone,
    overlap,
    enabled,
    is_default: default_of !== null,
    pending: applied_revision !== revision,
    next_run_at: next_at ?? null,
    waiting_since: waiting?.since ?? null,
    last_run: events[0] ?? null,
    created_by,
    created_at,
    updated_by,
    updated_at,
  };
}

export function detailView(schedule: Schedule, waiting: WaitingStart | undefined, now: number): Detail {
  return {
    ...scheduleView(schedule, waiting),
    next_runs: nextRuns(schedule, now, shownTimes),
    events: schedule.events,
  };
}

export function nextRuns(schedule: Schedule, now: number, count: number): TimeInWords[] {
  if (!schedule.enabled) return [];
  const { time_zone, anchor_at } = schedule;
  const times = nextTimes(timetableOf(schedule), time_zone, { after: now, anchor: Date.parse(anchor_at) }, count);
  return times.map((at) => timeInWords(at, time_zone));
}
