import type { JsonObject } from '../../core/json.ts';
import type { TableSpec } from './tables.ts';

/** A row as it is sent. */
export interface PreparedRow {
  readonly key: string;
  readonly text: string;
}

/** Rows of one document in one table: written together or not at all. */
export interface Group {
  /** Position of the change they belong to. */
  readonly key: string;
  readonly rows: readonly PreparedRow[];
  readonly bytes: number;
  /** Where their row stands in the payload, for naming a fault: nothing for the head, `lines`. */
  readonly payloads: readonly JsonObject[];
}

/** Rows sorted by key, so that two writers cannot wait for each other; one row per key, the newest and then the last. */
export function groupOf(spec: TableSpec, tenantId: string, key: string, payloads: readonly JsonObject[]): Group {
  const byKey = new Map<string, JsonObject>();
  for (const payload of payloads) {
    const name = keyOf(spec, payload);
    const before = byKey.get(name);
    if (!before || !isOlder(payload, before)) byKey.set(name, payload);
  }
  const rows = [...byKey]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, payload]) => prepared(spec, tenantId, name, payload));
  return { key, rows, payloads, bytes: rows.reduce((sum, { text }) => sum + text.length, 0) };
}

export const keyOf = (spec: TableSpec, payload: JsonObject): string =>
  spec.key.map((column) => String(payload[column])).join('\u0001');

/** Whether `a` is an earlier version than `b`, as far as both say. */
export function isOlder(a: JsonObject, b: JsonObject): boolean {
  const [first, second] = [a, b].map(({ source_updated_at: at }) => Date.parse(String(at ?? '')));
  return first !== undefined && second !== undefined && first < second;
}

function prepared(spec: TableSpec, tenantId: string, key: string, payload: JsonObject): PreparedRow {
  const row = {
    tenant_id: tenantId,
    ...Object.fromEntries(spec.columns.map((column) => [column, payload[column] ?? null])),
  };
  return { key, text: toJson(row) };
}

/** Postgres takes neither NUL nor half a surrogate pair in text or jsonb; one would sink its whole batch. */
function toJson(row: JsonObject): string {
  return JSON.stringify(row, (_key, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\u0000', '').toWellFormed() : value,
  );
}
