import { businessDay } from '../core/clock.ts';
import { money, plainDecimal } from '../core/money.ts';
import { plainText, truncate } from '../core/text.ts';
import type { Transform } from './document.ts';
import { fillTemplate, isPresent, readPath, type Scope } from './scope.ts';

/** Why a value cannot be used; becomes a validation failure of the record. */
export class TransformError extends Error {
  override readonly name = 'TransformError';
  readonly code: string;
  readonly fix: string;

  constructor(code: string, message: string, fix: string) {
    super(message);
    this.code = code;
    this.fix = fix;
  }
}

type Apply<Op extends Transform['op']> = (
  value: unknown,
  transform: Extract<Transform, { op: Op }>,
  scope: Scope,
) => unknown;

/** @throws RangeError for objects and lists: `[object Object]` must never reach the books. */
export function text(value: unknown): string {
  if (value !== null && typeof value === 'object')
    throw new RangeError(Array.isArray(value) ? 'a list, not text' : 'an object, not text');
  return String(value);
}

const operations: { readonly [Op in Transform['op']]: Apply<Op> } = {
  trim: (value) => text(value).trim(),
  upper: (value) => text(value).toUpperCase(),
  lower: (value) => text(value).toLowerCase(),
  plain_text: (value) => plainText(text(value)),
  truncate: (value, { length }) => truncate(text(value), length),
  max_length: (value, { length }) => {
    const result = text(value);
    if (result.length <= length) return result;
    throw new TransformError(
      'mapping.too_long',
      `${JSON.stringify(truncate(result, 40))} has ${result.length} characters; the target takes ${length}.`,
      'Shorten it at the source, or shorten the prefix in the settings.',
    );
  },
  remove: (value, { characters }) => [...text(value)].filter((character) => !characters.includes(character)).join(''),
  prefix: (value, { path }, scope) => `${text(readPath(scope, path) ?? '')}${text(value)}`,
  default: (value, { value: constant, path }, scope) =>
    isPresent(value) ? value : path === undefined ? constant : readPath(scope, path),
  money: (value) => money(value),
  decimal: (value) => plainDecimal(value),
  to_text: text,
  email: (value) =>
    /^[^\s@,;<>()"]+@[^\s@,;<>()"]+\.[^\s@,;<>()".]+$/.test(text(value).trim()) ? text(value).trim() : undefined,
  day: (value, { zone_path }, scope) => businessDay(text(value), text(readPath(scope, zone_path))),
  split: (value, { separator, index }) => text(value).split(separator).at(index),
  join: (value, { separator }) => (Array.isArray(value) ? value.filter(isPresent).map(text).join(separator) : value),
  lookup: (value, { path, fix }, scope) => {
    const table = readPath(scope, path);
    const key = text(value);
    if (table !== null && typeof table === 'object' && Object.hasOwn(table, key)) {
      return (table as Record<string, unknown>)[key];
    }
    throw new TransformError(
      'mapping.not_in_table',
      `There is no entry for ${JSON.stringify(truncate(key, 60))} in ${path}.`,
      fillTemplate(fix, { ...scope, value: key }),
    );
  },
  null_if_empty: (value) => (isPresent(value) ? value : null),
};

/** These say what to do with nothing; the others leave nothing alone. */
const takesAbsent = new Set<Transform['op']>(['default', 'null_if_empty', 'lookup']);

/** @throws TransformError, or RangeError for text that should be an amount or an instant. */
export function applyTransforms(value: unknown, transforms: readonly Transform[], scope: Scope): unknown {
  let current = value;
  for (const transform of transforms) {
    if ((current === undefined || current === null) && !takesAbsent.has(transform.op)) continue;
    current = (operations[transform.op] as Apply<Transform['op']>)(current, transform as never, scope);
  }
  return current;
}
