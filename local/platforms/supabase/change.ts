import type { SimReply } from '#local/platforms/kit.ts';
import { type Call, relationOf, sourceOf } from './context.ts';
import { ApiError } from './errors.ts';
import { parseFilters, whereSql } from './parse-filters.ts';
import { payloadSql, readPayload } from './payload.ts';
import { appliedHeader } from './preferences.ts';
import { contentRange } from './range.ts';
import { identifier, qualified, Values } from './sql.ts';
import { representation, runWrite } from './write.ts';

/** PATCH: sets the sent columns of every row the filters match. No match is no error. */
export async function updateRows(call: Call): Promise<SimReply> {
  const relation = relationOf(call);
  const payload = readPayload(call, relation);
  const conditions = parseFilters(call.query);
  refuseUnfiltered('UPDATE', conditions.length);
  const table = qualified(relation.schema, relation.name);
  const source = sourceOf(relation);
  const values = new Values();
  const names = payload.columns.map(identifier);
  const sent =
    names.length > 0
      ? `(select ${names.join(', ')} from ${payloadSql(payload, relation, call.preferences.missing === 'default', values)} limit 1)`
      : '';
  const where = whereSql(conditions, source, values);
  const changes = names.map((name) => `${name} = "pgrst payload".${name}`);
  // An empty object changes nothing: a DELETE of no rows returns the right columns of no row.
  const statement =
    names.length > 0
      ? `update ${table} set ${changes.join(', ')} from ${sent} as "pgrst payload"${where}`
      : `delete from ${table} where false`;
  const result = await runWrite(call, { statement, values, relation });
  return changed(call, result, contentRange(0, result.rows, countOf(call, result.rows)));
}

/** DELETE of every row the filters match. No match is no error. */
export async function deleteRows(call: Call): Promise<SimReply> {
  const relation = relationOf(call);
  const conditions = parseFilters(call.query);
  refuseUnfiltered('DELETE', conditions.length);
  const values = new Values();
  const where = whereSql(conditions, sourceOf(relation), values);
  const statement = `delete from ${qualified(relation.schema, relation.name)}${where}`;
  const result = await runWrite(call, { statement, values, relation });
  return changed(call, result, `*/${countOf(call, result.rows) ?? '*'}`);
}

function countOf(call: Call, rows: number): number | undefined {
  return call.preferences.count === undefined ? undefined : rows;
}

function changed(call: Call, result: Awaited<ReturnType<typeof runWrite>>, range: string): SimReply {
  const shown = representation(call, result);
  return {
    status: call.preferences.return === 'representation' ? 200 : 204,
    headers: {
      'content-range': range,
      ...appliedHeader(call.preferences, ['missing', 'return', 'count', 'handling', 'max-affected']),
      ...shown.headers,
    },
    body: shown.body,
  };
}

/** Hosted projects load pg-safeupdate for the API's roles. */
function refuseUnfiltered(verb: 'UPDATE' | 'DELETE', filters: number): void {
  if (filters > 0) return;
  throw new ApiError({ status: 400, code: '21000', message: `${verb} requires a WHERE clause` });
}
