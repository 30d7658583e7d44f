import { formatMicros, type Micros, plainMicros } from './micros.ts';
import type {
  CouponLine,
  FeeLine,
  LineMeta,
  LineTax,
  Order,
  ProductLine,
  ShippingLine,
  Shop,
  TaxLine,
} from './model.ts';
import type { RenderContext, Rendered } from './render-common.ts';
import { lineTax } from './totals.ts';

function renderLineMeta({ id, key, value, displayKey, displayValue }: LineMeta): Rendered {
  return { id, key, value, display_key: displayKey, display_value: displayValue };
}

/** Reads sku and parent name from today's catalogue: what was deleted since shows as product 0 or variation 0. */
export function renderLine(context: RenderContext, order: Order, line: ProductLine, sign = 1n): Rendered {
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

export function renderShipping(context: RenderContext, order: Order, line: ShippingLine, sign = 1n): Rendered {
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

export function renderFee(context: RenderContext, order: Order, line: FeeLine, sign = 1n): Rendered {
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
  return [rate.country, rate.state, rate.name.toUpperCase(), String(rate.priority)]
    .filter((part) => part !== '')
    .join('-');
}

export function renderTaxLine({ places }: RenderContext, line: TaxLine, sign = 1n): Rendered {
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

export function renderCouponLine({ id, metaId, coupon, discount, discountTax }: CouponLine): Rendered {
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
