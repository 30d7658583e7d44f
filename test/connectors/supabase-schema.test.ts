import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SupabaseSimulator, startSupabase } from '#local/platforms/supabase/index.ts';
import { supabase } from '#shared/connectors/supabase/index.ts';
import { type SchemaPart, schemaParts, scriptFor } from '#shared/connectors/supabase/setup-script.ts';
import { unwrap } from '#shared/core/failure.ts';
import { contextOf } from './support.ts';

const keys = { secret: 'sb_secret_0123456789abcdef', publishable: 'sb_publishable_0123456789' };
let project: SupabaseSimulator;
beforeAll(async () => {
  project = await startSupabase({ keys });
  await project.applyMigration();
}, 60_000);
afterAll(() => project.close());

const context = (at = project, key = keys.secret) =>
  contextOf({ url: at.url, secret: { secret_key: key }, profile: { project_url: at.url } });
const setup = async (at = project) => {
  if (!supabase.setup) throw new Error('no set-up');
  return unwrap(await supabase.setup(context(at)));
};
const reload = "; notify pgrst, 'reload schema'";

/** What takes a part away. */
const removal: Readonly<Record<SchemaPart['kind'], (part: SchemaPart) => string>> = {
  table: ({ of }) => `drop table public.${of} cascade`,
  column: ({ of, name }) => `alter table public.${of} drop column "${name}" cascade`,
  key: ({ of }) => `alter table public.${of} drop constraint ${of}_pkey`,
  index: ({ name }) => `drop index public.${name}`,
  function: ({ of }) => `drop function public.${of}() cascade`,
  trigger: ({ of, name }) => `drop trigger ${name} on public.${of}`,
  view: ({ of }) => `drop view public.${of} cascade`,
  protection: ({ of }) => `alter table public.${of} disable row level security`,
  closure: ({ of }) => `grant select on public.${of} to anon`,
  grant: ({ of, name }) => `revoke ${name} on public.${of} from service_role`,
  version: ({ name }) => `delete from public.sync_schema where version = ${name}`,
};

/** Everything there is in schema public by its title, asked of Postgres and not of the view the connector reads. */
async function inventory(at = project): Promise<string[]> {
  const list = async (sql: string) => (await at.sql(sql)).map(({ title }) => String(title));
  const relations = "from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v')";
  const found = [
    ...(await list("select 'table ' || tablename as title from pg_tables where schemaname = 'public'")),
    ...(await list("select 'view ' || viewname as title from pg_views where schemaname = 'public'")),
    ...(await list(
      `select format('column %s.%s', c.relname, a.attname) as title from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'`,
    )),
    ...(await list(
      `select format('primary key of %s (%s)', table_name, string_agg(column_name, ', ' order by ordinal_position)) as title
       from information_schema.key_column_usage where table_schema = 'public' group by table_name, constraint_name`,
    )),
    ...(await list(
      "select 'index ' || indexname as title from pg_indexes where schemaname = 'public' and indexname not like '%_pkey'",
    )),
    ...(await list("select 'function ' || proname as title from pg_proc where pronamespace = 'public'::regnamespace")),
    ...(await list(
      `select distinct format('trigger %s of %s', trigger_name, event_object_table) as title
       from information_schema.triggers where event_object_schema = 'public'`,
    )),
    ...(await list(
      "select 'row level security of ' || tablename as title from pg_tables where schemaname = 'public' and rowsecurity",
    )),
    ...(await list(`select format('lock on %s against the publishable key', c.relname) as title ${relations}
      and not has_table_privilege('anon', c.oid, 'select') and not has_table_privilege('authenticated', c.oid, 'select')`)),
    ...(await list(`select format('grant of %s on %s', p, c.relname) as title
      from pg_class c, unnest(array['select', 'insert', 'update', 'delete']) p
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v') and has_table_privilege('service_role', c.oid, p)`)),
    ...(await list("select 'version ' || version as title from public.sync_schema").catch(() => [])),
  ];
  return found.sort();
}

/** Of what is gone, what a person is told: a table or view once, not with all that was on it. */
function told(gone: readonly string[]): string[] {
  const whole = new Set(gone.flatMap((title) => /^(?:table|view) (\w+)$/.exec(title)?.[1] ?? []));
  return gone.filter((title) => {
    if (/^(?:table|view) \w+$/.test(title)) return true;
    const part = schemaParts.find((each) => each.title === title);
    return part !== undefined && !whole.has(part.of);
  });
}

/** All there are of a kind; where they are many, all of one table and one of each other, by turns. */
function partsOf(kind: SchemaPart['kind']): SchemaPart[] {
  const parts = schemaParts.filter((each) => each.kind === kind && each.of !== 'sync_schema_objects');
  if (parts.length < 50) return parts;
  const byTable = [...Map.groupBy(parts, ({ of }) => of)];
  return byTable.flatMap(([table, own], turn) => (table === 'orders' ? own : own.slice(turn % own.length).slice(0, 1)));
}

