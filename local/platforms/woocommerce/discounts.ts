import { cent, type Micros, micros, roundTo } from './micros.ts';
import type { Coupon } from './model.ts';

/** A line as coupons see it: what it costs in the cart, with tax in a store whose prices include it. */
export interface DiscountItem {
  readonly price: Micros;
  readonly quantity: number;
}

/**
 * How WooCommerce spreads coupons over lines (WC_Discounts): whole cents, lines by unit price descending, percentages
 * floored per line and the missing cents handed out one per piece from the top.
 *
 * @returns discounts in micros, `[coupon][item]`.
 */
export function spreadDiscounts(items: readonly DiscountItem[], coupons: readonly Coupon[]): Micros[][] {
  const byPrice = items
    .map((item, index) => ({ index, quantity: BigInt(item.quantity), cents: roundTo(item.price, 2) / cent }))
    .sort((a, b) => compare(b.cents * a.quantity, a.cents * b.quantity));
  const given = items.map(() => 0n);
  return coupons.map((coupon) => {
    const before = [...given];
    const spread: Spread = { lines: byPrice, given };
    if (coupon.discountType === 'percent') applyPercent(spread, micros(coupon.amount));
    else if (coupon.discountType === 'fixed_product') applyPerPiece(spread, roundTo(micros(coupon.amount), 2) / cent);
    else applyFixedCart(spread, roundTo(micros(coupon.amount), 2) / cent);
    return given.map((total, index) => (total - (before[index] ?? 0n)) * cent);
  });
}

interface SpreadLine {
  readonly index: number;
  readonly quantity: bigint;
  readonly cents: bigint;
}

interface Spread {
  readonly lines: readonly SpreadLine[];
  /** Cents already discounted, by item index. */
  readonly given: bigint[];
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function give({ given }: Spread, line: SpreadLine, wanted: bigint): bigint {
  const before = given[line.index] ?? 0n;
  const left = line.cents - before;
  const amount = wanted < left ? wanted : left;
  given[line.index] = before + amount;
  return amount;
}

function applyPercent(spread: Spread, percent: Micros): void {
  const hundred = 100_000_000n;
  let given = 0n;
  let cart = 0n;
  for (const line of spread.lines) {
    cart += line.cents;
    given += give(spread, line, (line.cents * percent) / hundred);
  }
  const target = (cart * percent + hundred / 2n) / hundred;
  applyRemainder(spread, target - given);
}

function applyPerPiece(spread: Spread, cents: bigint): bigint {
  let total = 0n;
  for (const line of spread.lines) total += give(spread, line, cents * line.quantity);
  return total;
}

function applyFixedCart(spread: Spread, amount: bigint): void {
  const open = spread.lines.filter(({ index, cents }) => cents > (spread.given[index] ?? 0n));
  const pieces = open.reduce((total, { quantity }) => total + quantity, 0n);
  if (pieces === 0n || amount <= 0n) return;
  const rest: Spread = { ...spread, lines: open };
  const perPiece = amount / pieces;
  if (perPiece === 0n) {
    applyRemainder(rest, amount);
    return;
  }
  const given = applyPerPiece(rest, perPiece);
  if (given > 0n && given < amount) applyFixedCart(spread, amount - given);
}

function applyRemainder(spread: Spread, cents: bigint): void {
  let left = cents;
  for (const line of spread.lines) {
    if (left <= 0n) return;
    left -= give(spread, line, left < line.quantity ? left : line.quantity);
  }
}
