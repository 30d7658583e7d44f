import * as z from 'zod';
import { failureSchema, instantSchema } from '../model/failure.ts';
import { historyEntrySchema, historyStatuses } from '../model/history-entry.ts';
import { jobStatuses } from '../model/job.ts';
import type { Contract } from './contract.ts';
import { pagingQuery } from './paging.ts';
import { entityName, id, listOf } from './schemas.ts';
import { isInOrder, notAfter, notBefore } from './time-span.ts';

const { entry_id, run_id, route_id, at, entity, source, label, status, requested_by } = historyEntrySchema.shape;

const documentSchema = z
  .object({
    entity: z.string().meta({ example: 'invoice' }),
    action: z.enum(historyStatuses),
    target_id: z.string().nullable(),
    total: z.string().nullable().meta({ description: 'Exact decimal, where the document has a total' }),
    currency: z.string().nullable(),
  })
  .meta({ id: 'HistoryDocument' });

export const historyAnswerSchema = z
  .object({
    id: entry_id,
    at,
    sync_id: run_id,
    entity,
    route: route_id,
    source,
    label,
    status,
    documents: z.array(documentSchema),
    reason: z.string().nullable().meta({ description: 'Why it was skipped' }),
    failure: failureSchema.nullable(),
    requested_by,
  })
  .meta({ id: 'HistoryEntry' });

const filters = {
  entity: entityName.optional(),
  status: z.enum(historyStatuses).optional(),
  connection: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: 'A platform at either end', example: 'quickbooks' }),
  start_date: notBefore,
  end_date: notAfter,
  sync_id: id.optional(),
  source_id: id.optional().meta({ description: 'Id of one record on its source' }),
};
const inOrder = ({ start_date, end_date }: { start_date?: number | undefined; end_date?: number | undefined }) =>
  isInOrder(start_date, end_date);
const orderFault = { message: 'start_date must not be after end_date' };

export const listHistory = {
  name: 'listHistory',
  group: 'history',
  method: 'GET',
  path: '/api/sync/history',
  summary: 'What happened to records, newest first, by any combination of filters',
  auth: 'viewer',
  query: z.strictObject({ ...pagingQuery, ...filters }).refine(inOrder, orderFault),
  responses: {
    200: { description: 'A page; it may be short while there is more', schema: listOf(historyAnswerSchema) },
  },
} as const satisfies Contract;

export const exportFormats = ['csv', 'json'] as const;

/** `expired`: it was made, and its file is gone. */
const exportStatuses = [...jobStatuses, 'expired'] as const;

const exportSchema = z
  .object({
    export_id: z.string(),
    format: z.enum(exportFormats),
    status: z.enum(exportStatuses),
    progress: z.object({
      done: z.number().int().meta({ description: 'Rows written' }),
      total: z.number().int().nullable().meta({ description: 'Rows in all, once they are known' }),
    }),
    bytes: z.number().int().nullable(),
    failure: failureSchema.nullable(),
    requested_by: z.string(),
    started_at: instantSchema,
    finished_at: instantSchema.nullable(),
    expires_at: instantSchema.nullable().meta({ description: 'When the file is deleted' }),
    url: z.string().nullable().meta({ description: 'Where to download it, without a token; a new one on each call' }),
    url_expires_at: instantSchema.nullable(),
  })
  .meta({ id: 'HistoryExport' });

const exportResponses = {
  200: { description: 'It has come to an end; with a link when the file is there', schema: exportSchema },
  202: { description: 'It is being made: ask again', schema: exportSchema },
};

export const exportHistory = {
  name: 'exportHistory',
  group: 'history',
  method: 'GET',
  path: '/api/sync/history/export',
  summary: 'Make a file of the history, any size; the same call again answers how far it is, then a link',
  auth: 'manager',
  changes: true,
  query: z.strictObject({ format: z.enum(exportFormats).default('csv'), ...filters }).refine(inOrder, orderFault),
  responses: exportResponses,
} as const satisfies Contract;

export const getHistoryExport = {
  name: 'getHistoryExport',
  group: 'history',
  method: 'GET',
  path: '/api/sync/history/exports/{export_id}',
  summary: 'One export of the history, with a link when it is done',
  auth: 'manager',
  params: z.strictObject({ export_id: id }),
  responses: exportResponses,
  problems: [{ status: 404, code: 'export.not_found', when: 'the tenant has no export of this id' }],
} as const satisfies Contract;

const jobAnswerSchema = z
  .object({
    job_id: z.string(),
    kind: z.string().meta({ example: 'history-export' }),
    status: z.enum(jobStatuses),
    progress: z.object({ done: z.number().int(), total: z.number().int().nullable() }),
    failure: failureSchema.nullable().meta({ description: 'Why it failed or waits' }),
    resume_at: instantSchema.nullable(),
    requested_by: z.string(),
    started_at: instantSchema,
    finished_at: instantSchema.nullable(),
    result_path: z.string().nullable().meta({ description: 'Path of this API that answers what came of it' }),
  })
  .meta({ id: 'Job' });

export const getJob = {
  name: 'getJob',
  group: 'history',
  method: 'GET',
  path: '/api/jobs/{job_id}',
  summary: 'One job with progress: an export, a reconciliation',
  auth: 'viewer',
  params: z.strictObject({ job_id: id }),
  responses: { 200: { description: 'The job', schema: jobAnswerSchema } },
  problems: [{ status: 404, code: 'job.not_found', when: 'the tenant has no job of this id' }],
} as const satisfies Contract;

/** Endpoints of function api-history. */
export const historyContracts: readonly Contract[] = [listHistory, exportHistory, getHistoryExport, getJob];
