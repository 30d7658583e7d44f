import { instant } from '../core/clock.ts';
import { isFinal, type Leg, type Run, type RunStatus } from '../model/run.ts';
import { announceRunEnd } from './announce-run.ts';
import type { EngineDeps } from './ports.ts';
import { findRoute } from './route-table.ts';

/** How far the next incremental run looks back behind the newest change seen: late commits, clocks that differ. */
const overlapMs = 2 * 60_000;

export type FinishDeps = Pick<EngineDeps, 'runs' | 'clock' | 'announce' | 'freed'>;

/** What follows the end of a leg. Safe to repeat, so that a worker may die anywhere in it. */
export async function finishLeg(deps: EngineDeps, run: Run, leg: Leg): Promise<void> {
  const at = instant(deps.clock.now());
  if (leg.status === 'completed' && !run.dry_run) {
    const watermark = nextWatermark(run, await readBy(deps, run, leg));
    if (watermark) await deps.runs.setWatermark(run.tenant_id, leg.route_id, watermark);
    const route = findRoute(leg.route_id, deps.routes);
    if (route) await deps.connections.noteSync(run.tenant_id, [route.source.platform, route.target.platform], at);
  }
  await endLeg(deps, run, leg);
}

/** Gives the route free and ends the run with its last leg. */
export async function endLeg(deps: FinishDeps, run: Run, leg: Leg): Promise<void> {
  await deps.runs.releaseLease(run.tenant_id, leg.route_id, run.run_id);
  const legs = await deps.runs.legs(run.tenant_id, run.run_id);
  if (!legs.every(({ status }) => isFinal(status))) return;
  const status = overall(legs);
  await announceRunEnd(deps, run, legs, status);
  await deps.runs.setStatus(run, status, instant(deps.clock.now()));
  await deps.freed?.(run.tenant_id);
}

/** The leg that read the source: of a confirmed plan the dry run, which saw also what needed nothing. */
async function readBy(deps: Pick<FinishDeps, 'runs'>, run: Run, leg: Leg): Promise<Leg | undefined> {
  return run.plan_id === undefined ? leg : deps.runs.leg(run.tenant_id, run.plan_id, leg.route_id);
}

/**
 * By the source's own clock: the newest change seen, but not later than the start, because a full read may have passed
 * a record before it changed. Runs over part of the records say nothing about the rest.
 */
function nextWatermark(run: Run, leg: Leg | undefined): string | undefined {
  const partial =
    run.undo !== undefined ||
    run.ids !== undefined ||
    run.retry !== undefined ||
    run.filters.status !== undefined ||
    run.filters.date_range !== undefined;
  if (partial || !leg || leg.latest_modified === null || leg.started_at === undefined) return undefined;
  const newest = Math.min(Date.parse(leg.latest_modified), Date.parse(leg.started_at));
  return instant(newest - overlapMs);
}

function overall(legs: readonly Leg[]): RunStatus {
  const statuses = legs.map(({ status }) => status);
  if (statuses.includes('failed')) return 'failed';
  return statuses.includes('cancelled') ? 'cancelled' : 'completed';
}
