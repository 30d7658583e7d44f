import type { Big } from 'big.js';
import { decimal, plainDecimal, roundHalfUp, sum } from '../../core/money.ts';
import { taxBase } from './order-lines.ts';

/** Money of one tax treatment, net and tax. */
export interface Part {
  readonly taxed: string;
  /** Percentages of all rates on it together, as decimal text. */
  readonly tax_percent: string;
  readonly net: Big;
  readonly tax: Big;
}

/** One part per tax treatment, in the order they come first. */
export function gather(parts: Iterable<Part>): Part[] {
  const found = new Map<string, Part>();
  for (const part of parts) {
    const known = found.get(keyOf(part));
    found.set(keyOf(part), known ? { ...known, net: known.net.plus(part.net), tax: known.tax.plus(part.tax) } : part);
  }
  return [...found.values()];
}

/** What is left of `parts` after `taken`. */
export function less(parts: readonly Part[], taken: readonly Part[]): Part[] {
  return gather([...parts, ...taken.map((part) => ({ ...part, net: part.net.times(-1), tax: part.tax.times(-1) }))]);
}

/** As much as a shop's own rounding sets a total apart from its lines. */
const ownRounding = decimal('0.02');

/**
 * Splits an amount that comes without lines over what is left, in proportion, largest remainder first; each share's tax is
 * in proportion to the tax left in it. Shares add up to the amount exactly, no share takes more than is left of its part,
 * and an amount that is all there is takes everything as it stands. What cannot be told apart is one untaxed share.
 */
export function allocate(amount: Big, left: readonly Part[]): Part[] {
  const parts = left.filter((part) => !grossOf(part).eq(0));
  const places = Math.max(2, plainDecimal(amount).split('.')[1]?.length ?? 0);
  const gross = split(amount, parts.map(grossOf), places);
  if (!gross) return [{ taxed: 'no', tax_percent: '0', net: amount, tax: decimal(0) }];
  return parts.flatMap((part, index): Part[] => {
    const share = gross[index] ?? decimal(0);
    if (share.eq(0)) return [];
    const whole = grossOf(part);
    const tax = share.eq(whole) ? part.tax : roundHalfUp(share.times(part.tax).div(whole), places);
    return [{ ...part, net: share.minus(tax), tax }];
  });
}

/**
 * The net that the tax is the tax of, by its rate: `net` itself where the two fit but for rounding. Somebody who gives
 * back an amount and its tax by hand makes them fit as little as an earlier refund without tax does.
 */
export function taxedNet({ tax_percent, net, tax }: Part): Big {
  const percent = decimal(tax_percent);
  if (percent.eq(0) || tax.minus(net.times(percent).div(100)).abs().lte(ownRounding)) return net;
  return taxBase(tax, percent);
}

/** Shares of the amount by weight; undefined where the weights say nothing. */
function split(amount: Big, weights: readonly Big[], places: number): Big[] | undefined {
  const whole = sum(weights);
  if (weights.length === 0 || whole.eq(0) || whole.lt(0) !== amount.lt(0)) return undefined;
  const apart = amount.minus(whole);
  if (apart.abs().lte(ownRounding)) {
    const largest = weights.reduce((best, weight, index) => (weight.abs().gt(weights[best] ?? 0) ? index : best), 0);
    return weights.map((weight, index) => (index === largest ? weight.plus(apart) : weight));
  }
  const unit = decimal(10).pow(-places);
  const exact = weights.map((weight) => amount.times(weight).div(whole));
  const shares = exact.map((share) => floorTo(share, places));
  const rest = amount.minus(sum(shares)).div(unit).round(0, 0).toNumber();
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share.minus(shares[index] ?? 0) }))
    .sort((a, b) => b.remainder.cmp(a.remainder) || a.index - b.index);
  for (const { index } of byRemainder.slice(0, rest)) shares[index] = (shares[index] ?? decimal(0)).plus(unit);
  return shares;
}

/** Towards minus infinity. */
function floorTo(value: Big, places: number): Big {
  const down = value.round(places, 0);
  return down.gt(value) ? down.minus(decimal(10).pow(-places)) : down;
}

const grossOf = ({ net, tax }: Part): Big => net.plus(tax);
const keyOf = ({ taxed, tax_percent }: Part): string => `${taxed} ${tax_percent}`;
