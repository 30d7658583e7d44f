import { type Micros, roundTo, sumMicros, type Ties } from './micros.ts';
import type { Address, FeeLine, LineTax, Order, ShippingLine, Shop, TaxLine, TaxRate } from './model.ts';
import { type AppliedRate, type TaxTable, taxOnNet } from './tax.ts';

/** What taxes an order: the store's rules and the buyer's place. */
export interface TaxContext {
  readonly shop: Shop;
  readonly table: TaxTable;
}

type Taxed = Pick<
  Order,
  'billing' | 'shipping' | 'meta' | 'lines' | 'shippingLines' | 'feeLines' | 'taxLines' | 'totals' | 'pricesIncludeTax'
>;

const nonTaxable = 'non-taxable';

function isVatExempt(order: Pick<Order, 'meta'>): boolean {
  return order.meta.some(({ key, value }) => key === 'is_vat_exempt' && value === 'yes');
}

/** The rates an order pays for a tax class; none when it is exempt. */
export function orderRates(context: TaxContext, order: Pick<Order, 'billing' | 'shipping' | 'meta'>, taxClass: string) {
  if (isVatExempt(order)) return [];
  return context.table.ratesFor(taxPlace(context.shop, order), taxClass);
}

function taxPlace(shop: Shop, order: Pick<Order, 'billing' | 'shipping'>): Address {
  return shop.settings.taxBasedOn === 'shipping' && order.shipping.country !== '' ? order.shipping : order.billing;
}

/**
 * Recomputes taxes and totals of an order in place, as `WC_Order::calculate_totals` does: taxes per line and rate with
 * six decimals, each rounded to cents unless the store rounds at subtotal (then only the sums are).
 */
export function recalculate(context: TaxContext, order: Taxed): void {
  order.lines = order.lines.map((line) => {
    const rates = line.taxStatus === 'taxable' ? orderRates(context, order, line.taxClass) : [];
    return { ...line, taxes: pairTaxes(taxOnNet(line.total, rates), taxOnNet(line.subtotal, rates)) };
  });
  order.shippingLines = order.shippingLines.map((line) => ({ ...line, taxes: shippingTaxes(context, order, line) }));
  order.feeLines = feesWithTax(context, order);
  order.taxLines = taxLines(context, order);
  order.totals = orderTotals(context.shop, order);
}

/** Tie rule of tax roundings. */
export function taxTies(order: Pick<Order, 'pricesIncludeTax'>): Ties {
  return order.pricesIncludeTax ? 'half_down' : 'half_up';
}

/** A line's tax as it enters sums: each rate rounded to cents, or left alone when the store rounds at subtotal. */
export function lineTax(
  shop: Shop,
  order: Pick<Order, 'pricesIncludeTax'>,
  taxes: readonly LineTax[],
  side: 'total' | 'subtotal',
): Micros {
  const { roundAtSubtotal, decimals } = shop.settings;
  return sumMicros(taxes, (tax) => (roundAtSubtotal ? tax[side] : roundTo(tax[side], decimals, taxTies(order))));
}

function pairTaxes(
  totals: readonly { rate: TaxRate; amount: Micros }[],
  subtotals: readonly { rate: TaxRate; amount: Micros }[],
): LineTax[] {
  return totals.map(({ rate, amount }, index) => ({
    rateId: rate.id,
    total: amount,
    subtotal: subtotals[index]?.amount ?? 0n,
  }));
}

/** Shipping follows the goods: the standard class as soon as one line has it. */
function shippingTaxes(context: TaxContext, order: Taxed, line: ShippingLine): LineTax[] {
  if (line.taxStatus === 'none') return [];
  const classes = order.lines.map(({ taxClass }) => taxClass);
  const taxClass = classes.includes('') ? '' : (classes[0] ?? '');
  const rates = orderRates(context, order, taxClass).filter(({ rate }) => rate.shipping);
  return pairTaxes(taxOnNet(line.total, rates), []);
}

function feesWithTax(context: TaxContext, order: Taxed): FeeLine[] {
  const goods = sumMicros(order.lines, ({ total }) => roundTo(total, 2));
  const shipping = sumMicros(order.shippingLines, ({ total }) => roundTo(total, 2));
  let fees = 0n;
  const clamped = order.feeLines.map((fee) => {
    const floor = -(goods + shipping + fees);
    const total = fee.total < floor && fee.total < 0n ? (floor < 0n ? floor : 0n) : fee.total;
    fees += total;
    return { ...fee, total };
  });
  return clamped.map((fee) => ({ ...fee, taxes: feeTaxes(context, order, clamped, fee) }));
}

