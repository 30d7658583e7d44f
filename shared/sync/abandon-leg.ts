import { instant } from '../core/clock.ts';
import { isFinal, type Leg } from '../model/run.ts';
import { endLeg, type FinishDeps } from './finish-leg.ts';
import { legMetric } from './leg-metric.ts';

/** Marks a leg that can go on no more, after its message was given up. */
export async function abandonLeg(deps: FinishDeps, tenantId: string, runId: string, routeId: string): Promise<void> {
  const [run, leg] = [await deps.runs.find(tenantId, runId), await deps.runs.leg(tenantId, runId, routeId)];
  if (!run || !leg) return;
  if (isFinal(leg.status)) {
    await endLeg(deps, run, leg);
    return;
  }
  const failed: Leg = {
    ...leg,
    status: 'failed',
    version: leg.version + 1,
    finished_at: instant(deps.clock.now()),
    failure: {
      category: 'internal',
      code: 'sync.given_up',
      reason: 'The worker failed several times at the same place.',
      fix: 'Start the sync again; it goes on where it is safe. If it fails again, report it with this run id.',
      retryable: true,
    },
  };
  const metric = legMetric(leg, failed, run, deps.clock.now());
  if (await deps.runs.checkpoint(failed, metric)) await endLeg(deps, run, failed);
}
