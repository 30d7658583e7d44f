import * as z from 'zod';
import { failureSchema, instantSchema } from '../model/failure.ts';
import { certificateFormats, closedMonthSchema, monthSchema } from '../model/month.ts';
import {
  cellSchema,
  differenceKinds,
  differenceSchema,
  reconciliationResultSchema,
  reconciliationSchema,
  soldSchema,
} from '../model/reconciliation.ts';
import type { Contract } from './contract.ts';
import { pagingQuery } from './paging.ts';
import { id, listOf } from './schemas.ts';

const dayMs = 86_400_000;
const mostDays = 92;
const system = z.string().min(1).max(64).meta({ example: 'quickbooks' });
const noReport = { status: 404, code: 'reconciliation.not_found', when: 'the tenant has no reconciliation of this id' };
const noMonth = { status: 404, code: 'month.not_found', when: 'the month is not closed' };

const period = {
  start_date: z.iso.date().meta({ description: 'First business day of the store' }),
  end_date: z.iso.date().meta({ description: `Last business day; at most ${mostDays} days` }),
};
interface Period {
  readonly start_date: string;
  readonly end_date: string;
}
const isPeriod = ({ start_date, end_date }: Period): boolean =>
  start_date <= end_date && Date.parse(end_date) - Date.parse(start_date) < mostDays * dayMs;
const periodFault = {
  message: `start_date must not be after end_date, and at most ${mostDays} days`,
  path: ['end_date'],
};

const {
  tenant_id: _tenant,
  failure: _failure,
  finished_at: _finished,
  result: _result,
  ...reportFields
} = reconciliationSchema.shape;
const { totals, differences, open, hash } = reconciliationResultSchema.shape;

export const reconciliationAnswerSchema = z
  .object({
    ...reportFields,
    finished_at: instantSchema.nullable(),
    failure: failureSchema.nullable().meta({ description: 'Why it failed or waits' }),
    totals: totals.meta({ description: 'Empty until it has completed' }),
    differences: differences.meta({ description: 'How many there are of each kind' }),
    open: open.nullable(),
    hash: hash.nullable(),
  })
  .meta({ id: 'Reconciliation' });

export const closedMonthAnswerSchema = closedMonthSchema
  .omit({ tenant_id: true, files: true })
  .meta({ id: 'ClosedMonth' });

const fileSchema = z.object({
  url: z.string().meta({ description: 'Where to download it, without a token' }),
  url_expires_at: instantSchema,
  hash: z.string().meta({ description: 'SHA-256 of what the file says; it stands in the file' }),
});

export const startReconciliation = {
  name: 'startReconciliation',
  group: 'reconciliation',
  method: 'POST',
  path: '/api/reconciliation',
  summary: 'Read the sales and refunds of some days from every system and compare them',
  auth: 'manager',
  body: z
    .strictObject({
      ...period,
      systems: z.array(system).min(1).max(10).optional().meta({ description: 'Default: all that are connected' }),
    })
    .refine(isPeriod, periodFault)
    .meta({ id: 'StartReconciliation' }),
  responses: {
    202: {
      description: 'Queued; while it is under way the same request is the same one',
      schema: reconciliationAnswerSchema,
    },
  },
  problems: [
    { status: 400, code: 'request.invalid', when: 'there is no such system; `valid` lists those there are' },
    { status: 409, code: 'connection.required', when: 'a system is not connected; `platform` names it' },
  ],
} as const satisfies Contract;

export const listReconciliations = {
  name: 'listReconciliations',
  group: 'reconciliation',
  method: 'GET',
  path: '/api/reconciliation',
  summary: 'Reconciliations, newest first',
  auth: 'viewer',
  query: z.strictObject(pagingQuery),
  responses: { 200: { description: 'A page', schema: listOf(reconciliationAnswerSchema) } },
} as const satisfies Contract;

export const getReconciliation = {
  name: 'getReconciliation',
  group: 'reconciliation',
  method: 'GET',
  path: '/api/reconciliation/{report_id}',
  summary: 'One reconciliation: every system side by side, day by day',
  auth: 'viewer',
  params: z.strictObject({ report_id: id }),
  responses: {
    200: {
      description: 'The reconciliation',
      schema: z
        .object({
          ...reconciliationAnswerSchema.shape,
          days: z
            .array(cellSchema)
            .meta({ description: 'Empty until it has completed; days without sales are left out' }),
          sold: soldSchema.meta({
            description: 'What the systems that sell have together: books and warehouse agree with it',
          }),
        })
        .meta({ id: 'ReconciliationDetail' }),
    },
  },
  problems: [noReport],
} as const satisfies Contract;

