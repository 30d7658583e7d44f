import type { RejectedRecord } from '../connectors/source.ts';
import { instant } from '../core/clock.ts';
import { type Failure, FailureError, type Result, unwrap } from '../core/failure.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { MappingDocument } from '../mapping/document.ts';
import { type Counts, type DocumentCounts, isFinal, type Leg, type Run } from '../model/run.ts';
import { announcePause } from './announce-run.ts';
import { finishLeg } from './finish-leg.ts';
import { type FlowPolicy, policyOf } from './flow-policy.ts';
import { legMetric } from './leg-metric.ts';
import { planKey } from './object-keys.ts';
import { processRecords } from './pipeline.ts';
import { describePlan, describeRejected, markHealed } from './plan.ts';
import { addPage } from './plan-totals.ts';
import type { EngineDeps, OpenRoute, SliceMessage } from './ports.ts';
import { readConfirmed } from './read-confirmed.ts';
import { readRetry } from './read-retry.ts';
import { readReversals } from './read-reversals.ts';
import { readWindow, type Window } from './read-window.ts';
import { recordRejected } from './record-outcomes.ts';
import { recoverBatches } from './recover-batches.ts';
import { findRoute } from './route-table.ts';
import { routes as allRoutes, type Route } from './routes.ts';
import { undoRecords } from './undo-records.ts';
import { doesAgain } from './undone.ts';
import type { WindowContext } from './window-context.ts';
import { recordOutcome } from './work.ts';

export interface SliceOptions {
  readonly mappings: ReadonlyMap<string, MappingDocument>;
  /** Epoch ms of the engine's clock after which no new window begins. */
  readonly until: number;
  /** Records after which a window is full. @default 300: enough to fill write batches, few enough to redo cheaply */
  readonly windowRecords?: number;
}

const defaultWindowRecords = 300;
const maxPauses = 40;
const pauseBaseMs = 15_000;
const pauseMaxMs = 30 * 60_000;

/**
 * Works on one leg for about a minute: finishes what an earlier worker left open, then window by window from the
 * checkpoint, then queues the next slice behind whatever else waits in the lane. Every delivery of the message, in any
 * number, leads to the same end.
 */
export async function runSlice(deps: EngineDeps, message: SliceMessage, options: SliceOptions): Promise<void> {
  const routes = deps.routes ?? allRoutes;
  const run = await deps.runs.find(message.tenant_id, message.run_id);
  const leg = await deps.runs.leg(message.tenant_id, message.run_id, message.route_id);
  const route = findRoute(message.route_id, routes);
  if (!run || !leg || !route) {
    deps.log.warn('a slice without its run', { run_id: message.run_id, route_id: message.route_id });
    return;
  }
  if (isFinal(leg.status)) {
    await finishLeg(deps, run, leg);
    return;
  }
  if (leg.slice > message.slice) {
    await sendSlice(deps, route, leg);
    return;
  }
  await new Slice(deps, run, route, routes, options).work(leg);
}

class Slice {
  private readonly deps: EngineDeps;
  private readonly run: Run;
  private readonly route: Route;
  private readonly routes: readonly Route[];
  private readonly options: SliceOptions;
  /** Calls of the slices before this one; this one's limiters begin at zero. */
  private callsBefore: Leg['calls'] = {};
  /** As it was when the slice began. */
  private flow: Promise<FlowPolicy> | undefined;

  constructor(deps: EngineDeps, run: Run, route: Route, routes: readonly Route[], options: SliceOptions) {
    this.deps = deps;
    this.run = run;
    this.route = route;
    this.routes = routes;
    this.options = options;
  }

  async work(found: Leg): Promise<void> {
    const { deps, run, route } = this;
    const leg = { ...found, time_zone: found.time_zone ?? (await deps.connections.storeZone(run.tenant_id)) };
    const opened = await deps.connections.open(
      run.tenant_id,
      { source: route.source.platform, target: route.target.platform },
      !run.dry_run,
    );
    if (!opened.ok) {
      await this.pauseOrFail(leg, opened.failure);
      return;
    }
    const open = opened.value;
    this.callsBefore = leg.calls;
    let current = await this.begin(leg);
    if (!current) {
      await open.settle();
      return;
    }
    try {
      if (open.writer) {
        await recoverBatches(deps, run.tenant_id, route.target.platform, open.target.connector, open.writer);
      }
      current = await this.windows(current, open);
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      await open.settle(error.failure);
      const latest = await deps.runs.leg(run.tenant_id, run.run_id, route.id);
      const calls = addCalls(this.callsBefore, callsOf(open));
      if (latest && !isFinal(latest.status)) await this.pauseOrFail(latest, error.failure, { calls });
      return;
    }
    await open.settle();
    if (!current) return;
    if (isFinal(current.status)) await finishLeg(deps, run, current);
    else await sendSlice(deps, route, current);
  }

