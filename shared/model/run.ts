import * as z from 'zod';
import { failureSchema, instantSchema } from './failure.ts';
import { planSummarySchema } from './plan.ts';
import { retrySelectionSchema } from './retry.ts';

export const runModes = ['full', 'incremental', 'sweep'] as const;
export type RunMode = (typeof runModes)[number];

/** The states of a run, and of each of its legs, with the only moves between them. */
export const runTransitions = {
  queued: ['running', 'paused', 'completed', 'failed', 'cancelled'],
  running: ['paused', 'completed', 'failed', 'cancelled'],
  /** Waiting for a platform; resumes by itself. */
  paused: ['running', 'completed', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
} as const satisfies Record<string, readonly string[]>;
export type RunStatus = keyof typeof runTransitions;
export const runStatuses = Object.keys(runTransitions) as [RunStatus, ...RunStatus[]];

export function isFinal(status: RunStatus): boolean {
  return runTransitions[status].length === 0;
}

export const filtersSchema = z.object({
  status: z.array(z.string()).optional(),
  date_range: z.object({ start: z.string().optional(), end: z.string().optional() }).optional(),
});

const count = z.number().int().nonnegative();

/** Records of the source by what became of them. */
export const countsSchema = z.object({
  read: count,
  created: count,
  updated: count,
  /** Taken back by an undo. */
  deleted: count,
  skipped: count,
  failed: count,
});
export type Counts = z.infer<typeof countsSchema>;
export const noCounts: Counts = { read: 0, created: 0, updated: 0, deleted: 0, skipped: 0, failed: 0 };

export function addCounts(a: Counts, b: Counts): Counts {
  return {
    read: a.read + b.read,
    created: a.created + b.created,
    updated: a.updated + b.updated,
    deleted: a.deleted + b.deleted,
    skipped: a.skipped + b.skipped,
    failed: a.failed + b.failed,
  };
}

/** Documents of the target by what became of them, per entity. `linked` existed before and were only recognised. */
export const documentCountsSchema = z.record(
  z.string(),
  z.object({ created: count, updated: count, deleted: count, linked: count, unchanged: count, failed: count }),
);
export type DocumentCounts = z.infer<typeof documentCountsSchema>;
export const noDocuments: DocumentCounts[string] = {
  created: 0,
  updated: 0,
  deleted: 0,
  linked: 0,
  unchanged: 0,
  failed: 0,
};

/** One request to sync: an entity over one or more routes. */
export const runSchema = z.object({
  tenant_id: z.string(),
  run_id: z.string(),
  entity: z.string(),
  mode: z.enum(runModes),
  dry_run: z.boolean(),
  filters: filtersSchema,
  ids: z.array(z.string()).optional(),
  /**
   * The ids are of records that somebody said have changed, nobody asked for them: mappings leave out what they always
   * leave out, and one that does not exist is no failure.
   */
  told: z.literal(true).optional(),
  /** A schedule started it: nobody asks for anything just now. */
  by_itself: z.literal(true).optional(),
  /** Takes its records from the queue of failures instead of the source. */
  retry: retrySelectionSchema.optional(),
  /** The dry run whose confirmed plan this run carries out. */
  plan_id: z.string().optional(),
  /** Present in an undo: the run it takes back, and whether its documents are gone through as they came or the other way round. */
  undo: z.object({ run_id: z.string(), direction: z.enum(['forward', 'backward']) }).optional(),
  /** Of a plan: hash of the request it was made for. */
  asked: z.string().optional(),
  routes: z.array(z.string()),
  status: z.enum(runStatuses),
  requested_by: z.string(),
  /** Of the request that asked for it; see shared/platform/trace.ts. */
  trace_id: z.string().optional(),
  started_at: instantSchema,
  finished_at: instantSchema.optional(),
  cancel_requested: z.boolean().optional(),
});
export type Run = z.infer<typeof runSchema>;

/** The part of a run that follows one route, with everything a worker needs to go on where the last one stopped. */
export const legSchema = z.object({
  tenant_id: z.string(),
  run_id: z.string(),
  route_id: z.string(),
  /** The run's; each of its messages carries it. */
  trace_id: z.string().optional(),
  status: z.enum(runStatuses),
  /** Rises with each checkpoint; a worker that lost the race stops. */
  version: z.number().int(),
  /** How many slices have ended. */
  slice: z.number().int(),
  /** How many windows have ended; names journal objects. */
  window: z.number().int(),
  /** Connector's paging state of the next page; null before the first. */
  cursor: z.unknown(),
  /** Lower bound read from the watermark when the leg began; null: from the beginning. */
  since: instantSchema.nullable(),
  /** Latest change seen at the source, by the source's own clock; the next watermark comes from it. */
  latest_modified: instantSchema.nullable(),
  counts: countsSchema,
  documents: documentCountsSchema,
  /** Records the source says there are. */
  total: z.number().int().optional(),
  /** Platform calls by `platform/kind`. */
  calls: z.record(z.string(), z.number().int()),
  /** Of a dry run: what it would do, without the single changes. */
  plan: planSummarySchema.optional(),
  failure: failureSchema.optional(),
  /** Consecutive pauses, for the back-off. */
  pauses: z.number().int(),
  /** Zone of the source, whose days the metrics count by; known once both ends were opened. */
  time_zone: z.string().optional(),
  resume_at: instantSchema.optional(),
  started_at: instantSchema.optional(),
  finished_at: instantSchema.optional(),
});
export type Leg = z.infer<typeof legSchema>;
