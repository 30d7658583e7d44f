import { formatMicros, type Micros, plainMicros, sumMicros } from './micros.ts';
import type {
  Address,
  CouponLine,
  FeeLine,
  LineMeta,
  LineTax,
  Meta,
  Order,
  ProductLine,
  Refund,
  ShippingLine,
  Shop,
  TaxLine,
} from './model.ts';
import { lineTax } from './totals.ts';
import { wallText, type Zone } from './zone.ts';

/** Everything rendering needs besides the record. */
export interface RenderContext {
  readonly shop: Shop;
  readonly zone: Zone;
  /** Decimals of amounts, the `dp` parameter. */
  readonly places: number;
}

export type Rendered = Record<string, unknown>;

/** `x` and `x_gmt`: wall clock of the store and UTC, neither with a zone suffix. */
export function datePair(zone: Zone, name: string, at: number | null): Rendered {
  return {
    [name]: at === null ? null : wallText(zone.toLocal(at)),
    [`${name}_gmt`]: at === null ? null : wallText(at),
  };
}

const allMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The `_links` every record carries. */
export function links(shop: Shop, path: string, collection: string, extra: Rendered = {}, allow = allMethods): Rendered {
  const base = `${shop.settings.url}/wp-json/wc/v3`;
  return {
    self: [{ href: `${base}/${path}`, targetHints: { allow } }],
    collection: [{ href: `${base}/${collection}` }],
    ...extra,
  };
}

export function href(shop: Shop, path: string): { href: string }[] {
  return [{ href: `${shop.settings.url}/wp-json/wc/v3/${path}` }];
}

export function renderMeta({ id, key, value }: Meta): Rendered {
  return { id, key, value };
}

function renderLineMeta({ id, key, value, displayKey, displayValue }: LineMeta): Rendered {
  return { id, key, value, display_key: displayKey, display_value: displayValue };
}

function withoutEmail(address: Address): Rendered {
  const { email: _, ...rest } = address;
  return rest;
}

const needingPayment = new Set(['pending', 'failed', 'checkout-draft']);
const editable = new Set(['pending', 'on-hold', 'auto-draft']);

export function renderOrder(context: RenderContext, order: Order): Rendered {
  const { shop, zone, places } = context;
  const { totals } = order;
  const amount = (value: Micros): string => formatMicros(value, places);
  const created = datePair(zone, 'date_created', order.createdAt);
  const modified = datePair(zone, 'date_modified', order.modifiedAt);
  const completed = datePair(zone, 'date_completed', order.completedAt);
  const paid = datePair(zone, 'date_paid', order.paidAt);
  return {
    id: order.id,
    parent_id: 0,
    status: order.status,
    currency: order.currency,
    version: order.version,
    prices_include_tax: order.pricesIncludeTax,
    date_created: created['date_created'],
    date_modified: modified['date_modified'],
    discount_total: amount(totals.discountTotal),
    discount_tax: amount(totals.discountTax),
    shipping_total: amount(totals.shippingTotal),
    shipping_tax: amount(totals.shippingTax),
    cart_tax: amount(totals.cartTax),
    total: amount(totals.total),
    total_tax: amount(totals.totalTax),
    customer_id: order.customerId,
    order_key: order.orderKey,
    billing: order.billing,
    shipping: withoutEmail(order.shipping),
    payment_method: order.paymentMethod,
    payment_method_title: order.paymentMethodTitle,
    transaction_id: order.transactionId,
    customer_ip_address: order.customerIp,
    customer_user_agent: order.userAgent,
    created_via: order.createdVia,
    customer_note: order.customerNote,
    date_completed: completed['date_completed'],
    date_paid: paid['date_paid'],
    cart_hash: order.cartHash,
    number: String(order.id),
    meta_data: order.meta.map(renderMeta),
    line_items: order.lines.map((line) => renderLine(context, order, line)),
    tax_lines: order.taxLines.map((line) => renderTaxLine(context, line)),
    shipping_lines: order.shippingLines.map((line) => renderShipping(context, order, line)),
    fee_lines: order.feeLines.map((line) => renderFee(context, order, line)),
    coupon_lines: order.couponLines.map(renderCouponLine),
    refunds: order.refundIds.flatMap((id) => {
      const refund = shop.refunds.get(id);
      return refund ? [{ id, reason: refund.reason, total: amount(-refund.amount) }] : [];
    }),
    payment_url: `${shop.settings.url}/checkout/order-pay/${order.id}/?pay_for_order=true&key=${order.orderKey}`,
    is_editable: editable.has(order.status),
    needs_payment: needingPayment.has(order.status) && totals.total > 0n,
    needs_processing: needsProcessing(shop, order),
    date_created_gmt: created['date_created_gmt'],
    date_modified_gmt: modified['date_modified_gmt'],
    date_completed_gmt: completed['date_completed_gmt'],
    date_paid_gmt: paid['date_paid_gmt'],
    currency_symbol: shop.settings.currencySymbol,
    _links: orderLinks(shop, order),
  };
}

