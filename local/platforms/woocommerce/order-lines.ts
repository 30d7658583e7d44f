import { WooError } from './errors.ts';
import type { OrderInput } from './input.ts';
import { micros } from './micros.ts';
import type { Coupon, Order, ProductLine } from './model.ts';
import { applyCoupons } from './order-coupons.ts';
import { type DraftLine, newLine } from './order-factory.ts';
import type { Store } from './store.ts';
import { recalculate } from './totals.ts';

/** The coupon, or why it cannot be used. */
export function findCoupon({ shop, now }: Store, code: string): Coupon | string {
  const coupon = [...shop.coupons.values()].find((candidate) => candidate.code === code.toLowerCase());
  if (!coupon) return `Coupon &quot;${code}&quot; cannot be applied because it does not exist.`;
  return coupon.expiresAt !== null && coupon.expiresAt < now() ? `Coupon &quot;${code}&quot; has expired.` : coupon;
}

type LineInput = NonNullable<OrderInput['line_items']>[number];

/** An unknown product id is accepted and becomes a line without product. @throws WooError 400 without any reference */
export function draftLine({ shop }: Store, input: LineInput): DraftLine {
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

/** True when an update has to recompute the order. */
export function changesTotals(input: OrderInput): boolean {
  const { billing, shipping, line_items, shipping_lines, fee_lines, coupon_lines } = input;
  return [billing, shipping, line_items, shipping_lines, fee_lines, coupon_lines].some((part) => part !== undefined);
}

/** Applies lines and coupons of an update and recomputes the totals. @throws WooError 400 */
export function editLines(store: Store, order: Order, input: OrderInput): void {
  for (const line of input.line_items ?? []) order.lines = editLine(store, order.lines, line);
  for (const { id, method_id, method_title, total } of input.shipping_lines ?? []) {
    const title = method_title === undefined ? {} : { title: method_title };
    const patch = { ...title, ...(total ? { total: micros(total) } : {}) };
    const fresh = {
      title: '',
      methodId: method_id ?? '',
      total: 0n,
      taxStatus: 'taxable',
      taxes: [],
      meta: [],
    } as const;
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
  applyCoupons(
    store,
    order,
    coupons.filter((found) => typeof found !== 'string'),
  );
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
  return remove
    ? lines.filter((line) => line.id !== id)
    : lines.map((line) => (line.id === id ? { ...line, ...patch } : line));
}
