import * as z from 'zod';

/** What days are added up by, beside the number of sales. */
export const figureNames = ['gross', 'net', 'tax', 'discount', 'shipping', 'fees', 'refunds'] as const;
export type FigureName = (typeof figureNames)[number];

/** Exact decimal text in the record's currency. */
const amount = z.string();

/** One sale as a platform itself says it, in the terms that all platforms share. */
export const ledgerRecordSchema = z.object({
  /** The platform's own kind of document: `order`, `invoice`. */
  entity: z.string(),
  id: z.string(),
  /** What people call it; empty where it has none. */
  number: z.string(),
  /** Calendar day of the sale, in the store's zone. */
  business_day: z.iso.date(),
  currency: z.string(),
  /** The platform's own word. */
  status: z.string(),
  /** True for one that stays readable and stands for no sale any more: voided, marked as deleted. */
  void: z.boolean(),
  /** False for one without any line. */
  has_lines: z.boolean(),
  is_paid: z.boolean(),
  /** What the customer pays, refunds not taken off. */
  gross: amount,
  /** Gross less tax. */
  net: amount,
  tax: amount,
  /** What was taken off by lines or coupons, without tax, positive. */
  discount: amount,
  /** Without tax. */
  shipping: amount,
  /** Without tax; negative where it is taken off. */
  fees: amount,
  /** What was paid back, positive. */
  refunds: amount,
  /** Part of gross that is there only to make it agree with the source. */
  rounding: amount,
  customer: z.string(),
  /** Id of the customer on the platform; empty where there is none. */
  customer_id: z.string(),
  modified_at: z.iso.datetime().nullable(),
  /** Rises with each change of the document, where the platform counts them. */
  version: z.string().nullable(),
  /** Where a person opens it; null where there is no such page. */
  url: z.string().nullable(),
});
export type LedgerRecord = z.infer<typeof ledgerRecordSchema>;
