import { instant } from '../core/clock.ts';
import type { RetrySelection } from '../model/retry.ts';
import { isFinal, type Leg, noCounts, type Run, type RunMode } from '../model/run.ts';
import { policyOf } from './flow-policy.ts';
import type { EngineDeps } from './ports.ts';
import type { RetryCursor } from './retry-records.ts';
import { entityNames, findRoute, routesFor } from './route-table.ts';

export interface StartRunDeps extends Pick<EngineDeps, 'routes' | 'runs' | 'flows' | 'clock' | 'ids'> {
  readonly lane: Pick<EngineDeps['lane'], 'send'>;
  readonly connections: Pick<EngineDeps['connections'], 'enabled'>;
  /** The trace of the work that asks for a run. */
  readonly traceId?: (() => string | undefined) | undefined;
}

export interface StartRequest {
  readonly tenantId: string;
  readonly requestedBy: string;
  /** As the API spells it: `orders`. */
  readonly entity: string;
  readonly mode: RunMode;
  readonly dryRun: boolean;
  readonly filters: Run['filters'];
  readonly ids?: readonly string[] | undefined;
  /** The ids are of records that somebody said have changed. */
  readonly told?: true | undefined;
  /** A schedule starts it. */
  readonly byItself?: true | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly source?: string | undefined;
  readonly target?: string | undefined;
  /** Carries out the plan of this dry run instead of reading the source anew. */
  readonly planId?: string | undefined;
  /** Takes a run back instead of reading the source. */
  readonly undo?: Run['undo'];
  /** Names the request that this plan is for, so that the same request finds it again. */
  readonly asked?: string | undefined;
  /** Takes failed records instead of reading the source; the first window's are known. Give one route with it. */
  readonly retry?: { readonly selection: RetrySelection; readonly first: RetryCursor } | undefined;
  /** Only these routes. */
  readonly routeIds?: readonly string[] | undefined;
}

export type StartOutcome =
  | { readonly kind: 'started'; readonly run: Run }
  /** The idempotency key started this run before. */
  | { readonly kind: 'repeated'; readonly run: Run }
  | { readonly kind: 'busy'; readonly run_id: string; readonly route_id: string }
  | { readonly kind: 'unknown_entity'; readonly valid: readonly string[] }
  | { readonly kind: 'no_route'; readonly reason: string }
  /** The ids may be of each of these platforms: they mean another record on each. */
  | { readonly kind: 'source_required'; readonly reason: string; readonly valid: readonly string[] }
  | { readonly kind: 'not_connected'; readonly platform: string };

/**
 * Starts a run: one leg for each route of the entity whose platforms are connected. Run, legs and leases are stored
 * together before anything is queued; what was stored but not queued is queued when somebody asks again.
 */