function orderLinks(shop: Shop, order: Order): Rendered {
  const templates = href(shop, `orders/${order.id}/actions/email_templates`).map((link) => ({ embeddable: true, ...link }));
  return links(shop, `orders/${order.id}`, 'orders', {
    email_templates: templates,
    ...(order.customerId > 0 ? { customer: href(shop, `customers/${order.customerId}`) } : {}),
  });
}

/** False when nothing has to be shipped or prepared: such an order completes as soon as it is paid. */
export function needsProcessing(shop: Shop, order: Pick<Order, 'lines'>): boolean {
  return order.lines.some(({ productId }) => {
    const product = shop.products.get(productId);
    return product !== undefined && !(product.virtual && product.downloadable);
  });
}

/** Reads sku and parent name from today's catalogue: what was deleted since shows as product 0 or variation 0. */
function renderLine(context: RenderContext, order: Order, line: ProductLine, sign = 1n): Rendered {
  const { shop, places } = context;
  const product = shop.products.get(line.productId);
  const variation = product ? shop.variations.get(line.variationId) : undefined;
  const sku = product ? variation?.sku || product.sku : null;
  const side = (name: 'total' | 'subtotal'): string =>
    formatMicros(sign * lineTax(shop, order, line.taxes, name), places);
  return {
    id: line.id,
    name: line.name,
    product_id: product?.id ?? 0,
    variation_id: variation?.id ?? 0,
    quantity: Number(sign) * line.quantity,
    tax_class: line.taxClass,
    subtotal: formatMicros(sign * line.subtotal, places),
    subtotal_tax: side('subtotal'),
    total: formatMicros(sign * line.total, places),
    total_tax: side('total'),
    taxes: line.taxes.map(({ rateId, total, subtotal }) => ({
      id: rateId,
      total: taxText(context, order, sign * total),
      subtotal: taxText(context, order, sign * subtotal),
    })),
    meta_data: line.meta.map(renderLineMeta),
    sku,
    ...(hasGlobalIds(shop) ? { global_unique_id: product ? '' : null } : {}),
    price: unitPrice(line),
    image: { id: product && !variation ? '' : 0, src: '' },
    parent_name: variation && product ? product.name : null,
  };
}

/** The one float of the API: total / quantity with all its binary noise. */
function unitPrice({ total, quantity }: ProductLine): number {
  return quantity === 0 ? 0 : Number(plainMicros(total)) / quantity;
}

function hasGlobalIds({ settings }: Shop): boolean {
  return Number.parseInt(settings.version, 10) >= 10;
}

/** Stores whose prices include tax print the tax of a line unrounded. */
function taxText({ places }: RenderContext, order: Pick<Order, 'pricesIncludeTax'>, value: Micros): string {
  return order.pricesIncludeTax ? plainMicros(value) : formatMicros(value, places);
}

function renderExtraTaxes(context: RenderContext, order: Order, taxes: readonly LineTax[], sign: bigint): Rendered[] {
  return taxes.map(({ rateId, total }) => ({ id: rateId, total: taxText(context, order, sign * total), subtotal: '' }));
}

