import { instant } from '../core/clock.ts';
import { isSandbox, tenantOf } from '../core/workspace.ts';
import { makeAnnouncement } from '../model/make-announcement.ts';
import type { Schedule, ScheduleEvent } from '../model/schedule.ts';
import { type StartOutcome, startRun } from '../sync/start-run.ts';
import type { StartingDeps } from './deps.ts';

/** What came of a try to start; `busy` is for the overlap policy to decide. */
export type StartTry =
  | Pick<ScheduleEvent, 'outcome' | 'sync_id' | 'reason'>
  | { readonly outcome: 'busy'; readonly sync_id: string };

/** Who asked for a run of a schedule, as the run says. */
const requester = (scheduleId: string): string => `schedule:${scheduleId}`;

/**
 * Starts the sync of one time of a schedule. The time is the key: however often it is tried, it is one sync. It writes
 * without being confirmed, which is what a schedule is for, and only in the mode the tenant works in.
 */
export async function startSync(deps: StartingDeps, schedule: Schedule, dueAt: string): Promise<StartTry> {
  const { tenant_id: tenantId, schedule_id, entity, mode, source, target } = schedule;
  const { tenantId: active } = await deps.workspaces.active(tenantOf(tenantId));
  if (active !== tenantId) return { outcome: 'skipped', sync_id: null, reason: otherMode(tenantId) };
  const outcome = await startRun(deps, {
    tenantId,
    requestedBy: requester(schedule_id),
    entity,
    mode,
    dryRun: false,
    filters: {},
    byItself: true,
    source: source ?? undefined,
    target: target ?? undefined,
    idempotencyKey: `schedule/${schedule_id}/${dueAt}`,
  });
  switch (outcome.kind) {
    case 'started':
    case 'repeated':
      return { outcome: 'started', sync_id: outcome.run.run_id, reason: null };
    case 'busy':
      return { outcome: 'busy', sync_id: outcome.run_id };
    default: {
      const reason = reasonOf(outcome);
      await announceNotStarted(deps, schedule, dueAt, outcome, reason);
      return { outcome: 'failed', sync_id: null, reason };
    }
  }
}

function otherMode(tenantId: string): string {
  return isSandbox(tenantId)
    ? 'Sandbox mode is off: schedules of the sandbox wait for it.'
    : 'Sandbox mode is on: schedules of the live systems wait until it is off.';
}

type Refusal = Exclude<StartOutcome, { kind: 'started' | 'repeated' | 'busy' }>;

function reasonOf(outcome: Refusal): string {
  switch (outcome.kind) {
    case 'not_connected':
      return `${outcome.platform} is not connected, or switched off.`;
    case 'no_route':
    case 'source_required':
      return outcome.reason;
    case 'unknown_entity':
      return `There is no such flow; there are ${outcome.valid.join(', ')}.`;
  }
}

/** Once a day for one cause: a schedule of every minute must not tell it every minute. */
async function announceNotStarted(
  { announce, clock }: StartingDeps,
  { tenant_id, schedule_id, name, entity, time_zone }: Schedule,
  dueAt: string,
  { kind }: Refusal,
  reason: string,
): Promise<void> {
  await announce(
    makeAnnouncement({
      tenant_id,
      kind: 'schedule_not_started',
      at: instant(clock.now()),
      identity: [schedule_id, kind, dueAt.slice(0, 10)],
      cause: [entity, kind],
      entity,
      title: `The schedule "${name}" could not start its sync of ${entity}`,
      detail: reason,
      fix: 'Connect the platform or switch it on; or switch the schedule off.',
      subject: { type: 'schedule', id: schedule_id },
      data: { due_at: dueAt, time_zone },
    }),
  );
}
