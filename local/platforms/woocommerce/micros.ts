import { Big } from 'big.js';
import { decimal } from '#shared/core/money.ts';

/** Money as millionths of a unit: WooCommerce computes with six decimals. `19990000n` is 19.99. */
export type Micros = bigint;

/** PHP's tie rules: away from zero, or towards zero (used when prices include tax). */
export type Ties = 'half_up' | 'half_down';

const unit = 1_000_000n;
const scale = new Big(1_000_000);
/** One cent. */
export const cent: Micros = 10_000n;

/** Reads decimal text or an integer. More than six decimals are rounded half up. @throws RangeError when it is neither. */
export function micros(value: unknown): Micros {
  return BigInt(decimal(value).times(scale).toFixed(0, Big.roundHalfUp));
}

/** `value * numerator / denominator`, rounded half away from zero. */
export function scaled(value: Micros, numerator: bigint, denominator: bigint): Micros {
  return divide(value * numerator, denominator, 'half_up');
}

/** Rounds to `places` decimals; the result is still in micros. */
export function roundTo(value: Micros, places: number, ties: Ties = 'half_up'): Micros {
  if (places >= 6) return value;
  const step = 10n ** BigInt(6 - places);
  return divide(value, step, ties) * step;
}

function divide(numerator: bigint, denominator: bigint, ties: Ties): bigint {
  const negative = numerator < 0n;
  const size = negative ? -numerator : numerator;
  const twice = (size % denominator) * 2n;
  const up = ties === 'half_up' ? twice >= denominator : twice > denominator;
  const quotient = size / denominator + (up ? 1n : 0n);
  return negative ? -quotient : quotient;
}

/** `59970000n` -> `"59.97"`, rounded half up to `places`. */
export function formatMicros(value: Micros, places: number): string {
  const rounded = roundTo(value, places);
  const negative = rounded < 0n;
  const size = negative ? -rounded : rounded;
  const fraction = (size % unit).toString().padStart(6, '0').padEnd(places, '0').slice(0, places);
  return `${negative ? '-' : ''}${size / unit}${places > 0 ? `.${fraction}` : ''}`;
}

/** Without trailing zeros: `"9.575042"`, `"5"`. */
export function plainMicros(value: Micros): string {
  return formatMicros(value, 6).replace(/\.?0+$/, '');
}

export function sumMicros<T>(items: readonly T[], pick: (item: T) => Micros): Micros {
  let total = 0n;
  for (const item of items) total += pick(item);
  return total;
}
