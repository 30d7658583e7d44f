import * as z from 'zod';

/** Amounts of one record. */
export const figureNames = ['gross', 'net', 'tax', 'discount', 'shipping', 'fees', 'refunds'] as const;
export type FigureName = (typeof figureNames)[number];

/** Exact decimal text in the record's currency. */
const amount = z.string();

/** One sale or refund as a platform itself says it, in the terms that all platforms share. Amounts of refunds are positive. */
export const ledgerRecordSchema = z.object({
  /** The platform's own kind of document: `order`, `invoice`, `credit_memo`. */
  entity: z.string(),
  id: z.string(),
  /** The platform whose record it is, where the ledger keeps those of several; null elsewhere. */
  origin: z.string().nullable(),
  /** What people call it; empty where it has none. */
  number: z.string(),
  /** Calendar day of the sale, or of the refund, in the store's zone. */
  business_day: z.iso.date(),
  currency: z.string(),
  /** The platform's own word; that of its order for a refund that has none. */
  status: z.string(),
  /** True for one that stays readable and stands for nothing any more: voided, marked as deleted. */
  void: z.boolean(),
  /** False for one without any line. */
  has_lines: z.boolean(),
  /** Of a refund: whether the sale had been paid when it was made. */
  is_paid: z.boolean(),
  /** What the customer pays, refunds not taken off; what a refund pays back. */
  gross: amount,
  /** Goods, shipping and fees: gross less tax and rounding. */
  net: amount,
  tax: amount,
  /** What was taken off by lines or coupons, without tax, positive. */
  discount: amount,
  /** Without tax. */
  shipping: amount,
  /** Without tax; negative where it is taken off. */
  fees: amount,
  /** What was paid back of a sale until now, positive. */
  refunds: amount,
  /** Part of gross that is neither: in the shop its total beyond its lines, in the books the line that makes up for it. */
  rounding: amount,
  /** Of a refund: the sale it takes back, where the platform knows it. */
  sale: z.object({ id: z.string(), business_day: z.iso.date(), is_paid: z.boolean() }).nullable(),
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
