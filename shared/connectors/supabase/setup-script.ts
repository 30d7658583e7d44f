import type { ColumnSpec, Warehouse } from './schema.ts';
import { warehouse } from './warehouse.ts';

/** One thing a project must have, and the statement that makes it: harmless where it is there already. */
export interface SchemaPart {
  readonly kind: PartKind;
  /** Table, view or function it is or belongs to. */
  readonly of: string;
  /** As a shopkeeper reads it: `column orders.total`. */
  readonly title: string;
  /** What tells it from others of its kind on the same table. */
  readonly name: string;
  readonly sql: string;
}

/** In the order in which they can be made. */
type PartKind =
  | 'table'
  | 'column'
  | 'key'
  | 'index'
  | 'function'
  | 'trigger'
  | 'view'
  | 'protection'
  | 'closure'
  | 'grant'
  | 'version';

/** Parts without which rows are still written as they should be: only reports suffer. */
export const isForReports = ({ kind }: SchemaPart): boolean => kind === 'index' || kind === 'view';

const quoted = (name: string): string => `"${name}"`;
const inPublic = (name: string): string => `public.${quoted(name)}`;

/** Rows that are there get a value until the next full sync writes theirs. */
const placeholders: Readonly<Record<string, string>> = { jsonb: "'{}'", integer: '0' };

/** Everything the migrations leave, part by part. */
export const schemaParts: readonly SchemaPart[] = [
  ...warehouse.tables.map((table) => part('table', table.name, '', `table ${table.name}`, tableSql(table))),
  ...warehouse.tables.flatMap((table) =>
    table.columns.map((column) =>
      part('column', table.name, column.name, `column ${table.name}.${column.name}`, columnSql(table, column)),
    ),
  ),
  ...warehouse.tables.map((table) =>
    part(
      'key',
      table.name,
      table.key.join(','),
      `primary key of ${table.name} (${table.key.join(', ')})`,
      keySql(table),
    ),
  ),
  ...warehouse.indexes.map(({ name, on, sql }) => part('index', on, name, `index ${name}`, `${sql};`)),
  ...warehouse.functions.map(({ name, body, sql }) =>
    part(
      'function',
      name,
      body,
      `function ${name}`,
      `${sql.trimEnd()};\nrevoke all on function ${inPublic(name)}() from public, anon, authenticated;`,
    ),
  ),
  ...warehouse.triggers.map(({ name, on, sql }) =>
    part(
      'trigger',
      on,
      name,
      `trigger ${name} of ${on}`,
      `${sql};\nalter table ${inPublic(on)} enable trigger ${quoted(name)};`,
    ),
  ),
  ...warehouse.views.map(({ name, columns, sql }) =>
    part('view', name, columns.join(','), `view ${name}`, viewSql(name, sql)),
  ),
  ...warehouse.tables.map(({ name }) =>
    part(
      'protection',
      name,
      '',
      `row level security of ${name}`,
      `alter table ${inPublic(name)} enable row level security;`,
    ),
  ),
  ...[...warehouse.tables, ...warehouse.views].map(({ name }) =>
    part(
      'closure',
      name,
      '',
      `lock on ${name} against the publishable key`,
      `revoke all on ${inPublic(name)} from public, anon, authenticated;`,
    ),
  ),
  ...[...warehouse.tables, ...warehouse.views.map(({ name }) => ({ name, grants: ['select'] }))].flatMap(
    ({ name, grants }) =>
      grants.map((privilege) =>
        part(
          'grant',
          name,
          privilege,
          `grant of ${privilege} on ${name}`,
          `grant ${privilege} on ${inPublic(name)} to service_role;`,
        ),
      ),
  ),
  ...warehouse.versions.map((version) =>
    part(
      'version',
      'sync_schema',
      String(version),
      `version ${version}`,
      `insert into public.sync_schema (version) values (${version}) on conflict (version) do nothing;`,
    ),
  ),
];

