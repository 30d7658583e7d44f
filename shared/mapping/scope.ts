import { businessDay } from '../core/clock.ts';
import type { Condition } from './document.ts';

export type Scope = Readonly<Record<string, unknown>>;

/** Reads `a.b`, `lines[].sku` (all of them) or `lines[0].sku`; undefined where a part is missing. */
export function readPath(scope: unknown, path: string): unknown {
  return read(scope, path.split('.'));
}

function read(value: unknown, parts: readonly string[]): unknown {
  const [head, ...rest] = parts;
  if (head === undefined) return value;
  if (value === null || typeof value !== 'object') return undefined;
  const [, name = head, index] = /^(.*)\[(\d*)\]$/.exec(head) ?? [];
  const member: unknown = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  if (index === undefined) return read(member, rest);
  if (!Array.isArray(member)) return undefined;
  return index === '' ? member.map((element) => read(element, rest)) : read(member[Number(index)], rest);
}

/** Null, undefined, blank text and empty arrays count as absent. */
export function isPresent(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === 'string') return value.trim() !== '';
  return !Array.isArray(value) || value.length > 0;
}

export function holds(condition: Condition, scope: Scope): boolean {
  if ('any' in condition) return condition.any.some((inner) => holds(inner, scope));
  if ('all' in condition) return condition.all.every((inner) => holds(inner, scope));
  const value = readPath(scope, condition.path);
  if ('is' in condition) return isPresent(value) === (condition.is === 'present');
  if ('equals' in condition) return (value ?? null) === condition.equals;
  if ('not_equals' in condition) return (value ?? null) !== condition.not_equals;
  if ('in' in condition) return condition.in.includes(value as string | number);
  if ('periods' in condition) return modeOn(value, condition, scope) === condition.mode;
  if ('in_path' in condition) return isAmong(value, readPath(scope, condition.in_path));
  return isWithin(dayOf(value, readPath(scope, 'store.time_zone')), condition);
}

/** A bare day keeps its day; an instant has one in the zone. Undefined for what is neither. */
function dayOf(value: unknown, timeZone: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  // Without a zone of its own a text would be read in the server's.
  const isInstant = /T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(value) && !Number.isNaN(Date.parse(value));
  return isInstant ? businessDay(value, typeof timeZone === 'string' ? timeZone : 'UTC') : undefined;
}

function isWithin(
  day: string | undefined,
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
): boolean {
  return day !== undefined && (from === undefined || from <= day) && (to === undefined || day <= to);
}

/** An element of a list, or a key of a table that has something for it. */
function isAmong(value: unknown, allowed: unknown): boolean {
  if (Array.isArray(allowed)) return allowed.includes(value);
  if (typeof value !== 'string' || allowed === null || typeof allowed !== 'object') return false;
  return Object.hasOwn(allowed, value) && isPresent((allowed as Record<string, unknown>)[value]);
}

/** The mode of the latest period that has begun on the day, whatever order the periods are listed in. */
function modeOn(day: unknown, condition: Extract<Condition, { periods: string }>, scope: Scope): unknown {
  const periods = readPath(scope, condition.periods);
  if (typeof day !== 'string' || !Array.isArray(periods)) return condition.before;
  const begun = (periods as unknown[]).flatMap((period) => {
    const { from, mode } = (period ?? {}) as { from?: unknown; mode?: unknown };
    return typeof from === 'string' && from <= day ? [{ from, mode }] : [];
  });
  const [latest] = begun.toSorted((a, b) => (a.from < b.from ? 1 : -1));
  return latest?.mode ?? condition.before;
}

/** Fills `{path}` holes; absent values leave nothing. */
export function fillTemplate(template: string, scope: Scope): string {
  return template.replace(/\{([^{}]+)\}/g, (_hole, path: string) => {
    const value = readPath(scope, path);
    if (Array.isArray(value)) return value.filter(isPresent).map(inWords).join(', ');
    return isPresent(value) ? inWords(value) : '';
  });
}

/** Objects have no text of their own, and what JSON may hold need not even have a `toString`. */
function inWords(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** What stands beside a record when it is mapped. */
export interface Surroundings {
  /** Profile of the source connection. */
  readonly store: unknown;
  /** Profile of the target connection. */
  readonly books: unknown;
  /** Of the target connection. */
  readonly settings: unknown;
  /**
   * `required`: others need the record, or it was asked for by id. `written`: the target has a document of it already.
   */
  readonly state: { readonly required: boolean; readonly written: boolean };
}

/** What a mapping reads of a record. */
export function scopeOf(
  { id, data, raw }: { readonly id: string; readonly data: object; readonly raw: object },
  { store, books, settings, state }: Surroundings,
): Scope {
  return { ...data, raw, record: { id, ...state }, store, books, settings };
}
