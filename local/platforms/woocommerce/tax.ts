import { type Micros, micros, scaled } from './micros.ts';
import type { Address, TaxRate } from './model.ts';

/** A rate with its percent as an integer in ten-thousandths: 8.875 % is 88750. */
export interface AppliedRate {
  readonly rate: TaxRate;
  readonly parts: bigint;
}

/** Percent of 100 in the same unit. */
const whole = 1_000_000n;

type Place = Pick<Address, 'country' | 'state' | 'postcode' | 'city'>;

export interface TaxTable {
  /** The rates for a place and a class (`''` is standard): one per priority, in order of priority. */
  ratesFor(place: Place, taxClass: string): readonly AppliedRate[];
}

export function taxTable(rates: readonly TaxRate[]): TaxTable {
  const memo = new Map<string, readonly AppliedRate[]>();
  return {
    ratesFor(place, taxClass) {
      const key = [place.country, place.state, place.postcode, place.city, taxClass].join('|');
      let found = memo.get(key);
      if (!found) {
        found = matchRates(rates, place, taxClass || 'standard');
        if (memo.size < 10_000) memo.set(key, found);
      }
      return found;
    },
  };
}

function matchRates(rates: readonly TaxRate[], place: Place, taxClass: string): AppliedRate[] {
  const chosen = new Map<number, TaxRate>();
  for (const rate of [...rates].sort((a, b) => specificity(b) - specificity(a) || a.order - b.order || a.id - b.id)) {
    if (rate.class === taxClass && !chosen.has(rate.priority) && covers(rate, place)) chosen.set(rate.priority, rate);
  }
  return [...chosen.values()]
    .sort((a, b) => a.priority - b.priority)
    .map((rate) => ({ rate, parts: micros(rate.rate) / 100n }));
}

function specificity(rate: TaxRate): number {
  return (rate.state ? 1 : 0) + (rate.postcodes.length > 0 ? 2 : 0) + (rate.cities.length > 0 ? 1 : 0);
}

function covers(rate: TaxRate, place: Place): boolean {
  if (rate.country !== '' && rate.country !== place.country) return false;
  if (rate.state !== '' && rate.state !== place.state) return false;
  if (rate.cities.length > 0 && !rate.cities.includes(place.city.toUpperCase())) return false;
  return rate.postcodes.length === 0 || rate.postcodes.some((range) => inRange(range, place.postcode));
}

function inRange(range: string, postcode: string): boolean {
  const [from = '', to = from] = range.split('...');
  return postcode >= from && postcode <= to;
}

export interface RateAmount {
  readonly rate: TaxRate;
  readonly amount: Micros;
}

/** Tax added to a net amount; a compound rate also taxes the taxes before it. */
export function taxOnNet(net: Micros, rates: readonly AppliedRate[]): RateAmount[] {
  let before = 0n;
  return rates.map(({ rate, parts }) => {
    const amount = scaled(rate.compound ? net + before : net, parts, whole);
    before += amount;
    return { rate, amount };
  });
}

/** The net part of an amount that includes tax. */
export function netOf(gross: Micros, rates: readonly AppliedRate[]): Micros {
  let factor = whole;
  for (const { rate, parts } of rates) factor += rate.compound ? (factor * parts) / whole : parts;
  return scaled(gross, whole, factor);
}
