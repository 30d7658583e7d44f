import * as z from 'zod';
import { failureSchema, instantSchema } from '../model/failure.ts';
import { failureRecordSchema } from '../model/failure-record.ts';
import { plannedChangeSchema, planSummarySchema } from '../model/plan.ts';
import { retrySelectionSchema } from '../model/retry.ts';
import { countsSchema, documentCountsSchema, filtersSchema, runModes, runStatuses } from '../model/run.ts';
import { sandboxField } from './settings.ts';

/** Ids go into keys of the table, which are limited in length. */
export const id = z.string().min(1).max(200);
export const entityName = z.string().min(1).max(64).meta({ example: 'orders' });
export const ids = (most: number) => z.array(id).min(1).max(most);

/** A list's answer; `next_cursor` is null on its last page. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });

/** What one run is, without its progress. */
export const syncSchema = z
  .object({
    sync_id: z.string(),
    sandbox: sandboxField,
    entity: z.string(),
    mode: z.enum(runModes),
    dry_run: z.boolean(),
    plan_id: z.string().nullable().meta({ description: 'The plan it carries out' }),
    undoes: z.string().nullable().meta({ description: 'The sync it takes back' }),
    status: z.enum(runStatuses),
    filters: filtersSchema,
    ids: z.array(z.string()).optional(),
    retry: retrySelectionSchema.optional().meta({ description: 'A retry: which failures it takes from the queue' }),
    requested_by: z.string(),
    cancel_requested: z.boolean(),
    started_at: instantSchema,
    finished_at: instantSchema.nullable(),
  })
  .meta({ id: 'Sync' });

/** What starting or repeating a run answers. */
export const startedSchema = z
  .object({
    sync_id: z.string(),
    status: z.enum(runStatuses),
    mode: z.enum(runModes),
    entity: z.string(),
    started_at: instantSchema,
  })
  .meta({ id: 'StartedSync' });

export const progressSchema = z
  .object({
    counts: countsSchema,
    documents: documentCountsSchema,
    total: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'Records the sources say there are; null when they do not' }),
    percent: z.number().int().min(0).max(100).nullable(),
    rate_per_second: z.number().nullable().meta({ description: 'Records read per second since the start' }),
    eta_seconds: z.number().int().nullable(),
  })
  .meta({ id: 'Progress' });

export const legAnswerSchema = z
  .object({
    route_id: z.string(),
    status: z.enum(runStatuses),
    page: z.number().int().meta({ description: 'Pages finished' }),
    counts: countsSchema,
    documents: documentCountsSchema,
    total: z.number().int().nullable(),
    calls: z.record(z.string(), z.number().int()).meta({ description: 'Calls to platforms by platform and kind' }),
    failure: failureSchema.nullable().meta({ description: 'Why it failed or waits' }),
    resume_at: instantSchema.nullable(),
    started_at: instantSchema.nullable(),
    finished_at: instantSchema.nullable(),
  })
  .meta({ id: 'SyncLeg' });

const {
  tenant_id: _,
  run_id,
  failure_id,
  payload,
  tries,
  parent: _parent,
  next_retry_at: _next,
  ...failureFields
} = failureRecordSchema.shape;

/** Always all of them: null says that the platform gave none. */
const failureReasonSchema = failureSchema
  .extend({
    platform_code: z.string().nullable(),
    trace_id: z.string().nullable(),
    field: z.string().nullable(),
  })
  .meta({ id: 'FailureReason' });

/** A record that did not arrive. */
export const failureAnswerSchema = z
  .object({
    id: failure_id,
    sync_id: run_id,
    sandbox: sandboxField,
    ...failureFields,
    failure: failureReasonSchema,
    parent: z.string().nullable().meta({ description: 'The failure it is parked under' }),
    parked: z.boolean().meta({ description: 'Waits for the record of its parent to arrive' }),
    dependents: z.number().int().meta({ description: 'Failures parked under this one' }),
    max_attempts: z.number().int().meta({ description: 'Attempts after which it is not tried again by itself' }),
    next_retry_at: instantSchema.nullable().meta({ description: 'When it is tried again by itself' }),
    retry_note: z.string().nullable().meta({ description: 'Why it is not tried again by itself' }),
  })
  .meta({ id: 'SyncFailure' });

/** With what takes more room. */
export const failureDetailSchema = z
  .object({
    ...failureAnswerSchema.shape,
    payload,
    tries: z
      .array(z.object({ at: instantSchema, sync_id: z.string(), code: z.string() }))
      .meta({ description: 'The newest 20 syncs that tried it, latest first' }),
  })
  .meta({ id: 'SyncFailureDetail' });

/** Failures of one cause. */
export const failureCauseAnswerSchema = z
  .object({
    id: z.string(),
    ...failureReasonSchema.pick({
      category: true,
      code: true,
      platform_code: true,
      field: true,
      reason: true,
      fix: true,
      retryable: true,
    }).shape,
    count: z.object({ open: z.number().int(), acknowledged: z.number().int() }),
    entities: z.array(z.string()),
    routes: z.array(z.string()),
    parent: z
      .object({ id: z.string(), label: z.string() })
      .nullable()
      .meta({ description: 'The failure all of them are parked under' }),
    first_seen_at: instantSchema,
    last_seen_at: instantSchema,
    next_retry_at: instantSchema.nullable().meta({ description: 'When the next of them is tried again by itself' }),
    example_ids: z.array(z.string()).meta({ description: 'The latest of them, at most 3' }),
  })
  .meta({ id: 'FailureCause' });

export const syncDetailSchema = z
  .object({
    ...syncSchema.shape,
    progress: progressSchema,
    legs: z.array(legAnswerSchema),
    errors: z.array(failureAnswerSchema).meta({ description: 'The latest failures of this sync, at most 10' }),
  })
  .meta({ id: 'SyncDetail' });

export const planTotals = z
  .object({
    hash: z.string().meta({ description: 'Names exactly this plan' }),
    flows: z.array(
      planSummarySchema.omit({ pages: true, hash: true }).extend({
        route_id: z.string(),
        read_calls: z.number().int().meta({ description: 'Calls the planning took; the sync reads about as much' }),
      }),
    ),
  })
  .meta({ id: 'PlanSummary' });

export const confirmationSchema = z
  .object({
    token: z.string(),
    expires_at: instantSchema,
    sync_id: z.string(),
    confirmations: z.number().int().meta({ description: '2 where it has to be said twice' }),
    summary: planTotals,
  })
  .meta({ id: 'Confirmation' });

/** A dry run: what it adds up to, and a page of its changes. */
export const planSchema = z
  .object({
    ...syncSchema.shape,
    summary: planTotals,
    failed_legs: z.array(z.object({ route_id: z.string(), failure: failureSchema })),
    ...listOf(plannedChangeSchema.omit({ intent: true, base: true }).meta({ id: 'PlannedChange' })).shape,
  })
  .meta({ id: 'Plan' });

export const retrySchema = z
  .object({
    syncs: z.array(startedSchema),
    records: z.number().int().meta({ description: 'Records that are tried again, at least' }),
    more: z.boolean().meta({ description: 'True when there are more: the syncs take all of them, in their turn' }),
    busy: z
      .array(z.string())
      .meta({ description: 'Syncs in progress that hold a flow which was to be retried: retry when they are done' }),
  })
  .meta({ id: 'Retry' });
