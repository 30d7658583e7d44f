import { type Failure, fail, ok, type Result } from '../../core/failure.ts';
import type { HttpReply } from '../../platform/http-client.ts';
import type { ConnectionContext } from '../connector.ts';

export interface SupabaseClient {
  /** One bulk upsert by natural key. All rows must have the same members. */
  upsert(table: string, conflict: readonly string[], columns: readonly string[], rows: string): Promise<Result<null>>;
  remove(table: string, filter: string): Promise<Result<null>>;
  get(path: string): Promise<Result<string>>;
}

/** The Data API of one project (PostgREST). Writes are upserts or deletes by key, so every call may be repeated. */
export function createClient(context: ConnectionContext): SupabaseClient {
  const base = `${String(context.profile.project_url)}/rest/v1`;

  const send = async (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<Result<HttpReply>> => {
    const secret = await context.credentials.current();
    if (!secret.ok) return secret;
    const key = secret.value.secret_key ?? '';
    const reply = await context.http.send(
      {
        method,
        url: `${base}/${path}`,
        // New keys are no JWT and may stand in `apikey` only; legacy ones are sent both ways (reference section 1).
        headers: { apikey: key, ...(key.startsWith('eyJ') ? { authorization: `Bearer ${key}` } : {}), ...headers },
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

  return {
    async upsert(table, conflict, columns, rows) {
      const path = `${table}?on_conflict=${conflict.join(',')}&columns=${columns.join(',')}`;
      const prefer = 'resolution=merge-duplicates,return=minimal';
      const reply = await send('POST', path, { prefer, 'content-type': 'application/json' }, rows);
      if (!reply.ok) return reply;
      // Without a key on the table the resolution is dropped silently and rows are doubled (reference section 2.1).
      const applied = reply.value.headers.get('preference-applied') ?? '';
      return applied.includes('resolution=merge-duplicates') ? ok(null) : fail(noKey(table));
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

/** PostgREST filter for the rows of these keys. */
export function rowsOfItems(tenantId: string, source: string, column: string, ids: readonly string[]): string {
  return [
    `tenant_id=eq.${encodeURIComponent(tenantId)}`,
    `source=eq.${encodeURIComponent(source)}`,
    `${column}=in.(${encodeURIComponent(ids.map(quoted).join(','))})`,
  ].join('&');
}

/** A value inside a list of a filter. */
export const quoted = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

const waits = 'Nothing to do: the sync resumes by itself.';
const applySchema = 'Apply the SQL of EasySale Sync in the SQL editor of the project, then test the connection again.';

/** PostgREST and gateway errors (reference section 2.6). `details` may hold row data and is never passed on. */
export function classify(reply: HttpReply): Failure {
  const { code, message } = readError(reply.text);
  const base = {
    platform_code: code ?? String(reply.status),
    trace_id: reply.headers.get('sb-request-id') ?? undefined,
  };
  const { status } = reply;
  if (code === '57014' || status === 413 || status === 544) {
    return {
      ...base,
      category: 'network',
      code: 'supabase.too_slow',
      reason: 'The database took too long for this batch.',
      fix: waits,
      retryable: true,
    };
  }
  if (status === 401) {
    return {
      ...base,
      category: 'authentication',
      code: 'supabase.key_invalid',
      reason: 'Supabase does not accept the key.',
      fix: 'Create a secret key in the project settings (API keys) and connect again.',
      retryable: false,
    };
  }
  if (status === 402 || status === 540) {
    return {
      ...base,
      category: 'authentication',
      code: 'supabase.project_paused',
      reason:
        status === 402
          ? 'The Supabase organisation is restricted (quota or billing).'
          : 'The Supabase project is paused.',
      fix: 'Open the Supabase dashboard and resume the project.',
      retryable: false,
    };
  }
  if (code === '42501') {
    return {
      ...base,
      category: 'authentication',
      code: 'supabase.no_grant',
      reason: 'The key may not write to the tables.',
      fix: applySchema,
      retryable: false,
    };
  }
  if (code === '25006') {
    return {
      ...base,
      category: 'network',
      code: 'supabase.read_only',
      reason: 'The Supabase project is in read-only mode (disk full).',
      fix: 'Free or buy disk space in the Supabase dashboard; the sync resumes by itself.',
      retryable: true,
    };
  }
  if (code === 'PGRST205' || code === 'PGRST204' || code === 'PGRST202' || code === '42P01') {
    return {
      ...base,
      category: 'not_found',
      code: 'supabase.schema_missing',
      reason: 'The project lacks a table or column of EasySale Sync.',
      fix: applySchema,
      retryable: false,
    };
  }
  if (['40P01', '55P03', '40001'].includes(code ?? '') || status === 429 || status >= 502) {
    return {
      ...base,
      category: status === 429 ? 'rate_limit' : 'network',
      code: 'supabase.unavailable',
      reason: `Supabase answered ${status}.`,
      fix: waits,
      retryable: true,
    };
  }
  if (code === undefined && status >= 500) {
    return {
      ...base,
      category: 'network',
      code: 'supabase.unavailable',
      reason: `Supabase answered ${status}.`,
      fix: waits,
      retryable: true,
    };
  }
  return {
    ...base,
    category: code === '23505' || code === '23503' ? 'conflict' : 'validation',
    code: 'supabase.refused',
    field: /column "([^"]+)"/.exec(message)?.[1],
    reason: `Supabase refused the row${code ? ` (${code})` : ''}: ${message.slice(0, 200)}`,
    fix: 'Correct the record in the shop, or the mapping, then retry.',
    retryable: false,
  };
}

function readError(text: string): { code: string | undefined; message: string } {
  try {
    const body = JSON.parse(text) as { code?: unknown; message?: unknown };
    return {
      code: typeof body.code === 'string' ? body.code : undefined,
      message: typeof body.message === 'string' ? body.message : '',
    };
  } catch {
    return { code: undefined, message: '' };
  }
}

function noKey(table: string): Failure {
  return {
    category: 'validation',
    code: 'supabase.no_primary_key',
    reason: `Table ${table} has no matching primary key: rows would be doubled.`,
    fix: applySchema,
    retryable: false,
  };
}
