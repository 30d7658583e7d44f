import { fail, ok, type Result } from '../../core/failure.ts';
import type { HttpReply } from '../../platform/http-client.ts';
import type { ConnectionContext } from '../connector.ts';
import { noKey } from './failures.ts';
import { classify } from './faults.ts';

export interface SupabaseClient {
  /** One bulk upsert by natural key. All rows must have the same members. */
  upsert(table: string, conflict: readonly string[], columns: readonly string[], rows: string): Promise<Result<null>>;
  /** Sets members of the rows the filter matches. */
  change(table: string, filter: string, members: string): Promise<Result<null>>;
  remove(table: string, filter: string): Promise<Result<null>>;
  /** Empty path: what the API says of itself. */
  get(path: string): Promise<Result<string>>;
}

/** The Data API of one project (PostgREST). Writes are upserts or changes by key, so every call may be repeated. */
export function createClient(context: ConnectionContext): SupabaseClient {
  const base = `${String(context.profile.project_url)}/rest/v1`;

  const send = async (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<Result<HttpReply>> => {
    const secret = await context.credentials.current();
    if (!secret.ok) return secret;
    const reply = await context.http.send(
      {
        method,
        url: `${base}/${path}`,
        headers: { ...keyHeaders(secret.value.secret_key ?? ''), ...headers },
        body,
        timeoutMs: 20_000,
        repeatable: true,
        kinds: ['request'],
      },
      context.limiter,
      { statuses: [408, 429, 502, 503, 504, 520, 521, 522, 523, 524, 525, 530] },
    );
    if (!reply.ok) return reply;
    return reply.value.status < 300 ? reply : fail(classify(reply.value));
  };

  const json = { 'content-type': 'application/json' };
  return {
    async upsert(table, conflict, columns, rows) {
      const path = `${table}?on_conflict=${conflict.join(',')}&columns=${columns.join(',')}`;
      const prefer = 'resolution=merge-duplicates,return=minimal';
      const reply = await send('POST', path, { prefer, ...json }, rows);
      if (!reply.ok) return reply;
      // Without a key on the table the resolution is dropped silently and rows are doubled (reference section 2.1).
      const applied = reply.value.headers.get('preference-applied') ?? '';
      return applied.includes('resolution=merge-duplicates') ? ok(null) : fail(noKey(table));
    },
    async change(table, filter, members) {
      const reply = await send('PATCH', `${table}?${filter}`, { prefer: 'return=minimal', ...json }, members);
      return reply.ok ? ok(null) : reply;
    },
    async remove(table, filter) {
      const reply = await send('DELETE', `${table}?${filter}`, { prefer: 'return=minimal' });
      return reply.ok ? ok(null) : reply;
    },
    async get(path) {
      const reply = await send('GET', path, {});
      return reply.ok ? ok(reply.value.text) : reply;
    },
  };
}

/** Legacy keys are JSON web tokens; new ones are none and may stand in `apikey` only (reference section 1). */
export const isLegacyKey = (key: string): boolean => key.startsWith('eyJ');

function keyHeaders(key: string): Record<string, string> {
  return { apikey: key, ...(isLegacyKey(key) ? { authorization: `Bearer ${key}` } : {}) };
}

/** The role a legacy key is for; undefined where it does not say. */
export function roleOfKey(key: string): string | undefined {
  try {
    const claims = JSON.parse(Buffer.from(key.split('.')[1] ?? '', 'base64url').toString('utf8')) as { role?: unknown };
    return typeof claims.role === 'string' ? claims.role : undefined;
  } catch {
    return undefined;
  }
}

/** PostgREST filter for the rows of these keys. */
export function rowsOfItems(tenantId: string, source: string, column: string, ids: readonly string[]): string {
  return `${rowsOfSource(tenantId, source)}&${column}=in.(${encodeURIComponent(ids.map(quoted).join(','))})`;
}

export function rowsOfSource(tenantId: string, source: string): string {
  return `tenant_id=eq.${encodeURIComponent(tenantId)}&source=eq.${encodeURIComponent(source)}`;
}

/** A value inside a list of a filter. */
export const quoted = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
