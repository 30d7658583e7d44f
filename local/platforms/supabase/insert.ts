import type { SimReply } from '#local/platforms/kit.ts';
import type { Relation } from './catalog.ts';
import { type Call, relationOf } from './context.ts';
import { ApiError } from './errors.ts';
import { type Condition, parseFilters } from './parse-filters.ts';
import { columnList, type Payload, payloadSql, readPayload } from './payload.ts';
import { appliedHeader } from './preferences.ts';
import { identifier, qualified, Values } from './sql.ts';
import { representation, runWrite, type WriteResult } from './write.ts';

type Resolution = NonNullable<Call['preferences']['resolution']>;

/**
 * POST: insert, or bulk upsert with `resolution`. A merge that inserts nothing answers 200, anything else 201.
 * Without `on_conflict` the primary key decides; a table without one silently loses the `resolution`, which shows only
 * in `Preference-Applied`.
 */
export async function insertRows(call: Call): Promise<SimReply> {
  const relation = relationOf(call);
  const payload = readPayload(call, relation);
  const given = call.query.get('on_conflict');
  const target = given === null ? relation.primaryKey : columnList(given);
  const resolution = target.length > 0 ? call.preferences.resolution : undefined;
  const result = await write(call, relation, payload, resolution, target);

  const counted = call.preferences.count === undefined ? '*' : result.rows;
  const merged = resolution === 'merge-duplicates' && result.inserted === 0;
  const honoured = ['missing', 'return', 'count', 'handling'] as const;
  const shown = representation(call, result);
  return {
    status: merged ? 200 : 201,
    headers: {
      'content-range': `*/${counted}`,
      ...appliedHeader(call.preferences, resolution ? ['resolution', ...honoured] : honoured),
      ...location(call, relation, result),
      ...shown.headers,
    },
    body: shown.body,
  };
}

/**
 * PUT: upsert of the one row that the filters name by its whole primary key. Answers rows with 201 or 200, without
 * representation 204.
 *
 * @throws ApiError 405 PGRST105 or 400 PGRST115 when filters, key and body do not agree.
 */
export async function putRow(call: Call): Promise<SimReply> {
  const relation = relationOf(call);
  const key = keyFromFilters(parseFilters(call.query), relation);
  const payload = readPayload(call, relation);
  const sent = firstRow(payload);
  if (relation.primaryKey.some((column) => String(sent[column]) !== key.get(column))) {
    throw new ApiError({
      status: 400,
      code: 'PGRST115',
      message: 'Payload values do not match URL in primary key column(s)',
    });
  }
  const result = await write(call, relation, payload, 'merge-duplicates', relation.primaryKey);
  const shown = representation(call, result);
  const withRows = call.preferences.return === 'representation';
  return {
    status: withRows ? (result.inserted > 0 ? 201 : 200) : 204,
    headers: { ...appliedHeader(call.preferences, ['return', 'count', 'handling']), ...shown.headers },
    body: shown.body,
  };
}

function write(
  call: Call,
  relation: Relation,
  payload: Payload,
  resolution: Resolution | undefined,
  target: readonly string[],
): Promise<WriteResult> {
  const values = new Values();
  const statement = insertSql(relation, payload, call.preferences.missing === 'default', values);
  const conflict = resolution ? conflictSql(resolution, target, payload.columns) : '';
  // A row that this statement made has no deleting or locking transaction yet; views have no such column.
  const insertedSql = relation.isTable ? `${identifier(relation.name)}.xmax = 0` : 'true';
  return runWrite(call, {
    statement: statement + conflict,
    values,
    relation,
    ...(resolution === 'merge-duplicates' ? { insertedSql } : {}),
  });
}

function insertSql(relation: Relation, payload: Payload, useDefaults: boolean, values: Values): string {
  const into = `insert into ${qualified(relation.schema, relation.name)}`;
  const names = payload.columns.map(identifier).join(', ');
  if (names !== '')
    return `${into} (${names}) select ${names} from ${payloadSql(payload, relation, useDefaults, values)}`;
  const writable = [...relation.columns.values()].find((column) => !column.isGenerated);
  if (!payload.isEmptyList || !writable) return `${into} default values`;
  return `${into} (${identifier(writable.name)}) select null::${writable.type} where false`;
}

function conflictSql(resolution: Resolution, target: readonly string[], columns: readonly string[]): string {
  const on = ` on conflict (${target.map(identifier).join(', ')})`;
  if (resolution === 'ignore-duplicates' || columns.length === 0) return `${on} do nothing`;
  const changes = columns.map((name) => `${identifier(name)} = excluded.${identifier(name)}`);
  return `${on} do update set ${changes.join(', ')}`;
}

function location(call: Call, relation: Relation, result: WriteResult): Record<string, string> {
  if (call.preferences.return !== 'headers-only' || result.rows !== 1 || !result.key) return {};
  const filters = Object.entries(result.key).map(
    ([name, value]) => `${encodeURIComponent(name)}=eq.${encodeURIComponent(value)}`,
  );
  return { location: `/${relation.name}?${filters.join('&')}` };
}

function keyFromFilters(conditions: readonly Condition[], relation: Relation): Map<string, string> {
  const key = new Map<string, string>();
  for (const condition of conditions) {
    const isEqual = condition.kind === 'compare' && condition.operator === 'eq' && !condition.negated;
    if (!isEqual || condition.path.arrows.length > 0) throw badPutFilters();
    key.set(condition.path.column, condition.value);
  }
  const complete = relation.primaryKey.every((column) => key.has(column)) && key.size === relation.primaryKey.length;
  if (!complete || key.size === 0) throw badPutFilters();
  return key;
}

function badPutFilters(): ApiError {
  return new ApiError({
    status: 405,
    code: 'PGRST105',
    message: "Filters must include all and only primary key columns with 'eq' operators",
  });
}

function firstRow(payload: Payload): Record<string, unknown> {
  const parsed: unknown = JSON.parse(payload.json);
  const row: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  return (row ?? {}) as Record<string, unknown>;
}