function renderShipping(context: RenderContext, order: Order, line: ShippingLine, sign = 1n): Rendered {
  return {
    id: line.id,
    method_title: line.title,
    method_id: line.methodId,
    instance_id: '',
    total: formatMicros(sign * line.total, context.places),
    total_tax: formatMicros(sign * lineTax(context.shop, order, line.taxes, 'total'), context.places),
    taxes: renderExtraTaxes(context, order, line.taxes, sign),
    tax_status: line.taxStatus,
    meta_data: line.meta.map(renderLineMeta),
  };
}

function renderFee(context: RenderContext, order: Order, line: FeeLine, sign = 1n): Rendered {
  return {
    id: line.id,
    name: line.name,
    tax_class: line.taxClass,
    tax_status: line.taxStatus,
    amount: '',
    total: formatMicros(sign * line.total, context.places),
    total_tax: formatMicros(sign * lineTax(context.shop, order, line.taxes, 'total'), context.places),
    taxes: renderExtraTaxes(context, order, line.taxes, sign),
    meta_data: line.meta.map(renderLineMeta),
  };
}

/** `US-NY-NY SALES TAX-1`: country, state, name, priority. */
function rateCode({ rate }: TaxLine): string {
  return [rate.country, rate.state, rate.name.toUpperCase(), String(rate.priority)].filter((part) => part !== '').join('-');
}

function renderTaxLine({ places }: RenderContext, line: TaxLine, sign = 1n): Rendered {
  return {
    id: line.id,
    rate_code: rateCode(line),
    rate_id: line.rate.id,
    label: line.rate.name,
    compound: line.rate.compound,
    tax_total: formatMicros(sign * line.taxTotal, places),
    shipping_tax_total: formatMicros(sign * line.shippingTaxTotal, places),
    rate_percent: Number(line.rate.rate),
    meta_data: [],
  };
}

function renderCouponLine({ id, metaId, coupon, discount, discountTax }: CouponLine): Rendered {
  const type = coupon.discountType === 'fixed_cart' ? 'null' : `"${coupon.discountType}"`;
  const free = coupon.freeShipping ? ',true' : '';
  const info = `[${coupon.id},"${coupon.code}",${type},${Number(coupon.amount)}${free}]`;
  return {
    id,
    code: coupon.code,
    discount: plainMicros(discount),
    discount_tax: plainMicros(discountTax),
    meta_data: [{ id: metaId, key: 'coupon_info', value: info, display_key: 'coupon_info', display_value: info }],
    discount_type: coupon.discountType,
    nominal_amount: Number(coupon.amount),
    free_shipping: coupon.freeShipping,
  };
}

/** A refund; only the global list names its order. No date_modified and no currency, as on the platform. */
export function renderRefund(context: RenderContext, refund: Refund, withParent: boolean): Rendered {
  const { shop, zone, places } = context;
  const order = shop.orders.get(refund.orderId);
  const path = `orders/${refund.orderId}/refunds`;
  if (!order) return { id: refund.id };
  return {
    id: refund.id,
    ...(withParent ? { parent_id: refund.orderId } : {}),
    ...datePair(zone, 'date_created', refund.createdAt),
    amount: formatMicros(refund.amount, places),
    reason: refund.reason,
    refunded_by: 1,
    refunded_payment: false,
    meta_data: refund.meta.map(renderMeta),
    line_items: refund.lines.map((line) => renderLine(context, order, line, -1n)),
    shipping_lines: refund.shippingLines.map((line) => renderShipping(context, order, line, -1n)),
    tax_lines: refund.taxLines.map((line) => renderTaxLine(context, line, -1n)),
    fee_lines: refund.feeLines.map((line) => renderFee(context, order, line, -1n)),
    _links: links(shop, `${path}/${refund.id}`, path, { up: href(shop, `orders/${refund.orderId}`) }, ['GET', 'DELETE']),
  };
}

/** Money given back so far. */
export function refundedSoFar(shop: Shop, order: Order): Micros {
  return sumMicros(order.refundIds, (id) => shop.refunds.get(id)?.amount ?? 0n);
}
