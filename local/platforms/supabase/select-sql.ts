import type { Catalog, ForeignKey, Relation } from './catalog.ts';
import { findRelation, sourceOf } from './context.ts';
import { ApiError } from './errors.ts';
import { parseError, parsePath, pathName, pathSql, type RowSource } from './parse-path.ts';
import type { SelectItem } from './parse-select.ts';
import { identifier, qualified, type Values } from './sql.ts';

/** Where a list of items is selected from. `relation` is missing for functions that return no table. */
export interface Selection {
  readonly catalog: Catalog;
  readonly source: RowSource;
  readonly relation?: Relation | undefined;
  /** Columns `*` stands for; without them `*` is left to Postgres. */
  readonly all?: readonly string[];
}

/** The select list of parsed items, with embedded tables as correlated subqueries. */
export function selectSql(items: readonly SelectItem[], selection: Selection, values: Values, depth = 1): string {
  const { source, all } = selection;
  const alias = identifier(source.alias);
  return items
    .map((item) => {
      if (item.kind === 'all') return all ? all.map((name) => `${alias}.${identifier(name)}`).join(', ') : `${alias}.*`;
      if (item.kind === 'embed') return embedSql(item, selection, values, depth);
      const field = pathSql(item.path, source, values);
      const value = item.cast === undefined ? field : `cast(${field} as ${item.cast})`;
      return `${value} as ${identifier(item.alias ?? pathName(item.path))}`;
    })
    .join(', ');
}

/** `order by ...` from `order=a.desc.nullslast,raw->>b`, or nothing. */
export function orderSql(text: string | null, source: RowSource, values: Values): string {
  if (text === null || text === '') return '';
  const terms = text.split(',').map((term) => {
    const match = /^(.+?)(?:\.(asc|desc))?(?:\.nulls(first|last))?$/.exec(term.trim());
    if (!match) throw parseError(`"failed to parse order (${text})" (line 1, column 1)`, 'expecting field name');
    const [, field = '', direction = 'asc', nulls] = match;
    return `${pathSql(parsePath(field), source, values)} ${direction}${nulls ? ` nulls ${nulls}` : ''}`;
  });
  return ` order by ${terms.join(', ')}`;
}

type Embed = Extract<SelectItem, { kind: 'embed' }>;

interface Relationship {
  readonly target: Relation;
  readonly toMany: boolean;
  readonly pairs: readonly (readonly [own: string, theirs: string])[];
}

function embedSql(item: Embed, { catalog, relation, source }: Selection, values: Values, depth: number): string {
  const { target, toMany, pairs } = relationship(item, catalog, relation, source.alias);
  const alias = `${target.name}_${depth}`;
  const inner = { catalog, relation: target, source: sourceOf(target, alias) };
  const join = pairs.map(
    ([own, theirs]) => `${identifier(alias)}.${identifier(theirs)} = ${identifier(source.alias)}.${identifier(own)}`,
  );
  const rows = `select ${selectSql(item.items, inner, values, depth + 1)} from ${qualified(target.schema, target.name)} as ${identifier(alias)} where ${join.join(' and ')}`;
  const folded = toMany ? "coalesce(json_agg(e), '[]'::json)" : 'json_agg(e)->0';
  return `(select ${folded} from (${rows}) e) as ${identifier(item.alias ?? item.target)}`;
}

function relationship(item: Embed, catalog: Catalog, relation: Relation | undefined, from: string): Relationship {
  const schema = relation?.schema ?? 'public';
  const candidates = relation ? catalog.foreignKeys.flatMap((key) => sides(key, relation, item, catalog)) : [];
  const [only] = candidates;
  if (only && candidates.length === 1) return only;
  if (only) {
    throw new ApiError({
      status: 300,
      code: 'PGRST201',
      message: `Could not embed because more than one relationship was found for '${from}' and '${item.target}'`,
      hint: `Try changing '${item.target}' to '${item.target}!<foreign key>'.`,
    });
  }
  throw new ApiError({
    status: 400,
    code: 'PGRST200',
    message: `Could not find a relationship between '${from}' and '${item.target}' in the schema cache`,
    details: `Searched for a foreign key relationship between '${from}' and '${item.target}' in the schema '${schema}', but no matches were found.`,
  });
}

function sides(key: ForeignKey, relation: Relation, item: Embed, catalog: Catalog): Relationship[] {
  if (item.hint !== undefined && item.hint !== key.name && !key.columns.includes(item.hint)) return [];
  const found: Relationship[] = [];
  const is = (schema: string, table: string): boolean => schema === relation.schema && table === relation.name;
  const pairs = key.columns.map((column, at) => [column, key.targetColumns[at] ?? ''] as const);
  if (is(key.targetSchema, key.targetTable) && key.table === item.target) {
    const target = findRelation(catalog, key.schema, key.table);
    if (target) found.push({ target, toMany: true, pairs: pairs.map(([theirs, own]) => [own, theirs] as const) });
  }
  if (is(key.schema, key.table) && key.targetTable === item.target) {
    const target = findRelation(catalog, key.targetSchema, key.targetTable);
    if (target) found.push({ target, toMany: false, pairs });
  }
  return found;
}
