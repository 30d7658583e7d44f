import type { Order, OrderStatus } from './model.ts';
import { newLineMeta } from './order-factory.ts';
import { addRefund } from './refunds.ts';
import { needsProcessing, refundedSoFar } from './render.ts';
import type { Store } from './store.ts';

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
  if (givesBack.has(status)) putBack(store, order, new Map(order.lines.map(({ id, quantity }) => [id, quantity])));
  const pays =
    status === paidStatus(store, order) || (status === 'completed' && paidStatus(store, order) === 'processing');
  if (pays) order.paidAt ??= now;
  if (status === 'completed') order.completedAt ??= now;
  const left = order.totals.total - refundedSoFar(store.shop, order);
  if (status === 'refunded' && left > 0n) {
    addRefund(store.shop, order, { amount: left, reason: 'Order fully refunded.', items: [], createdAt: now });
    store.touch('refunds');
  }
}

const takesStock: ReadonlySet<OrderStatus> = new Set(['processing', 'completed', 'on-hold']);
const givesBack: ReadonlySet<OrderStatus> = new Set(['cancelled', 'pending']);
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
    store.announce('product.updated', item.id);
    const mark = newLineMeta(store.shop, { key: stockMark, value: String(line.quantity) });
    return { ...line, meta: [...line.meta, mark] };
  });
}

/** Puts pieces back on stock that the lines had taken, at most as many; what is left of the mark stays. */
export function putBack(store: Store, order: Order, pieces: ReadonlyMap<number, number>): void {
  const { products, variations } = store.shop;
  order.lines = order.lines.map((line) => {
    const item = variations.get(line.variationId) ?? products.get(line.productId);
    const taken = Number(line.meta.find(({ key }) => key === stockMark)?.value ?? 0);
    const back = Math.min(taken, pieces.get(line.id) ?? 0);
    if (!item?.manageStock || back <= 0) return line;
    item.stockQuantity = (item.stockQuantity ?? 0) + back;
    item.modifiedAt = store.now();
    store.touch('products', 'variations');
    const others = line.meta.filter(({ key }) => key !== stockMark);
    const left = taken - back;
    return {
      ...line,
      meta: left > 0 ? [...others, newLineMeta(store.shop, { key: stockMark, value: String(left) })] : others,
    };
  });
}

/** What `set_paid` does. */
export function pay(store: Store, order: Order): void {
  order.paidAt = store.now();
  if (order.status === 'pending' || order.status === 'on-hold' || order.status === 'failed') {
    setStatus(store, order, needsProcessing(store.shop, order) ? 'processing' : 'completed');
  }
}
