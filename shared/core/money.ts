import { Big } from 'big.js';

Big.NE = -30;
Big.PE = 40;

/**
 * Exact decimal money. Amounts travel as decimal text (`"19.99"`), never as floats; arithmetic is big.js.
 * The currency travels beside the amount, on the record.
 */
export type DecimalText = string;

const decimalPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;

/** True for text like `19.99`, `-3`, `.5`. Exponents, blanks and floats are refused. */
export function isDecimalText(value: unknown): value is DecimalText {
  return typeof value === 'string' && value.length <= 40 && decimalPattern.test(value);
}

/**
 * Reads an amount. Text and integers are exact; a fractional JS number is refused because its digits are already lost.
 *
 * @throws RangeError for anything that is not an exact decimal.
 */
export function decimal(value: unknown): Big {
  if (value instanceof Big) return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return new Big(value);
  if (isDecimalText(value)) return new Big(value);
  throw new RangeError(
    `not an exact decimal: ${typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : typeof value}`,
  );
}

/** Sum of amounts; zero for none. */
export function sum(amounts: Iterable<unknown>): Big {
  let total = new Big(0);
  for (const amount of amounts) total = total.plus(decimal(amount));
  return total;
}

/** Rounds half away from zero, the way invoices are rounded. */
export function roundHalfUp(value: Big, places: number): Big {
  return value.round(places, Big.roundHalfUp);
}

/** `12.5` -> `"12.50"`. Rounds half up when there are more digits. */
export function money(value: unknown, places = 2): DecimalText {
  const text = decimal(value).toFixed(places, Big.roundHalfUp);
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text;
}

/** Decimal text without trailing zeros: `"4.500"` -> `"4.5"`. */
export function plainDecimal(value: unknown): DecimalText {
  const text = decimal(value).toFixed();
  return text === '-0' ? '0' : text;
}

/** At least two decimals and no digit lost: `"12.5000"` -> `"12.50"`, `"0.125"` stays. */
export function exactMoney(value: unknown): DecimalText {
  const amount = decimal(value);
  return money(amount, Math.max(2, plainDecimal(amount).split('.')[1]?.length ?? 0));
}

/** Amount in minor units of a currency with `places` decimals. @throws RangeError when it has more digits than that. */
export function toMinor(value: unknown, places = 2): bigint {
  const scaled = decimal(value).times(new Big(10).pow(places));
  if (!scaled.eq(scaled.round(0, Big.roundDown))) throw new RangeError(`more than ${places} decimals`);
  return BigInt(scaled.toFixed(0));
}

/** The inverse of {@link toMinor}. */
export function fromMinor(minor: bigint, places = 2): DecimalText {
  return money(new Big(minor.toString()).div(new Big(10).pow(places)), places);
}

/**
 * A unit price that, times the quantity and rounded half up to cents, gives the amount exactly; undefined when no
 * price of at most `places` decimals does. QuickBooks refuses a line whose amount is not that product (fault 6070).
 */
export function unitPriceFor(amount: unknown, quantity: unknown, places = 7): DecimalText | undefined {
  const total = decimal(amount);
  const count = decimal(quantity);
  if (count.eq(0)) return undefined;
  const price = total.div(count).round(places, Big.roundHalfUp);
  return roundHalfUp(price.times(count), 2).eq(roundHalfUp(total, 2)) ? plainDecimal(price) : undefined;
}
