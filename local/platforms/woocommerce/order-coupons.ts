import { spreadDiscounts } from './discounts.ts';
import { type Micros, roundTo, sumMicros } from './micros.ts';
import type { Coupon, CouponLine, Order, ProductLine } from './model.ts';
import { netOf, taxOnNet } from './tax.ts';
import { orderRates, recalculate, type TaxContext, taxTies } from './totals.ts';

/** Sets the coupon lines and the discounted line totals, then the totals. Expects taxes on the undiscounted lines. */
export function applyCoupons(context: TaxContext, order: Order, coupons: readonly Coupon[]): void {
  if (coupons.length === 0) return;
  const gross = order.lines.map((line) =>
    order.pricesIncludeTax ? line.subtotal + sumMicros(line.taxes, ({ subtotal }) => subtotal) : line.subtotal,
  );
  const items = order.lines.map(({ quantity }, index) => ({ quantity, price: gross[index] ?? 0n }));
  const spread = spreadDiscounts(items, coupons);
  order.couponLines = coupons.map((coupon, index) => couponLine(context, order, coupon, spread[index] ?? []));
  order.lines = order.lines.map((line, index) => {
    const discount = sumMicros(spread, (perItem) => perItem[index] ?? 0n);
    if (discount === 0n) return line;
    const net = order.pricesIncludeTax ? netOf(discount, ratesOf(context, order, line)) : discount;
    return { ...line, total: net > line.subtotal ? 0n : line.subtotal - net };
  });
  recalculate(context, order);
}

function ratesOf(context: TaxContext, order: Order, line: ProductLine) {
  return line.taxStatus === 'taxable' ? orderRates(context, order, line.taxClass) : [];
}

function couponLine(context: TaxContext, order: Order, coupon: Coupon, discounts: readonly Micros[]): CouponLine {
  let discount = 0n;
  let discountTax = 0n;
  order.lines.forEach((line, index) => {
    const amount = discounts[index] ?? 0n;
    const rates = ratesOf(context, order, line);
    const net = order.pricesIncludeTax ? netOf(amount, rates) : amount;
    const tax = sumMicros(taxOnNet(net, rates), ({ amount: part }) => part);
    const rounded = roundTo(tax, context.shop.settings.decimals, taxTies(order));
    discountTax += rounded;
    discount += order.pricesIncludeTax ? amount - rounded : amount;
  });
  const { ids } = context.shop;
  return { id: ids.item++, metaId: ids.meta++, coupon, discount, discountTax };
}