export const listDifferences = {
  name: 'listDifferences',
  group: 'reconciliation',
  method: 'GET',
  path: '/api/reconciliation/{report_id}/differences',
  summary: 'What does not agree: each with its records, cause and what to do',
  auth: 'viewer',
  params: z.strictObject({ report_id: id }),
  query: z.strictObject({
    limit: pagingQuery.limit,
    cursor: pagingQuery.cursor,
    day: z.iso.date().optional(),
    kind: z.enum(differenceKinds).optional(),
    system: system.optional(),
  }),
  responses: {
    200: {
      description: 'A page in the order of the days; it may be short while there is more',
      schema: listOf(differenceSchema.meta({ id: 'Difference' })),
    },
  },
  problems: [noReport, { status: 409, code: 'reconciliation.not_ready', when: 'it has not completed' }],
} as const satisfies Contract;

export const closeMonth = {
  name: 'closeMonth',
  group: 'reconciliation',
  method: 'POST',
  path: '/api/reconciliation/months/{month}/close',
  summary: 'Close a month on a reconciliation: its certificate never changes again',
  auth: 'manager',
  params: z.strictObject({ month: monthSchema }),
  body: z
    .strictObject({
      report_id: id,
      accept_differences: z.boolean().default(false),
      note: z.string().trim().min(1).max(2000).optional().meta({ description: 'Why differences are accepted' }),
    })
    .meta({ id: 'CloseMonth' }),
  responses: {
    200: {
      description: 'The closed month; closed before from the same report, the same',
      schema: closedMonthAnswerSchema,
    },
  },
  problems: [
    noReport,
    { status: 409, code: 'month.not_closable', when: 'the report is no ground for it; `reasons` says why' },
    { status: 409, code: 'month.closed', when: 'it was closed from another report; `report_id` names it' },
  ],
} as const satisfies Contract;

export const listMonths = {
  name: 'listClosedMonths',
  group: 'reconciliation',
  method: 'GET',
  path: '/api/reconciliation/months',
  summary: 'Closed months, latest first',
  auth: 'viewer',
  query: z.strictObject(pagingQuery),
  responses: { 200: { description: 'A page', schema: listOf(closedMonthAnswerSchema) } },
} as const satisfies Contract;

export const getCertificate = {
  name: 'getCertificate',
  group: 'reconciliation',
  method: 'GET',
  path: '/api/reconciliation/months/{month}/certificate',
  summary: 'The certificate of a closed month, as a file',
  auth: 'viewer',
  params: z.strictObject({ month: monthSchema }),
  query: z.strictObject({ format: z.enum(certificateFormats).default('pdf') }),
  responses: {
    200: {
      description: 'A link for 15 minutes',
      schema: fileSchema.extend({ month: monthSchema }).meta({ id: 'CertificateFile' }),
    },
  },
  problems: [noMonth],
} as const satisfies Contract;

export const verifyCertificate = {
  name: 'verifyCertificate',
  group: 'reconciliation',
  method: 'POST',
  path: '/api/reconciliation/certificates/verify',
  summary: 'Whether a certificate (its JSON) is the one that was made, and what in it is not',
  auth: 'manager',
  body: z
    .looseObject({ month: monthSchema })
    .meta({ id: 'ShownCertificate', description: 'The JSON file of the certificate' }),
  responses: {
    200: {
      description: 'What was found',
      schema: z
        .object({
          valid: z.boolean(),
          hash_matches: z.boolean().meta({ description: 'Its hash is that of its content' }),
          chain_matches: z.boolean().meta({ description: 'The certificate before it is the one it names' }),
          differing: z
            .array(z.object({ path: z.string(), expected: z.unknown().optional(), found: z.unknown().optional() }))
            .meta({ description: 'Members that are not as they were, 100 at most' }),
        })
        .meta({ id: 'CertificateVerification' }),
    },
  },
  problems: [noMonth],
} as const satisfies Contract;

export const getSalesReport = {
  name: 'getSalesReport',
  group: 'reconciliation',
  method: 'GET',
  path: '/api/reports/sales',
  summary: 'Sales by day and currency, of all that sell or as one system has them, as a file',
  auth: 'manager',
  changes: true,
  query: z
    .strictObject({
      ...period,
      system: system.default('sold').meta({ description: 'Default: `sold`, what shop and tills sold together' }),
      format: z.enum(['csv', 'pdf']).default('pdf'),
    })
    .refine(isPeriod, periodFault),
  responses: {
    200: {
      description: 'A link for 15 minutes, from the latest reconciliation of these days',
      schema: fileSchema.extend({ report_id: z.string(), reported_at: instantSchema }).meta({ id: 'SalesReport' }),
    },
  },
  problems: [
    { status: 409, code: 'reconciliation.required', when: 'no completed reconciliation has these days of this system' },
  ],
} as const satisfies Contract;

/** Endpoints of function api-reconciliation. */
export const reconciliationContracts: readonly Contract[] = [
  startReconciliation,
  listReconciliations,
  listMonths,
  verifyCertificate,
  getReconciliation,
  listDifferences,
  closeMonth,
  getCertificate,
  getSalesReport,
];
