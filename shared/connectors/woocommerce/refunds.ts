import type { Big } from 'big.js';
import * as z from 'zod';
import type { JsonObject } from '../../core/json.ts';
import { decimal, exactMoney, isDecimalText, plainDecimal, sum } from '../../core/money.ts';
import { plainText } from '../../core/text.ts';
import type { ReadPage, RejectedRecord, SourceRecord } from '../source.ts';
import { allocate, gather, less, type Part, taxedNet } from './allocate-refund.ts';
import { type Row, reject } from './convert-rows.ts';
import { canonicalLines, lineGroups, postingsOf, taxRatesOf, unitPrice, type WooLine } from './order-lines.ts';
import { orderRecord, orderSchema, type Store, type WooOrder } from './orders.ts';
import { dayCustomer } from './sales-day.ts';
import { amount, gmt, id, stableRaw, text } from './values.ts';

/** What is read of a refund (reference section 6). It has no currency and no date of a change. */
const refundSchema = z.object({ id, date_created_gmt: gmt, amount, reason: text, ...lineGroups });
type WooRefund = z.infer<typeof refundSchema>;

/**
 * Refunds are named with their order: `78:79`. A shop older than 9.0 finds them only there, and what became of them is
 * told by the order's own list.
 */
export const refundId = (order: unknown, refund: unknown): string => `${String(order)}:${String(refund)}`;

/** Longer numbers than this are not read out to anybody. */
const longestNumber = 20;

/** What of an order all its refunds share. */
interface Refunded {
  readonly order: WooOrder;
  /** The order's canonical record. */
  readonly record: SourceRecord;
  /** Its postings, which say how each line was taxed. */
  readonly postings: readonly JsonObject[];
}

/**
 * The refunds of one order in canonical form, amounts positive. Part of the order stands in each, because a refund alone
 * says neither who was paid nor in which currency. What one gives back without saying for what is allocated over what
 * the refunds before it left of the order, so all of them have to be there.
 *
 * @throws ZodError when the order is none.
 */
export function refundRecords(orderRow: Row, rows: readonly Row[], store: Store): Omit<ReadPage, 'next'> {
  const order = orderSchema.parse(orderRow);
  const postings = canonicalLines(order, orderRow, taxRatesOf(order)).flatMap((line) => postingsOf(line));
  const refunded: Refunded = { order, record: orderRecord(orderRow, store), postings };
  const records: SourceRecord[] = [];
  const rejected: RejectedRecord[] = [];
  /** Undefined after a refund that cannot be read: nobody knows what that one took. */
  let left: Part[] | undefined = gather(partsOf(postings));
  for (const raw of rows.toSorted((a, b) => Number(a.id) - Number(b.id))) {
    try {
      const refund = refundSchema.parse(raw);
      const lines = linesOf(refund, raw, refunded);
      const shares = sharesOf(refund, lines, refunded, left);
      left = left && less(less(left, partsOf(lines.flatMap(postingsOf), postings)), shares);
      records.push(refundRecord(refund, raw, refunded, lines, shares));
    } catch (error) {
      left = undefined;
      rejected.push(reject('refund', { ...raw, id: refundId(order.id, raw.id) }, error));
    }
  }
  return { records, rejected };
}

function refundRecord(
  refund: WooRefund,
  raw: Row,
  { order, record: { data, embedded = [] } }: Refunded,
  lines: readonly JsonObject[],
  shares: readonly Part[],
): SourceRecord {
  const refundedAt = refund.date_created_gmt;
  const orderNumber = order.number || order.id;
  const number = `${orderNumber}-R${refund.id}`;
  const ofDay = dayCustomer(order.currency);
  const postings = [...lines.flatMap(postingsOf), ...shares.map(allocated)].flatMap(withTaxOfRate).map(inOrder);
  // What changes it is the order: its status, its customer, its other refunds.
  const modifiedAt = order.date_modified_gmt ?? refundedAt;
  return {
    entity: 'refund',
    id: refundId(order.id, refund.id),
    label: `Refund ${number}`,
    number,
    modified_at: modifiedAt,
    raw: stableRaw(raw) as JsonObject,
    embedded: [...embedded, { record: ofDay, authoritative: true }],
    data: {
      id: refund.id,
      order_ref: order.id,
      number: number.length <= longestNumber ? number : `R${refund.id}`,
      order_number: orderNumber,
      order_status: order.status,
      order_total: order.total,
      order_placed_at: order.date_created_gmt,
      order_paid_at: order.date_paid_gmt,
      was_paid: order.date_paid_gmt !== null && refundedAt !== null && order.date_paid_gmt <= refundedAt,
      reason: plainText(refund.reason),
      amount: refund.amount,
      currency: order.currency,
      tax_total: exactMoney(sum(postings.map(({ tax_total }) => tax_total))),
      refunded_at: refundedAt,
      created_at: refundedAt,
      modified_at: modifiedAt,
      by_line: postings.every(({ allocated: isAllocated }) => isAllocated === false),
      customer: data.customer ?? null,
      day_customer: { ref: ofDay.id },
      billing: data.billing ?? {},
      shipping: data.shipping ?? {},
      payment: data.payment ?? {},
      lines,
      postings,
    },
  };
}

