import * as z from 'zod';
import { isDecimalText } from '../core/money.ts';
import { instantSchema } from './failure.ts';

/** Ids and numbers that tills make up: they go into keys, document numbers and addresses. */
const name = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[\x20-\x7e]*\S$/, 'must be plain characters, not ending in a blank');
const text = (longest: number) => z.string().max(longest);
/** No till sells more than that; whatever is computed from it stays short. */
const largest = 1e12;
const exact = (decimals: number) =>
  z
    .string()
    .max(24)
    .refine(isDecimalText, { error: 'must be a decimal in text, like "19.99"', abort: true })
    .refine((value) => (value.split('.')[1]?.length ?? 0) <= decimals, `may have ${decimals} decimals`)
    .refine((value) => Math.abs(Number(value)) < largest, 'is too large');
const amount = exact(2).meta({ example: '19.99' });
const positive = exact(4).refine((value) => Number(value) > 0, 'must be more than zero');
const quantity = exact(4).meta({ example: '2' });
const notNegative = amount.refine((value) => Number(value) >= 0, 'must not be below zero');
/** Half a surrogate pair has no place in any system. */
const words = (longest: number) => text(longest).transform((value) => value.toWellFormed());

/** One line: `quantity × unit_price`, rounded half up, less `discount`. With tax in it or not, as the sale says. */
const lineSchema = z.strictObject({
  id: name,
  /** Id of a product as the change feed names it. */
  product_ref: name.nullish(),
  sku: name.nullish(),
  name: words(200),
  quantity: positive,
  unit_price: exact(6),
  discount: notNegative.default('0.00'),
  /** Tax of the line, in it or on top of it. */
  tax: amount.default('0.00'),
  tax_percent: exact(4).default('0'),
});
export type PosLine = z.output<typeof lineSchema>;

const tenderSchema = z.strictObject({
  /** `cash`, `card`, `voucher` or whatever the till calls it; settings name methods and accounts by it. */
  method: z.string().regex(/^[a-z0-9_-]{1,40}$/, 'must be small letters, digits, - or _'),
  amount,
  reference: words(100).nullish(),
});

const totalsSchema = z.strictObject({
  net: amount,
  tax: amount,
  /** Cash rounding, added to net and tax. */
  rounding: amount.default('0.00'),
  total: amount,
  /** Handed back of what was tendered. */
  change: notNegative.default('0.00'),
  /** What stays to be paid. */
  due: notNegative.default('0.00'),
});

const buyerSchema = z.strictObject({
  /** Id of a customer as the change feed or an earlier event names it. */
  id: name.nullish(),
  email: z.email().max(100).nullish(),
  first_name: words(100).default(''),
  last_name: words(100).default(''),
  phone: words(30).default(''),
});

