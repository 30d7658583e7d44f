import * as z from 'zod';
import { failureStates } from '../model/failure-record.ts';
import { planActions } from '../model/plan.ts';
import { runModes, runStatuses } from '../model/run.ts';
import type { Contract } from './contract.ts';
import { pagingQuery } from './paging.ts';
import {
  confirmationSchema,
  entityName,
  failureAnswerSchema,
  failureCauseAnswerSchema,
  failureDetailSchema,
  id,
  ids,
  listOf,
  planSchema,
  retrySchema,
  startedSchema,
  syncDetailSchema,
  syncSchema,
} from './schemas.ts';
import { dayOrInstant } from './time-span.ts';

const noRun = { status: 404, code: 'sync.not_found', when: 'the tenant has no sync of this id' };
const noFailure = { status: 404, code: 'failure.not_found', when: 'the tenant has no failure of this id' };
const noCause = { status: 404, code: 'failure.cause_not_found', when: 'the tenant has no failure of this cause' };
const notConnected = {
  status: 409,
  code: 'connection.required',
  when: 'a platform is not connected; `platform` names it',
};
const running = {
  status: 409,
  code: 'sync.already_running',
  when: 'the same flow is running; `sync_id` names the sync',
};

const confirmationNeeded = {
  status: 409,
  code: 'confirmation_required',
  when: 'more than 10 documents would be written, or some taken away; `plan_id` names the plan, `token` confirms it',
};

const syncRequest = {
  mode: z.enum(runModes).meta({ description: 'full: everything; incremental: what changed since the last sync' }),
  filters: z
    .strictObject({
      status: z.array(z.string().min(1).max(64)).max(50).optional(),
      date_range: z
        .strictObject({ start: dayOrInstant.optional(), end: dayOrInstant.optional() })
        .refine(({ start, end }) => !start || !end || Date.parse(start) <= Date.parse(end), {
          message: 'start must not be after end',
        })
        .optional(),
    })
    .default({}),
  ids: ids(1000).optional().meta({
    description:
      'Only these records of the source. Where several connected platforms have the entity, `source` says whose',
  }),
  idempotency_key: z.string().min(1).max(200).optional().meta({ description: 'The same key again is the same sync' }),
  source: z.string().min(1).max(64).optional().meta({
    description:
      'Only from this platform. Required with `ids` where several connected platforms have the entity (customers, products, refunds, vendors)',
  }),
  target: z.string().min(1).max(64).optional().meta({ description: 'Only to this platform' }),
};

const startProblems = [
  {
    status: 400,
    code: 'request.invalid',
    when: '`ids` without `source` where several connected platforms have the entity; `valid` lists them',
  },
  { status: 404, code: 'sync.unknown_entity', when: 'no flow has this entity; `valid` lists those that are' },
  running,
  { status: 409, code: 'sync.no_route', when: 'no flow of this entity fits source and target' },
  notConnected,
];

export const startSync = {
  name: 'startSync',
  group: 'sync',
  method: 'POST',
  path: '/api/sync/{entity}',
  summary: 'Sync an entity',
  auth: 'manager',
  params: z.strictObject({ entity: entityName }),
  body: z.strictObject({ ...syncRequest, dry_run: z.boolean().default(false) }).meta({ id: 'StartSync' }),
  responses: {
    200: { description: 'The sync this idempotency_key belongs to already', schema: startedSchema },
    202: { description: 'Queued', schema: startedSchema },
  },
  problems: [...startProblems, confirmationNeeded],
} as const satisfies Contract;

const planned = {
  200: { description: 'The dry run this idempotency_key belongs to already', schema: startedSchema },
  202: { description: 'Queued', schema: startedSchema },
};

export const startDryRun = {
  name: 'startDryRun',
  group: 'sync',
  method: 'POST',
  path: '/api/sync/dry-run',
  summary: 'Plan a sync without writing anything',
  auth: 'manager',
  body: z.strictObject({ ...syncRequest, entity: entityName }).meta({ id: 'StartDryRun' }),
  responses: planned,
  problems: startProblems,
} as const satisfies Contract;

export const startEntityDryRun = {
  name: 'startEntityDryRun',
  group: 'sync',
  method: 'POST',
  path: '/api/sync/dry-run/{entity}',
  summary: 'Plan a sync of an entity without writing anything',
  auth: 'manager',
  params: z.strictObject({ entity: entityName }),
  body: z.strictObject(syncRequest).meta({ id: 'StartEntityDryRun' }),
  responses: planned,
  problems: startProblems,
} as const satisfies Contract;

