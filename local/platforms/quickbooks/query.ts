import { Big } from 'big.js';
import { stringifyExact } from '#shared/core/json.ts';
import { isDecimalText } from '#shared/core/money.ts';
import type { Company } from './company.ts';
import { companyDocument } from './company-documents.ts';
import { errors, refuse } from './faults.ts';
import { type Predicate, parseQuery, type Query } from './query-parser.ts';
import type { EntitySpec } from './specs/entity-spec.ts';
import { findSpec, numericProperties } from './specs/index.ts';
import { comparable, jsonOf, type Stored } from './table.ts';
import { type Row, rowOf } from './values.ts';
import { parseZoned } from './zone.ts';

type Kind = 'text' | 'number' | 'time' | 'flag' | 'id';

/**
 * Runs one statement.
 *
 * @returns the value of `QueryResponse` as JSON text.
 */
export function runQuery(company: Company, statement: string): string {
  const query = parseQuery(statement);
  const spec = findSpec(query.entity);
  if (!spec) return refuse(errors.queryInvalid(`invalid context declaration: ${query.entity}`));
  const found = matching(company, spec, query);
  if (query.select === 'count') return `{"totalCount":${found.length}}`;
  const page = ordered(spec, query, found).slice(query.start - 1, query.start - 1 + query.max);
  const { select } = query;
  if (select !== 'all') for (const property of select) checkKnown(spec, property);
  if (page.length === 0) return '{}';
  const rows = page.map((entry) => (select === 'all' ? jsonOf(entry) : projected(entry, select)));
  return `{"${spec.name}":[${rows.join(',')}],"startPosition":${query.start},"maxResults":${rows.length}}`;
}

function matching(company: Company, spec: EntitySpec, query: Query): Stored[] {
  const tests = query.where.map((predicate) => testOf(company, spec, predicate));
  if (spec.kind === 'name' && !query.where.some(({ property }) => property === 'Active')) {
    tests.push((entry) => entry.body.Active !== false);
  }
  return candidates(company, spec, query).filter((entry) => tests.every((test) => test(entry)));
}

/** Rows an index gives for an `=` or IN, else all of them. */
function candidates(company: Company, spec: EntitySpec, query: Query): Stored[] {
  if (spec.kind === 'system') return [companyDocument(company, spec.name)];
  const table = company.table(spec.name);
  for (const { property, operator, values } of query.where) {
    if (operator !== '=' && operator !== 'in') continue;
    const found = table.find(property, values);
    if (found) return found;
  }
  return [...table.stored.values()];
}

const times = ['MetaData.CreateTime', 'MetaData.LastUpdatedTime'];

function checkKnown(spec: EntitySpec, property: string): void {
  const [root = ''] = property.split('.');
  if (times.includes(property) || Object.hasOwn(spec.fields, root)) return;
  refuse(errors.queryInvalid(`Property ${property} not found for Entity ${spec.name}`));
}

function kindOf(spec: EntitySpec, property: string): Kind {
  checkKnown(spec, property);
  if (times.includes(property)) return 'time';
  if (property === 'Id') return 'id';
  const active = property === 'Active' && spec.kind === 'name';
  if (!active && !spec.queryable.includes(property))
    refuse(errors.queryInvalid(`property '${property}' is not queryable`));
  const kind = spec.fields[property]?.kind;
  if (kind === 'amount' || kind === 'decimal' || kind === 'integer') return 'number';
  return kind === 'flag' ? 'flag' : 'text';
}

function testOf(company: Company, spec: EntitySpec, predicate: Predicate): (entry: Stored) => boolean {
  const { property, operator, values } = predicate;
  const kind = kindOf(spec, property);
  if ((kind === 'id' || kind === 'flag') && operator !== '=' && operator !== 'in') {
    refuse(errors.queryInvalid(`operator '${operator}' is not supported for property '${property}'`));
  }
  if (operator === 'like') {
    if (kind !== 'text') refuse(errors.queryInvalid(`operator 'like' is not supported for property '${property}'`));
    const like = likePattern(values[0] ?? '');
    return (entry) => like.test(textAt(entry, property) ?? '');
  }
  const wanted = values.map((value) => sortKey(company, kind, value, property));
  const compare = comparison(operator);
  return (entry) => {
    const own = keyOf(entry, kind, property);
    return own !== undefined && wanted.some((value) => compare(order(own, value)));
  };
}

function comparison(operator: Predicate['operator']): (result: number) => boolean {
  switch (operator) {
    case '<':
      return (result) => result < 0;
    case '>':
      return (result) => result > 0;
    case '<=':
      return (result) => result <= 0;
    case '>=':
      return (result) => result >= 0;
    default:
      return (result) => result === 0;
  }
}

function likePattern(text: string): RegExp {
  const parts = text.split('%').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[\\s\\S]*')}$`, 'i');
}

type Key = string | number | Big;

/** The literal of a predicate in the form its property compares in. */
function sortKey(company: Company, kind: Kind, text: string, property: string): Key {
  if (kind === 'time') {
    const time = parseZoned(text, company.identity.timeZone);
    return time === undefined
      ? refuse(errors.queryInvalid(`invalid date value '${text}' for property '${property}'`))
      : time;
  }
  if (kind === 'number') {
    return isDecimalText(text)
      ? new Big(text)
      : refuse(errors.queryInvalid(`invalid number value '${text}' for property '${property}'`));
  }
  return text.toLowerCase();
}

function keyOf(entry: Stored, kind: Kind, property: string): Key | undefined {
  if (kind === 'time') {
    const epoch = property === 'MetaData.CreateTime' ? entry.created : entry.updated;
    return Math.floor(epoch / 1000) * 1000;
  }
  const text = textAt(entry, property);
  if (text === undefined) return undefined;
  return kind === 'number' ? new Big(text) : text.toLowerCase();
}

function textAt(entry: Stored, property: string): string | undefined {
  return property === 'Id' ? entry.id : comparable(entry.body[property]);
}

function order(a: Key, b: Key): number {
  if (a instanceof Big && b instanceof Big) return a.cmp(b);
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Without ORDERBY the order is not promised: names come by name, transactions newest first, so that a caller who
 * pages by creation order without asking for it notices.
 */
function ordered(spec: EntitySpec, query: Query, found: Stored[]): Stored[] {
  if (query.order.length === 0) {
    if (spec.kind === 'transaction') return found.toSorted((a, b) => Number(b.id) - Number(a.id));
    const name = spec.nameProperty ?? 'Id';
    return found.toSorted((a, b) => order(textAt(a, name)?.toLowerCase() ?? '', textAt(b, name)?.toLowerCase() ?? ''));
  }
  const keys = query.order.map(({ property, descending }) => {
    const kind = kindOf(spec, property);
    return {
      sign: descending ? -1 : 1,
      key: (entry: Stored) => (kind === 'id' ? numericId(entry) : keyOf(entry, kind, property)),
    };
  });
  return found.toSorted((a, b) => {
    for (const { key, sign } of keys) {
      const result = order(key(a) ?? '', key(b) ?? '');
      if (result !== 0) return result * sign;
    }
    return 0;
  });
}

function numericId(entry: Stored): number {
  return Number(entry.id) || 0;
}

/** A row with the selected properties only, marked sparse. */
function projected(entry: Stored, select: readonly string[]): string {
  const row: Row = { domain: 'QBO', sparse: true };
  for (const property of select) {
    const [root = '', member] = property.split('.');
    if (member === undefined) row[root] = entry.body[root];
    else row[root] = { ...rowOf(row[root]), [member]: rowOf(entry.body[root])[member] };
  }
  return stringifyExact(row, numericProperties);
}