  /** Marks leg and run as running. Undefined: another worker has the leg. */
  private async begin(leg: Leg): Promise<Leg | undefined> {
    const { deps, run } = this;
    if (leg.status === 'running') return leg;
    const at = instant(deps.clock.now());
    const started: Leg = {
      ...leg,
      status: 'running',
      version: leg.version + 1,
      started_at: leg.started_at ?? at,
      failure: undefined,
      resume_at: undefined,
    };
    if (!(await deps.runs.checkpoint(started))) return undefined;
    await deps.runs.setStatus(run, 'running', at);
    return started;
  }

  /** Windows until the source or the time is at its end. Undefined: another worker went on from here. */
  private async windows(leg: Leg, open: OpenRoute): Promise<Leg | undefined> {
    const { deps, run } = this;
    let current = leg;
    const read = (cursor: Json | null) => {
      const reading = this.read(current, open, cursor);
      // Read ahead: a failure is dealt with when its turn comes.
      reading.catch(() => undefined);
      return reading;
    };
    let reading = read(current.cursor as Json | null);
    for (;;) {
      const window = unwrap(await reading);
      const cancelled = (await deps.runs.find(run.tenant_id, run.run_id))?.cancel_requested === true;
      if (cancelled) return this.checkpoint(current, { status: 'cancelled', ...this.finished() });
      if (window.next !== null) reading = read(window.next);
      const done = await this.processWindow(current, open, window);
      const timeUp = deps.clock.now() >= this.options.until;
      const progress = {
        ...done,
        cursor: window.next,
        window: current.window + 1,
        total: current.total ?? window.total,
        pauses: 0,
        ...(window.next === null ? { status: 'completed' as const, ...this.finished() } : {}),
        ...(window.next !== null && timeUp ? { slice: current.slice + 1 } : {}),
      };
      const next = await this.checkpoint(current, progress);
      if (!next || window.next === null || timeUp) {
        await reading.catch(() => undefined);
        return next;
      }
      current = next;
    }
  }

  /** What a window holds depends on what is asked for: to take something back, to carry out a plan, or to sync. */
  private read(leg: Leg, open: OpenRoute, cursor: Json | null): Promise<Result<Window>> {
    const { deps, run, route, routes } = this;
    const { connector } = open.source;
    if (run.undo) return readReversals(deps, route, routes, run, cursor);
    if (run.plan_id) return readConfirmed(deps, connector, route, run, cursor);
    if (run.retry) return readRetry(deps, connector, route, run, cursor);
    const { windowRecords: records = defaultWindowRecords, until } = this.options;
    return readWindow(deps, connector, route, run, leg, cursor, { records, until });
  }

  private async processWindow(leg: Leg, open: OpenRoute, window: Window): Promise<Partial<Leg>> {
    const { deps, run, route, routes } = this;
    const documents: DocumentCounts = structuredClone(leg.documents);
    this.flow ??= deps.flows.settings(run.tenant_id).then((settings) => policyOf(settings, route));
    const flow = await this.flow;
    const context: WindowContext = {
      deps,
      open,
      tenantId: run.tenant_id,
      routeId: route.id,
      flow,
      runId: run.run_id,
      requestedBy: run.requested_by,
      doesAgain: doesAgain(run),
      window: `${run.run_id}/${route.id}/${leg.window}`,
      routes,
      mappings: this.options.mappings,
      references: new Map(),
      documents,
      ...(open.writer ? {} : { plan: [] }),
      expected: window.expected,
      nextBatch: 0,
    };
    const works = window.reversals
      ? await undoRecords(context, window.reversals)
      : await processRecords(context, route, window.records, isAskedFor(run));
    await recordRejected(context, route, window.rejected);
    const counts: Counts = { ...leg.counts };
    counts.read += works.length + window.rejected.length;
    counts.failed += window.rejected.length;
    for (const work of works) counts[recordOutcome(work)] += 1;
    const latest = window.records.reduce(
      (max, { modified_at }) => (modified_at !== null && (max === null || modified_at > max) ? modified_at : max),
      leg.latest_modified,
    );
    return {
      ...(await this.keepPlan(context, leg, window.rejected)),
      counts,
      documents,
      latest_modified: latest,
      calls: addCalls(this.callsBefore, callsOf(open)),
    };
  }

