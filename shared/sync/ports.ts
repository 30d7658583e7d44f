import type { SourceConnector } from '../connectors/source.ts';
import type { TargetConnector, TargetWriter } from '../connectors/target.ts';
import type { Clock } from '../core/clock.ts';
import type { Failure, Result } from '../core/failure.ts';
import type { Ids } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import type { Announce } from '../model/announcement.ts';
import type { Confirmation } from '../model/confirmation.ts';
import type { Conflict, ConflictResolution } from '../model/conflict.ts';
import type { Connection } from '../model/connection.ts';
import type { FailureCause } from '../model/failure-cause.ts';
import type { FailureRecord } from '../model/failure-record.ts';
import type { FlowSettings } from '../model/flow-settings.ts';
import type { HistoryEntry, HistoryStatus } from '../model/history-entry.ts';
import type { Link, OpenBatch } from '../model/link.ts';
import type { MetricIncrement } from '../model/metric.ts';
import type { PendingChange } from '../model/pending-change.ts';
import type { Leg, Run, RunStatus } from '../model/run.ts';
import type { RateLimiter } from '../platform/rate-limiter.ts';
import type { Route } from './routes.ts';

/** What the engine needs from outside, by access pattern. Implemented in shared/data and shared/platform. */

export type StartResult =
  | { readonly kind: 'created' }
  /** The idempotency key belongs to this run already. */
  | { readonly kind: 'repeated'; readonly run_id: string }
  /** Another run holds the lease of this route. */
  | { readonly kind: 'busy'; readonly route_id: string; readonly run_id: string };

export interface FlowRepository {
  /** What the workspace chose for its flows; the empty settings where it chose nothing. */
  settings(tenantId: string): Promise<FlowSettings>;
  /** Stores the settings as the version after theirs; undefined where somebody else stored one meanwhile. */
  save(settings: FlowSettings): Promise<FlowSettings | undefined>;
}

export interface RunRepository {
  /** Creates the run, its legs, the leases of its routes and the idempotency record: all or none. */
  start(run: Run, legs: readonly Leg[], idempotencyKey: string | undefined): Promise<StartResult>;
  find(tenantId: string, runId: string): Promise<Run | undefined>;
  /** The run this key started within the last day. */
  findByIdempotencyKey(tenantId: string, key: string): Promise<Run | undefined>;
  legs(tenantId: string, runId: string): Promise<Leg[]>;
  leg(tenantId: string, runId: string, routeId: string): Promise<Leg | undefined>;
  list(
    tenantId: string,
    query: {
      readonly entity?: string | undefined;
      readonly status?: RunStatus | undefined;
      readonly limit: number;
      readonly after?: string | undefined;
    },
  ): Promise<{ runs: Run[]; next?: string }>;
  /**
   * Stores the leg, and adds `metric` to the counters of its flow, if nobody stored it since `leg.version - 1`. False:
   * another worker went on; stop without a trace.
   */
  checkpoint(leg: Leg, metric?: MetricIncrement): Promise<boolean>;
  /** Moves the run's status along the transition table; a later status is left alone. */
  setStatus(run: Run, status: RunStatus, at: string): Promise<Run>;
  requestCancel(tenantId: string, runId: string): Promise<Run | undefined>;
  releaseLease(tenantId: string, routeId: string, runId: string): Promise<void>;
  watermark(tenantId: string, routeId: string): Promise<string | null>;
  setWatermark(tenantId: string, routeId: string, instant: string): Promise<void>;
}

export interface LinkAddress {
  readonly source: {
    readonly connection: string;
    readonly entity: string;
    readonly id: string;
    /** What people call it, where that is not its id; kept with the link, no part of its key. */
    readonly number?: string | undefined;
  };
  readonly target: { readonly connection: string; readonly entity: string };
}

export interface LinkRepository {
  /** Links in the order of the addresses; undefined where there is none. */
  findMany(tenantId: string, addresses: readonly LinkAddress[]): Promise<(Link | undefined)[]>;
  /**
   * Claims the links of the batch's creates and keeps the batch, all or none. Answers the addresses somebody else
   * holds; then nothing was stored.
   */
  claim(batch: OpenBatch, claims: readonly Link[]): Promise<readonly LinkAddress[]>;
  /** Links to documents of one target, in their order; undefined where no record stands behind one. May lag a moment. */
  findByTarget(
    tenantId: string,
    documents: readonly { readonly connection: string; readonly entity: string; readonly id: string }[],
  ): Promise<(Link | undefined)[]>;
  /** Links to documents of one entity of a target, in the order of their ids; linked ones only. */
  list(
    tenantId: string,
    target: { readonly connection: string; readonly entity: string },
    page: RepositoryPage,
  ): Promise<{ links: Link[]; next?: string }>;
  /** Stores links as they are; safe to repeat. */
  save(links: readonly Link[]): Promise<void>;
  /** Gives back claims whose create certainly did not happen. */
  release(links: readonly Link[]): Promise<void>;
  openBatches(tenantId: string, connection: string): Promise<OpenBatch[]>;
  closeBatch(batch: OpenBatch): Promise<void>;
}

