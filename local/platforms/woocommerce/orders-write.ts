import { invalidId, WooError } from './errors.ts';
import { checkBillingEmail, type OrderInput } from './input.ts';
import { mergeAddress, mergeMeta } from './merge.ts';
import { micros } from './micros.ts';
import { emptyAddress, type Order, type OrderStatus } from './model.ts';
import { addOrder, newMeta } from './order-factory.ts';
import { changesTotals, draftLine, editLines, findCoupon } from './order-lines.ts';
import { pay, setStatus } from './order-status.ts';
import type { Store } from './store.ts';

const entity = 'shop_order';

/**
 * POST /orders. Not idempotent, like the platform: the same body twice is two orders.
 *
 * @throws WooError 400; a refused coupon leaves a checkout-draft order behind and names it in `data.new_draft_order_id`
 */
export function createOrder(store: Store, input: OrderInput): Order {
  checkBillingEmail(input.billing);
  const customer = input.customer_id ? store.shop.customers.get(input.customer_id) : undefined;
  if (input.customer_id && !customer) badCustomer();
  const lines = (input.line_items ?? []).map((line) => draftLine(store, line));
  const draft = {
    status: 'pending' as OrderStatus,
    createdAt: store.now(),
    orderKey: `wc_order_${store.shop.ids.post.toString(36).padStart(13, '0')}`,
    customer,
    billing: mergeAddress(emptyAddress, input.billing),
    shipping: mergeAddress(emptyAddress, input.shipping),
    lines,
    meta: (input.meta_data ?? []).map(({ key = '', value }) => ({ key, value })),
    shippingLines: (input.shipping_lines ?? []).map((line) => ({
      title: line.method_title ?? '',
      methodId: line.method_id ?? '',
      total: micros(line.total || '0'),
    })),
    feeLines: (input.fee_lines ?? []).map((line) => ({
      name: line.name ?? 'Fee',
      total: micros(line.total || '0'),
      taxable: line.tax_status !== 'none',
      taxClass: line.tax_class ?? '',
    })),
    currency: input.currency || store.shop.settings.currency,
    createdVia: input.created_via || 'rest-api',
    customerNote: input.customer_note ?? '',
    paymentMethod: input.payment_method ?? '',
    paymentMethodTitle: input.payment_method_title ?? '',
    transactionId: input.transaction_id ?? '',
  };
  const coupons = (input.coupon_lines ?? []).map(({ code }) => findCoupon(store, code));
  const refused = coupons.find((found) => typeof found === 'string');
  const order = addOrder(store, { ...draft, coupons: coupons.filter((found) => typeof found !== 'string') });
  store.touch('orders');
  if (refused !== undefined) {
    order.status = 'checkout-draft';
    throw new WooError(400, 'woocommerce_rest_invalid_coupon', refused, { status: 400, new_draft_order_id: order.id });
  }
  if (input.status && input.status !== 'pending') setStatus(store, order, input.status);
  if (input.set_paid) pay(store, order);
  store.announce('order.created', order.id);
  store.announce('order.updated', order.id);
  return order;
}

function badCustomer(): never {
  throw new WooError(400, 'woocommerce_rest_invalid_customer_id', 'Customer ID is invalid.');
}

/**
 * PUT /orders/{id}. Totals are recomputed only when lines or addresses are given. HPOS bumps date_modified on every
 * save, even an empty one; posts storage only on a change of status or customer note.
 */
export function updateOrder(store: Store, id: number, input: OrderInput): Order {
  const order = store.shop.orders.get(id);
  if (!order) throw invalidId(entity, 400);
  checkBillingEmail(input.billing);
  if (input.customer_id && !store.shop.customers.has(input.customer_id)) badCustomer();
  const before = { status: order.status, note: order.customerNote };
  order.billing = mergeAddress(order.billing, input.billing);
  order.shipping = mergeAddress(order.shipping, input.shipping);
  order.meta = mergeMeta<Order>(store, order.meta, input.meta_data);
  order.customerId = input.customer_id ?? order.customerId;
  order.customerNote = input.customer_note ?? order.customerNote;
  order.paymentMethod = input.payment_method ?? order.paymentMethod;
  order.paymentMethodTitle = input.payment_method_title ?? order.paymentMethodTitle;
  order.transactionId = input.transaction_id ?? order.transactionId;
  if (changesTotals(input)) editLines(store, order, input);
  if (input.status && input.status !== order.status) setStatus(store, order, input.status);
  if (input.set_paid && order.paidAt === null) pay(store, order);
  const visible = order.status !== before.status || order.customerNote !== before.note;
  if (store.shop.settings.storage === 'hpos' || visible) order.modifiedAt = store.now();
  store.touch('orders');
  // Taking an order out of the trash by its status is told of by posts storage only.
  if (before.status !== 'trash' || store.shop.settings.storage === 'legacy') store.announce('order.updated', id);
  return order;
}

/** DELETE /orders/{id}: to the trash, or gone for good with its refunds. @throws WooError 404, 410 */
export function removeOrder(store: Store, id: number, force: boolean): void {
  const { shop } = store;
  const order = shop.orders.get(id);
  if (!order) throw invalidId(entity);
  if (force) {
    shop.orders.delete(id);
    for (const refundId of order.refundIds) shop.refunds.delete(refundId);
    store.touch('orders', 'refunds');
    return;
  }
  if (order.status === 'trash') {
    throw new WooError(410, 'woocommerce_rest_already_trashed', `The ${entity} has already been deleted.`);
  }
  order.statusBeforeTrash = order.status;
  order.meta = [
    ...order.meta,
    newMeta(shop, { key: '_wp_trash_meta_status', value: `wc-${order.status}` }),
    newMeta(shop, { key: '_wp_trash_meta_time', value: String(store.now() / 1000) }),
  ];
  order.status = 'trash';
  order.modifiedAt = store.now();
  store.touch('orders');
  store.announce('order.deleted', id);
  // Posts storage trashes a post, and a listener for products does not look at which kind.
  if (shop.settings.storage === 'legacy') store.announce('product.deleted', id);
}
