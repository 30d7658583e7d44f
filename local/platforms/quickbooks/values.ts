import { Big } from 'big.js';
import { type DecimalText, plainDecimal, roundHalfUp } from '#shared/core/money.ts';

/** A JSON value as the simulator keeps it: fractional numbers are decimal text, see `parseExact`. */
export type Value = undefined | null | boolean | number | string | Value[] | Row;
export interface Row {
  [property: string]: Value;
}

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list; none for anything else. */
export function rowsOf(value: Value): Row[] {
  return Array.isArray(value) ? value.filter(isRow) : [];
}

export function rowOf(value: Value): Row {
  return isRow(value) ? value : {};
}

export function textOf(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** The id inside a reference `{value, name}`. */
export function refOf(value: Value): string | undefined {
  return isRow(value) ? textOf(value.value) : undefined;
}

/** Zero for an absent amount. */
export function amountOf(value: Value): Big {
  return typeof value === 'string' || typeof value === 'number' ? new Big(value) : new Big(0);
}

export function isPresent(value: Value): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** Money as the platform prints it: two decimals, but a bare `0` for zero (captures: `100.00`, `0`). */
export function printMoney(value: Big): DecimalText {
  const rounded = roundHalfUp(value, 2);
  return rounded.eq(0) ? '0' : rounded.toFixed(2);
}

/** Quantities, prices and rates print unpadded: `75`, `4.5`. At most seven decimals are kept. */
export function printPlain(value: Big): DecimalText {
  return plainDecimal(roundHalfUp(value, 7));
}

/**
 * A deep copy without null members: the platform answers none. An object left empty by that goes too, one that was
 * empty from the start (`SubTotalLineDetail: {}`) stays.
 */
export function pruned(row: Row): Row {
  const copy: Row = {};
  for (const [name, value] of Object.entries(row)) {
    const inner = prunedValue(value);
    if (inner !== undefined) copy[name] = inner;
  }
  return copy;
}

function prunedValue(value: Value): Value {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.map(prunedValue);
  if (!isRow(value)) return value;
  const inner = pruned(value);
  return Object.keys(inner).length === 0 && Object.keys(value).length > 0 ? undefined : inner;
}

export function copyRow(row: Row): Row {
  return structuredClone(row);
}

/** True when `row` has every property of `wanted` with an equal value. */
export function sameRow(row: Row, wanted: Row): boolean {
  return Object.entries(wanted).every(([name, value]) => JSON.stringify(row[name]) === JSON.stringify(value));
}
