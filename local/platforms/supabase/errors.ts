import type { SimReply } from '#local/platforms/kit.ts';

export interface ApiErrorInput {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly details?: string | null;
  readonly hint?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of PostgREST that is not a success; thrown inside a transaction it also rolls back. */
export class ApiError extends Error {
  readonly input: ApiErrorInput;

  constructor(input: ApiErrorInput) {
    super(input.message);
    this.name = 'ApiError';
    this.input = input;
  }
}

/** The fields of a Postgres ErrorResponse that PostgREST passes on. */
export interface PostgresError {
  readonly code: string;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly schema?: string | undefined;
}

export function isPostgresError(error: unknown): error is PostgresError {
  return error instanceof Error && 'severity' in error && 'code' in error && typeof error.code === 'string';
}

/** `{code, message, details, hint}` in PostgREST's shape; `Proxy-Status` repeats the code for HEAD (v13 and later). */
export function errorReply(input: ApiErrorInput): SimReply {
  const challenge: Record<string, string> = input.status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  return {
    status: input.status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'proxy-status': `PostgREST; error=${input.code}`,
      ...challenge,
      ...input.headers,
    },
    body: { code: input.code, details: input.details ?? null, hint: input.hint ?? null, message: input.message },
  };
}

/** Prefixes of SQLSTATE with their HTTP status, longest match first. PostgREST 14 `Error.hs`. */
const statusBySqlState: readonly (readonly [prefix: string, status: number])[] = [
  ['23503', 409],
  ['23505', 409],
  ['25006', 405],
  ['42P01', 404],
  ['42P17', 500],
  ['42883', 404],
  ['42501', 403],
  ['53400', 500],
  ['57P01', 503],
  ['P0001', 400],
  ['08', 503],
  ['09', 500],
  ['0L', 403],
  ['0P', 403],
  ['21', 500],
  ['25', 500],
  ['28', 403],
  ['2D', 500],
  ['38', 500],
  ['39', 500],
  ['3B', 500],
  ['40', 500],
  ['53', 503],
  ['54', 500],
  ['55', 500],
  ['57', 500],
  ['58', 500],
  ['F0', 500],
  ['HV', 500],
  ['P0', 500],
  ['XX', 500],
];

/** HTTP status of a SQLSTATE; a missing right is 401 for `anon` (log in first) and 403 for everybody else. */
function statusOfSqlState(code: string, role: string): number {
  if (code === '42501' && role === 'anon') return 401;
  const custom = /^PT(\d{3})$/.exec(code);
  if (custom) return Number(custom[1]);
  return statusBySqlState.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 400;
}

/** What the API answers when Postgres refused a statement that `role` ran. */
export function fromPostgres(error: PostgresError, role: string): ApiErrorInput {
  if (error.code === 'PGRST') return fromRaisedResponse(error);
  const safeUpdate = error.code === '21000' && error.message.endsWith('requires a WHERE clause');
  return {
    status: safeUpdate ? 400 : statusOfSqlState(error.code, role),
    code: error.code,
    message: error.message,
    details: error.detail ?? null,
    hint: error.hint ?? grantHint(error, role),
  };
}

/** Hosted projects tell which GRANT is missing (docs: api/securing-your-api); the wording here is ours. */
function grantHint(error: PostgresError, role: string): string | null {
  const table = /^permission denied for (?:table|view) (.+)$/.exec(error.message)?.[1];
  if (error.code !== '42501' || table === undefined) return null;
  return `Grant the required privileges to the current role with: GRANT SELECT ON public.${table} TO ${role};`;
}

/** `raise sqlstate 'PGRST'` carries the whole answer as JSON in its message and detail. */
function fromRaisedResponse(error: PostgresError): ApiErrorInput {
  try {
    const body = JSON.parse(error.message) as { code: string; message: string; details?: string; hint?: string };
    const head = JSON.parse(error.detail ?? '{}') as { status?: number; headers?: Record<string, string> };
    return { ...body, status: head.status ?? 500, headers: head.headers ?? {} };
  } catch {
    return {
      status: 500,
      code: 'PGRST121',
      message: 'Could not parse JSON in the "RAISE SQLSTATE \'PGRST\'" error',
      details: `Invalid JSON value for MESSAGE: '${error.message}'`,
      hint: "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and optional keys: 'details', 'hint'.",
    };
  }
}
