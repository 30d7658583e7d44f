import type { Relation } from './catalog.ts';
import type { Call } from './context.ts';
import { ApiError } from './errors.ts';
import { jsonBody } from './media.ts';
import { parseError } from './parse-path.ts';
import { identifier, type Values } from './sql.ts';
import { splitTopLevel, unquote } from './text.ts';

/** Rows to write: JSON that Postgres unfolds itself, and the columns taken from it. */
export interface Payload {
  readonly json: string;
  readonly columns: readonly string[];
  /** Known only where the body was read here. */
  readonly isEmptyList: boolean;
}

/**
 * Reads the body of a write. With `columns=` it goes to Postgres unread, and rows may lack keys (they become NULL, or
 * the default under `missing=default`); without it all objects must have the same keys.
 *
 * @throws ApiError 400 PGRST102 or, for a column that is not in the schema cache, 400 PGRST204.
 */
export function readPayload(call: Call, relation: Relation): Payload {
  const json = jsonBody(call.headers['content-type'], call.body);
  const wanted = call.query.get('columns');
  const payload = wanted === null ? parsePayload(json) : { json, columns: columnList(wanted), isEmptyList: false };
  for (const column of payload.columns) {
    if (relation.columns.has(column)) continue;
    throw new ApiError({
      status: 400,
      code: 'PGRST204',
      message: `Could not find the '${column}' column of '${relation.name}' in the schema cache`,
    });
  }
  return payload;
}

/** Names of `columns=` and `on_conflict=`. @throws ApiError 400 PGRST100 for text that is no list of names. */
export function columnList(text: string): string[] {
  const names = splitTopLevel(text);
  if (!names) throw parseError(`"failed to parse columns (${text})" (line 1, column 1)`, 'expecting a list of names');
  return names.map((name) => unquote(name.trim())).filter((name) => name !== '');
}

function parsePayload(json: string): Payload {
  const parsed = parseJson(json);
  if (Array.isArray(parsed)) {
    const columns = Object.keys((parsed[0] ?? {}) as object);
    const expected = columns.toSorted().join('\0');
    for (const row of parsed as unknown[]) {
      if (row === null || typeof row !== 'object') throw invalid('All object keys must match');
      if (Object.keys(row).toSorted().join('\0') !== expected) throw invalid('All object keys must match');
    }
    return { json, columns, isEmptyList: parsed.length === 0 };
  }
  if (parsed !== null && typeof parsed === 'object') return { json, columns: Object.keys(parsed), isEmptyList: false };
  return { json: '[]', columns: [], isEmptyList: true };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw invalid('Empty or invalid json');
  }
}

function invalid(message: string): ApiError {
  return new ApiError({ status: 400, code: 'PGRST102', message });
}

/** SQL of the payload's rows with the columns' own types, as relation `payload`. */
export function payloadSql(payload: Payload, relation: Relation, useDefaults: boolean, values: Values): string {
  const body = `(select ${values.bind(payload.json)}::json as b) as sent`;
  const list = `case json_typeof(b) when 'array' then b else json_build_array(b) end`;
  const shape = payload.columns.map((name) => `${identifier(name)} ${relation.columns.get(name)?.type}`).join(', ');
  if (!useDefaults) return `${body}, lateral json_to_recordset(${list}) as payload(${shape})`;
  const defaults = payload.columns.map((name) => {
    const value = relation.columns.get(name)?.defaultSql ?? 'null';
    return `jsonb_build_object(${values.bind(name)}::text, ${value})`;
  });
  const rows = `(select coalesce(jsonb_agg(${defaults.join(' || ')} || e), '[]') from jsonb_array_elements((${list})::jsonb) e)`;
  return `${body}, lateral jsonb_to_recordset(${rows}) as payload(${shape})`;
}
