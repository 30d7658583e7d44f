import { type Micros, roundTo, sumMicros } from './micros.ts';
import type { LineMeta, LineTax, Order, Refund, Shop, TaxLine } from './model.ts';
import { newLineMeta, newMeta } from './order-factory.ts';
import { refundedSoFar } from './render.ts';

/** Part of an order line given back. Amounts are positive and net; `taxes` per rate. */
export interface RefundItem {
  readonly itemId: number;
  readonly quantity: number;
  readonly total: Micros;
  readonly taxes: readonly { rateId: number; total: Micros }[];
}

export interface DraftRefund {
  /** Default: the sum of the items. */
  readonly amount?: Micros;
  readonly reason: string;
  readonly items: readonly RefundItem[];
  readonly createdAt: number;
}

/** Amount the items add up to, with tax, rounded to cents. */
function itemsAmount(items: readonly RefundItem[]): Micros {
  const tax = (item: RefundItem): Micros => sumMicros(item.taxes, ({ total }) => total);
  return roundTo(
    sumMicros(items, (item) => item.total + tax(item)),
    2,
  );
}

/**
 * Adds a refund to an order; the order keeps its totals. When nothing is left the status becomes `refunded`.
 *
 * @returns undefined when the amount is negative, more than is left, or nothing without a line that goes back to stock.
 */
export function addRefund(shop: Shop, order: Order, draft: DraftRefund): Refund | undefined {
  const amount = draft.amount ?? itemsAmount(draft.items);
  const left = order.totals.total - refundedSoFar(shop, order);
  if (amount < 0n || amount > left || (amount === 0n && draft.items.length === 0)) return undefined;
  const id = shop.ids.post++;
  const refund: Refund = {
    id,
    orderId: order.id,
    createdAt: draft.createdAt,
    amount,
    reason: draft.reason,
    meta: [newMeta(shop, { key: '_refund_type', value: amount === left ? 'full' : 'partial' })],
    lines: pick(shop, order.lines, draft.items, ({ total, quantity }, taxes) => ({
      quantity,
      total,
      subtotal: total,
      taxes,
    })),
    shippingLines: pick(shop, order.shippingLines, draft.items, ({ total }, taxes) => ({ total, taxes })),
    feeLines: pick(shop, order.feeLines, draft.items, ({ total }, taxes) => ({ total, taxes })),
    taxLines: refundTaxLines(shop, order, draft.items),
  };
  shop.refunds.set(id, refund);
  order.refundIds = [id, ...order.refundIds];
  if (amount === left && amount > 0n) order.status = 'refunded';
  return refund;
}

function pick<L extends { readonly id: number }, P>(
  shop: Shop,
  lines: readonly L[],
  items: readonly RefundItem[],
  part: (item: RefundItem, taxes: LineTax[]) => P,
) {
  return items.flatMap((item) => {
    const line = lines.find(({ id }) => id === item.itemId);
    if (!line) return [];
    const taxes = item.taxes.map(({ rateId, total }) => ({ rateId, total, subtotal: total }));
    const meta: LineMeta[] = [newLineMeta(shop, { key: '_refunded_item_id', value: String(line.id) })];
    return [{ ...line, ...part(item, taxes), id: shop.ids.item++, meta }];
  });
}

function refundTaxLines(shop: Shop, order: Order, items: readonly RefundItem[]): TaxLine[] {
  const shippingIds = new Set(order.shippingLines.map(({ id }) => id));
  return order.taxLines.flatMap(({ rate }) => {
    const ofRate = (wanted: boolean): Micros =>
      sumMicros(items, ({ itemId, taxes }) =>
        shippingIds.has(itemId) === wanted ? sumMicros(taxes, (tax) => (tax.rateId === rate.id ? tax.total : 0n)) : 0n,
      );
    const touched = items.some(({ taxes }) => taxes.some(({ rateId }) => rateId === rate.id));
    return touched ? [{ id: shop.ids.item++, rate, taxTotal: ofRate(false), shippingTaxTotal: ofRate(true) }] : [];
  });
}
