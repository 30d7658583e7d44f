import type { Database, Row } from './database.ts';

export interface Column {
  readonly name: string;
  /** With its modifier: `numeric(19,4)`. */
  readonly type: string;
  readonly nullable: boolean;
  /** SQL of the default, also for identity columns. */
  readonly defaultSql: string | null;
  /** Postgres computes the value and refuses any other. */
  readonly isGenerated: boolean;
  readonly comment: string | null;
}

export interface Relation {
  readonly schema: string;
  readonly name: string;
  readonly isTable: boolean;
  readonly comment: string | null;
  readonly columns: ReadonlyMap<string, Column>;
  /** In the order of the table's columns; empty without a primary key. */
  readonly primaryKey: readonly string[];
}

export interface ForeignKey {
  readonly name: string;
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly targetSchema: string;
  readonly targetTable: string;
  readonly targetColumns: readonly string[];
}

export interface Procedure {
  readonly schema: string;
  readonly name: string;
  readonly argumentNames: readonly string[];
  readonly argumentTypes: readonly string[];
  /** How many of the last arguments have a default. */
  readonly defaults: number;
  readonly returnsSet: boolean;
  readonly returnsRows: boolean;
  readonly returnsVoid: boolean;
  /** The table whose rows come back, if it is one. */
  readonly returnsTable: string | null;
  readonly isVolatile: boolean;
}

/** What PostgREST's schema cache knows; it goes stale after DDL until `notify pgrst, 'reload schema'`. */
export interface Catalog {
  readonly relations: readonly Relation[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly procedures: readonly Procedure[];
  /** `statement_timeout` per role, as Postgres writes it. */
  readonly timeouts: ReadonlyMap<string, string>;
}

const relationsQuery = `
select n.nspname as schema, c.relname as name, c.relkind in ('r', 'p') as is_table,
  obj_description(c.oid, 'pg_class') as comment,
  (select json_agg(json_build_object(
      'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'nullable', not a.attnotnull,
      'defaultSql', case when a.attidentity <> ''
          then format('nextval(pg_get_serial_sequence(%L, %L))', format('%I.%I', n.nspname, c.relname), a.attname)
          when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end,
      'isGenerated', a.attgenerated <> '' or a.attidentity = 'a',
      'comment', col_description(c.oid, a.attnum)) order by a.attnum)
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
  (select json_agg(a.attname order by a.attnum) from pg_constraint k
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any (k.conkey)
    where k.conrelid = c.oid and k.contype = 'p') as primary_key
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname = any ($1) order by n.nspname, c.relname`;

const foreignKeysQuery = `
select k.conname as name, n.nspname as schema, c.relname as "table", tn.nspname as target_schema, t.relname as target_table,
  (select json_agg(a.attname order by u.at) from unnest(k.conkey) with ordinality u(num, at)
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num) as columns,
  (select json_agg(a.attname order by u.at) from unnest(k.confkey) with ordinality u(num, at)
    join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.num) as target_columns
from pg_constraint k
join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
join pg_class t on t.oid = k.confrelid join pg_namespace tn on tn.oid = t.relnamespace
where k.contype = 'f' and n.nspname = any ($1)`;

const proceduresQuery = `
select n.nspname as schema, p.proname as name, p.proretset as returns_set, p.pronargdefaults as defaults,
  p.provolatile = 'v' as is_volatile, p.prorettype = 'void'::regtype as returns_void,
  r.typtype = 'c' or p.prorettype = 'record'::regtype as returns_rows,
  (select relname from pg_class where oid = r.typrelid) as returns_table,
  coalesce((select json_agg(coalesce(p.proargnames[u.at], '') order by u.at)
    from unnest(p.proargtypes) with ordinality u(type, at)), '[]') as argument_names,
  coalesce((select json_agg(format_type(u.type, null) order by u.at)
    from unnest(p.proargtypes) with ordinality u(type, at)), '[]') as argument_types
from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_type r on r.oid = p.prorettype
where p.prokind = 'f' and p.prorettype <> 'trigger'::regtype and n.nspname = any ($1)`;

const timeoutsQuery = `
select r.rolname as role, split_part(s.setting, '=', 2) as timeout
from pg_roles r, unnest(r.rolconfig) s(setting) where s.setting like 'statement_timeout=%'`;

/** Reads the tables, keys and functions of the exposed schemas. */
export async function loadCatalog(database: Database, schemas: readonly string[]): Promise<Catalog> {
  const relations = await database.sql(relationsQuery, [schemas]);
  const foreignKeys = await database.sql(foreignKeysQuery, [schemas]);
  const procedures = await database.sql(proceduresQuery, [schemas]);
  const timeouts = await database.sql(timeoutsQuery);
  return {
    relations: relations.map(toRelation),
    foreignKeys: foreignKeys.map(toForeignKey),
    procedures: procedures.map(toProcedure),
    timeouts: new Map(timeouts.map((row) => [String(row.role), String(row.timeout)])),
  };
}

function toRelation(row: Row): Relation {
  const columns = (row.columns ?? []) as Column[];
  return {
    schema: String(row.schema),
    name: String(row.name),
    isTable: row.is_table === true,
    comment: row.comment as string | null,
    columns: new Map(columns.map((column) => [column.name, column])),
    primaryKey: (row.primary_key ?? []) as string[],
  };
}

function toForeignKey(row: Row): ForeignKey {
  return {
    name: String(row.name),
    schema: String(row.schema),
    table: String(row.table),
    columns: row.columns as string[],
    targetSchema: String(row.target_schema),
    targetTable: String(row.target_table),
    targetColumns: row.target_columns as string[],
  };
}

function toProcedure(row: Row): Procedure {
  return {
    schema: String(row.schema),
    name: String(row.name),
    argumentNames: row.argument_names as string[],
    argumentTypes: row.argument_types as string[],
    defaults: Number(row.defaults),
    returnsSet: row.returns_set === true,
    returnsRows: row.returns_rows === true,
    returnsVoid: row.returns_void === true,
    returnsTable: row.returns_table as string | null,
    isVolatile: row.is_volatile === true,
  };
}
