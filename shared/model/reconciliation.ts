import * as z from 'zod';
import { failureSchema, instantSchema } from './failure.ts';
import { jobStatuses } from './job.ts';
import { ledgerRecordSchema } from './ledger.ts';

/** What may be found of one sale or refund. All but `excluded_by_setting` are differences. */
export const differenceKinds = [
  'missing_in_books',
  'missing_in_warehouse',
  'only_in_books',
  'only_in_warehouse',
  'amount_differs',
  'day_differs',
  'status_differs',
  'duplicate_in_books',
  'voided_in_books',
  'deleted_in_books',
  'failed',
  'pending',
  'unreadable',
  'excluded_by_setting',
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

export function isOpen(kind: DifferenceKind): boolean {
  return kind !== 'excluded_by_setting';
}

const amount = z.string().meta({ description: 'Exact decimal text', example: '32704.93' });

/** What the sales and the refunds of some days add up to. */
export const figuresSchema = z.object({
  count: z.number().int().meta({ description: 'Sales' }),
  gross: amount.meta({ description: 'Of the sales, refunds not taken off' }),
  net: amount.meta({ description: 'Gross less tax and rounding' }),
  tax: amount,
  discount: amount,
  shipping: amount,
  fees: amount,
  refund_count: z.number().int().meta({ description: 'Refunds made on these days, of whatever day the sale is' }),
  refunds: amount.meta({ description: 'What they paid back, positive' }),
  refund_tax: amount.meta({ description: 'The tax in it' }),
  rounding: amount.meta({ description: 'What is neither goods nor tax of the sales, less that of the refunds' }),
  net_sales: amount.meta({ description: 'Net less what was paid back without tax and rounding' }),
});
export type Figures = z.infer<typeof figuresSchema>;

const placeSchema = z.object({
  day: z.iso.date(),
  system: z.string(),
  currency: z.string(),
});

/** One system on one business day in one currency. */
export const cellSchema = z.object({ ...placeSchema.shape, ...figuresSchema.shape });
export type Cell = z.infer<typeof cellSchema>;
export const totalSchema = cellSchema.omit({ day: true });
export type Total = z.infer<typeof totalSchema>;

/** What the systems that sell have together. */
export const soldSchema = z.object({
  systems: z.array(z.string()).meta({ description: 'Those that sell, of the systems of the report' }),
  totals: z.array(totalSchema.omit({ system: true })),
  days: z.array(cellSchema.omit({ system: true })),
});
export type Sold = z.infer<typeof soldSchema>;

/** As figures were before refunds were records of their own: `refunds` is of the days' orders, whenever it was made. */
const ordersOnly = figuresSchema.omit({ refund_count: true, refund_tax: true, rounding: true, net_sales: true });
export const ordersOnlyCellSchema = z.object({ ...placeSchema.shape, ...ordersOnly.shape });
export const ordersOnlyTotalSchema = ordersOnlyCellSchema.omit({ day: true });

/** Refunds are nothing where none were read. */
function withoutRefunds<Part extends z.infer<typeof ordersOnly>>(part: Part): Part & Figures {
  return { ...part, refund_count: 0, refunds: '0.00', refund_tax: '0.00', rounding: '0.00', net_sales: part.net };
}

/** Figures as they are stored, of reports of every version. */
export const storedCellSchema = z.union([cellSchema, ordersOnlyCellSchema.transform(withoutRefunds)]);
const storedTotalSchema = z.union([totalSchema, ordersOnlyTotalSchema.transform(withoutRefunds)]);

/** A record on one side of a difference. */
export const sideSchema = ledgerRecordSchema.pick({
  entity: true,
  id: true,
  number: true,
  business_day: true,
  currency: true,
  status: true,
  gross: true,
  tax: true,
  discount: true,
  shipping: true,
  refunds: true,
  customer: true,
  url: true,
});

export const differenceSchema = z.object({
  /** Names it within its report. */
  difference_id: z.string(),
  kind: z.enum(differenceKinds),
  /** The day it stands under: that of the order, where there is one. */
  day: z.iso.date(),
  /** The system that does not agree with the shop. */
  system: z.string(),
  label: z.string(),
  /** The record in each system that has it. */
  records: z.record(z.string(), sideSchema),
  fields: z.array(z.object({ field: z.string(), expected: z.string(), found: z.string() })),
  /** One sentence. */
  cause: z.string(),
  /** One sentence. */
  fix: z.string(),
  /** In the queue of failures. */
  failure_id: z.string().optional(),
});
export type Difference = z.infer<typeof differenceSchema>;

/** What is compared: 1 orders of the shop only, 2 its refunds too, 3 what tills sold and gave back too. */
const reportVersion = z.union([z.literal(1), z.literal(2), z.literal(3)]).meta({
  description:
    '3: what tills sold is compared too; 2: made before; 1: made before that, so its figures have no refunds',
});
export const currentReport = 3;

/** What was asked for, and what the store was like then. */
export const reconciliationRequestSchema = z.object({
  version: reportVersion.default(1),
  start_date: z.iso.date(),
  end_date: z.iso.date(),
  systems: z.array(z.string()),
  time_zone: z.string(),
  store: z.string(),
});
export type ReconciliationRequest = z.infer<typeof reconciliationRequestSchema>;

export const reconciliationResultSchema = z.object({
  totals: z.array(totalSchema),
  differences: z.partialRecord(z.enum(differenceKinds), z.number().int()),
  open: z.number().int().meta({ description: 'Differences, without what a setting leaves out' }),
  hash: z.string().meta({ description: 'SHA-256 chained over the figures and differences of all days' }),
});

/** Output of what is stored, whose figures may be of an older form. */
const storedResultSchema = reconciliationResultSchema.extend({ totals: z.array(storedTotalSchema) });

/** A comparison of the systems over some days. Kept for good: certificates name it. */
export const reconciliationSchema = z.object({
  tenant_id: z.string(),
  /** Also the id of its job. */
  report_id: z.string(),
  status: z.enum(jobStatuses),
  ...reconciliationRequestSchema.shape,
  requested_by: z.string(),
  started_at: instantSchema,
  finished_at: instantSchema.optional(),
  result: reconciliationResultSchema.optional(),
  failure: failureSchema.optional(),
});
export type Reconciliation = z.infer<typeof reconciliationSchema>;

/** Reports of every version, as they are kept. */
export const storedReconciliationSchema = reconciliationSchema.extend({ result: storedResultSchema.optional() });
