import { Big } from 'big.js';
import { businessDay } from '../../core/clock.ts';
import { isDecimalText, money } from '../../core/money.ts';
import { isPresent } from '../scope.ts';
import { ExpressionError, expressionLimits, tooMuch } from './limits.ts';
import { bounded, Decimal, inWords, toDecimal, toText } from './values.ts';

interface ExpressionFunction {
  /** Number of arguments; of a method, the value before the dot is the first. */
  readonly takes: readonly number[];
  apply(...values: unknown[]): unknown;
}

const decimal = (value: Big): Decimal => new Decimal(value);

/** What an expression may call: `round(total, 2)`. */
export const functions: Readonly<Record<string, ExpressionFunction>> = {
  decimal: { takes: [1], apply: (value) => decimal(toDecimal(value)) },
  string: { takes: [1], apply: toText },
  int: { takes: [1], apply: toInteger },
  size: { takes: [1], apply: sizeOf },
  present: { takes: [1], apply: isPresent },
  coalesce: { takes: [2, 3, 4, 5], apply: (...values) => values.find(isPresent) ?? null },
  round: {
    takes: [1, 2],
    apply: (value, places = 0n) => decimal(toDecimal(value).round(placesOf(places), Big.roundHalfUp)),
  },
  money: { takes: [1], apply: (value) => money(toDecimal(value)) },
  div: { takes: [3], apply: divide },
  abs: { takes: [1], apply: (value) => decimal(toDecimal(value).abs()) },
  min: { takes: [2], apply: (a, b) => decimal(toDecimal(a).lt(toDecimal(b)) ? toDecimal(a) : toDecimal(b)) },
  max: { takes: [2], apply: (a, b) => decimal(toDecimal(a).gt(toDecimal(b)) ? toDecimal(a) : toDecimal(b)) },
  sum: {
    takes: [1],
    apply: (values) => decimal(listOf(values).reduce<Big>((total, value) => total.plus(toDecimal(value)), new Big(0))),
  },
  day: { takes: [2], apply: dayOf },
};

/** What an expression may call on a text or list: `sku.startsWith("A-")`. */
export const methods: Readonly<Record<string, ExpressionFunction>> = {
  contains: { takes: [2], apply: (text, part) => textOf(text).includes(textOf(part)) },
  startsWith: { takes: [2], apply: (text, part) => textOf(text).startsWith(textOf(part)) },
  endsWith: { takes: [2], apply: (text, part) => textOf(text).endsWith(textOf(part)) },
  indexOf: { takes: [2], apply: (text, part) => BigInt(textOf(text).indexOf(textOf(part))) },
  lastIndexOf: { takes: [2], apply: (text, part) => BigInt(textOf(text).lastIndexOf(textOf(part))) },
  substring: {
    takes: [2, 3],
    apply: (text, from, to) => textOf(text).slice(indexOf(from), to === undefined ? undefined : indexOf(to)),
  },
  replace: { takes: [3], apply: (text, part, other) => join(textOf(text).split(textOf(part)), textOf(other)) },
  split: { takes: [2], apply: (text, separator) => bounded(textOf(text).split(textOf(separator))) },
  join: { takes: [1, 2], apply: (list, separator = '') => join(listOf(list).map(toText), textOf(separator)) },
  trim: { takes: [1], apply: (text) => textOf(text).trim() },
  upperAscii: { takes: [1], apply: (text) => bounded(textOf(text).toUpperCase()) },
  lowerAscii: { takes: [1], apply: (text) => bounded(textOf(text).toLowerCase()) },
  size: { takes: [1], apply: sizeOf },
};

/**
 * Amounts are text in a record. Glued together, or compared letter by letter, they would pass as results, so an amount
 * has to be made a number first.
 */
export const operators: Readonly<Record<string, (a: unknown, b: unknown) => unknown>> = {
  '+': (a, b) => {
    if (Array.isArray(a) && Array.isArray(b)) return bounded([...a, ...b]);
    if (typeof a !== 'string' || typeof b !== 'string') return calculate(a, b, '+', (x, y) => x.plus(y));
    if (isDecimalText(a) && isDecimalText(b)) throw amountsAsText(a, '+');
    return bounded(a + b);
  },
  '-': (a, b) => calculate(a, b, '-', (x, y) => x.minus(y)),
  '*': (a, b) => calculate(a, b, '*', (x, y) => x.times(y)),
  '%': (a, b) => {
    if (toDecimal(b).eq(0)) throw new ExpressionError('evaluation', 'Nothing can be divided by 0.');
    return calculate(a, b, '%', (x, y) => x.mod(y));
  },
  '==': equal,
  '!=': (a, b) => !equal(a, b),
  '<': (a, b) => compare(a, b, '<') < 0,
  '<=': (a, b) => compare(a, b, '<=') <= 0,
  '>': (a, b) => compare(a, b, '>') > 0,
  '>=': (a, b) => compare(a, b, '>=') >= 0,
  in: (value, list) => listOf(list).some((element) => equal(value, element)),
};

