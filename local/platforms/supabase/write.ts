import type { SimReply } from '#local/platforms/kit.ts';
import type { Relation } from './catalog.ts';
import { type Call, sourceOf } from './context.ts';
import type { Row } from './database.ts';
import { bodySql, checkSingle, contentType } from './media.ts';
import { parseSelect } from './parse-select.ts';
import { checkMaxAffected } from './preferences.ts';
import { selectSql } from './select-sql.ts';
import { identifier, type Statement, type Values } from './sql.ts';

/** What a write did. */
export interface WriteResult {
  readonly rows: number;
  /** Rows that did not exist before; 0 where the statement was not asked to tell. */
  readonly inserted: number;
  /** Representation of the written rows, or empty. */
  readonly body: string;
  /** Key columns of the written row as text, for `Location`. */
  readonly key: Readonly<Record<string, string>> | undefined;
}

export interface WritePlan {
  /** INSERT, UPDATE or DELETE up to, not including, `returning`. */
  readonly statement: string;
  readonly values: Values;
  readonly relation: Relation;
  /** SQL that is true for a row that is new; only upserts ask. */
  readonly insertedSql?: string;
}

/** Runs a write in one transaction; a result the caller ruled out rolls it back. */
export function runWrite(call: Call, plan: WritePlan): Promise<WriteResult> {
  const statement = writeStatement(call, plan);
  return call.transaction(false, async (run) => {
    const [row = {}] = await run(statement.text, statement.values);
    const rows = Number(row.rows);
    checkMaxAffected(call.preferences, rows);
    if (call.preferences.return === 'representation') checkSingle(call.media, rows);
    return { rows, inserted: Number(row.inserted ?? 0), body: String(row.body ?? ''), key: keyOf(row) };
  });
}

/**
 * Adds what the caller wants to know. Columns are returned only on demand, because RETURNING needs the right to read
 * them; the row cap of reads does not apply here.
 */
function writeStatement(call: Call, plan: WritePlan): Statement {
  const { relation, values } = plan;
  const wanted = call.preferences.return ?? 'minimal';
  const alias = identifier(relation.name);
  const isNew = plan.insertedSql === undefined ? '' : `, ${plan.insertedSql} as "pgrst inserted"`;
  const columns =
    wanted === 'minimal' || (wanted === 'headers-only' && !hasLocation(call, relation)) ? '1 as one' : `${alias}.*`;
  const results = ['(select count(*)::int from written) as rows'];
  if (isNew) results.push('(select count(*)::int from written where "pgrst inserted") as inserted');
  let folded = '';
  if (wanted === 'representation') {
    const all = [...relation.columns.keys()];
    const selection = { catalog: call.catalog, relation, source: sourceOf(relation), all };
    const items = selectSql(parseSelect(call.query.get('select')), selection, values);
    folded = `, shown as (select ${items} from written as ${alias})`;
    results.push(`${bodySql(call.media, 'shown')} as body`);
  } else if (columns !== '1 as one') {
    const pairs = relation.primaryKey.map((name) => `${values.bind(name)}::text, ${identifier(name)}::text`);
    results.push(`(select json_build_object(${pairs.join(', ')}) from written limit 1) as key`);
  }
  const text = `with written as (${plan.statement} returning ${columns}${isNew})${folded} select ${results.join(', ')}`;
  return { text, values: values.list };
}

function hasLocation(call: Call, relation: Relation): boolean {
  return call.method === 'POST' && relation.primaryKey.length > 0;
}

function keyOf(row: Row): Record<string, string> | undefined {
  return (row.key ?? undefined) as Record<string, string> | undefined;
}

/** Body and content type of a write that returns rows; nothing otherwise. */
export function representation(call: Call, result: WriteResult): Pick<SimReply, 'headers' | 'body'> {
  if (call.preferences.return !== 'representation') return { headers: {}, body: '' };
  return { headers: contentType(call.media), body: result.body };
}
