import type * as z from 'zod';
import { invalidId, WooError } from './errors.ts';
import type { refundInput } from './input.ts';
import { micros } from './micros.ts';
import type { Order, Refund } from './model.ts';
import { putBack } from './order-status.ts';
import { addRefund } from './refunds.ts';
import type { Store } from './store.ts';

/** Refund failures are HTTP 500 with a bare number as data. */
function cannotRefund(message: string): WooError {
  return new WooError(500, 'woocommerce_rest_cannot_create_order_refund', message, 500);
}

function orderOf(store: Store, orderId: number): Order {
  const order = store.shop.orders.get(orderId);
  if (!order) throw new WooError(404, 'woocommerce_rest_invalid_order_id', 'Invalid order ID.');
  return order;
}

/** POST /orders/{id}/refunds. `api_refund` defaults to true and asks the payment gateway, which a simulated store lacks. */
export function createRefund(store: Store, orderId: number, input: z.infer<typeof refundInput>): Refund {
  const order = orderOf(store, orderId);
  if (input.api_refund ?? true) throw cannotRefund('The payment gateway for this order does not exist.');
  const refund = addRefund(store.shop, order, {
    ...(input.amount ? { amount: micros(input.amount) } : {}),
    reason: input.reason ?? '',
    createdAt: store.now(),
    items: (input.line_items ?? []).map(({ id, quantity = 0, refund_total, refund_tax = [] }) => ({
      itemId: id,
      quantity,
      total: micros(refund_total || '0'),
      taxes: refund_tax.map((tax) => ({ rateId: tax.id, total: micros(tax.refund_total || '0') })),
    })),
  });
  if (!refund) throw cannotRefund('Invalid refund amount.');
  if (input.api_restock ?? true) {
    putBack(store, order, new Map((input.line_items ?? []).map(({ id, quantity = 0 }) => [id, quantity])));
  }
  order.modifiedAt = store.now();
  store.touch('orders', 'refunds');
  store.announce('order.updated', orderId);
  return refund;
}

export function findRefund(store: Store, orderId: number, refundId: number): Refund {
  const refund = store.shop.refunds.get(refundId);
  if (refund?.orderId !== orderId) throw invalidId('shop_order_refund');
  return refund;
}

/** DELETE needs no force, and leaves neither a trace nor a new date_modified on the order, nor does a webhook tell of it. */
export function removeRefund(store: Store, orderId: number, refundId: number): void {
  findRefund(store, orderId, refundId);
  store.shop.refunds.delete(refundId);
  const order = store.shop.orders.get(orderId);
  if (order) order.refundIds = order.refundIds.filter((id) => id !== refundId);
  store.touch('orders', 'refunds');
}
