import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { ColumnSpec, Definition, Warehouse } from '#shared/connectors/supabase/schema.ts';

const repository = resolve(import.meta.dirname, '..');
const folder = join(repository, 'shared/connectors/supabase');
const file = join(folder, 'warehouse.ts');

/** What the roles of a project are to the migrations. */
const projectRoles = 'create role anon; create role authenticated; create role service_role bypassrls;';

/** Runs the migrations on an empty Postgres and describes what they leave. */
async function describeWarehouse(): Promise<Warehouse> {
  const database = await PGlite.create();
  try {
    await database.exec(projectRoles);
    const names = (await readdir(join(folder, 'migrations'))).filter((name) => name.endsWith('.sql')).sort();
    for (const name of names) await database.exec(await readFile(join(folder, 'migrations', name), 'utf8'));
    // Postgres then writes every name with its schema.
    await database.exec("set search_path = ''");
    const rows = async <T>(sql: string) => (await database.query<T>(sql)).rows;
    const [indexes, triggers] = await Promise.all([rows<Definition>(indexesQuery), rows<Definition>(triggersQuery)]);
    return {
      versions: (await rows<{ version: number }>('select version from public.sync_schema order by 1')).map(
        ({ version }) => version,
      ),
      tables: (await rows<TableRow>(tablesQuery)).map(({ columns, ...table }) => ({
        ...table,
        columns: columns.map(columnSpec),
      })),
      indexes: indexes.map((each) => ({
        ...each,
        sql: each.sql.replace(/^CREATE INDEX /, 'create index if not exists '),
      })),
      functions: await rows(functionsQuery),
      triggers: triggers.map((each) => ({ ...each, sql: each.sql.replace(/^CREATE /, 'create or replace ') })),
      views: await rows(viewsQuery),
    };
  } finally {
    await database.close();
  }
}

interface TableRow extends Omit<Warehouse['tables'][number], 'columns'> {
  readonly columns: readonly { name: string; type: string; required: boolean; fallback: string | null }[];
}

function columnSpec({ name, type, required, fallback }: TableRow['columns'][number]): ColumnSpec {
  return { name, type, ...(required ? { required } : {}), ...(fallback === null ? {} : { fallback }) };
}

const inPublic = (relation: string) => `${relation}.relnamespace = 'public'::regnamespace`;

const tablesQuery = `
select c.relname as name,
  (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
      'required', a.attnotnull, 'fallback', pg_get_expr(d.adbin, d.adrelid)) order by a.attnum)
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
  (select json_agg(a.attname order by u.at) from pg_constraint k, unnest(k.conkey) with ordinality u (num, at)
    join pg_attribute a on a.attrelid = c.oid and a.attnum = u.num where k.conrelid = c.oid and k.contype = 'p') as key,
  (select json_agg(p) from unnest(array['select', 'insert', 'update', 'delete']) p
    where has_table_privilege('service_role', c.oid, p)) as grants
from pg_class c where ${inPublic('c')} and c.relkind = 'r' order by c.oid`;

const indexesQuery = `
select x.relname as name, c.relname as on, pg_get_indexdef(x.oid) as sql
from pg_index i join pg_class x on x.oid = i.indexrelid join pg_class c on c.oid = i.indrelid
where ${inPublic('c')} and not i.indisprimary order by x.oid`;

const functionsQuery = `
select f.proname as name, md5(f.prosrc) as body, pg_get_functiondef(f.oid) as sql
from pg_proc f where f.pronamespace = 'public'::regnamespace order by f.oid`;

const triggersQuery = `
select t.tgname as name, c.relname as on, pg_get_triggerdef(t.oid) as sql
from pg_trigger t join pg_class c on c.oid = t.tgrelid where ${inPublic('c')} and not t.tgisinternal order by t.oid`;

const viewsQuery = `
select c.relname as name, pg_get_viewdef(c.oid) as sql,
  (select json_agg(a.attname order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0) as columns
from pg_class c where ${inPublic('c')} and c.relkind = 'v' order by c.oid`;

/** The generated source as it should be. */
async function generatedSource(): Promise<string> {
  const text = `import type { Warehouse } from './schema.ts';

/** Made by \`npm run warehouse\` from migrations/. */
export const warehouse: Warehouse = ${JSON.stringify(await describeWarehouse())};
`;
  const biome = join(repository, 'node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'check', '--write', `--stdin-file-path=${file}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: repository,
    encoding: 'utf8',
    input: text,
  });
  if (status !== 0) throw new Error(`biome failed\n${stdout}${stderr}`);
  return stdout;
}

async function main(): Promise<void> {
  const source = await generatedSource();
  if (!process.argv.includes('--check')) return writeFile(file, source);
  if ((await readFile(file, 'utf8').catch(() => '')) === source) return console.log('the warehouse is up to date');
  throw new Error('shared/connectors/supabase/warehouse.ts is not what the migrations say: npm run warehouse');
}

await main().catch((cause: unknown) => {
  console.error(`warehouse: ${cause instanceof Error ? cause.message : String(cause)}`);
  process.exitCode = 1;
});