  /** Stores the window's part of a plan; the same window again stores the same page. */
  private async keepPlan(context: WindowContext, leg: Leg, rejected: readonly RejectedRecord[]): Promise<Partial<Leg>> {
    if (!context.plan) return {};
    const { deps, run, route } = this;
    const { connector } = context.open.target;
    const changes = [
      ...(await markHealed(deps, run.tenant_id, await describePlan(deps.journal, connector, context.plan))),
      ...rejected.map((record) => describeRejected(route, record)),
    ];
    await deps.journal.write(
      planKey(run.tenant_id, run.run_id, route.id, leg.window),
      changes as readonly JsonObject[],
    );
    const limits = context.open.limiters[route.target.platform]?.limits ?? [];
    return { plan: addPage(leg.plan, changes, connector.entities, limits) };
  }

  private async checkpoint(leg: Leg, changes: Partial<Leg>): Promise<Leg | undefined> {
    const next: Leg = { ...leg, ...changes, version: leg.version + 1 };
    const metric = legMetric(leg, next, this.run, this.deps.clock.now());
    return (await this.deps.runs.checkpoint(next, metric)) ? next : undefined;
  }

  private finished(): Pick<Leg, 'finished_at'> {
    return { finished_at: instant(this.deps.clock.now()) };
  }

  /** A connection in trouble: wait and resume by itself, or give up where only a person can help. */
  private async pauseOrFail(leg: Leg, failure: Failure, used: Partial<Leg> = {}): Promise<void> {
    const { deps, run, route } = this;
    const { retry_after_ms: asked } = failure;
    if (!failure.retryable || leg.pauses >= maxPauses) {
      const failed = await this.checkpoint(leg, { ...used, status: 'failed', failure, ...this.finished() });
      if (!failed) return;
      deps.log.warn('a leg failed', troubleOf(failed, failure));
      await finishLeg(deps, run, failed);
      return;
    }
    const wait = Math.max(asked ?? 0, Math.min(pauseMaxMs, pauseBaseMs * 2 ** leg.pauses));
    const resumeAt = instant(deps.clock.now() + wait);
    const paused = await this.checkpoint(leg, {
      ...used,
      status: 'paused',
      failure,
      pauses: leg.pauses + 1,
      slice: leg.slice + 1,
      resume_at: resumeAt,
    });
    if (!paused) return;
    deps.log.warn('a leg waits for its platform', { ...troubleOf(paused, failure), resume_at: resumeAt });
    await announcePause(deps, run, paused, failure);
    await deps.runs.setStatus(run, 'paused', resumeAt);
    await deps.lane.sendAt(messageOf(paused), route.target.platform, resumeAt);
  }
}

/** Whether a person, or the retry of a failure, wants these very records. */
function isAskedFor({ ids, told, retry }: Run): boolean {
  return (ids !== undefined && !told) || retry !== undefined;
}

function sendSlice(deps: EngineDeps, route: Route, leg: Leg): Promise<void> {
  const message = messageOf(leg);
  if (leg.status === 'paused' && leg.resume_at && Date.parse(leg.resume_at) > deps.clock.now()) {
    return deps.lane.sendAt(message, route.target.platform, leg.resume_at);
  }
  return deps.lane.send(message, route.target.platform);
}

function messageOf(leg: Leg): SliceMessage {
  const { tenant_id, run_id, route_id, slice, trace_id } = leg;
  return { tenant_id, run_id, route_id, slice, trace_id };
}

/** For the log: what the platform's support desk asks for is `platform_trace_id`. */
function troubleOf({ run_id, route_id }: Leg, { code, platform_code, trace_id }: Failure): JsonObject {
  return { run_id, route_id, code, platform_code, platform_trace_id: trace_id };
}

function callsOf(open: OpenRoute): Record<string, number> {
  return Object.fromEntries(
    Object.entries(open.limiters).flatMap(([platform, { used }]) =>
      Object.entries(used).map(([kind, count]) => [`${platform}/${kind}`, count]),
    ),
  );
}

function addCalls(before: Record<string, number>, now: Record<string, number>): Record<string, number> {
  const kinds = new Set([...Object.keys(before), ...Object.keys(now)]);
  return Object.fromEntries([...kinds].map((kind) => [kind, (before[kind] ?? 0) + (now[kind] ?? 0)]));
}
