import { isDecimalText } from '../../core/money.ts';
import type { RecordSchema, ValueKind } from '../../model/record-schema.ts';
import type { Branch, Condition, Transform } from '../document.ts';
import { compileExpression } from '../expression/expression.ts';
import { ExpressionError } from '../expression/limits.ts';
import { at, type Report } from './faults.ts';
import { checkPath, type SourceScope, templatePaths } from './source-paths.ts';

/** What a field is known to give: its schema, and the most characters it can have where that is certain. */
export interface Output {
  readonly schema: RecordSchema;
  readonly atMost?: number | undefined;
  /** The only value it can have. */
  readonly constant?: string | number | boolean | null;
}

export const unknown: Output = { schema: { kind: 'any' } };
const textOf = (atMost?: number): Output => ({ schema: { kind: 'text' }, atMost });

/** Texts of these kinds are short whatever they hold. */
const bounded: Partial<Record<ValueKind, number>> = { day: 10, instant: 24, integer: 16, boolean: 5, decimal: 42 };

export function outputOfSchema(schema: RecordSchema | undefined): Output {
  if (!schema || schema.kind === 'object' || schema.kind === 'list') return { schema: schema ?? unknown.schema };
  return { schema, atMost: schema.max_length ?? bounded[schema.kind] };
}

export function outputOfConstant(constant: string | number | boolean | null): Output {
  if (constant === null) return { ...unknown, constant };
  const kind =
    typeof constant === 'string' ? kindOfText(constant) : typeof constant === 'number' ? 'integer' : 'boolean';
  return { schema: { kind }, atMost: String(constant).length, constant };
}

/** Amounts and days are text in JSON. */
function kindOfText(text: string): ValueKind {
  if (isDecimalText(text)) return 'decimal';
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? 'day' : 'text';
}

/** What the transforms make of it; every path and expression in them is checked on the way. */
export function outputOf(
  given: Output,
  via: readonly Transform[],
  scope: SourceScope,
  where: string,
  report: Report,
): Output {
  return via.reduce((before, transform, index) => step(before, transform, scope, at(where, index), report), given);
}

function step(before: Output, transform: Transform, scope: SourceScope, where: string, report: Report): Output {
  const path = (name: string, text: string, inner: SourceScope = scope) =>
    checkPath(text, inner, at(where, name), report);
  const { atMost } = before;
  switch (transform.op) {
    case 'trim':
    case 'remove':
      return textOf(atMost);
    case 'upper':
    case 'lower':
      // `ß` becomes two letters.
      return textOf(atMost === undefined ? undefined : atMost * 3);
    case 'plain_text':
      return textOf(atMost);
    case 'truncate':
    case 'max_length':
      return textOf(Math.min(atMost ?? transform.length, transform.length));
    case 'email':
      return textOf(atMost);
    case 'to_text':
      return textOf(atMost);
    case 'prefix':
      path('path', transform.path);
      return textOf();
    case 'default': {
      if (transform.path !== undefined) path('path', transform.path);
      const other = transform.value === undefined ? unknown : outputOfConstant(transform.value);
      const { schema } = before;
      const longest = atMost === undefined || other.atMost === undefined ? undefined : Math.max(atMost, other.atMost);
      return {
        schema: schema.kind === other.schema.kind || transform.value === null ? schema : unknown.schema,
        atMost: longest,
      };
    }
    case 'money':
    case 'decimal':
      return { schema: { kind: 'decimal' }, atMost: bounded.decimal };
    case 'number':
      return transform.format ? textOf(80) : { schema: { kind: 'decimal' }, atMost: bounded.decimal };
    case 'day':
      path('zone_path', transform.zone_path);
      return { schema: { kind: 'day' }, atMost: bounded.day };
    case 'date_format':
      if (transform.zone_path !== undefined) path('zone_path', transform.zone_path);
      if (transform.zone !== undefined && !isZone(transform.zone)) {
        report(at(where, 'zone'), 'unknown_zone', `${transform.zone} is no time zone; write one like Europe/Berlin.`);
      }
      return dateOf(transform.format);
    case 'split':
    case 'join':
      return textOf(transform.op === 'split' ? atMost : undefined);
    case 'lookup':
      path('path', transform.path);
      for (const member of ['reason', 'fix'] as const) {
        for (const hole of templatePaths(transform[member] ?? ''))
          path(member, hole, { ...scope, value: { kind: 'any' } });
      }
      return unknown;
    case 'null_if_empty':
      return before;
    case 'concat':
      transform.paths.forEach((each, index) => {
        checkPath(each, { ...scope, value: before.schema }, at(where, 'paths', index), report);
      });
      return textOf();
    case 'conditional':
      return conditional(before, transform, scope, where, report);
    case 'expression':
      return expression(transform.cel, { ...scope, value: { kind: 'any' } }, at(where, 'cel'), report);
  }
}

function dateOf(format: string): Output {
  if (format === 'yyyy-MM-dd') return { schema: { kind: 'day' }, atMost: 10 };
  // Names of months and days are the longest parts.
  return textOf(format.length * 4);
}

function conditional(
  before: Output,
  { when, yes, no }: Extract<Transform, { op: 'conditional' }>,
  scope: SourceScope,
  where: string,
  report: Report,
): Output {
  const inner = { ...scope, value: before.schema };
  checkCondition(when, inner, at(where, 'when'), report);
  const sides = [
    branch(before, yes, inner, at(where, 'yes'), report),
    no === undefined ? before : branch(before, no, inner, at(where, 'no'), report),
  ];
  const [a = unknown, b = unknown] = sides;
  const atMost = a.atMost === undefined || b.atMost === undefined ? undefined : Math.max(a.atMost, b.atMost);
  if (a.constant === null || b.constant === null) return { ...(a.constant === null ? b : a) };
  return { schema: a.schema.kind === b.schema.kind ? a.schema : unknown.schema, atMost };
}

function branch(before: Output, side: Branch, scope: SourceScope, where: string, report: Report): Output {
  if ('value' in side) return outputOfConstant(side.value);
  if ('path' in side) return outputOfSchema(checkPath(side.path, scope, at(where, 'path'), report));
  if ('via' in side) return outputOf(before, side.via, scope, at(where, 'via'), report);
  for (const hole of templatePaths(side.template)) checkPath(hole, scope, at(where, 'template'), report);
  return textOf();
}

function expression(cel: string, scope: SourceScope, where: string, report: Report): Output {
  try {
    for (const read of compileExpression(cel).reads) checkPath(read, scope, where, report);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    report(where, 'invalid_expression', error.message);
  }
  return unknown;
}

export function checkCondition(condition: Condition, scope: SourceScope, where: string, report: Report): void {
  for (const list of ['any', 'all'] as const) {
    const inner = (condition as Partial<Record<'any' | 'all', Condition[]>>)[list];
    if (inner?.length === 0) report(at(where, list), 'invalid', 'A group needs a condition.');
    inner?.forEach((each, index) => {
      checkCondition(each, scope, at(where, list, index), report);
    });
  }
  if ('path' in condition) {
    const found = checkPath(condition.path, scope, at(where, 'path'), report);
    if (found && ('from' in condition || 'to' in condition) && !hasDays(found)) {
      report(at(where, 'path'), 'wrong_type', `${condition.path} is neither a day nor a time.`);
    }
  }
  if ('in_path' in condition) checkPath(condition.in_path, scope, at(where, 'in_path'), report);
}

const hasDays = ({ kind }: RecordSchema): boolean => kind === 'day' || kind === 'instant' || kind === 'any';

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}
