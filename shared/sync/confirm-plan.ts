import { instant } from '../core/clock.ts';
import { contentHash, sha256Hex } from '../core/json.ts';
import type { Leg, Run } from '../model/run.ts';
import { documentsOf } from './plan-totals.ts';
import type { ConfirmationRepository } from './ports.ts';
import { type StartOutcome, type StartRequest, type StartRunDeps, startRun } from './start-run.ts';

export interface ConfirmDeps extends StartRunDeps {
  readonly confirmations: ConfirmationRepository;
}

/** Time to read a summary and say yes. */
const lifetimeMs = 5 * 60_000;

export interface Offered {
  readonly kind: 'offered';
  readonly token: string;
  readonly expires: string;
  readonly legs: readonly Leg[];
  /** How often it has to be said: twice where many documents are taken away. */
  readonly confirmations: 1 | 2;
}

export type Offer =
  | Offered
  /** There is no such dry run of this tenant. */
  | { readonly kind: 'no_plan' }
  /** It has not come to its end, or not all of it could be planned. */
  | { readonly kind: 'not_ready'; readonly run: Run };

/** A single-use token for exactly this plan, bound to tenant and user. */
export async function offerConfirmation(
  deps: ConfirmDeps,
  { tenantId, userId, planId }: { tenantId: string; userId: string; planId: string },
): Promise<Offer> {
  const run = await deps.runs.find(tenantId, planId);
  if (!run?.dry_run) return { kind: 'no_plan' };
  if (run.status !== 'completed') return { kind: 'not_ready', run };
  const legs = await deps.runs.legs(tenantId, planId);
  return offer(deps, { tenantId, userId, planId, legs }, documentsOf(legs).deleted > mostDeletedAtOnce ? 2 : 1);
}

/** Taking away more documents than this is asked for twice. */
const mostDeletedAtOnce = 10;

async function offer(
  { ids, clock, confirmations }: ConfirmDeps,
  { tenantId, userId, planId, legs }: { tenantId: string; userId: string; planId: string; legs: readonly Leg[] },
  left: 1 | 2,
): Promise<Offered> {
  const token = ids.token();
  const expires = instant(clock.now() + lifetimeMs);
  await confirmations.create({
    tenant_id: tenantId,
    token_hash: sha256Hex(token),
    user_id: userId,
    plan_id: planId,
    plan_hash: planHash(legs),
    left,
    expires,
  });
  return { kind: 'offered', token, expires, legs, confirmations: left };
}

/** Names exactly this plan over all its legs. */
export function planHash(legs: readonly Leg[]): string {
  const sorted = [...legs].sort((a, b) => a.route_id.localeCompare(b.route_id));
  return contentHash(sorted.map(({ route_id, plan }) => [route_id, plan?.hash ?? '']));
}

export type Confirmed =
  | { readonly kind: 'started'; readonly run: Run }
  /** It takes away so much that it has to be said once more, with this token. */
  | { readonly kind: 'once_more'; readonly planId: string; readonly offer: Offered }
  /** Unknown, forged, another tenant's or another user's: they all look the same. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'expired'; readonly expires: string }
  | { readonly kind: 'used'; readonly run_id: string }
  | Exclude<StartOutcome, { kind: 'started' | 'repeated' }>;

/**
 * Carries the plan out. The run is started under a key made from the plan, then the token is spent: of many who come at
 * once one starts the run, and who died in between finds it started.
 */
export async function confirmPlan(
  deps: ConfirmDeps,
  { tenantId, userId, token }: { tenantId: string; userId: string; token: string },
): Promise<Confirmed> {
  const confirmation = await deps.confirmations.find(tenantId, sha256Hex(token));
  if (!confirmation || confirmation.user_id !== userId) return { kind: 'unknown' };
  if (confirmation.run_id !== undefined) return { kind: 'used', run_id: confirmation.run_id };
  if (Date.parse(confirmation.expires) <= deps.clock.now()) return { kind: 'expired', expires: confirmation.expires };
  const plan = await deps.runs.find(tenantId, confirmation.plan_id);
  const legs = plan ? await deps.runs.legs(tenantId, plan.run_id) : [];
  if (!plan || planHash(legs) !== confirmation.plan_hash) return { kind: 'unknown' };
  if (confirmation.left > 1) {
    const planId = plan.run_id;
    // Spent on the plan itself: it starts nothing.
    if (!(await deps.confirmations.use(confirmation, planId))) return { kind: 'used', run_id: planId };
    return { kind: 'once_more', planId, offer: await offer(deps, { tenantId, userId, planId, legs }, 1) };
  }
  const outcome = await startRun(deps, { ...requestOfPlan(plan, userId), idempotencyKey: `plan/${plan.run_id}` });
  if (outcome.kind !== 'started' && outcome.kind !== 'repeated') return outcome;
  const isMine = await deps.confirmations.use(confirmation, outcome.run.run_id);
  return isMine ? { kind: 'started', run: outcome.run } : { kind: 'used', run_id: outcome.run.run_id };
}

/** The request that carries a plan out. */
export function requestOfPlan(plan: Run, userId: string): StartRequest {
  return {
    tenantId: plan.tenant_id,
    requestedBy: userId,
    entity: plan.entity,
    mode: plan.mode,
    dryRun: false,
    filters: plan.filters,
    ids: plan.ids,
    routeIds: plan.routes,
    planId: plan.run_id,
    undo: plan.undo,
  };
}