describe('the schema of a project', () => {
  it('[I10] is complete after the migrations, in which every part is known', async () => {
    expect(await setup()).toMatchObject({ complete: true, missing: [], script: '' });
    expect(await supabase.check(context())).toMatchObject({
      ok: true,
      value: { profile: { schema_version: 3, key_kind: 'secret' }, warnings: [] },
    });
    expect(await inventory()).toEqual(schemaParts.map(({ title }) => title).sort());
  });

  it.each([...new Set(schemaParts.map(({ kind }) => kind))])(
    '[I10] without one %s names exactly that and prints the SQL that brings it back',
    async (kind) => {
      const before = await inventory();
      for (const part of partsOf(kind)) {
        await project.sql(removal[kind](part) + reload);
        const left = new Set(await inventory());
        const gone = told(before.filter((title) => !left.has(title)));
        const { complete, missing, script } = await setup();

        expect(complete).toBe(false);
        expect(gone).toContain(part.title);
        expect([...missing].sort(), part.title).toEqual(gone.sort());
        const checked = await supabase.check(context());
        const said = checked.ok ? checked.value.warnings.join() : checked.failure.reason;
        expect(said).toContain(part.title);
        await project.sql(script);
        expect(await setup()).toMatchObject({ complete: true });
        expect(await inventory()).toEqual(before);
      }
    },
    300_000,
  );

  it('[I10] is not complete with a trigger that is switched off, or a function of an earlier version', async () => {
    await project.sql('alter table public.orders disable trigger sync_keep_newest');
    await project.sql(
      `create or replace function public.sync_keep_newest() returns trigger language plpgsql set search_path = ''
       as 'begin return new; end'`,
    );
    const { missing, script } = await setup();

    expect(missing).toEqual(['function sync_keep_newest', 'trigger sync_keep_newest of orders']);
    await project.sql(script);
    expect(await setup()).toMatchObject({ complete: true });
  });

  it.each([
    ['the view', 'drop view public.sync_schema_objects', ['view sync_schema_objects']],
    [
      'the right to read it',
      'revoke select on public.sync_schema_objects from service_role',
      ['grant of select on sync_schema_objects'],
    ],
  ])('[I10] is told from the API itself without %s that describes it', async (_what, remove, expected) => {
    await project.sql(
      `${remove}; alter table public.customers drop column phone; revoke all on public.refunds from service_role${reload}`,
    );
    const { missing, script } = await setup();

    expect([...missing].sort()).toEqual([...expected, 'column customers.phone', 'grant of select on refunds'].sort());
    await project.sql(script);
    expect(await setup()).toMatchObject({ complete: true });
  });

  it('[I10] of version 1 is brought up by the printed SQL, with its rows', async () => {
    const old = await startSupabase({ keys });
    await old.applyMigration('0001_warehouse.sql');
    await old.sql(`insert into public.orders (tenant_id, source, source_id, total, raw) values ('t', 'woocommerce', '1', 10, '{}');
      notify pgrst, 'reload schema'`);
    const { missing, script } = await setup(old);

    expect(missing).toEqual(
      expect.arrayContaining([
        'table refunds',
        'table inventory_levels',
        'column customers.deleted_at',
        'view sync_schema_objects',
      ]),
    );
    expect(missing).not.toContain('table orders');
    await old.sql(script);
    expect(await setup(old)).toMatchObject({ complete: true });
    expect(await inventory(old)).toEqual(await inventory());
    expect(await old.sql('select total::text from public.orders')).toEqual([{ total: '10.0000' }]);
    await old.close();
  }, 60_000);

  it('[I10] comes from nothing by the SQL that is shown before there is a connection', async () => {
    const empty = await startSupabase({ keys });
    expect(await supabase.check(context(empty))).toMatchObject({
      ok: false,
      failure: { code: 'supabase.schema_missing', reason: expect.stringContaining('table orders') },
    });
    const shown = unwrap((await supabase.setup?.(undefined)) ?? { ok: false, failure: { code: 'none' } as never });
    expect(shown).toMatchObject({ complete: null, language: 'sql' });
    await empty.sql(shown.script);
    await empty.sql(shown.script);
    expect(await setup(empty)).toMatchObject({ complete: true });
    expect(await inventory(empty)).toEqual(await inventory());
    await empty.close();
  }, 60_000);

  it('[I10] is the owner’s to mend, not the key’s, and the key’s where that is at fault', async () => {
    expect(await supabase.check(context(project, keys.publishable))).toMatchObject({
      ok: false,
      failure: { code: 'supabase.key_not_secret', category: 'authentication' },
    });
    expect(await supabase.check(context(project, 'sb_secret_of_another_project'))).toMatchObject({
      ok: false,
      failure: { code: 'supabase.key_invalid' },
    });
  });

  it('[I10] says that a project with a full disk takes no writes', async () => {
    await project.sql('set default_transaction_read_only = on');
    const checked = await supabase.check(context());
    await project.sql('set default_transaction_read_only = off');
    expect(checked).toMatchObject({ ok: false, failure: { code: 'supabase.project_read_only', retryable: true } });
  });

  it('[I10] has no statement for what is there', () => {
    expect(scriptFor([])).toBe('');
  });
});