/** A failure about to change. */
export interface FailureEntry {
  readonly failureId: string;
  /** The failure it may be parked under. */
  readonly parentId?: string | undefined;
}

/**
 * What a failure is to become; undefined: it is to be gone. May be asked again when somebody else changed it meanwhile,
 * so it decides by its arguments alone.
 */
export type DecideFailure = (
  before: FailureRecord | undefined,
  /** Present only while the parent is in the queue. */
  parent: FailureRecord | undefined,
  index: number,
) => FailureRecord | undefined;

/** One entry of the queue of retries: a failure, or all open members of a cause that was released. */
export interface DueRetry {
  readonly at: string;
  readonly ref:
    | { readonly kind: 'failure'; readonly failure_id: string }
    | { readonly kind: 'cause'; readonly cause: string };
  readonly position: string;
}

export interface FailureRepository {
  find(tenantId: string, failureId: string): Promise<FailureRecord | undefined>;
  findMany(tenantId: string, failureIds: readonly string[]): Promise<(FailureRecord | undefined)[]>;
  /**
   * Changes failures together with the counts of their causes and their places in the queue of retries: per failure all
   * or nothing, whoever else is at work. A failure that goes releases what is parked under it. Answers what they became.
   */
  change(
    tenantId: string,
    at: string,
    entries: readonly FailureEntry[],
    decide: DecideFailure,
  ): Promise<(FailureRecord | undefined)[]>;
  /** Latest first. */
  list(
    tenantId: string,
    query: {
      /** Only these routes; undefined: all. */
      readonly routeIds?: readonly string[] | undefined;
      /** Only of this cause; `routeIds` then filters. */
      readonly cause?: string | undefined;
      readonly state?: FailureRecord['state'] | undefined;
      readonly runId?: string | undefined;
      readonly limit: number;
      readonly after?: string | undefined;
    },
  ): Promise<{ failures: FailureRecord[]; next?: string }>;
  /** In the order of the ids; undefined where no failure has this cause. */
  findCauses(tenantId: string, causes: readonly string[]): Promise<(FailureCause | undefined)[]>;
  /** Latest first. */
  listCauses(tenantId: string, page: RepositoryPage): Promise<{ causes: FailureCause[]; next?: string }>;
  /** Causes whose members are parked under failures of this route. */
  listDependents(
    tenantId: string,
    parentRouteId: string,
    page: RepositoryPage,
  ): Promise<{ causes: FailureCause[]; next?: string }>;
  /** When the next of a cause is tried again by itself; null: none is. */
  nextRetry(tenantId: string, cause: string): Promise<string | null>;
  /** Retries of a route that are due until `before`, the earliest first. */
  due(
    tenantId: string,
    routeId: string,
    before: string,
    page: RepositoryPage,
  ): Promise<{ retries: DueRetry[]; next?: string }>;
}

export interface RepositoryPage {
  readonly limit: number;
  readonly after?: string | undefined;
}

/** The queue of retries over all tenants, in shards. */
export interface RetryQueue {
  readonly shards: number;
  /**
   * The earliest retry of the first tenant and route behind `after`: as many calls as there are tenants and routes with
   * retries, however many these have.
   */
  next(shard: number, after?: string): Promise<RetryLine | undefined>;
}

export interface RetryLine {
  readonly tenant_id: string;
  readonly route_id: string;
  /** When its earliest retry is due. */
  readonly at: string;
  /** Goes back in as `after`. */
  readonly position: string;
}

/** What is to be brought along a route because it changed, over all tenants. */
export interface PendingChangeRepository {
  readonly shards: number;
  /** Adds to what waits: one entry per route and record, however often it is told of. Safe to repeat. */
  note(changes: readonly PendingChange[]): Promise<void>;
  /** Of one route, by record id. Never out of date. */
  list(tenantId: string, routeId: string, limit: number): Promise<PendingChange[]>;
  /** Takes these out, but for those that were told of again since they were listed. */
  remove(changes: readonly PendingChange[]): Promise<void>;
  /** The routes of a tenant for which something waits. */
  routesOf(tenantId: string): Promise<string[]>;
  /** The first tenant and route behind `after` for which something waits: as many calls as there are such. */
  next(shard: number, after?: string): Promise<PendingLine | undefined>;
}

export interface PendingLine {
  readonly tenant_id: string;
  readonly route_id: string;
  /** Goes back in as `after`. */
  readonly position: string;
}

/** Has `drainChanges` of a tenant called soon: a few seconds later, so that a burst is one run. */
export interface ChangeBell {
  ring(tenantId: string): Promise<void>;
}

/** Which entries of the history. */
export type HistoryQuery =
  | {
      /** Only these routes; undefined: all. A status wants them named. */
      readonly routeIds?: readonly string[] | undefined;
      readonly status?: HistoryStatus | undefined;
      /** Epoch ms, both inclusive. */
      readonly fromMs?: number | undefined;
      readonly toMs?: number | undefined;
    }
  /** Those of these records of sources, by run instead of by time. */
  | { readonly records: readonly HistoryEntry['source'][] };