export async function startRun(deps: StartRunDeps, request: StartRequest): Promise<StartOutcome> {
  const valid = entityNames(deps.routes);
  if (!valid.includes(request.entity)) return { kind: 'unknown_entity', valid };
  const wanted = routesFor(request.entity, request, deps.routes).filter(
    ({ id }) => request.routeIds === undefined || request.routeIds.includes(id),
  );
  if (wanted.length === 0) {
    return { kind: 'no_route', reason: `${request.entity} cannot be synced between these platforms.` };
  }
  // A plan or an undo is carried out as a whole or not at all; an ordinary sync goes where it can and may.
  const isWhole = request.planId !== undefined || request.undo !== undefined;
  const settings = await deps.flows.settings(request.tenantId);
  const allowed = isWhole ? wanted : wanted.filter((route) => policyOf(settings, route).enabled);
  if (allowed.length === 0) {
    return { kind: 'no_route', reason: `Every flow of ${request.entity} between these platforms is switched off.` };
  }
  const enabled = await deps.connections.enabled(request.tenantId);
  const usable = allowed.filter(
    ({ source, target }) => enabled.includes(source.platform) && enabled.includes(target.platform),
  );
  if (usable.length === 0 || (isWhole && usable.length < wanted.length)) {
    const ends = allowed.flatMap(({ source, target }) => [source.platform, target.platform]);
    return { kind: 'not_connected', platform: ends.find((platform) => !enabled.includes(platform)) ?? '' };
  }
  const sources = [...new Set(usable.map(({ source }) => source.platform))];
  // An undo finds the records of its ids in what was written, whoever's they are.
  if (request.ids && !request.undo && sources.length > 1) {
    const reason = `Say whose ids these are: ${sources.join(' or ')} may have each of them.`;
    return { kind: 'source_required', reason, valid: sources };
  }
  const run = newRun(
    deps,
    request,
    usable.map(({ id }) => id),
  );
  const legs = await Promise.all(usable.map(({ id }) => newLeg(deps, run, id, request.retry?.first ?? null)));
  for (let tries = 0; ; tries += 1) {
    const result = await deps.runs.start(run, legs, request.idempotencyKey);
    if (result.kind === 'created') {
      for (const leg of legs) await queueLeg(deps, leg);
      return { kind: 'started', run };
    }
    const holder = await deps.runs.find(request.tenantId, result.run_id);
    if (holder) await queueStalled(deps, holder);
    if (result.kind === 'repeated' && holder) return { kind: 'repeated', run: holder };
    if (result.kind === 'busy' && tries === 0 && (!holder || isFinal(holder.status))) {
      // Its worker died between finishing and giving the lease back.
      await deps.runs.releaseLease(request.tenantId, result.route_id, result.run_id);
      continue;
    }
    return result.kind === 'busy' ? result : { kind: 'busy', run_id: result.run_id, route_id: usable[0]?.id ?? '' };
  }
}

function newRun(deps: StartRunDeps, request: StartRequest, routes: string[]): Run {
  return {
    tenant_id: request.tenantId,
    run_id: deps.ids.next(),
    entity: request.entity,
    mode: request.mode,
    dry_run: request.dryRun,
    filters: request.filters,
    ...(request.ids ? { ids: [...new Set(request.ids)] } : {}),
    ...(request.told ? { told: request.told } : {}),
    ...(request.byItself ? { by_itself: request.byItself } : {}),
    ...(request.retry ? { retry: request.retry.selection } : {}),
    ...(request.planId === undefined ? {} : { plan_id: request.planId }),
    ...(request.undo ? { undo: request.undo } : {}),
    ...(request.asked === undefined ? {} : { asked: request.asked }),
    routes,
    status: 'queued',
    requested_by: request.requestedBy,
    trace_id: deps.traceId?.(),
    started_at: instant(deps.clock.now()),
  };
}

async function newLeg(deps: StartRunDeps, run: Run, routeId: string, cursor: RetryCursor | null): Promise<Leg> {
  return {
    tenant_id: run.tenant_id,
    run_id: run.run_id,
    route_id: routeId,
    trace_id: run.trace_id,
    status: 'queued',
    version: 0,
    slice: 0,
    window: 0,
    cursor,
    since: run.mode !== 'full' ? await deps.runs.watermark(run.tenant_id, routeId) : null,
    latest_modified: null,
    counts: noCounts,
    documents: {},
    calls: {},
    pauses: 0,
  };
}

async function queueLeg(deps: StartRunDeps, leg: Leg): Promise<void> {
  const route = findRoute(leg.route_id, deps.routes);
  if (!route) return;
  const { tenant_id, run_id, route_id, slice, trace_id } = leg;
  await deps.lane.send({ tenant_id, run_id, route_id, slice, trace_id }, route.target.platform);
}

/** Queues legs that were stored but never picked up; the queue drops what it has already. */
async function queueStalled(deps: StartRunDeps, run: Run): Promise<void> {
  for (const leg of await deps.runs.legs(run.tenant_id, run.run_id)) {
    if (leg.status === 'queued') await queueLeg(deps, leg);
  }
}