export const getPlan = {
  name: 'getPlan',
  group: 'sync',
  method: 'GET',
  path: '/api/sync/status/{sync_id}/plan',
  summary: 'What a dry run found: each change with its fields, before and after',
  auth: 'viewer',
  params: z.strictObject({ sync_id: id }),
  query: z.strictObject({
    limit: pagingQuery.limit,
    cursor: pagingQuery.cursor,
    action: z.enum(planActions).optional(),
    target_entity: z.string().min(1).max(64).optional().meta({ example: 'invoice' }),
  }),
  responses: {
    200: {
      description: 'Summary and one page of changes; a page may be short while there is more',
      schema: planSchema,
    },
  },
  problems: [noRun],
} as const satisfies Contract;

export const checkConfirmation = {
  name: 'checkConfirmation',
  group: 'sync',
  method: 'POST',
  path: '/api/sync/check-confirmation',
  summary: 'Ask for leave to carry out a plan: a token for five minutes, single use',
  auth: 'manager',
  body: z
    .strictObject({ sync_id: id.meta({ description: 'The completed dry run' }) })
    .meta({ id: 'CheckConfirmation' }),
  responses: { 200: { description: 'The token, and what it is for', schema: confirmationSchema } },
  problems: [noRun, { status: 409, code: 'plan.not_ready', when: 'the dry run has not completed' }],
} as const satisfies Contract;

export const confirmSync = {
  name: 'confirmSync',
  group: 'sync',
  method: 'POST',
  path: '/api/sync/confirm/{token}',
  summary: 'Carry out exactly the confirmed plan; what changed since is reported and left out',
  auth: 'manager',
  params: z.strictObject({ token: id }),
  responses: { 202: { description: 'Queued', schema: startedSchema } },
  problems: [
    { status: 404, code: 'confirmation.not_found', when: 'unknown, forged, of another tenant or another user' },
    { status: 410, code: 'confirmation.expired', when: 'five minutes have passed' },
    { status: 409, code: 'confirmation.used', when: 'it was used; `sync_id` names the sync' },
    running,
    { ...confirmationNeeded, when: 'it takes many documents away: confirm once more, with the new `token`' },
    { status: 409, code: 'connection.required', when: 'a platform is not connected any more; `platform` names it' },
  ],
} as const satisfies Contract;

export const listSyncs = {
  name: 'listSyncs',
  group: 'sync',
  method: 'GET',
  path: '/api/sync/status',
  summary: 'Syncs, newest first',
  auth: 'viewer',
  query: z.strictObject({ ...pagingQuery, entity: entityName.optional(), status: z.enum(runStatuses).optional() }),
  responses: { 200: { description: 'A page', schema: listOf(syncSchema) } },
} as const satisfies Contract;

export const getSync = {
  name: 'getSync',
  group: 'sync',
  method: 'GET',
  path: '/api/sync/status/{sync_id}',
  summary: 'One sync with progress and errors',
  auth: 'viewer',
  params: z.strictObject({ sync_id: id }),
  responses: { 200: { description: 'The sync', schema: syncDetailSchema } },
  problems: [noRun],
} as const satisfies Contract;

export const cancelSync = {
  name: 'cancelSync',
  group: 'sync',
  method: 'POST',
  path: '/api/sync/{sync_id}/cancel',
  summary: 'Stop a sync after the records under way',
  auth: 'manager',
  params: z.strictObject({ sync_id: id }),
  responses: { 200: { description: 'The sync as it is now', schema: syncSchema } },
  problems: [noRun],
} as const satisfies Contract;

export const undoSync = {
  name: 'undoSync',
  group: 'sync',
  method: 'POST',
  path: '/api/sync/{sync_id}/undo',
  summary: 'Take a sync back: what it created goes, what it changed becomes what it was; others’ changes stay',
  auth: 'manager',
  params: z.strictObject({ sync_id: id }),
  body: z
    .strictObject({
      dry_run: z.boolean().default(false),
      record_ids: ids(1000).optional().meta({ description: 'Only these records of the source' }),
      idempotency_key: z.string().min(1).max(200).optional(),
    })
    .meta({ id: 'UndoSync' }),
  responses: {
    200: { description: 'The undo this idempotency_key belongs to already', schema: startedSchema },
    202: { description: 'Queued', schema: startedSchema },
  },
  problems: [
    noRun,
    { status: 409, code: 'sync.not_final', when: 'it has not come to its end' },
    running,
    confirmationNeeded,
    { status: 409, code: 'connection.required', when: 'a platform is not connected; `platform` names it' },
  ],
} as const satisfies Contract;

export const retryFailures = {
  name: 'retryFailures',
  group: 'sync',
  method: 'POST',
  path: '/api/sync/retry',
  summary: 'Try failed records again: named ones, those of a cause or an entity, or all',
  auth: 'manager',
  body: z
    .strictObject({
      entity: entityName.optional(),
      ids: ids(500).optional().meta({ description: 'Ids of failures' }),
      record_ids: ids(500).optional().meta({ description: 'Ids of records of the source' }),
      cause: id.optional().meta({ description: 'Id of a cause' }),
    })
    .refine(({ cause, ...others }) => cause === undefined || Object.keys(others).length === 0, {
      message: 'Give a cause alone',
    })
    .meta({ id: 'RetryFailures' }),
  responses: {
    200: { description: 'Nothing to try again', schema: retrySchema },
    202: { description: 'Queued', schema: retrySchema },
  },
  problems: [running, notConnected],
} as const satisfies Contract;

