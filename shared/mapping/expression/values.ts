import { Big } from 'big.js';
import { isDecimalText, plainDecimal } from '../../core/money.ts';
import { ExpressionError, expressionLimits, type Meter, tooMuch } from './limits.ts';

/** An exact number with decimals, as expressions have it. */
export class Decimal {
  readonly value: Big;

  /** @throws ExpressionError for one with too many digits. */
  constructor(value: Big) {
    const { digits } = expressionLimits;
    if (value.c.length > digits || Math.abs(value.e) > digits) throw new ExpressionError('limit', tooMuch('digits'));
    this.value = value;
  }
}

/** An object of the record. Expressions hold it without seeing it; members are read by {@link member} alone. */
export class RecordValue {
  readonly members: object;

  constructor(members: object) {
    this.members = members;
  }
}

const maxNesting = 8;

/** A JSON value as expressions have it: integers and decimals are exact, objects closed. */
export function lift(value: unknown, meter: Meter, nesting = 0): unknown {
  if (value === undefined || value === null || typeof value === 'boolean') return value ?? null;
  if (typeof value === 'string') return bounded(value);
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return BigInt(value);
    if (isDecimalText(String(value))) return new Decimal(new Big(String(value)));
    throw new ExpressionError('evaluation', `${value} is not an exact number.`);
  }
  if (Array.isArray(value)) {
    if (value.length > expressionLimits.listLength || nesting >= maxNesting) {
      throw new ExpressionError('limit', tooMuch('listLength'));
    }
    meter.take(value.length);
    return value.map((element: unknown) => lift(element, meter, nesting + 1));
  }
  if (typeof value === 'object') return new RecordValue(value);
  throw new ExpressionError('evaluation', `A ${typeof value} is no value of a record.`);
}

/** What an expression came to, as JSON: decimals as text, nothing as undefined. */
export function lower(value: unknown, meter: Meter): unknown {
  if (value === null) return undefined;
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  }
  if (value instanceof Decimal) return plainDecimal(value.value);
  meter.take(sizeIn(value));
  if (value instanceof RecordValue) return value.members;
  // One text or object may be in a list a thousand times: it is counted as often.
  if (Array.isArray(value)) return value.map((element) => lower(element, meter) ?? null);
  return value;
}

/** What a value costs to make, in steps. */
function sizeIn(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  if (value instanceof RecordValue) return Math.ceil(JSON.stringify(value.members).length / 32);
  return typeof value === 'string' ? Math.ceil(value.length / 32) : 1;
}

/** A member of an object or an element of a list, as far as it is its own; null where there is none. */
export function member(holder: unknown, key: unknown, meter: Meter): unknown {
  meter.take(1);
  if (holder instanceof RecordValue && typeof key === 'string') {
    return Object.hasOwn(holder.members, key) ? lift((holder.members as Record<string, unknown>)[key], meter) : null;
  }
  // Elements of a list were lifted with it.
  if (Array.isArray(holder) && typeof key === 'bigint') return holder[Number(key)] ?? null;
  if (holder === null) return null;
  throw new ExpressionError('evaluation', `${inWords(holder)} has no member ${inWords(key)}.`);
}

/** The same value when it is not too large, paid for by its size. */
export function paid<T>(value: T, meter: Meter): T {
  meter.take(sizeIn(value));
  return bounded(value);
}

/** The same value, when it is not too large. */
export function bounded<T>(value: T): T {
  if (typeof value === 'string' && value.length > expressionLimits.textLength) {
    throw new ExpressionError('limit', tooMuch('textLength'));
  }
  if (Array.isArray(value) && value.length > expressionLimits.listLength) {
    throw new ExpressionError('limit', tooMuch('listLength'));
  }
  return value;
}

/** @throws ExpressionError for what is no exact number. */
export function toDecimal(value: unknown): Big {
  if (value instanceof Decimal) return value.value;
  if (typeof value === 'bigint') return new Big(value.toString());
  if (isDecimalText(value)) return new Big(value);
  throw new ExpressionError('evaluation', `${inWords(value)} is no number.`);
}

export function toText(value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Decimal) return plainDecimal(value.value);
  throw new ExpressionError('evaluation', `${inWords(value)} is no text.`);
}

/** For messages: short, and never an object's content. */
export function inWords(value: unknown): string {
  if (value === null) return 'Nothing';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (Array.isArray(value)) return 'A list';
  if (value instanceof RecordValue) return 'An object';
  return value instanceof Decimal ? plainDecimal(value.value) : String(value);
}
