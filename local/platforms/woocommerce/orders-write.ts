import { addRefund } from './refunds.ts';
import { invalidId, WooError } from './errors.ts';
import { type AddressInput, checkBillingEmail, type MetaInput, type OrderInput } from './input.ts';
import { micros } from './micros.ts';
import { type Address, type Coupon, emptyAddress, type Order, type OrderStatus, type ProductLine } from './model.ts';
import { addOrder, applyCoupons, type DraftLine, newLine, newLineMeta, newMeta } from './order-factory.ts';
import { needsProcessing, refundedSoFar } from './render.ts';
import type { Store } from './store.ts';
import { recalculate } from './totals.ts';

const entity = 'shop_order';

export function mergeAddress(address: Address, patch: AddressInput | undefined): Address {
  if (!patch) return address;
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  return { ...address, ...Object.fromEntries(given) };
}

/** Same key posted again keeps the last value; null removes the entry. */
export function mergeMeta<M extends { readonly meta: readonly { id: number; key: string }[] }>(
  store: Store,
  current: M['meta'],
  patch: MetaInput | undefined,
) {
  let entries = current.map((entry) => entry as Order['meta'][number]);
  for (const { id, key, value } of patch ?? []) {
    const index = entries.findIndex((entry) => (id === undefined ? entry.key === key : entry.id === id));
    const known = entries[index];
    if (known && value === null) entries = entries.filter((entry) => entry !== known);
    else if (known) entries = entries.with(index, { ...newMeta(store.shop, { key: key ?? known.key, value }), id: known.id });
    else if (key !== undefined && value !== null) entries = [...entries, newMeta(store.shop, { key, value })];
  }
  return entries;
}

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
  return order;
}

function badCustomer(): never {
  throw new WooError(400, 'woocommerce_rest_invalid_customer_id', 'Customer ID is invalid.');
}

/** The coupon, or why it cannot be used. */
function findCoupon({ shop, now }: Store, code: string): Coupon | string {
  const coupon = [...shop.coupons.values()].find((candidate) => candidate.code === code.toLowerCase());
  if (!coupon) return `Coupon &quot;${code}&quot; cannot be applied because it does not exist.`;
  return coupon.expiresAt !== null && coupon.expiresAt < now() ? `Coupon &quot;${code}&quot; has expired.` : coupon;
}

type LineInput = NonNullable<OrderInput['line_items']>[number];

/** An unknown product id is accepted and becomes a line without product. @throws WooError 400 without any reference */
function draftLine({ shop }: Store, input: LineInput): DraftLine {
  const bySku = input.sku ? findBySku(shop, input.sku) : undefined;
  const variation = shop.variations.get(input.variation_id || bySku?.variationId || input.product_id || 0);
  const product = shop.products.get(variation?.parentId ?? (input.product_id || bySku?.productId || 0));
  if (!input.product_id && !input.variation_id && !input.sku) {
    throw new WooError(400, 'woocommerce_rest_required_product_reference', 'Product ID or SKU is required.');
  }
  return {
    quantity: input.quantity ?? 1,
    ...(product ? { product } : {}),
    ...(variation ? { variation } : {}),
    ...(input.name === undefined ? {} : { name: input.name }),
    ...(input.tax_class === undefined ? {} : { taxClass: input.tax_class }),
    ...(input.subtotal ? { subtotal: micros(input.subtotal) } : {}),
    ...(input.total ? { total: micros(input.total) } : {}),
    meta: (input.meta_data ?? []).map(({ key = '', value }) => ({ key, value })),
  };
}

function findBySku({ products, variations }: Store['shop'], sku: string) {
  for (const product of products.values()) if (product.sku === sku) return { productId: product.id, variationId: 0 };
  for (const { id, parentId, sku: own } of variations.values()) {
    if (own === sku) return { productId: parentId, variationId: id };
  }
  return undefined;
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
  return order;
}

function changesTotals(input: OrderInput): boolean {
  const { billing, shipping, line_items, shipping_lines, fee_lines, coupon_lines } = input;
  return [billing, shipping, line_items, shipping_lines, fee_lines, coupon_lines].some((part) => part !== undefined);
}

