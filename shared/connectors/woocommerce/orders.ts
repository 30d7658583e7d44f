import * as z from 'zod';
import type { JsonObject } from '../../core/json.ts';
import { decimal, isDecimalText, money, plainDecimal, roundHalfUp, sum, unitPriceFor } from '../../core/money.ts';
import { plainText } from '../../core/text.ts';
import type { EmbeddedRecord, SourceRecord } from '../connector.ts';
import { customerRecord } from './people.ts';
import { addressSchema, amount, gmt, id, quantity, stableRaw, text, type WooAddress } from './values.ts';

const lineTax = z.object({ id, total: text });
const line = z.object({
  id,
  name: text,
  product_id: id.optional(),
  variation_id: id.optional(),
  quantity: quantity.default('1'),
  subtotal: amount.optional(),
  total: amount,
  total_tax: amount,
  taxes: z.array(lineTax).default([]),
  sku: text,
  method_title: text,
});

/** What is read of an order; everything else stays in `raw`. Source: REST API v3, reference section 4 and 5. */
const orderSchema = z.object({
  id,
  number: text,
  status: z.string(),
  currency: z.string().length(3),
  prices_include_tax: z.boolean().default(false),
  customer_id: id,
  billing: addressSchema,
  shipping: addressSchema,
  date_created_gmt: gmt,
  date_modified_gmt: gmt,
  date_paid_gmt: gmt,
  date_completed_gmt: gmt,
  total: amount,
  total_tax: amount,
  payment_method: text,
  payment_method_title: text,
  transaction_id: text,
  customer_note: text,
  line_items: z.array(line),
  shipping_lines: z.array(line),
  fee_lines: z.array(line),
  tax_lines: z.array(z.object({ rate_id: id, rate_percent: quantity.nullish(), label: text })),
  coupon_lines: z.array(z.object({ code: text })),
  refunds: z.array(z.object({ id, total: amount })).default([]),
});
type WooOrder = z.infer<typeof orderSchema>;
type WooLine = z.infer<typeof line>;

export interface Store {
  readonly currency: string;
}

/** The canonical order. @throws ZodError when the shop sent something that is not an order. */
export function orderRecord(raw: Record<string, unknown>, store: Store): SourceRecord {
  const order = orderSchema.parse(raw);
  const lines = canonicalLines(order, raw);
  const ofKind = (kind: string) => lines.filter((entry) => entry.kind === kind).map((entry) => entry.total);
  const subtotal = sum(order.line_items.map((entry) => entry.subtotal ?? entry.total));
  const customer = customerOf(order, store);
  const coupons = order.coupon_lines.map(({ code }) => code).filter(Boolean);
  return {
    entity: 'order',
    id: order.id,
    label: `Order ${order.number || order.id}`,
    ...(order.number && order.number !== order.id ? { number: order.number } : {}),
    modified_at: order.date_modified_gmt,
    raw: stableRaw(raw) as JsonObject,
    embedded: [...customer.embedded, ...productsOf(order)],
    data: {
      number: order.number || order.id,
      status: order.status,
      currency: order.currency,
      prices_include_tax: order.prices_include_tax,
      customer: { ref: customer.ref },
      billing: order.billing as JsonObject,
      shipping: order.shipping as JsonObject,
      placed_at: order.date_created_gmt,
      created_at: order.date_created_gmt,
      modified_at: order.date_modified_gmt,
      paid_at: order.date_paid_gmt,
      completed_at: order.date_completed_gmt,
      deleted_at: order.status === 'trash' ? order.date_modified_gmt : null,
      lines,
      postings: lines.flatMap((entry) => postingsOf(entry)),
      coupon_summary: coupons.length > 0 ? `Coupons: ${coupons.join(', ')}` : '',
      note: order.customer_note,
      payment: {
        method: order.payment_method,
        title: plainText(order.payment_method_title),
        transaction_id: order.transaction_id,
      },
      subtotal: money(subtotal),
      discount_total: money(subtotal.minus(sum(order.line_items.map((entry) => entry.total)))),
      shipping_total: money(sum(ofKind('shipping'))),
      fee_total: money(sum(ofKind('fee'))),
      tax_total: order.total_tax,
      total: order.total,
      refund_total: money(sum(order.refunds.map(({ total }) => total)).abs()),
    },
  };
}

function canonicalLines(order: WooOrder, raw: Record<string, unknown>): JsonObject[] {
  const percents = new Map(order.tax_lines.map((tax) => [tax.rate_id, tax.rate_percent]));
  const groups = [
    ['product', order.line_items, raw.line_items],
    ['shipping', order.shipping_lines, raw.shipping_lines],
    ['fee', order.fee_lines, raw.fee_lines],
  ] as const;
  const lines: JsonObject[] = [];
  for (const [kind, entries, rawEntries] of groups) {
    entries.forEach((entry, index) => {
      const rawEntry = Array.isArray(rawEntries) ? (rawEntries[index] as JsonObject) : {};
      lines.push(canonicalLine(kind, entry, lines.length + 1, percents, rawEntry));
    });
  }
  return lines;
}

function canonicalLine(
  kind: 'product' | 'shipping' | 'fee',
  entry: WooLine,
  position: number,
  percents: ReadonlyMap<string, string | null | undefined>,
  raw: JsonObject,
): JsonObject {
  const count = kind === 'product' ? plainDecimal(entry.quantity) : '1';
  const name = plainText(entry.name) || plainText(entry.method_title);
  return {
    id: entry.id,
    position,
    kind,
    product_ref: kind === 'product' ? productRef(entry) : null,
    sku: entry.sku || null,
    name,
    description: name,
    quantity: count,
    unit_price: unitPrice(entry.total, count),
    subtotal: entry.subtotal ?? entry.total,
    total: entry.total,
    tax_total: entry.total_tax,
    taxed: decimal(entry.total_tax).eq(0) ? 'no' : 'yes',
    tax_percent: taxPercent(entry, percents),
    shares: kind === 'fee' ? taxShares(entry, percents) : [],
    raw,
  };
}