/** Its lines as the shop has them, counted forwards. */
function linesOf(refund: WooRefund, raw: Row, { order }: Refunded): JsonObject[] {
  const rates = new Map([...taxRatesOf(order), ...taxRatesOf(refund)]);
  const forwards = {
    ...refund,
    line_items: refund.line_items.map(negated),
    shipping_lines: refund.shipping_lines.map(negated),
    fee_lines: refund.fee_lines.map(negated),
  };
  return canonicalLines(forwards, raw, rates).map((line) => ({
    ...line,
    allocated: false,
    order_line_ref: refundedLine(line.raw),
  }));
}

function negated(line: WooLine): WooLine {
  return {
    ...line,
    quantity: plainDecimal(decimal(line.quantity).times(-1)),
    ...(line.subtotal === undefined ? {} : { subtotal: minus(line.subtotal) }),
    total: minus(line.total),
    total_tax: minus(line.total_tax),
    taxes: line.taxes.map((tax) => ({ ...tax, total: isDecimalText(tax.total) ? minus(tax.total) : tax.total })),
  };
}

const minus = (value: string): string => exactMoney(decimal(value).times(-1));

const metaSchema = z.object({ meta_data: z.array(z.object({ key: z.string(), value: z.unknown() })).default([]) });

function refundedLine(raw: unknown): string | null {
  const { meta_data } = metaSchema.parse(raw ?? {});
  const value = meta_data.find(({ key }) => key === '_refunded_item_id')?.value;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

/** What was paid back beyond the lines, or less than they say, by tax treatment. */
function sharesOf(
  refund: WooRefund,
  lines: readonly JsonObject[],
  { postings }: Refunded,
  left: readonly Part[] | undefined,
): Part[] {
  const own = partsOf(lines.flatMap(postingsOf), postings);
  const rest = decimal(refund.amount).minus(sum(own.flatMap(({ net, tax }) => [net, tax])));
  if (rest.eq(0)) return [];
  if (rest.lt(0)) return allocate(rest, less([], own));
  if (!left) throw new RangeError('an earlier refund of the order cannot be read');
  return allocate(rest, less(left, own));
}

/** @param own the order's postings: a line that gives back another counts where that one does, taxed or not. */
function partsOf(postings: readonly JsonObject[], own: readonly JsonObject[] = []): Part[] {
  return postings.map((posting) => {
    const [original, ...others] = own.filter(({ id }) => id === posting.order_line_ref);
    const { taxed, tax_percent } = original && others.length === 0 ? original : posting;
    return {
      taxed: String(taxed),
      tax_percent: String(tax_percent),
      net: decimal(posting.total),
      tax: decimal(posting.tax_total),
    };
  });
}

function allocated({ taxed, tax_percent, net, tax }: Part): JsonObject {
  const treatment = taxed === 'yes' ? `taxed at ${tax_percent} %` : 'untaxed';
  const isTaxed = !tax.eq(0);
  return {
    ...untaxed(net, `Refunded amount without lines: the share ${treatment} (allocated)`),
    tax_total: exactMoney(tax),
    taxed: isTaxed ? 'yes' : 'no',
    tax_percent: isTaxed ? tax_percent : '0',
    tax_rates: `${isTaxed ? tax_percent : '0'} %`,
  };
}

/**
 * Books that compute the tax themselves take a line only with the tax of its rate, so one whose tax is more or less than
 * that becomes the net its tax is the tax of, and the untaxed rest.
 */
function withTaxOfRate(posting: JsonObject): JsonObject[] {
  const [part] = partsOf([posting]);
  const net = part && taxedNet(part);
  if (!part || !net || net.eq(part.net)) return [posting];
  const total = exactMoney(net);
  const price = unitPrice(total, String(posting.quantity));
  return [
    { ...posting, total, subtotal: total, unit_price: price },
    untaxed(part.net.minus(net), `${String(posting.name)}: the untaxed rest (allocated)`),
  ];
}

function untaxed(net: Big, description: string): JsonObject {
  const total = exactMoney(net);
  return {
    id: null,
    kind: 'product',
    allocated: true,
    order_line_ref: null,
    product_ref: null,
    sku: null,
    name: 'Refund',
    description,
    quantity: '1',
    unit_price: total,
    subtotal: total,
    total,
    tax_total: '0.00',
    taxed: 'no',
    tax_percent: '0',
    tax_rates: '0 %',
  };
}

const inOrder = (posting: JsonObject, index: number): JsonObject => ({ ...posting, position: index + 1 });
