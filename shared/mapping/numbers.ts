import { Big } from 'big.js';
import { decimal, plainDecimal } from '../core/money.ts';
import type { roundings, Transform } from './document.ts';

type NumberTransform = Extract<Transform, { op: 'number' }>;
type Marks = NonNullable<NumberTransform['parse']>;

const modes: Readonly<Record<(typeof roundings)[number], Parameters<Big['round']>[1]>> = {
  down: Big.roundDown,
  half_up: Big.roundHalfUp,
  half_even: Big.roundHalfEven,
  up: Big.roundUp,
};

/** @throws RangeError for text that is no number written this way. */
export function rewriteNumber(
  value: unknown,
  { parse, places, rounding = 'half_up', format }: NumberTransform,
): string {
  const number = decimal(parse && typeof value === 'string' ? withoutMarks(value, parse) : value);
  const exact = places === undefined ? plainDecimal(number) : number.toFixed(places, modes[rounding]);
  const text = /^-0(\.0*)?$/.test(exact) ? exact.slice(1) : exact;
  return format ? withMarks(text, format) : text;
}

/** `1.234,56` -> `1234.56`. A group mark counts between three digits only, so `1.5` is not read as fifteen. */
function withoutMarks(text: string, { decimal: mark, group = '' }: Marks): string {
  const trimmed = text.trim().replaceAll('\u00A0', ' ');
  const [whole = '', ...rest] = trimmed.split(mark);
  const grouped = group !== '' && whole.includes(group);
  const wellGrouped = grouped && new RegExp(`^[+-]?\\d{1,3}(?:\\${group}\\d{3})+$`).test(whole);
  if (rest.length > 1 || (grouped && !wellGrouped)) throw new RangeError('not a number with these marks');
  return [grouped ? whole.replaceAll(group, '') : whole, ...rest].join('.');
}

function withMarks(text: string, { decimal: mark, group = '' }: Marks): string {
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
  return fraction === undefined ? grouped : `${grouped}${mark}${fraction}`;
}