/** What happened to records, newest first, whatever their number. */
export interface HistoryRepository {
  /** Stores entries; one with the same run, route and record takes the place of the earlier. */
  append(entries: readonly HistoryEntry[]): Promise<void>;
  list(
    tenantId: string,
    query: Exclude<HistoryQuery, { records: unknown }> & {
      readonly limit: number;
      readonly after?: string | undefined;
    },
  ): Promise<{ entries: HistoryEntry[]; next?: string }>;
  /** Of one record of the source, newest first. */
  ofRecord(
    tenantId: string,
    source: HistoryEntry['source'],
    query: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ entries: HistoryEntry[]; next?: string }>;
  /**
   * One by one, however many, reading `chunk` of each partition at a time. `position` is what `after` takes to go on
   * behind this entry.
   */
  walk(
    tenantId: string,
    query: HistoryQuery,
    from: { readonly chunk: number; readonly after?: string | undefined },
  ): AsyncIterable<{ readonly entry: HistoryEntry; readonly position: string }>;
}

export interface ConflictRepository {
  /** Stores conflicts; one that is there already keeps what a person decided, and stays open until then. */
  keep(conflicts: readonly Conflict[]): Promise<void>;
  find(tenantId: string, conflictId: string): Promise<Conflict | undefined>;
  findMany(tenantId: string, conflictIds: readonly string[]): Promise<(Conflict | undefined)[]>;
  /** Newest first. */
  list(
    tenantId: string,
    query: RepositoryPage & { readonly state?: Conflict['state'] | undefined },
  ): Promise<{ conflicts: Conflict[]; next?: string }>;
  /** Keeps what a person decided; undefined where it is not open any more. */
  resolve(conflict: Conflict, resolution: ConflictResolution): Promise<Conflict | undefined>;
}

export interface ConfirmationRepository {
  create(confirmation: Confirmation): Promise<void>;
  find(tenantId: string, tokenHash: string): Promise<Confirmation | undefined>;
  /** Spends it for this run; false when it is spent already. */
  use(confirmation: Confirmation, runId: string): Promise<boolean>;
}

/** What was written, line by line: the source of before-images, history and undo. */
export interface Journal {
  /** Stores the lines under a key; the same key again replaces the same lines. */
  write(key: string, lines: readonly JsonObject[]): Promise<void>;
  read(key: string): Promise<readonly JsonObject[]>;
  /** Keys with this prefix after `after`, in order, at most `limit` of them. */
  list(prefix: string, after: string | null, limit: number): Promise<readonly string[]>;
}

export interface SliceMessage {
  readonly tenant_id: string;
  readonly run_id: string;
  readonly route_id: string;
  /** The leg's slice this message asks for. */
  readonly slice: number;
  /** The run's; log lines of its slices carry it. */
  readonly trace_id?: string | undefined;
}

/** The queue of slices; one at a time per tenant and target connection. */
export interface Lane {
  send(message: SliceMessage, targetConnection: string): Promise<void>;
  /** Delivers not before `at`. */
  sendAt(message: SliceMessage, targetConnection: string, at: string): Promise<void>;
}

/** Both ends of a route, opened for one slice. */
export interface OpenRoute {
  readonly source: { readonly connection: Connection; readonly connector: SourceConnector };
  readonly target: { readonly connection: Connection; readonly connector: TargetConnector };
  /** Absent in a dry run: without it nothing can be written. */
  readonly writer?: TargetWriter | undefined;
  readonly limiters: Readonly<Record<string, RateLimiter>>;
  /**
   * Tells the connections how the slice ended: well, or stopped by this failure; and hands on to the next worker what is
   * known of their limits. Once, at its end.
   */
  settle(failure?: Failure): Promise<void>;
}

export interface Connections {
  /** Names of the platforms that are connected and enabled. */
  enabled(tenantId: string): Promise<readonly string[]>;
  /** The zone whose days the business counts. */
  storeZone(tenantId: string): Promise<string>;
  open(tenantId: string, platforms: { source: string; target: string }, write: boolean): Promise<Result<OpenRoute>>;
  noteSync(tenantId: string, platforms: readonly string[], at: string): Promise<void>;
}

export interface Log {
  info(message: string, fields?: JsonObject): void;
  warn(message: string, fields?: JsonObject): void;
}

export interface EngineDeps {
  /** The flows there are. @default the route table */
  readonly routes?: readonly Route[] | undefined;
  readonly runs: RunRepository;
  readonly flows: FlowRepository;
  readonly links: LinkRepository;
  readonly failures: FailureRepository;
  readonly history: HistoryRepository;
  readonly conflicts: ConflictRepository;
  readonly journal: Journal;
  readonly lane: Lane;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly announce: Announce;
  /** Told when a run of this tenant has given its routes free: somebody may wait for them. Never throws. */
  readonly freed?: ((tenantId: string) => Promise<void>) | undefined;
}
