import * as z from 'zod';
import { daysBetween } from '../core/days.ts';
import { instantSchema } from '../model/failure.ts';
import { countsSchema, documentCountsSchema, runStatuses } from '../model/run.ts';
import type { Contract } from './contract.ts';
import { findRecords, getTimeline } from './records.ts';
import { entityName } from './schemas.ts';

const longestDays = 366;
const count = z.number().int();
const ends = z.object({ completed: count, failed: count, cancelled: count });
const day = z.iso.date();
const queryDay = z.iso
  .date({ abort: true })
  .refine((text) => text >= '2000-01-01' && text < '2100-01-01', 'must be from 2000 to 2099');
const seconds = z.number().nullable();

const totals = {
  records: countsSchema,
  documents: documentCountsSchema.meta({ description: 'Documents of the target by entity and outcome' }),
  runs: ends.meta({ description: 'How flows ended: a sync over two flows counts twice' }),
  dry_runs: ends.meta({ description: 'The same of dry runs, of which nothing else is counted but calls' }),
  pauses: count.meta({ description: 'Times a flow had to wait for a platform' }),
  success_rate: z.number().nullable().meta({ description: 'Share of the records read that did not fail' }),
};

const durations = z
  .object({ count, mean_seconds: seconds, p50_seconds: seconds, p95_seconds: seconds, p99_seconds: seconds })
  .meta({ id: 'Durations', description: 'Of completed flows, waits included; percentiles are off by 5 % at most' });

const apiUsageSchema = z
  .object({
    connection: z.string(),
    calls: z.record(z.string(), count).meta({
      description: 'By kind, dry runs included: request is all of them, throttled those refused as too many',
    }),
    days: z.array(z.object({ day, requests: count })),
    limits: z
      .array(z.object({ kind: z.string(), limit: count, window_seconds: z.number(), used: count }))
      .meta({ description: 'Use of each limit now, as of the end of the latest slice of work' }),
  })
  .meta({ id: 'ApiUsage' });

const backfillSchema = z
  .object({
    sync_id: z.string(),
    flow: z.string(),
    status: z.enum(runStatuses),
    read: count,
    total: count.nullable(),
    percent: count.nullable(),
    rate_per_second: z.number().nullable(),
    eta_seconds: count.nullable(),
    resume_at: instantSchema.nullable(),
  })
  .meta({ id: 'Backfill' });

export const getMetrics = {
  name: 'getMetrics',
  group: 'insights',
  method: 'GET',
  path: '/api/sync/metrics',
  summary: 'Totals, by entity, connector, flow and day; durations; use of the platforms; what is running',
  auth: 'viewer',
  query: z
    .strictObject({
      start_date: queryDay.optional().meta({ description: 'Day of the store. Default: 29 days before end_date' }),
      end_date: queryDay
        .optional()
        .meta({ description: `Inclusive, at most ${longestDays} days. Default: today, or as far as that reaches` }),
      entity: entityName.optional(),
      connection: z.string().min(1).max(64).optional().meta({ description: 'Only flows from or to this platform' }),
    })
    .refine(({ start_date: from, end_date: to }) => !from || !to || from <= to, {
      message: 'start_date must not be after end_date',
      path: ['start_date'],
    })
    .refine(({ start_date: from, end_date: to }) => !from || !to || daysBetween(from, to) <= longestDays, {
      message: `At most ${longestDays} days`,
      path: ['start_date'],
    }),
  responses: {
    200: {
      description: 'Exact counts: a record counts once, however often its work was repeated',
      schema: z
        .object({
          start_date: day,
          end_date: day,
          time_zone: z.string().meta({ description: 'Whose days these are: those of the store' }),
          totals: z.object(totals),
          durations,
          by_entity: z.array(z.object({ entity: z.string(), ...totals })),
          by_connector: z.array(z.object({ connection: z.string(), role: z.enum(['source', 'target']), ...totals })),
          by_flow: z.array(
            z.object({
              flow: z.string(),
              entity: z.string(),
              source: z.string(),
              target: z.string(),
              ...totals,
              durations,
            }),
          ),
          time_series: z.array(z.object({ day, ...totals })),
          api_usage: z.array(apiUsageSchema),
          backfills: z.array(backfillSchema).meta({ description: 'Flows that wait or are worked on now' }),
        })
        .meta({ id: 'Metrics' }),
    },
  },
} as const satisfies Contract;

/** Endpoints of function api-insights. */
export const insightContracts: readonly Contract[] = [getMetrics, findRecords, getTimeline];