function editLines(store: Store, order: Order, input: OrderInput): void {
  for (const line of input.line_items ?? []) order.lines = editLine(store, order.lines, line);
  for (const { id, method_id, method_title, total } of input.shipping_lines ?? []) {
    const title = method_title === undefined ? {} : { title: method_title };
    const patch = { ...title, ...(total ? { total: micros(total) } : {}) };
    const fresh = { title: '', methodId: method_id ?? '', total: 0n, taxStatus: 'taxable', taxes: [], meta: [] } as const;
    order.shippingLines = editExtra(store, order.shippingLines, id, method_id === null, patch, fresh);
  }
  for (const { id, name, total, tax_status } of input.fee_lines ?? []) {
    const patch = {
      ...(name ? { name } : {}),
      ...(total ? { total: micros(total) } : {}),
      ...(tax_status ? { taxStatus: tax_status } : {}),
    };
    const fresh = { name: 'Fee', taxClass: '', taxStatus: 'taxable', total: 0n, taxes: [], meta: [] } as const;
    order.feeLines = editExtra(store, order.feeLines, id, name === null, patch, fresh);
  }
  recalculate(store, order);
  if (!input.coupon_lines) return;
  const coupons = input.coupon_lines.map(({ code }) => findCoupon(store, code));
  const refused = coupons.find((found) => typeof found === 'string');
  if (refused !== undefined) throw new WooError(400, 'woocommerce_rest_invalid_coupon', refused);
  order.lines = order.lines.map((line) => ({ ...line, total: line.subtotal }));
  order.couponLines = [];
  recalculate(store, order);
  applyCoupons(store, order, coupons.filter((found) => typeof found !== 'string'));
}

/** A quantity alone leaves the totals; quantity 0 or null removes the line. */
function editLine(store: Store, lines: readonly ProductLine[], input: LineInput): readonly ProductLine[] {
  if (input.id === undefined) return [...lines, newLine(store, draftLine(store, input))];
  if (input.quantity === null || input.quantity === 0) return lines.filter(({ id }) => id !== input.id);
  return lines.map((line) => {
    if (line.id !== input.id) return line;
    return {
      ...line,
      name: input.name ?? line.name,
      quantity: input.quantity ?? line.quantity,
      subtotal: input.subtotal ? micros(input.subtotal) : line.subtotal,
      total: input.total ? micros(input.total) : line.total,
    };
  });
}

function editExtra<L extends { readonly id: number }>(
  store: Store,
  lines: readonly L[],
  id: number | undefined,
  remove: boolean,
  patch: Partial<Omit<L, 'id'>>,
  fresh: Omit<L, 'id'>,
): readonly L[] {
  if (id === undefined) return [...lines, { ...fresh, ...patch, id: store.shop.ids.item++ } as unknown as L];
  return remove ? lines.filter((line) => line.id !== id) : lines.map((line) => (line.id === id ? { ...line, ...patch } : line));
}

/** The status that counts as paid: cash on delivery is paid when delivered. */
function paidStatus(store: Store, order: Order): OrderStatus {
  return order.paymentMethod === 'cod' || !needsProcessing(store.shop, order) ? 'completed' : 'processing';
}

/** Changes the status and what WooCommerce does with it: dates, and a refund for the rest when set to refunded. */
export function setStatus(store: Store, order: Order, status: OrderStatus): void {
  const now = store.now();
  order.status = status;
  order.statusBeforeTrash = null;
  if (takesStock.has(status)) reduceStock(store, order);
  const pays = status === paidStatus(store, order) || (status === 'completed' && paidStatus(store, order) === 'processing');
  if (pays) order.paidAt ??= now;
  if (status === 'completed') order.completedAt ??= now;
  const left = order.totals.total - refundedSoFar(store.shop, order);
  if (status === 'refunded' && left > 0n) {
    addRefund(store.shop, order, { amount: left, reason: 'Order fully refunded.', items: [], createdAt: now });
    store.touch('refunds');
  }
}

const takesStock: ReadonlySet<OrderStatus> = new Set(['processing', 'completed', 'on-hold']);
const stockMark = '_reduced_stock';

/** Takes sold pieces off managed stock once per line, which bumps the product or variation. */
function reduceStock(store: Store, order: Order): void {
  const { products, variations } = store.shop;
  order.lines = order.lines.map((line) => {
    const item = variations.get(line.variationId) ?? products.get(line.productId);
    if (!item?.manageStock || line.meta.some(({ key }) => key === stockMark)) return line;
    item.stockQuantity = (item.stockQuantity ?? 0) - line.quantity;
    item.modifiedAt = store.now();
    store.touch('products', 'variations');
    const mark = newLineMeta(store.shop, { key: stockMark, value: String(line.quantity) });
    return { ...line, meta: [...line.meta, mark] };
  });
}

function pay(store: Store, order: Order): void {
  order.paidAt = store.now();
  if (order.status === 'pending' || order.status === 'on-hold' || order.status === 'failed') {
    setStatus(store, order, needsProcessing(store.shop, order) ? 'processing' : 'completed');
  }
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
}