function calculate(a: unknown, b: unknown, operator: string, apply: (x: Big, y: Big) => Big): unknown {
  for (const value of [a, b]) {
    if (isDecimalText(value)) throw amountsAsText(value, operator);
    if (typeof value !== 'bigint' && !(value instanceof Decimal)) {
      throw new ExpressionError('evaluation', `${inWords(value)} cannot be used with ${operator}.`);
    }
  }
  const result = decimal(apply(toDecimal(a), toDecimal(b)));
  return typeof a === 'bigint' && typeof b === 'bigint' ? BigInt(result.value.toFixed(0)) : result;
}

function compare(a: unknown, b: unknown, operator: string): number {
  if (typeof a === 'string' && typeof b === 'string') {
    if (isDecimalText(a) && isDecimalText(b)) throw amountsAsText(a, operator);
    return a < b ? -1 : a > b ? 1 : 0;
  }
  for (const value of [a, b]) if (isDecimalText(value)) throw amountsAsText(value, operator);
  return toDecimal(a).cmp(toDecimal(b));
}

function equal(a: unknown, b: unknown): boolean {
  if (isNumber(a) && isNumber(b)) return toDecimal(a).eq(toDecimal(b));
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((element, index) => equal(element, b[index]));
  }
  return a === b;
}

const isNumber = (value: unknown): boolean => typeof value === 'bigint' || value instanceof Decimal;

function divide(a: unknown, b: unknown, places: unknown): Decimal {
  const divisor = toDecimal(b);
  if (divisor.eq(0)) throw new ExpressionError('evaluation', 'Nothing can be divided by 0.');
  // A constructor of its own: its quotients are rounded once, at these places.
  const Exact = Big();
  Exact.DP = placesOf(places);
  Exact.RM = Big.roundHalfUp;
  return decimal(new Big(new Exact(toDecimal(a).toFixed()).div(divisor.toFixed()).toFixed()));
}

function toInteger(value: unknown): bigint {
  const number = toDecimal(value);
  if (!number.eq(number.round(0, Big.roundDown))) {
    throw new ExpressionError('evaluation', `${inWords(value)} is no whole number.`);
  }
  return BigInt(number.toFixed(0));
}

function dayOf(instant: unknown, zone: unknown): string {
  try {
    return businessDay(textOf(instant), textOf(zone));
  } catch (error) {
    if (error instanceof ExpressionError) throw error;
    throw new ExpressionError('evaluation', `${inWords(instant)} has no day in ${inWords(zone)}.`);
  }
}

function sizeOf(value: unknown): bigint {
  return BigInt(typeof value === 'string' ? [...value].length : listOf(value).length);
}

function join(parts: readonly string[], separator: string): string {
  const length = parts.reduce((sum, part) => sum + part.length + separator.length, 0);
  // Counted before it is made: parts may be many and long.
  if (length > expressionLimits.textLength) throw new ExpressionError('limit', tooMuch('textLength'));
  return parts.join(separator);
}

/** Nothing counts as an empty list, as everywhere in mappings. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === null) return [];
  if (Array.isArray(value)) return value;
  throw new ExpressionError('evaluation', `${inWords(value)} is no list.`);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new ExpressionError('evaluation', `${inWords(value)} is no text.`);
}

function indexOf(value: unknown): number {
  if (typeof value === 'bigint' && value >= 0n) return Number(value);
  throw new ExpressionError('evaluation', `${inWords(value)} is no position in a text.`);
}

function placesOf(value: unknown): number {
  if (typeof value === 'bigint' && value >= 0n && value <= 10n) return Number(value);
  throw new ExpressionError('evaluation', 'Decimals must be 0 to 10.');
}

function amountsAsText(value: string, operator: string): ExpressionError {
  return new ExpressionError(
    'evaluation',
    `${JSON.stringify(value)} is text: write decimal(…) around what ${operator} is to calculate with.`,
  );
}