/**
 * SQL that makes these parts, and those that go with a whole table or view, in one transaction. It can be run at any time
 * and again.
 */
export function scriptFor(parts: readonly SchemaPart[]): string {
  if (parts.length === 0) return '';
  const whole = new Set(parts.filter(({ kind }) => kind === 'table' || kind === 'view').map(({ of }) => of));
  const wanted = new Set(parts);
  const statements = schemaParts.filter((each) => wanted.has(each) || whole.has(each.of)).map(({ sql }) => sql);
  return [
    '-- EasySale Sync: what this project lacks. Run it in the SQL editor of the project; it can be run again.',
    'begin;',
    ...statements,
    'commit;',
    '-- The Data API does not know new tables and columns until it has read the schema again.',
    "notify pgrst, 'reload schema';",
    '',
  ].join('\n');
}

function part(kind: PartKind, of: string, name: string, title: string, sql: string): SchemaPart {
  return { kind, of, name, title, sql };
}

function tableSql({ name, columns, key }: Warehouse['tables'][number]): string {
  const lines = columns.map(
    ({ name: column, type, required, fallback }) =>
      `  ${quoted(column)} ${type}${required ? ' not null' : ''}${fallback === undefined ? '' : ` default ${fallback}`}`,
  );
  const all = [...lines, `  primary key (${key.map(quoted).join(', ')})`];
  return `create table if not exists ${inPublic(name)} (\n${all.join(',\n')}\n);`;
}

function columnSql({ name: table, key }: Warehouse['tables'][number], column: ColumnSpec): string {
  const { name, type, required, fallback } = column;
  const head = `alter table ${inPublic(table)}`;
  const add = `${head} add column if not exists ${quoted(name)} ${type}`;
  if (!required) return `${add};`;
  if (fallback !== undefined) return `${add} not null default ${fallback};`;
  const added = `${add} not null default ${placeholders[type] ?? "''"};\n${head} alter column ${quoted(name)} drop default;`;
  return key.join() === name ? `${withoutRows(table, name)}\n${added}` : added;
}

/** Rows that have lost all of their key say nothing any more, and could not get it back. */
function withoutRows(table: string, column: string): string {
  return `do $$
begin
  if not exists (select from pg_catalog.pg_attribute
                  where attrelid = '${inPublic(table)}'::regclass and attname = '${column}' and not attisdropped) then
    delete from ${inPublic(table)};
  end if;
end
$$;`;
}

function keySql({ name, key }: Warehouse['tables'][number]): string {
  return `do $$
begin
  if not exists (select from pg_catalog.pg_constraint
                  where conrelid = '${inPublic(name)}'::regclass and contype = 'p') then
    alter table ${inPublic(name)} add primary key (${key.map(quoted).join(', ')});
  elsif not exists (select from pg_catalog.pg_constraint k
                     where k.conrelid = '${inPublic(name)}'::regclass and k.contype in ('p', 'u')
                       and array(select a.attname::text from pg_catalog.pg_attribute a
                                  where a.attrelid = k.conrelid and a.attnum = any (k.conkey) order by 1)
                         = array(select unnest(array[${key.map((column) => `'${column}'`).join(', ')}]) order by 1)) then
    alter table ${inPublic(name)} add unique (${key.map(quoted).join(', ')});
  end if;
end
$$;`;
}

/** A view of an earlier version is replaced in place where its columns allow that, so that rights given on it stay. */
function viewSql(name: string, sql: string): string {
  return `do $do$
declare
  body constant text := $view$${sql.trim().replace(/;$/, '')}$view$;
begin
  execute 'create or replace view ${inPublic(name)} with (security_invoker = true) as ' || body;
exception when invalid_table_definition then
  drop view ${inPublic(name)};
  execute 'create view ${inPublic(name)} with (security_invoker = true) as ' || body;
end
$do$;`;
}
