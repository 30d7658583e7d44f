import { type SupabaseSimulator, startSupabase } from '#local/platforms/supabase/index.ts';
import { signJwt } from '#local/platforms/supabase/jwt.ts';
import { warehouse } from '#shared/connectors/supabase/warehouse.ts';

const jwtSecret = 'a secret for these tests, 32 bytes long';

export const keys = {
  secret: 'sb_secret_warehouse',
  publishable: 'sb_publishable_warehouse',
  legacyServiceRole: signJwt({ role: 'service_role' }, jwtSecret),
};

/** What a signed-in user of the project would send. */
export const userToken = signJwt({ role: 'authenticated' }, jwtSecret);

/** Every table with rows of ours. */
export const tables = warehouse.tables.map(({ name }) => name).filter((name) => name !== 'sync_schema');

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

interface Request {
  readonly method?: string;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/** A project with the warehouse, its migration applied twice. */
export interface Warehouse {
  readonly project: SupabaseSimulator;
  call(path: string, request?: Request): Promise<Answer>;
  /** Empties the tables. */
  empty(): Promise<void>;
}

export async function startWarehouse(): Promise<Warehouse> {
  const project = await startSupabase({ keys, jwtSecret });
  await project.applyMigration();
  await project.applyMigration();
  return {
    project,
    call: (path, request) => send(project.url, path, request),
    empty: async () => {
      await project.sql(`truncate ${tables.map((name) => `public.${name}`).join(', ')}`);
    },
  };
}

async function send(url: string, path: string, request: Request = {}): Promise<Answer> {
  const { method = 'GET', key = keys.secret, headers = {}, json } = request;
  const response = await fetch(`${url}/rest/v1${path}`, {
    method,
    headers: { apikey: key, 'content-type': 'application/json', ...headers },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

export function order(id: string, changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { tenant_id: 't1', source: 'woocommerce', source_id: id, raw: { id }, ...changes };
}
