import { type ColumnPath, parseError, parsePath, pathSql, type RowSource } from './parse-path.ts';
import { arrayLiteral, type Values } from './sql.ts';
import { splitTopLevel, unquote } from './text.ts';

export type Condition =
  | {
      readonly kind: 'compare';
      readonly path: ColumnPath;
      readonly negated: boolean;
      readonly operator: string;
      readonly quantifier?: 'any' | 'all';
      readonly value: string;
    }
  | { readonly kind: 'and' | 'or'; readonly negated: boolean; readonly children: readonly Condition[] };

const reserved = new Set(['select', 'order', 'limit', 'offset', 'columns', 'on_conflict', 'apikey']);

const operators: ReadonlyMap<string, string> = new Map([
  ['eq', '='],
  ['neq', '<>'],
  ['gt', '>'],
  ['gte', '>='],
  ['lt', '<'],
  ['lte', '<='],
  ['like', 'like'],
  ['ilike', 'ilike'],
  ['match', '~'],
  ['imatch', '~*'],
  ['cs', '@>'],
  ['cd', '<@'],
  ['ov', '&&'],
  ['isdistinct', 'is distinct from'],
]);

const isValues: ReadonlyMap<string, string> = new Map([
  ['null', 'null'],
  ['not_null', 'not null'],
  ['true', 'true'],
  ['false', 'false'],
  ['unknown', 'unknown'],
]);

/** All filters of a query string; they are combined with AND. `skip` names parameters that are something else. */
export function parseFilters(query: URLSearchParams, skip: ReadonlySet<string> = new Set()): Condition[] {
  const conditions: Condition[] = [];
  for (const [name, value] of query) {
    if (reserved.has(name) || skip.has(name)) continue;
    const logic = /^(not\.)?(and|or)$/.exec(name);
    if (logic) conditions.push(parseLogic(logic[2] as 'and' | 'or', logic[1] !== undefined, value));
    else conditions.push(parseComparison(parsePath(name), value, false));
  }
  return conditions;
}

function parseLogic(kind: 'and' | 'or', negated: boolean, text: string): Condition {
  const inner = /^\((.*)\)$/s.exec(text)?.[1];
  const parts = inner === undefined ? undefined : splitTopLevel(inner);
  if (!parts || inner === '') {
    throw parseError(`"failed to parse logic tree (${text})" (line 1, column 1)`, 'expecting a list in parentheses');
  }
  return { kind, negated, children: parts.map((part) => parseLogicPart(part.trim())) };
}

function parseLogicPart(text: string): Condition {
  const nested = /^(not\.)?(and|or)(\(.*\))$/s.exec(text);
  if (nested) return parseLogic(nested[2] as 'and' | 'or', nested[1] !== undefined, nested[3] ?? '');
  const parts = /^((?:"(?:[^"\\]|\\.)*"|[^."])+)\.(.*)$/s.exec(text);
  if (!parts)
    throw parseError(`"failed to parse logic tree ((${text}))" (line 1, column 2)`, 'expecting field and filter');
  return parseComparison(parsePath(parts[1] ?? ''), parts[2] ?? '', true);
}

/** In a logic tree a value may be quoted; in a plain filter quotes belong to the value. */
function parseComparison(path: ColumnPath, text: string, inLogic: boolean): Condition {
  const match = /^(not\.)?([a-z]+)(?:\((any|all)\))?\.(.*)$/s.exec(text);
  const operator = match?.[2] ?? '';
  const value = match?.[4] ?? '';
  const known =
    operators.has(operator) || operator === 'in' || (operator === 'is' && isValues.has(value.toLowerCase()));
  if (!match || !known) {
    throw parseError(
      `"failed to parse filter (${text})" (line 1, column 1)`,
      `unexpected ${text === '' ? 'end of input' : `"${text.charAt(0)}"`} expecting "not" or operator (eq, gt, ...)`,
    );
  }
  return {
    kind: 'compare',
    path,
    negated: match[1] !== undefined,
    operator,
    ...(match[3] ? { quantifier: match[3] as 'any' | 'all' } : {}),
    value: inLogic && operator !== 'in' ? unquote(value) : value,
  };
}

/** `where ...` with bound values, or nothing. */
export function whereSql(conditions: readonly Condition[], source: RowSource, values: Values): string {
  if (conditions.length === 0) return '';
  return ` where ${conditions.map((condition) => conditionSql(condition, source, values)).join(' and ')}`;
}

function conditionSql(condition: Condition, source: RowSource, values: Values): string {
  const negation = condition.negated ? 'not ' : '';
  if (condition.kind !== 'compare') {
    const children = condition.children.map((child) => conditionSql(child, source, values));
    return `${negation}(${children.join(` ${condition.kind} `)})`;
  }
  const field = pathSql(condition.path, source, values);
  const { operator, value, quantifier } = condition;
  if (operator === 'is') return `${negation}(${field} is ${isValues.get(value.toLowerCase()) ?? 'null'})`;
  if (operator === 'in') return `${negation}(${field} = any (${values.bind(arrayLiteral(parseList(value)))}))`;
  const pattern = operator === 'like' || operator === 'ilike' ? value.replaceAll('*', '%') : value;
  const operand = values.bind(pattern);
  return `${negation}(${field} ${operators.get(operator)} ${quantifier ? `${quantifier} (${operand})` : operand})`;
}

function parseList(text: string): string[] {
  const inner = /^\((.*)\)$/s.exec(text)?.[1];
  const items = inner === undefined ? undefined : splitTopLevel(inner);
  if (inner === undefined || !items) {
    throw parseError(`"failed to parse filter (in.${text})" (line 1, column 4)`, 'expecting "(" and a list of values');
  }
  return inner === '' ? [] : items.map(unquote);
}
