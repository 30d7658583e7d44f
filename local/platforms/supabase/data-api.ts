import type { SimReply, SimRequest } from '#local/platforms/kit.ts';
import type { Catalog } from './catalog.ts';
import { deleteRows, updateRows } from './change.ts';
import type { Call } from './context.ts';
import type { Database } from './database.ts';
import { ApiError, errorReply, fromPostgres, isPostgresError } from './errors.ts';
import { insertRows, putRow } from './insert.ts';
import { type Load, overloadOf } from './load.ts';
import { negotiateMedia } from './media.ts';
import { describeApi } from './openapi.ts';
import { parsePreferences } from './preferences.ts';
import { readTable } from './read.ts';
import { callProcedure } from './rpc.ts';

export interface DataApiSettings {
  readonly database: Database;
  /** Exposed schemas, the first is the default. */
  readonly schemas: readonly string[];
  readonly maxRows: number;
  readonly catalog: () => Promise<Catalog>;
  readonly load: () => Load;
}

const tableMethods: Readonly<Record<string, (call: Call) => Promise<SimReply>>> = {
  GET: readTable,
  HEAD: readTable,
  POST: insertRows,
  PUT: putRow,
  PATCH: updateRows,
  DELETE: deleteRows,
};

/** Answers one request below `/rest/v1` as `role`. `path` starts with a slash. */
export async function answer(
  request: SimRequest,
  path: string,
  caller: { readonly role: string; readonly elevated: boolean },
  settings: DataApiSettings,
): Promise<SimReply> {
  try {
    refuseNul(request.query);
    const schema = pickSchema(request, settings.schemas);
    const catalog = await settings.catalog();
    const media = negotiateMedia(request.headers.accept);
    const timeout = timeoutOf(catalog, caller.role);
    const transaction: Call['transaction'] = (readOnly, work) =>
      settings.database.transaction(
        { role: caller.role, readOnly, searchPath: `"${schema}"`, statementTimeout: timeout },
        work,
      );
    if (path === '/') return caller.elevated ? await describeApi(catalog, schema, transaction) : rootForbidden();
    const { isProcedure, resource } = parsePath(path);
    const call: Call = {
      method: request.method,
      resource,
      schema,
      query: request.query,
      headers: request.headers,
      body: request.body,
      preferences: parsePreferences(request.headers.prefer),
      media,
      catalog,
      maxRows: settings.maxRows,
      transaction,
    };
    const overload = overloadOf(request, settings.load(), timeout);
    if (overload) throw overload;
    const handle = isProcedure ? callProcedure : tableMethods[request.method];
    if (!handle) throw unsupported(request.method);
    const reply = await handle(call);
    const profile: Record<string, string> = settings.schemas.length > 1 ? { 'content-profile': schema } : {};
    return { ...reply, headers: { ...reply.headers, ...profile } };
  } catch (error) {
    if (error instanceof ApiError) return errorReply(error.input);
    if (isPostgresError(error)) return errorReply(fromPostgres(error, caller.role));
    throw error;
  }
}

function parsePath(path: string): { readonly isProcedure: boolean; readonly resource: string } {
  const match = /^\/(rpc\/)?([^/]+)\/?$/.exec(path);
  if (match) return { isProcedure: match[1] !== undefined, resource: match[2] ?? '' };
  throw new ApiError({ status: 404, code: 'PGRST125', message: 'Invalid path specified in request URL' });
}

/** Postgres texts cannot hold NUL; names from the query string become part of a statement. */
function refuseNul(query: URLSearchParams): void {
  if (!`${query}`.includes('%00')) return;
  const message = 'invalid byte sequence for encoding "UTF8": 0x00';
  throw new ApiError({ status: 400, code: '22021', message });
}

/** Reads choose their schema with `Accept-Profile`, writes with `Content-Profile`. */
function pickSchema(request: SimRequest, schemas: readonly string[]): string {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  const wanted = request.headers[reads ? 'accept-profile' : 'content-profile'] ?? schemas[0] ?? 'public';
  if (schemas.includes(wanted)) return wanted;
  throw new ApiError({
    status: 406,
    code: 'PGRST106',
    message: `Invalid schema: ${wanted}`,
    hint: `Only the following schemas are exposed: ${schemas.join(', ')}`,
  });
}

/** Roles without an own limit have that of the login role. */
function timeoutOf({ timeouts }: Catalog, role: string): string {
  return timeouts.get(role) ?? timeouts.get('authenticator') ?? '0';
}

/** Since April 2026 the description needs an elevated key; the wording is ours. */
function rootForbidden(): SimReply {
  const hint = 'Use a secret API key to read the description of the Data API.';
  return { status: 401, body: { message: 'Access to schema is forbidden', hint } };
}

function unsupported(method: string): ApiError {
  return new ApiError({ status: 405, code: 'PGRST117', message: `Unsupported HTTP method: ${method}` });
}
