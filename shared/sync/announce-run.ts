import { instant } from '../core/clock.ts';
import type { Failure } from '../core/failure.ts';
import type { Announce } from '../model/announcement.ts';
import { makeAnnouncement } from '../model/make-announcement.ts';
import { addCounts, type Leg, noCounts, type Run, type RunStatus } from '../model/run.ts';
import { findRoute } from './route-table.ts';

interface AnnounceDeps {
  readonly announce: Announce;
  readonly clock: { now(): number };
}

/** Pauses in a row after which people are told: about half an hour at 15 s, 30 s, 1 min, … */
export const longPauses = 7;

/** Tells of a run that ended with trouble; of one that went well, was cancelled or only planned, nothing. Safe to repeat. */
export async function announceRunEnd(
  { announce, clock }: AnnounceDeps,
  run: Run,
  legs: readonly Leg[],
  status: RunStatus,
): Promise<void> {
  if (run.dry_run || status === 'cancelled') return;
  const counts = legs.reduce((sum, leg) => addCounts(sum, leg.counts), noCounts);
  if (status !== 'failed' && counts.failed === 0) return;
  const stopped = legs.flatMap(({ route_id, failure, status: ended }) =>
    ended === 'failed' && failure ? [{ route_id, failure }] : [],
  );
  const [first] = stopped;
  const arrived = `${counts.read} read, ${counts.created} created, ${counts.updated} updated, ${counts.failed} failed.`;
  await announce(
    makeAnnouncement({
      tenant_id: run.tenant_id,
      kind: status === 'failed' ? 'sync_failed' : 'sync_completed_with_failures',
      at: instant(clock.now()),
      identity: [run.run_id],
      cause: [run.entity, ...(first ? [first.failure.code] : [])],
      platforms: platformsOf(legs.map(({ route_id }) => route_id)),
      entity: run.entity,
      title:
        status === 'failed'
          ? `The sync of ${run.entity} failed`
          : `The sync of ${run.entity} completed, but ${records(counts.failed)} did not arrive`,
      detail: [...stopped.map(({ failure }) => failure.reason), arrived].join(' '),
      fix: first ? first.failure.fix : 'See under Failures what each record needs, correct it and retry.',
      subject: { type: 'sync', id: run.run_id },
      data: { counts, stopped: stopped.map(({ route_id, failure }) => ({ route_id, code: failure.code })) },
    }),
  );
}

/** Tells of a leg that has waited long, once for each place where it got stuck. */
export async function announcePause({ announce, clock }: AnnounceDeps, run: Run, leg: Leg, failure: Failure) {
  if (leg.pauses < longPauses || run.dry_run) return;
  const platforms = platformsOf([leg.route_id]);
  await announce(
    makeAnnouncement({
      tenant_id: run.tenant_id,
      kind: 'sync_paused',
      at: instant(clock.now()),
      identity: [run.run_id, leg.route_id, leg.window],
      cause: [run.entity, leg.route_id],
      platforms,
      entity: run.entity,
      title: `The sync of ${run.entity} has waited for half an hour`,
      detail: failure.reason,
      fix: failure.fix,
      subject: { type: 'sync', id: run.run_id },
      data: { route_id: leg.route_id, code: failure.code, pauses: leg.pauses, resume_at: leg.resume_at ?? null },
    }),
  );
}

function platformsOf(routeIds: readonly string[]): string[] {
  const routes = routeIds.map((id) => findRoute(id)).filter((route) => route !== undefined);
  return [...new Set(routes.flatMap(({ source, target }) => [source.platform, target.platform]))];
}

const records = (count: number): string => (count === 1 ? '1 record' : `${count} records`);
