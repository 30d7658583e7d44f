import { contentHash } from '../core/json.ts';
import { isFinal, type Leg, type Run } from '../model/run.ts';
import { type ConfirmDeps, type Offered, offerConfirmation, requestOfPlan } from './confirm-plan.ts';
import { documentsOf } from './plan-totals.ts';
import { type StartOutcome, type StartRequest, startRun } from './start-run.ts';

/** More documents than this are written only after somebody saw the plan. */
const mostUnconfirmed = 10;
/** How old a plan may be to stand for a request that comes again. */
const planLifeMs = 5 * 60_000;
/** How long a request waits for its plan: well below what the gateway allows. */
const patienceMs = 12_000;
const lookEveryMs = 400;
/** Runs of the entity among which a fresh plan is looked for. */
const recentRuns = 20;

export type GuardOutcome =
  | StartOutcome
  /** Nothing was written: the plan has to be confirmed. With a token once the plan is there. */
  | { readonly kind: 'unconfirmed'; readonly plan: Run; readonly offer?: Offered };

/**
 * Starts what is certainly small at once. Everything else is planned first: a plan of a few documents that takes nothing
 * away is carried out, any other one is answered with a token to confirm it. Asking again while the plan is fresh is
 * answered from the same plan.
 */
export async function guardRun(deps: ConfirmDeps, request: StartRequest): Promise<GuardOutcome> {
  if (request.dryRun || isSmall(request)) return startRun(deps, request);
  const known = await repeated(deps, request);
  if (known) return known;
  const asked = requestHash(request);
  const found = (await freshPlan(deps, request, asked)) ?? (await newPlan(deps, request, asked));
  if (found.kind !== 'plan') return found;
  const plan = await completed(deps, found.plan);
  if (plan.status !== 'completed') return { kind: 'unconfirmed', plan };
  const legs = await deps.runs.legs(plan.tenant_id, plan.run_id);
  if (isHarmless(legs))
    return startRun(deps, { ...requestOfPlan(plan, request.requestedBy), idempotencyKey: keyFor(request, plan) });
  const ask = { tenantId: plan.tenant_id, userId: request.requestedBy, planId: plan.run_id };
  const offer = await offerConfirmation(deps, ask);
  return { kind: 'unconfirmed', plan, ...(offer.kind === 'offered' ? { offer } : {}) };
}

function isSmall({ ids, undo }: StartRequest): boolean {
  return undo === undefined && ids !== undefined && ids.length <= mostUnconfirmed;
}

/** Few documents, and nothing that takes something away. */
function isHarmless(legs: readonly Leg[]): boolean {
  const { written, deleted } = documentsOf(legs);
  return deleted === 0 && written <= mostUnconfirmed;
}

async function repeated({ runs }: ConfirmDeps, { tenantId, idempotencyKey }: StartRequest) {
  const run = idempotencyKey === undefined ? undefined : await runs.findByIdempotencyKey(tenantId, idempotencyKey);
  return run && ({ kind: 'repeated', run } as const);
}

/** The same user asking for the same. */
function requestHash({ requestedBy, mode, filters, ids, source, target, routeIds, undo }: StartRequest): string {
  return contentHash([requestedBy, mode, filters, ids, source, target, routeIds, undo]);
}

type Found = { readonly kind: 'plan'; readonly plan: Run } | Exclude<StartOutcome, { kind: 'started' | 'repeated' }>;

/** A plan of this very request that nobody carried out yet. */
async function freshPlan(
  { runs, clock }: ConfirmDeps,
  request: StartRequest,
  asked: string,
): Promise<Found | undefined> {
  const { runs: recent } = await runs.list(request.tenantId, { entity: request.entity, limit: recentRuns });
  const plan = recent.find(
    (run) =>
      run.dry_run &&
      run.asked === asked &&
      run.status !== 'failed' &&
      run.status !== 'cancelled' &&
      clock.now() - Date.parse(run.finished_at ?? run.started_at) < planLifeMs &&
      !recent.some(({ plan_id }) => plan_id === run.run_id),
  );
  return plan && { kind: 'plan', plan };
}

async function newPlan(deps: ConfirmDeps, request: StartRequest, asked: string): Promise<Found> {
  const outcome = await startRun(deps, { ...request, dryRun: true, idempotencyKey: undefined, asked });
  if (outcome.kind === 'started' || outcome.kind === 'repeated') return { kind: 'plan', plan: outcome.run };
  if (outcome.kind !== 'busy') return outcome;
  // The list of runs lags: the plan may have been started a moment ago.
  const holder = await deps.runs.find(request.tenantId, outcome.run_id);
  return holder?.dry_run && holder.asked === asked ? { kind: 'plan', plan: holder } : outcome;
}

/** The plan once it is final, or as it is when patience ends. */
async function completed({ runs, clock }: ConfirmDeps, plan: Run): Promise<Run> {
  const until = clock.now() + patienceMs;
  for (let current = plan; ; ) {
    if (isFinal(current.status) || clock.now() >= until) return current;
    await clock.sleep(lookEveryMs);
    current = (await runs.find(plan.tenant_id, plan.run_id)) ?? current;
  }
}

/** One run for one plan, whoever asks how often. */
function keyFor({ idempotencyKey }: StartRequest, plan: Run): string {
  return idempotencyKey ?? `plan/${plan.run_id}`;
}
