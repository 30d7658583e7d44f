import * as z from 'zod';
import { instantSchema } from './failure.ts';

/** Why stock moved. */
export const stockReasons = [
  'opening',
  'web_sale',
  'web_refund_restock',
  'pos_sale',
  'pos_return',
  'adjustment',
  'count',
  'manual_edit_in_shop',
  'correction',
] as const;
export type StockReason = (typeof stockReasons)[number];

const quantity = z.string().meta({ description: 'Exact decimal text', example: '3' });

/** What a document took before a system was first looked at, and had put back when it was first seen. */
export const stockReturnSchema = z.object({
  key: z.string(),
  delta: quantity,
  reason: z.enum(stockReasons),
  ref: z.string(),
  at: instantSchema,
});
export type StockReturn = z.infer<typeof stockReturnSchema>;

/** What we know of the stock of one product in one system that keeps a number of its own. */
export const stockPlaceSchema = z.object({
  /** Where the number is kept there. */
  item: z.string(),
  /** Id of the product there. */
  product: z.string(),
  /** The number it should have, after everything that is known. */
  expected: quantity,
  /** It is never told less than this. */
  floor: quantity,
  opened_at: instantSchema,
  /** A number that is about to be written, or was, and when the one before it was read. */
  writing: z.object({ quantity, read_at: instantSchema }).optional(),
  /** When the last write took place. */
  wrote: z.object({ from: instantSchema, to: instantSchema }).optional(),
  /** Movements of its own that the last write may have overwritten. */
  doubtful: z.array(quantity),
  /** Of before the first look or since? The number tells: see `observe`. */
  returns: z.array(stockReturnSchema).optional(),
  /** A difference that nothing explains yet. */
  suspect: z.object({ difference: quantity, since: instantSchema }).optional(),
});
export type StockPlace = z.infer<typeof stockPlaceSchema>;

/** Stock of one SKU: what the ledger comes to, and what each system has. */
export const stockItemSchema = z.object({
  tenant_id: z.string(),
  sku: z.string(),
  balance: quantity,
  /** Number of entries of its ledger. */
  entries: z.number().int().nonnegative(),
  /** What is known of an earlier time is in the count of this one. */
  counted_at: instantSchema.optional(),
  /** What tills were told last. */
  published: quantity.optional(),
  places: z.record(z.string(), stockPlaceSchema),
  version: z.number().int().positive(),
});
export type StockItem = z.infer<typeof stockItemSchema>;

/** One movement; never changed. */
export const stockEntrySchema = z.object({
  tenant_id: z.string(),
  sku: z.string(),
  /** From 1, without gaps. */
  number: z.number().int().positive(),
  delta: quantity,
  reason: z.enum(stockReasons),
  /** For people: `Order 1001`. */
  ref: z.string(),
  /** What was booked: one key has one amount, however often it is told. */
  key: z.string(),
  /** When it happened. */
  at: instantSchema,
  recorded_at: instantSchema,
  /** After it. */
  balance: quantity,
});
export type StockEntry = z.infer<typeof stockEntrySchema>;

/** What one document has moved so far. */
export const stockBookingSchema = z.object({
  tenant_id: z.string(),
  sku: z.string(),
  key: z.string(),
  amount: quantity,
  version: z.number().int().positive(),
});
export type StockBooking = z.infer<typeof stockBookingSchema>;
