import type { SourceConnector, TargetConnector, TargetWriter } from '../connectors/connector.ts';
import type { Clock } from '../core/clock.ts';
import type { Failure, Result } from '../core/failure.ts';
import type { Ids } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import type { Confirmation } from '../model/confirmation.ts';
import type { Connection } from '../model/connection.ts';
import type { FailureRecord } from '../model/failure-record.ts';
import type { HistoryEntry, HistoryStatus } from '../model/history-entry.ts';
import type { Link, OpenBatch } from '../model/link.ts';
import type { Leg, Run, RunStatus } from '../model/run.ts';
import type { RateLimiter } from '../platform/rate-limiter.ts';

/** What the engine needs from outside, by access pattern. Implemented in shared/data and shared/platform. */

export type StartResult =
  | { readonly kind: 'created' }
  /** The idempotency key belongs to this run already. */
  | { readonly kind: 'repeated'; readonly run_id: string }
  /** Another run holds the lease of this route. */
  | { readonly kind: 'busy'; readonly route_id: string; readonly run_id: string };

export interface RunRepository {
  /** Creates the run, its legs, the leases of its routes and the idempotency record: all or none. */
  start(run: Run, legs: readonly Leg[], idempotencyKey: string | undefined): Promise<StartResult>;
  find(tenantId: string, runId: string): Promise<Run | undefined>;
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
  /** Stores the leg if nobody did since `leg.version - 1`. False: another worker went on; stop without a trace. */
  checkpoint(leg: Leg): Promise<boolean>;
  /** Moves the run's status along the transition table; a later status is left alone. */
  setStatus(run: Run, status: RunStatus, at: string): Promise<Run>;
  requestCancel(tenantId: string, runId: string): Promise<Run | undefined>;
  releaseLease(tenantId: string, routeId: string, runId: string): Promise<void>;
  watermark(tenantId: string, routeId: string): Promise<string | null>;
  setWatermark(tenantId: string, routeId: string, instant: string): Promise<void>;
}

export interface LinkAddress {
  readonly source: { readonly connection: string; readonly entity: string; readonly id: string };
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
  /** Stores links as they are; safe to repeat. */
  save(links: readonly Link[]): Promise<void>;
  /** Gives back claims whose create certainly did not happen. */
  release(links: readonly Link[]): Promise<void>;
  openBatches(tenantId: string, connection: string): Promise<OpenBatch[]>;
  closeBatch(batch: OpenBatch): Promise<void>;
}

export interface FailureRepository {
  find(tenantId: string, failureId: string): Promise<FailureRecord | undefined>;
  findMany(tenantId: string, failureIds: readonly string[]): Promise<(FailureRecord | undefined)[]>;
  save(failures: readonly FailureRecord[]): Promise<void>;
  remove(tenantId: string, failureIds: readonly string[]): Promise<void>;
  list(
    tenantId: string,
    query: {
      readonly entity?: string | undefined;
      readonly state?: FailureRecord['state'] | undefined;
      readonly runId?: string | undefined;
      readonly limit: number;
      readonly after?: string | undefined;
    },
  ): Promise<{ failures: FailureRecord[]; next?: string }>;
  acknowledge(tenantId: string, failureId: string, by: string, at: string): Promise<FailureRecord | undefined>;
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
}

export interface SliceMessage {
  readonly tenant_id: string;
  readonly run_id: string;
  readonly route_id: string;
  /** The leg's slice this message asks for. */
  readonly slice: number;
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
  /** Tells the connections how the slice ended: well, or stopped by this failure. Once, at its end. */
  settle(failure?: Failure): Promise<void>;
}

export interface Connections {
  /** Names of the platforms that are connected and enabled. */
  enabled(tenantId: string): Promise<readonly string[]>;
  open(tenantId: string, platforms: { source: string; target: string }, write: boolean): Promise<Result<OpenRoute>>;
  /** Keeps the limiter's windows for the next worker of the lane. */
  keepLimiters(tenantId: string, limiters: Readonly<Record<string, RateLimiter>>): Promise<void>;
  noteSync(tenantId: string, platforms: readonly string[], at: string): Promise<void>;
}

export interface Log {
  info(message: string, fields?: JsonObject): void;
  warn(message: string, fields?: JsonObject): void;
}

export interface EngineDeps {
  readonly runs: RunRepository;
  readonly links: LinkRepository;
  readonly failures: FailureRepository;
  readonly journal: Journal;
  readonly lane: Lane;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}
