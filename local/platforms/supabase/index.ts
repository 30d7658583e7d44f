import { readdir, readFile } from 'node:fs/promises';
import {
  type SimReply,
  type SimRequest,
  type SimulatorOptions,
  type SimulatorServer,
  startSimulator,
} from '#local/platforms/kit.ts';
import { systemClock } from '#shared/core/clock.ts';
import { type Catalog, loadCatalog } from './catalog.ts';
import { answer } from './data-api.ts';
import { openDatabase, type Row } from './database.ts';
import { ApiError, errorReply } from './errors.ts';
import { admit, type ProjectKeys } from './gateway.ts';
import type { Load } from './load.ts';

export interface SupabaseOptions extends SimulatorOptions {
  readonly keys: ProjectKeys;
  /** Folder of the database; in memory without it. */
  readonly dataDir?: string;
  /** Scripts run at the start, after the project's roles exist. */
  readonly schemaSql?: readonly string[];
  /** Schemas of the Data API settings. Default `public`. */
  readonly schemas?: readonly string[];
  /** Row cap of reads. Default 1000, as new projects have it. */
  readonly maxRows?: number;
  /** Signs user tokens (HS256). */
  readonly jwtSecret?: string;
  readonly legacyKeysDisabled?: boolean;
}

export interface SupabaseSimulator extends SimulatorServer {
  /** SQL as the owner of the database. Without values `text` may hold several statements; the last one's rows count. */
  sql(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs the warehouse migrations in order, as the user would in the SQL editor; up to one of them where it is named. */
  applyMigration(last?: string): Promise<void>;
  /** From now on writes take this. */
  setLoad(load: Load): void;
}

const migrations = new URL('../../../shared/connectors/supabase/migrations/', import.meta.url);

/**
 * Starts a Supabase project: its API gateway and PostgREST 14 on an embedded Postgres. The schema cache goes stale
 * with DDL until `notify pgrst, 'reload schema'`. Differences to a hosted project: statements run one after another,
 * planned and estimated counts are exact, and sleeping in SQL takes no time (only its timeout is checked).
 */
export async function startSupabase(options: SupabaseOptions): Promise<SupabaseSimulator> {
  const database = await openDatabase(options.dataDir);
  for (const script of options.schemaSql ?? []) await database.sql(script);
  const schemas = options.schemas ?? ['public'];
  let catalog: Promise<Catalog> = loadCatalog(database, schemas);
  await catalog;
  await database.listen('pgrst', () => {
    catalog = loadCatalog(database, schemas);
    // Whoever asks next hears of a failed reload; a project that is closing meanwhile asks no more.
    catalog.catch(() => undefined);
  });
  let load: Load = {};
  const gateway = {
    keys: options.keys,
    jwtSecret: options.jwtSecret ?? 'a jwt secret for local use, 32 bytes',
    legacyKeysDisabled: options.legacyKeysDisabled ?? false,
    now: () => (options.clock ?? systemClock).now(),
  };
  const api = {
    database,
    schemas,
    maxRows: options.maxRows ?? 1000,
    catalog: () => catalog,
    load: () => load,
  };

  async function handle(request: SimRequest): Promise<SimReply> {
    const path = /^\/rest\/v1(\/.*)?$/.exec(request.path);
    if (!path) return { status: 404, body: { error: 'requested path is invalid' } };
    if (Buffer.byteLength(request.body) > (load.maxBodyBytes ?? Number.POSITIVE_INFINITY)) return tooLarge;
    try {
      const admission = admit(request, gateway);
      return admission.admitted ? await answer(request, path[1] ?? '/', admission, api) : admission.reply;
    } catch (error) {
      if (error instanceof ApiError) return errorReply(error.input);
      throw error;
    }
  }

  const server = await startSimulator({ name: 'supabase', handle, crash }, options);
  return {
    ...server,
    sql: (text, values) => database.sql(text, values),
    setLoad: (given) => {
      load = given;
    },
    applyMigration: async (last) => {
      const names = (await readdir(migrations)).filter((name) => name.endsWith('.sql')).sort();
      const until = last === undefined ? names.length : names.indexOf(last) + 1;
      for (const name of names.slice(0, until)) await database.sql(await readFile(new URL(name, migrations), 'utf8'));
    },
    close: async () => {
      await server.close();
      await database.close();
    },
  };
}

const tooLarge: SimReply = { status: 413, body: { message: 'Request size limit exceeded' } };

function crash(error: unknown): SimReply {
  const message = error instanceof Error ? error.message : String(error);
  return errorReply({ status: 500, code: 'XX000', message });
}
