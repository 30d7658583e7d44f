import { instant } from '../core/clock.ts';
import type { Schedule, ScheduleEvent } from '../model/schedule.ts';
import { applySchedule, nextAtOf } from './apply.ts';
import type { FiringDeps, StartingDeps } from './deps.ts';
import type { ScheduleRef } from './ports.ts';
import { recordEvent } from './record-event.ts';
import { startSync } from './start-sync.ts';

export type FireOutcome =
  | { readonly kind: 'handled'; readonly event: ScheduleEvent }
  /** This time, or a later one, was dealt with before. */
  | { readonly kind: 'repeated' }
  /** The schedule is gone, off, or another one by now; what called is cleared away. */
  | { readonly kind: 'stale' };

const minuteMs = 60_000;

/**
 * A call of EventBridge Scheduler: at least once for each time, maybe late, maybe of a revision that is no more. Each time
 * starts one sync at most.
 */
export async function fireSchedule(deps: FiringDeps, ref: ScheduleRef, scheduledAt: string): Promise<FireOutcome> {
  const schedule = await deps.schedules.find(ref.tenant_id, ref.schedule_id);
  if (!schedule || schedule.removed || ref.revision < schedule.revision) {
    await deps.timer.delete(ref);
    if (schedule) await applySchedule(deps, schedule);
    return { kind: 'stale' };
  }
  if (!schedule.enabled) return { kind: 'stale' };
  return handleTime(deps, schedule, instant(Math.floor(Date.parse(scheduledAt) / minuteMs) * minuteMs));
}

/** Deals with a time of a schedule once; `late` says what there is to say of a start that is not in time. */
export async function handleTime(
  deps: StartingDeps,
  schedule: Schedule,
  dueAt: string,
  late: string | null = null,
): Promise<FireOutcome> {
  if (schedule.handled_at !== undefined && dueAt <= schedule.handled_at) return { kind: 'repeated' };
  const event = await tryStart(deps, schedule, dueAt, late);
  await recordEvent(deps.schedules, schedule, event, (current) => {
    const { handled_at = dueAt } = current;
    const next = nextAtOf(current, Math.max(Date.parse(dueAt), deps.clock.now()));
    return { handled_at: handled_at > dueAt ? handled_at : dueAt, next_at: next };
  });
  return { kind: 'handled', event };
}

async function tryStart(
  deps: StartingDeps,
  schedule: Schedule,
  dueAt: string,
  late: string | null,
): Promise<ScheduleEvent> {
  const tried = await startSync(deps, schedule, dueAt);
  const at = instant(deps.clock.now());
  if (tried.outcome !== 'busy') return { due_at: dueAt, at, ...tried, reason: tried.reason ?? late };
  const { sync_id } = tried;
  const busy = (outcome: 'queued' | 'skipped', reason: string): ScheduleEvent => ({
    due_at: dueAt,
    at,
    outcome,
    sync_id,
    reason,
  });
  if (schedule.overlap === 'skip') {
    return busy('skipped', `The sync ${sync_id} of the same flow has not ended.`);
  }
  const { tenant_id, schedule_id } = schedule;
  const waits = { tenant_id, schedule_id, due_at: dueAt, since: at, behind: sync_id };
  const isFirst = await deps.waiting.create(waits);
  const first = isFirst ? waits : await deps.waiting.find(tenant_id, schedule_id);
  return first === undefined || first.due_at === dueAt
    ? busy('queued', `Starts when the sync ${sync_id} of the same flow has ended.`)
    : busy('skipped', `The start of ${first.due_at} still waits; one waits at a time.`);
}