const document = {
  id: name,
  /** What is printed on the receipt. */
  number: z
    .string()
    .min(1)
    .max(40)
    .regex(/^[\x21-\x7e]+$/, 'must be characters without blanks'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO code like USD'),
  prices_include_tax: z.boolean(),
  lines: z.array(lineSchema).min(1).max(500),
  tenders: z.array(tenderSchema).max(20),
  totals: totalsSchema,
  note: words(1000).default(''),
};

export const saleSchema = z.strictObject({ ...document, customer: buyerSchema.nullish() });
export type PosSale = z.output<typeof saleSchema>;

export const refundSchema = z.strictObject({
  ...document,
  /** The sale it takes back, or a part of it; null where the receipt is lost. */
  sale_id: name.nullish(),
  customer: buyerSchema.nullish(),
  /** False: the goods do not go back on the shelf. */
  restock: z.boolean().default(true),
});
export type PosRefund = z.output<typeof refundSchema>;

type Body = Readonly<Record<string, unknown>>;
const contentOf = <Schema extends z.ZodObject>(schema: Schema, body: Body): z.output<Schema> =>
  schema.parse(Object.fromEntries(Object.keys(schema.shape).flatMap((key) => (key in body ? [[key, body[key]]] : []))));

/** What the till said of a sale, without what came of it. @throws ZodError for a record that holds no sale. */
export const saleOf = (body: Body): PosSale => contentOf(saleSchema, body);
/** The same of a refund. */
export const refundOf = (body: Body): PosRefund => contentOf(refundSchema, body);

/** Ids of the refunds that tills told of a sale, in the order they came; `body` is that of the sale's record. */
export function refundsOf(body: Body): readonly string[] {
  return Array.isArray(body.refunds) ? (body.refunds as readonly string[]) : [];
}

/** Ids of the sales that a refund was of in earlier versions, and is not any more. */
export function formerSalesOf(body: Body): readonly string[] {
  return Array.isArray(body.former_sales) ? (body.former_sales as readonly string[]) : [];
}

/** Ids of the sales that come out differently when this record of the shelf changes. */
export function salesOf({ entity, id, body }: { entity: string; id: string; body: Body }): readonly string[] {
  if (entity === 'sale') return [id];
  if (entity !== 'refund') return [];
  return [...(typeof body.sale_id === 'string' ? [body.sale_id] : []), ...formerSalesOf(body)];
}

const addressSchema = z
  .strictObject({
    address_1: words(200),
    address_2: words(200),
    city: words(100),
    state: words(100),
    postcode: words(30),
    country: words(60),
  })
  .partial();

export const customerSchema = z.strictObject({
  id: name,
  /** One address in whatever letters. */
  email: z.email().max(100).toLowerCase().nullish(),
  first_name: words(100).default(''),
  last_name: words(100).default(''),
  company: words(100).default(''),
  phone: words(30).default(''),
  billing: addressSchema.default({}),
  shipping: addressSchema.default({}),
});

export const vendorSchema = z.strictObject({
  id: name,
  name: words(100).refine((value) => value.trim() !== '', 'must not be blank'),
  email: z.email().max(100).nullish(),
  first_name: words(100).default(''),
  last_name: words(100).default(''),
  company: words(100).default(''),
  phone: words(30).default(''),
  /** Our number with them. */
  account_number: words(100).default(''),
  billing: addressSchema.default({}),
});
export type PosVendor = z.output<typeof vendorSchema>;

/** Goods, by SKU or by what the change feed calls the product. */
const goods = { sku: name.nullish(), product_ref: name.nullish(), note: words(200).default('') };

/** By kind of event: what its `data` holds. */
export const eventData = {
  'sale.completed': saleSchema,
  'sale.refunded': refundSchema,
  'sale.voided': z.strictObject({ sale_id: name, reason: words(200).default('') }),
  'customer.upserted': customerSchema,
  'customer.deleted': z.strictObject({ id: name }),
  'vendor.upserted': vendorSchema,
  'vendor.deleted': z.strictObject({ id: name }),
  'stock.adjusted': z.strictObject({ ...goods, delta: quantity }),
  'stock.counted': z.strictObject({ ...goods, quantity }),
} as const;
export type EventKind = keyof typeof eventData;
export const eventKinds = Object.keys(eventData) as readonly EventKind[];

/** What every event says beside its data. */
export const envelopeSchema = z.strictObject({
  /** Made by the till, once per event; a repeat has the same. */
  client_id: name,
  kind: z.enum(eventKinds as [EventKind, ...EventKind[]]),
  /** By the till's clock. */
  occurred_at: z.iso.datetime({ offset: true }).transform((value) => new Date(value).toISOString()),
  register: name,
  /** Rises by one with each event of the register, where it counts: decides between events of one instant. */
  sequence: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  data: z.unknown(),
});

/** An event whose every part was checked. */
export type PosEvent = {
  [Kind in EventKind]: Omit<z.output<typeof envelopeSchema>, 'kind' | 'data'> & {
    readonly kind: Kind;
    readonly data: z.output<(typeof eventData)[Kind]>;
  };
}[EventKind];

export const eventResults = ['applied', 'duplicate', 'superseded', 'rejected'] as const;

export const eventFaultSchema = z.object({ path: z.string(), code: z.string(), message: z.string() });
export type EventFault = z.infer<typeof eventFaultSchema>;

/** What became of one event, kept under its client id. */
export const eventReceiptSchema = z.object({
  tenant_id: z.string(),
  client_id: z.string(),
  kind: z.string(),
  register: z.string(),
  /** Of the event as it came. */
  hash: z.string(),
  result: z.enum(['applied', 'superseded', 'rejected']),
  faults: z.array(eventFaultSchema),
  /** What it changed, or would have. */
  record: z.object({ entity: z.string(), id: z.string() }).nullable(),
  occurred_at: instantSchema.nullable(),
  /** When it counts as having happened: never later than it came, whatever the till's clock says. */
  effective_at: instantSchema.nullable(),
  received_at: instantSchema,
  version: z.number().int(),
});
export type EventReceipt = z.infer<typeof eventReceiptSchema>;
