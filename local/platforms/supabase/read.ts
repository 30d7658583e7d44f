import type { SimReply } from '#local/platforms/kit.ts';
import { type Call, relationOf, sourceOf } from './context.ts';
import { bodySql, checkSingle, contentType } from './media.ts';
import { parseFilters, whereSql } from './parse-filters.ts';
import { parseSelect } from './parse-select.ts';
import { appliedHeader } from './preferences.ts';
import { contentRange, parseWindow, readStatus, unsatisfiable } from './range.ts';
import { orderSql, type Selection, selectSql } from './select-sql.ts';
import { identifier, qualified, Values } from './sql.ts';

/** GET and HEAD on a table or view. */
export function readTable(call: Call): Promise<SimReply> {
  const relation = relationOf(call);
  const from = `${qualified(relation.schema, relation.name)} as ${identifier(relation.name)}`;
  return readRows(call, { from, selection: { catalog: call.catalog, relation, source: sourceOf(relation) } });
}

export interface Readable {
  /** SQL of the rows, aliased as `selection.source.alias`. */
  readonly from: string;
  readonly selection: Selection;
  /** Query parameters that are no filters: arguments of a function. */
  readonly skip?: ReadonlySet<string>;
  /** Values `from` refers to as `$1`, `$2`... */
  readonly values?: readonly string[];
  /** A function may write. */
  readonly writes?: boolean;
}

/** Filters, orders, cuts and counts rows. The row cap is silent: only a count tells that something is missing. */
export async function readRows(call: Call, readable: Readable): Promise<SimReply> {
  const { from, selection, skip } = readable;
  const { source } = selection;
  const values = new Values();
  for (const value of readable.values ?? []) values.bind(value);
  const range = call.method === 'POST' ? undefined : call.headers.range;
  const window = parseWindow(call.query, range, call.maxRows);
  const items = selectSql(parseSelect(call.query.get('select')), selection, values);
  const where = whereSql(parseFilters(call.query, skip), source, values);
  const order = orderSql(call.query.get('order'), source, values);
  const counted = call.preferences.count !== undefined;
  const text =
    `with found as (select ${items} from ${from}${where}${order} limit ${window.limit} offset ${window.offset}) ` +
    `select (select count(*)::int from found) as rows, ${bodySql(call.media, 'found')} as body` +
    (counted ? `, (select count(*)::int from ${from}${where}) as total` : '');

  const [row = {}] = await call.transaction(!readable.writes, (run) => run(text, values.list));
  const rows = Number(row.rows);
  const total = counted ? Number(row.total) : undefined;
  const applied = appliedHeader(call.preferences, ['count', 'handling']);
  const status = readStatus(window.offset, rows, total);
  if (status === 416) {
    const details = `An offset of ${window.offset} was requested, but there are only ${total} rows.`;
    throw unsatisfiable(details, { ...applied, 'content-range': contentRange(0, 0, total) });
  }
  checkSingle(call.media, rows);
  return {
    status,
    headers: { ...contentType(call.media), 'content-range': contentRange(window.offset, rows, total), ...applied },
    body: call.method === 'HEAD' ? '' : String(row.body ?? ''),
  };
}
