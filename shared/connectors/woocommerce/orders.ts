import * as z from 'zod';
import type { JsonObject } from '../../core/json.ts';
import { money, sum } from '../../core/money.ts';
import { plainText } from '../../core/text.ts';
import type { EmbeddedRecord, SourceRecord } from '../source.ts';
import { canonicalLines, lineGroups, postingsOf, productRef, taxRatesOf } from './order-lines.ts';
import { customerRecord } from './people.ts';
import { addressSchema, amount, gmt, id, stableRaw, text, type WooAddress } from './values.ts';

/** What is read of an order; everything else stays in `raw`. Source: REST API v3, reference section 4 and 5. */
export const orderSchema = z.object({
  id,
  number: text,
  status: z.string(),
  currency: z.string().regex(/^[A-Za-z0-9]{3}$/),
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
  ...lineGroups,
  coupon_lines: z.array(z.object({ code: text })),
  refunds: z.array(z.object({ id, total: amount })).default([]),
});
export type WooOrder = z.infer<typeof orderSchema>;

export interface Store {
  readonly currency: string;
}

/** The canonical order. @throws ZodError when the shop sent something that is not an order. */
export function orderRecord(raw: Record<string, unknown>, store: Store): SourceRecord {
  const order = orderSchema.parse(raw);
  const lines = canonicalLines(order, raw, taxRatesOf(order));
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
