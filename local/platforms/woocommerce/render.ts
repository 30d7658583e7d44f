import { formatMicros, type Micros, sumMicros } from './micros.ts';
import type { Address, Order, Refund, Shop } from './model.ts';
import { datePair, href, links, type RenderContext, type Rendered, renderMeta } from './render-common.ts';
import { renderCouponLine, renderFee, renderLine, renderShipping, renderTaxLine } from './render-lines.ts';

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
    date_created: created.date_created,
    date_modified: modified.date_modified,
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
    date_completed: completed.date_completed,
    date_paid: paid.date_paid,
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
    date_created_gmt: created.date_created_gmt,
    date_modified_gmt: modified.date_modified_gmt,
    date_completed_gmt: completed.date_completed_gmt,
    date_paid_gmt: paid.date_paid_gmt,
    currency_symbol: shop.settings.currencySymbol,
    _links: orderLinks(shop, order),
  };
}

function orderLinks(shop: Shop, order: Order): Rendered {
  const templates = href(shop, `orders/${order.id}/actions/email_templates`).map((link) => ({
    embeddable: true,
    ...link,
  }));
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
    _links: links(shop, `${path}/${refund.id}`, path, { up: href(shop, `orders/${refund.orderId}`) }, [
      'GET',
      'DELETE',
    ]),
  };
}

/** Money given back so far. */
export function refundedSoFar(shop: Shop, order: Order): Micros {
  return sumMicros(order.refundIds, (id) => shop.refunds.get(id)?.amount ?? 0n);
}
