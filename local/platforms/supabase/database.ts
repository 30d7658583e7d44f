import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite, type Transaction } from '@electric-sql/pglite';

/** One row as text or JSON values; the API only reads texts, numbers of rows and JSON it built itself. */
export type Row = Record<string, unknown>;

/** Runs one statement with every value sent as text, so that Postgres itself reads and refuses it. */
export type RunQuery = (text: string, values?: readonly string[]) => Promise<Row[]>;

/** How a transaction of the API runs: what PostgREST sets before each statement. */
interface Session {
  readonly role: string;
  readonly readOnly: boolean;
  readonly searchPath: string;
  /** Postgres interval text, for example `8s`. */
  readonly statementTimeout: string;
}

export interface Database {
  /** One transaction after another: the embedded Postgres has a single connection. */
  transaction<T>(session: Session, work: (run: RunQuery) => Promise<T>): Promise<T>;
  /** As the owner, past every rule. Without values `text` may hold several statements. */
  sql(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Calls back on `notify <channel>`. */
  listen(channel: string, heard: (payload: string) => void): Promise<void>;
  close(): Promise<void>;
}

/**
 * The roles of a Supabase project with their timeouts (docs: database/postgres/timeouts), for an own data directory
 * also on later starts. Since 30 October 2026 nothing is granted on new tables by itself, and nothing is here.
 */
const projectRoles = `
do $$
begin
  if not exists (select from pg_roles where rolname = 'anon') then
    create role anon nologin noinherit;
    create role authenticated nologin noinherit;
    create role service_role nologin noinherit bypassrls;
    create role authenticator login noinherit;
    grant anon, authenticated, service_role to authenticator;
    alter role anon set statement_timeout = '3s';
    alter role authenticated set statement_timeout = '8s';
    alter role authenticator set statement_timeout = '8s';
  end if;
end $$;
grant usage on schema public to anon, authenticated, service_role;
`;

/**
 * The embedded Postgres runs in this process and never takes the timer signals behind `statement_timeout`, and a real
 * sleep would stop the whole simulator. So a sleep takes no time and is only checked against the limit.
 */
const sleepWithoutWaiting = `
do $$
begin
  -- Postgres runs its own functions by number, whatever a replacement says: the name has to move.
  if to_regprocedure('pg_catalog.pg_real_sleep(double precision)') is null then
    alter function pg_catalog.pg_sleep(double precision) rename to pg_real_sleep;
  end if;
end $$;
create or replace function pg_catalog.pg_sleep(seconds double precision) returns void
language plpgsql volatile strict parallel safe as $$
declare
  limit_ms constant double precision := (select setting from pg_catalog.pg_settings where name = 'statement_timeout');
begin
  if limit_ms > 0 and seconds * 1000 >= limit_ms then
    raise query_canceled using message = 'canceling statement due to statement timeout';
  end if;
end $$;
`;

/** Opens a database in memory, or in `dataDir`. Takes half a second, the first time some three, and several hundred megabytes. */
export async function openDatabase(dataDir: string | undefined): Promise<Database> {
  const pglite = await (dataDir === undefined ? openInMemory() : PGlite.create({ dataDir }).then(prepare));
  return {
    transaction: (session, work) =>
      pglite.transaction(async (transaction) => {
        await transaction.exec(sessionSql(session));
        return work((text, values = []) => run(transaction, text, values));
      }),
    sql: async (text, values) => {
      if (values) return (await pglite.query<Row>(text, [...values])).rows;
      try {
        const results = await pglite.exec(text);
        return (results.at(-1)?.rows ?? []) as Row[];
      } catch (error) {
        // A script that began a transaction has not ended it; an editor would close its session.
        await pglite.exec('rollback');
        throw error;
      }
    },
    listen: async (channel, heard) => {
      await pglite.listen(channel, heard);
    },
    close: () => pglite.close(),
  };
}

async function prepare(pglite: PGlite): Promise<PGlite> {
  await pglite.exec(projectRoles + sleepWithoutWaiting);
  return pglite;
}

const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** Making a cluster takes most of the time of a start, so one that nobody has used yet is kept. */
async function openInMemory(): Promise<PGlite> {
  const lockfile = await readFile(join(repository, 'package-lock.json'));
  const key = createHash('sha256').update(lockfile).update(projectRoles).update(sleepWithoutWaiting).digest('hex');
  const folder = join(repository, 'node_modules/.cache/postgres');
  const path = join(folder, `${key}.tar`);
  if (existsSync(path)) return PGlite.create({ loadDataDir: new Blob([await readFile(path)]) });
  const pglite = await prepare(await PGlite.create());
  await pglite.exec('checkpoint');
  const cluster = await pglite.dumpDataDir('none');
  await mkdir(folder, { recursive: true });
  // Put in place whole: several processes may make it at once.
  const aside = join(folder, `${process.pid}.aside`);
  await writeFile(aside, Buffer.from(await cluster.arrayBuffer()));
  await rename(aside, path);
  const outdated = globSync('*.tar', { cwd: folder }).map((name) => join(folder, name));
  await Promise.all(outdated.filter((each) => each !== path).map((each) => rm(each, { force: true })));
  return pglite;
}

function sessionSql({ role, readOnly, searchPath, statementTimeout }: Session): string {
  return [
    readOnly ? 'set transaction read only' : '',
    `select set_config('search_path', ${literal(searchPath)}, true), set_config('statement_timeout', ${literal(statementTimeout)}, true), set_config('role', ${literal(role)}, true)`,
  ]
    .filter((statement) => statement !== '')
    .join(';');
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Type 0 leaves the type of a parameter to Postgres, as PostgREST's untyped literals do. */
async function run(transaction: Transaction, text: string, values: readonly string[]): Promise<Row[]> {
  const result = await transaction.query<Row>(text, [...values], {
    paramTypes: values.map(() => 0),
    serializers: { 0: (value: string) => value },
  });
  return result.rows;
}