/**
 * A negative fee takes its tax back from the order's tax classes in proportion, so one line holds several rates, each on
 * a part of it (reference section 5). These are the parts: what each tax amount says it was charged on, and the untaxed
 * rest. Empty for a line that is taxed as a whole.
 */
function taxShares(
  entry: WooLine,
  percents: ReadonlyMap<string, string | null | undefined>,
): { total: string; tax_total: string; tax_percent: string }[] {
  const total = decimal(entry.total);
  if (total.gte(0)) return [];
  const shares = entry.taxes.flatMap(({ id: rate, total: tax }) => {
    const percent = decimal(percents.get(rate) ?? 0);
    if (!isDecimalText(tax) || decimal(tax).eq(0) || percent.eq(0)) return [];
    const base = roundHalfUp(decimal(tax).times(100).div(percent), 2);
    return [{ base, tax_total: money(tax), tax_percent: plainDecimal(percent) }];
  });
  const rest = total.minus(sum(shares.map(({ base }) => base)));
  // Several rates on the whole line come to more than the line; one rate on all of it to the line, but for a rounded cent.
  if (shares.length === 0 || rest.gt('0.02') || (shares.length === 1 && rest.abs().lte('0.02'))) return [];
  return [
    ...shares.map(({ base, ...share }) => ({ ...share, total: money(base) })),
    ...(rest.eq(0) ? [] : [{ total: money(rest), tax_total: '0.00', tax_percent: '0' }]),
  ];
}

/** A line as the books take it: with one tax rate. */
function postingsOf({ shares, ...entry }: JsonObject): JsonObject[] {
  const parts = shares as ReturnType<typeof taxShares>;
  if (parts.length === 0) return [entry];
  return parts.map((part) => ({
    ...entry,
    ...part,
    quantity: '1',
    unit_price: part.total,
    taxed: decimal(part.tax_total).eq(0) ? 'no' : 'yes',
  }));
}

/** Fewest decimals that multiply back to the total exactly; the shop's own `price` is a rounded float. */
function unitPrice(total: string, quantity: string): string | null {
  for (const places of [2, 4, 5, 7]) {
    const price = unitPriceFor(total, quantity, places);
    if (price !== undefined) return price;
  }
  return null;
}

/** Sum of the percentages that taxed the line, from the order's own copy of the rates. */
function taxPercent(entry: WooLine, percents: ReadonlyMap<string, string | null | undefined>): string {
  const applied = entry.taxes.filter(({ total }) => isDecimalText(total) && !decimal(total).eq(0));
  return plainDecimal(sum(applied.map((tax) => percents.get(tax.id) ?? 0).map((percent) => decimal(percent))));
}

/** A deleted product leaves id 0 behind: there is nothing to refer to. */
function productRef(entry: WooLine): string | null {
  const variation = entry.variation_id && entry.variation_id !== '0' ? entry.variation_id : undefined;
  const product = entry.product_id && entry.product_id !== '0' ? entry.product_id : undefined;
  return variation ?? product ?? null;
}

/** Trashed and deleted products are not in any listing; the line says enough to sell them. */
function productsOf(order: WooOrder): EmbeddedRecord[] {
  return order.line_items.flatMap((entry): EmbeddedRecord[] => {
    const ref = productRef(entry);
    if (ref === null) return [];
    const name = plainText(entry.name);
    const data = {
      kind: 'unlisted',
      status: 'unlisted',
      parent_source_id: null,
      name: name || `Product ${ref}`,
      sku: entry.sku || null,
      description: name,
      price: null,
      regular_price: null,
      stock_quantity: null,
      created_at: null,
      modified_at: null,
    };
    return [
      { authoritative: false, record: { entity: 'product', id: ref, label: name, modified_at: null, data, raw: {} } },
    ];
  });
}

function customerOf(order: WooOrder, store: Store): { ref: string; embedded: EmbeddedRecord[] } {
  const email = (order.billing.email ?? '').trim().toLowerCase();
  const registered = order.customer_id !== '0';
  const foreign = order.currency === store.currency ? '' : `@${order.currency}`;
  const base = registered ? order.customer_id : email ? `guest:${email}` : 'guest:unknown';
  const anonymous = !registered && !email;
  const record = customerRecord({
    id: `${base}${foreign}`,
    email,
    billing: anonymous ? {} : order.billing,
    shipping: anonymous ? {} : order.shipping,
    ...names(order, anonymous, foreign),
    currency: order.currency,
    qualifier: `${registered ? `#${order.customer_id}` : email || 'guest'}${foreign && ` ${order.currency}`}`,
    isGuest: !registered,
    createdAt: null,
    modifiedAt: null,
    raw: { billing: order.billing as JsonObject, shipping: order.shipping as JsonObject },
  });
  return { ref: record.id, embedded: [{ record, authoritative: !registered || foreign !== '' }] };
}

function names(order: WooOrder, anonymous: boolean, foreign: string): { firstName: string; lastName: string } {
  if (anonymous) return { firstName: 'Web shop', lastName: `guest${foreign && ` ${order.currency}`}` };
  const { first_name = '', last_name = '' }: WooAddress = order.billing;
  return { firstName: first_name, lastName: foreign ? `${last_name} ${order.currency}`.trim() : last_name };
}
