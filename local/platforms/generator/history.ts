import { type Micros, roundTo, scaled } from '../woocommerce/micros.ts';
import type { LineTax, Order, OrderStatus, Shop } from '../woocommerce/model.ts';
import { newMeta } from '../woocommerce/order-factory.ts';
import { addRefund, type RefundItem } from '../woocommerce/refunds.ts';
import { taxTies } from '../woocommerce/totals.ts';
import type { Profile } from './profiles.ts';
import type { Random } from './random.ts';
import { wholeSecond } from './timeline.ts';

export interface HistoryContext {
  readonly shop: Shop;
  readonly random: Random;
  readonly profile: Profile;
  readonly now: number;
}

const hour = 3_600_000;

/** Three of four orders are processing or completed. `refunded` is reached by refunding. */
const finalStatuses: readonly { readonly weight: number; readonly value: OrderStatus }[] = [
  { weight: 38, value: 'processing' },
  { weight: 38, value: 'completed' },
  { weight: 5, value: 'on-hold' },
  { weight: 4, value: 'pending' },
  { weight: 4, value: 'cancelled' },
  { weight: 3, value: 'refunded' },
  { weight: 3, value: 'failed' },
  { weight: 3, value: 'checkout-draft' },
  { weight: 2, value: 'trash' },
];

/** Lets a fresh order live: status, payment, dates, refunds, trash, and the last change. */
export function liveThrough(context: HistoryContext, order: Order): void {
  const { random } = context;
  const status = random.weighted(finalStatuses);
  order.status = status === 'refunded' ? 'completed' : status;
  if (order.status === 'checkout-draft') {
    order.createdVia = 'store-api';
    return;
  }
  choosePayment(context, order);
  if (order.status === 'completed') order.completedAt = later(context, order.paidAt ?? order.createdAt, 72);
  if (order.paymentMethod === 'cod') order.paidAt = order.completedAt;
  order.modifiedAt = Math.max(order.createdAt, order.paidAt ?? 0, order.completedAt ?? 0);
  if (status === 'refunded') refundAll(context, order);
  else if (order.paidAt !== null && random.chance(8)) refundSome(context, order);
  if (status === 'trash') trash(context, order);
  if (random.chance(25)) order.modifiedAt = later(context, order.modifiedAt, 240);
}

/** A moment up to `hours` later, but not in the future. */
function later({ random, now }: HistoryContext, at: number, hours: number): number {
  return Math.min(wholeSecond(at + 1000 + random.below(hours * hour)), Math.max(at, wholeSecond(now) - 1000));
}

function choosePayment({ random, profile, now }: HistoryContext, order: Order): void {
  const { card, transfer, delivery } = profile.payments;
  const { status } = order;
  const free = order.totals.total === 0n;
  const method =
    status === 'on-hold' || status === 'cancelled' || status === 'trash'
      ? transfer
      : random.weighted([
          { weight: 65, value: card },
          { weight: status === 'failed' ? 0 : 15, value: transfer },
          { weight: status === 'failed' || status === 'pending' ? 0 : 20, value: delivery },
        ]);
  if (!free) {
    order.paymentMethod = method.id;
    order.paymentMethodTitle = method.title;
  }
  if (status !== 'processing' && status !== 'completed') return;
  if (order.paymentMethod !== delivery.id) order.paidAt = Math.min(order.createdAt + 65_000, wholeSecond(now) - 1000);
  if (order.paymentMethod === card.id) order.transactionId = `ch_${random.code(16)}`;
}

function trash({ shop, now }: HistoryContext, order: Order): void {
  order.statusBeforeTrash = 'on-hold';
  order.modifiedAt = Math.min(order.modifiedAt + 5000, wholeSecond(now) - 1000);
  order.meta = [
    ...order.meta,
    newMeta(shop, { key: '_wp_trash_meta_status', value: 'wc-on-hold' }),
    newMeta(shop, { key: '_wp_trash_meta_time', value: String(order.modifiedAt / 1000) }),
  ];
}

/** Everything back: either by hand with every line, or by setting the status, which names no lines. */
function refundAll(context: HistoryContext, order: Order): void {
  const { shop, random } = context;
  const createdAt = later(context, order.modifiedAt, 120);
  const items = random.chance(50) ? allItems(order) : [];
  const reason = items.length > 0 ? 'Everything back' : 'Order fully refunded.';
  const refund = addRefund(shop, order, { amount: order.totals.total, reason, items, createdAt });
  if (refund) order.modifiedAt = createdAt;
}

function refundSome(context: HistoryContext, order: Order): void {
  const { shop, random } = context;
  const rounds = random.chance(20) ? 2 : 1;
  for (let round = 0; round < rounds; round += 1) {
    const createdAt = later(context, order.modifiedAt, 120);
    const [line] = order.lines;
    const refund =
      random.chance(60) && line
        ? addRefund(shop, order, {
            reason: 'One piece broken ✂',
            createdAt,
            items: [itemOf(order, line, line.quantity, 1)],
          })
        : addRefund(shop, order, { reason: 'Goodwill', createdAt, items: [], amount: goodwill(order) });
    if (refund) order.modifiedAt = createdAt;
  }
}

/** A tenth of the total, in whole cents. */
function goodwill({ totals }: Order): Micros {
  return roundTo(scaled(totals.total, 1n, 10n), 2);
}

function allItems(order: Order): RefundItem[] {
  return [
    ...order.lines.map((line) => itemOf(order, line, line.quantity, line.quantity)),
    ...order.shippingLines.map((line) => itemOf(order, line, 1, 1)),
    ...order.feeLines.map((line) => itemOf(order, line, 1, 1)),
  ];
}

/** `count` of `quantity` pieces of a line, in whole cents as a shopkeeper types them. */
function itemOf(
  order: Order,
  line: { readonly id: number; readonly total: Micros; readonly taxes: readonly LineTax[] },
  quantity: number,
  count: number,
): RefundItem {
  const share = (amount: Micros): Micros =>
    roundTo(scaled(amount, BigInt(count), BigInt(Math.max(quantity, 1))), 2, taxTies(order));
  return {
    itemId: line.id,
    quantity: count,
    total: roundTo(scaled(line.total, BigInt(count), BigInt(Math.max(quantity, 1))), 2),
    taxes: line.taxes.map(({ rateId, total }) => ({ rateId, total: share(total) })),
  };
}

/** Bulk edits: runs of neighbours that share one modified second, one of them longer than a page of a hundred. */
export function shareSeconds({ random, now }: HistoryContext, orders: readonly Order[]): void {
  const edit = (from: number, size: number): void => {
    const group = orders.slice(from, from + size);
    const latest = Math.max(...group.map(({ modifiedAt }) => modifiedAt));
    const at = Math.min(latest + 1000, wholeSecond(now) - 1000);
    for (const order of group) order.modifiedAt = at;
  };
  for (let from = 20; from + 30 < orders.length; from += 200) edit(from, random.between(5, 25));
  if (orders.length >= 600) edit(300, 130);
}
