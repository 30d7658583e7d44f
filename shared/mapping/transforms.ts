import { businessDay } from '../core/clock.ts';
import { money, plainDecimal } from '../core/money.ts';
import { plainText, truncate } from '../core/text.ts';
import { formatDate } from './dates.ts';
import type { Branch, Transform } from './document.ts';
import { compileExpression } from './expression/expression.ts';
import { ExpressionError } from './expression/limits.ts';
import { rewriteNumber } from './numbers.ts';
import { fillTemplate, holds, isPresent, readPath, type Scope } from './scope.ts';

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

/** One transform at work, for people: what went in, what came out. */
export interface TransformStep {
  readonly op: Transform['op'];
  readonly before: unknown;
  readonly after: unknown;
  /** Of a conditional: the side that was taken, with its own transforms. */
  readonly taken?: { readonly side: 'yes' | 'no'; readonly steps: readonly TransformStep[] } | undefined;
}

interface Tracing {
  readonly steps?: TransformStep[] | undefined;
}

type Apply<Op extends Transform['op']> = (
  value: unknown,
  transform: Extract<Transform, { op: Op }>,
  scope: Scope,
  took: (side: 'yes' | 'no') => Tracing,
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
  lookup: (value, { path, reason, fix }, scope) => {
    const table = readPath(scope, path);
    const key = text(value);
    if (table !== null && typeof table === 'object' && Object.hasOwn(table, key)) {
      return (table as Record<string, unknown>)[key];
    }
    throw new TransformError(
      'mapping.not_in_table',
      reason === undefined
        ? `There is no entry for ${JSON.stringify(truncate(key, 60))} in ${path}.`
        : fillTemplate(reason, { ...scope, value: key }),
      fillTemplate(fix, { ...scope, value: key }),
    );
  },
  null_if_empty: (value) => (isPresent(value) ? value : null),
  date_format: (value, { format, zone, zone_path }, scope) =>
    formatDate(text(value), format, zone ?? (zone_path === undefined ? 'UTC' : text(readPath(scope, zone_path)))),
  concat: (value, { paths, separator = '' }, scope) => {
    const parts = paths.map((path) => readPath({ ...scope, value }, path)).filter(isPresent);
    return parts.length === 0 ? undefined : parts.map(text).join(separator);
  },
  number: rewriteNumber,
  conditional: (value, { when, yes, no }, scope, took) => {
    const inner = { ...scope, value };
    const side = holds(when, inner) ? 'yes' : 'no';
    const tracing = took(side);
    const branch = side === 'yes' ? yes : no;
    return branch === undefined ? value : takeBranch(branch, value, inner, tracing);
  },
  expression: (value, { cel }, scope) => {
    try {
      return compileExpression(cel).evaluate({ ...scope, value: value ?? null });
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      throw new TransformError(
        error.kind === 'limit' ? 'mapping.expression_limit' : 'mapping.expression_failed',
        `The expression ${JSON.stringify(truncate(cel, 80))} has no value: ${error.message}`,
        'Correct the expression in the mapping, or the record at its source.',
      );
    }
  },
};

function takeBranch(branch: Branch, value: unknown, scope: Scope, tracing: Tracing): unknown {
  if ('value' in branch) return branch.value;
  if ('path' in branch) return readPath(scope, branch.path);
  if ('template' in branch) return fillTemplate(branch.template, scope);
  return applyTransforms(value, branch.via, scope, tracing.steps);
}

/** These say what to do with nothing; the others leave nothing alone. */
const takesAbsent = new Set<Transform['op']>([
  'default',
  'null_if_empty',
  'lookup',
  'concat',
  'conditional',
  'expression',
]);

/**
 * @param steps takes what each transform did, when somebody wants to see it.
 * @throws TransformError, or RangeError for text that should be an amount or an instant.
 */
export function applyTransforms(
  value: unknown,
  transforms: readonly Transform[],
  scope: Scope,
  steps?: TransformStep[],
): unknown {
  let current = value;
  for (const transform of transforms) {
    if ((current === undefined || current === null) && !takesAbsent.has(transform.op)) continue;
    let taken: TransformStep['taken'];
    const took = (side: 'yes' | 'no'): Tracing => {
      const inner: TransformStep[] | undefined = steps && [];
      taken = inner && { side, steps: inner };
      return { steps: inner };
    };
    const before = current;
    current = (operations[transform.op] as Apply<Transform['op']>)(before, transform as never, scope, took);
    steps?.push({ op: transform.op, before, after: current, ...(taken ? { taken } : {}) });
  }
  return current;
}