function feeTaxes(context: TaxContext, order: Taxed, fees: readonly FeeLine[], fee: FeeLine): LineTax[] {
  if (fee.total >= 0n) {
    const rates = fee.taxStatus === 'taxable' ? orderRates(context, order, fee.taxClass) : [];
    return pairTaxes(taxOnNet(fee.total, rates), []);
  }
  return apportionedTaxes(context, order, fees, fee.total);
}

/** A negative fee is spread over the order's tax classes by their share of the cost, even when its tax status is none. */
function apportionedTaxes(context: TaxContext, order: Taxed, fees: readonly FeeLine[], total: Micros): LineTax[] {
  const costs = classCosts(order, fees);
  const all = [...costs.values()].reduce((sum, cost) => sum + cost, 0n);
  if (all === 0n) return [];
  const byRate = new Map<number, Micros>();
  for (const [taxClass, cost] of costs) {
    if (taxClass === nonTaxable) continue;
    const rates: readonly AppliedRate[] = orderRates(context, order, taxClass);
    for (const { rate, amount } of taxOnNet((total * cost) / all, rates)) {
      byRate.set(rate.id, (byRate.get(rate.id) ?? 0n) + amount);
    }
  }
  return [...byRate].map(([rateId, amount]) => ({ rateId, total: amount, subtotal: 0n }));
}

function classCosts(order: Taxed, fees: readonly FeeLine[]): Map<string, Micros> {
  const costs = new Map<string, Micros>();
  const shipping = order.shippingLines.map((line) => ({ ...line, taxClass: '' }));
  for (const { total, taxClass, taxStatus } of [...order.lines, ...fees, ...shipping]) {
    if (total < 0n) continue;
    const key = taxStatus === 'none' ? nonTaxable : taxClass;
    costs.set(key, (costs.get(key) ?? 0n) + total);
  }
  return costs;
}

/** One line per rate in the order the rates appear; keeps the ids of tax lines that stay. */
function taxLines(context: TaxContext, order: Taxed): TaxLine[] {
  const goods = sumByRate(context.shop, order, [...order.lines, ...order.feeLines]);
  const shipping = sumByRate(context.shop, order, order.shippingLines);
  const rateIds = new Set([...goods.keys(), ...shipping.keys()]);
  return [...rateIds].flatMap((rateId) => {
    const known = order.taxLines.find(({ rate }) => rate.id === rateId);
    const rate = known?.rate ?? context.shop.taxRates.find(({ id }) => id === rateId);
    if (!rate) return [];
    const id = known?.id ?? context.shop.ids.item++;
    return [{ id, rate, taxTotal: goods.get(rateId) ?? 0n, shippingTaxTotal: shipping.get(rateId) ?? 0n }];
  });
}

function sumByRate(shop: Shop, order: Taxed, lines: readonly { taxes: readonly LineTax[] }[]): Map<number, Micros> {
  const sums = new Map<number, Micros>();
  for (const { taxes } of lines) {
    for (const tax of taxes) {
      sums.set(tax.rateId, (sums.get(tax.rateId) ?? 0n) + lineTax(shop, order, [tax], 'total'));
    }
  }
  return sums;
}

function orderTotals(shop: Shop, order: Taxed): Order['totals'] {
  const { roundAtSubtotal, decimals } = shop.settings;
  const goods = (amount: Micros): Micros => (roundAtSubtotal ? amount : roundTo(amount, decimals));
  const cart = sumMicros(order.lines, ({ total }) => goods(total));
  const cartBefore = sumMicros(order.lines, ({ subtotal }) => goods(subtotal));
  const shippingTotal = sumMicros(order.shippingLines, ({ total }) => roundTo(total, decimals));
  const fees = sumMicros(order.feeLines, ({ total }) => total);
  const cartTax = sumMicros(order.taxLines, ({ taxTotal }) => taxTotal);
  const shippingTax = sumMicros(order.taxLines, ({ shippingTaxTotal }) => shippingTaxTotal);
  const taxBefore = sumMicros(order.lines, ({ taxes }) => lineTax(shop, order, taxes, 'subtotal'));
  const taxAfter = sumMicros(order.lines, ({ taxes }) => lineTax(shop, order, taxes, 'total'));
  return {
    discountTotal: cartBefore - cart,
    discountTax: taxBefore - taxAfter,
    shippingTotal,
    shippingTax,
    cartTax,
    totalTax: cartTax + shippingTax,
    total: roundTo(cart + fees + shippingTotal + cartTax + shippingTax, decimals),
  };
}