export const listFailures = {
  name: 'listFailures',
  group: 'sync',
  method: 'GET',
  path: '/api/sync/failures',
  summary: 'Records that did not arrive, latest first',
  auth: 'viewer',
  query: z.strictObject({
    ...pagingQuery,
    entity: entityName.optional(),
    state: z.enum(failureStates).optional(),
    sync_id: id.optional(),
    cause: id.optional().meta({ description: 'Only failures of this cause' }),
    parent: id.optional().meta({ description: 'Only failures parked under this one' }),
  }),
  responses: { 200: { description: 'A page', schema: listOf(failureAnswerSchema) } },
} as const satisfies Contract;

export const listFailureCauses = {
  name: 'listFailureCauses',
  group: 'sync',
  method: 'GET',
  path: '/api/sync/failures/causes',
  summary: 'Failures by cause, with counts, latest first',
  auth: 'viewer',
  query: z.strictObject(pagingQuery),
  responses: { 200: { description: 'A page', schema: listOf(failureCauseAnswerSchema) } },
} as const satisfies Contract;

export const retryFailureCause = {
  name: 'retryFailureCause',
  group: 'sync',
  method: 'POST',
  path: '/api/sync/failures/causes/{cause}/retry',
  summary: 'Try all failed records of a cause again, and what waits for them',
  auth: 'manager',
  params: z.strictObject({ cause: id }),
  responses: {
    200: { description: 'Nothing to try again', schema: retrySchema },
    202: { description: 'Queued', schema: retrySchema },
  },
  problems: [noCause, running, notConnected],
} as const satisfies Contract;

const markedSchema = z.object({
  acknowledged: z.number().int(),
  more: z.boolean().meta({ description: 'True when there are more than one call marks: call again' }),
});

export const acknowledgeFailureCause = {
  name: 'acknowledgeFailureCause',
  group: 'sync',
  method: 'POST',
  path: '/api/sync/failures/causes/{cause}/acknowledge',
  summary: 'Mark all open failures of a cause as seen',
  auth: 'manager',
  params: z.strictObject({ cause: id }),
  responses: { 200: { description: 'What was marked', schema: markedSchema } },
  problems: [noCause],
} as const satisfies Contract;

export const getFailure = {
  name: 'getFailure',
  group: 'sync',
  method: 'GET',
  path: '/api/sync/failures/{id}',
  summary: 'One failure with what was refused',
  auth: 'viewer',
  params: z.strictObject({ id }),
  responses: { 200: { description: 'The failure', schema: failureDetailSchema } },
  problems: [noFailure],
} as const satisfies Contract;

export const retryFailure = {
  name: 'retryFailure',
  group: 'sync',
  method: 'POST',
  path: '/api/sync/failures/{id}/retry',
  summary: 'Try one failed record again',
  auth: 'manager',
  params: z.strictObject({ id }),
  responses: { 202: { description: 'Queued', schema: startedSchema } },
  problems: [noFailure, running, notConnected],
} as const satisfies Contract;

export const acknowledgeFailure = {
  name: 'acknowledgeFailure',
  group: 'sync',
  method: 'POST',
  path: '/api/sync/failures/{id}/acknowledge',
  summary: 'Mark a failure as seen',
  auth: 'manager',
  params: z.strictObject({ id }),
  responses: { 200: { description: 'The failure', schema: failureAnswerSchema } },
  problems: [noFailure],
} as const satisfies Contract;

export const acknowledgeFailures = {
  name: 'acknowledgeFailures',
  group: 'sync',
  method: 'POST',
  path: '/api/sync/failures/acknowledge',
  summary: 'Mark many failures as seen: named ones, or all open ones of an entity',
  auth: 'manager',
  body: z
    .strictObject({ ids: ids(100).optional(), entity: entityName.optional() })
    .refine(({ ids: named, entity }) => (named === undefined) !== (entity === undefined), {
      message: 'Give either ids or entity',
    })
    .meta({ id: 'AcknowledgeFailures' }),
  responses: {
    200: {
      description: 'What was marked',
      schema: markedSchema.extend({ not_found: z.array(z.string()) }),
    },
  },
} as const satisfies Contract;

/** Endpoints of function api-sync. */
export const syncContracts: readonly Contract[] = [
  startSync,
  startDryRun,
  startEntityDryRun,
  getPlan,
  checkConfirmation,
  confirmSync,
  listSyncs,
  getSync,
  cancelSync,
  undoSync,
  retryFailures,
  listFailures,
  listFailureCauses,
  retryFailureCause,
  acknowledgeFailureCause,
  getFailure,
  retryFailure,
  acknowledgeFailure,
  acknowledgeFailures,
];
