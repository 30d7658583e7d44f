import type { Failure } from '../../core/failure.ts';
import type { HttpReply } from '../../platform/http-client.ts';
import { applySql, keyNotSecret, projectReadOnly } from './failures.ts';

const waits = 'Nothing to do: the sync resumes by itself.';

interface Rule {
  /** Codes of PostgREST or Postgres (SQLSTATE). */
  readonly codes?: readonly string[];
  readonly statuses?: readonly number[];
  /** Only answers that are not PostgREST's: of the gateway before it. */
  readonly gateway?: true;
  readonly message?: RegExp;
  readonly failure: Pick<Failure, 'category' | 'code' | 'fix' | 'retryable'> & { readonly reason: string };
}

/** What answers mean; the first rule that fits counts. https://supabase.com/docs/guides/platform/http-status-codes */
const rules: readonly Rule[] = [
  {
    codes: ['57014'],
    failure: {
      category: 'network',
      code: 'supabase.too_slow',
      reason: 'The database took too long for this batch.',
      fix: waits,
      retryable: true,
    },
  },
  {
    statuses: [544],
    failure: {
      category: 'network',
      code: 'supabase.too_slow',
      reason: 'The project took too long for this batch.',
      fix: waits,
      retryable: true,
    },
  },
  {
    statuses: [413],
    failure: {
      category: 'validation',
      code: 'supabase.too_large',
      reason: 'The record is larger than the project takes in one call.',
      fix: 'Shorten what the shop keeps with the record (its meta data), then retry.',
      retryable: false,
    },
  },
  {
    statuses: [401],
    message: /legacy api keys are disabled/i,
    failure: {
      category: 'authentication',
      code: 'supabase.key_invalid',
      reason: 'The project has switched its legacy keys off.',
      fix: 'Create a secret key (sb_secret_…) in the project settings (API keys) and connect again with it.',
      retryable: false,
    },
  },
  { statuses: [401], codes: ['42501'], failure: keyNotSecret },
  {
    statuses: [401],
    failure: {
      category: 'authentication',
      code: 'supabase.key_invalid',
      reason: 'Supabase does not accept the key.',
      fix: 'Create a secret key in the project settings (API keys) and connect again.',
      retryable: false,
    },
  },
  {
    statuses: [402],
    failure: {
      category: 'conflict',
      code: 'supabase.quota_exceeded',
      reason: 'The Supabase organisation is restricted: its quota is used up or a bill is open.',
      fix: 'Open the billing page of the organisation in the Supabase dashboard, settle it, then test the connection.',
      retryable: false,
    },
  },
  {
    statuses: [540],
    failure: {
      category: 'conflict',
      code: 'supabase.project_paused',
      reason: 'The Supabase project is paused.',
      fix: 'Resume the project in the Supabase dashboard, then test the connection.',
      retryable: false,
    },
  },
  { codes: ['42501'], message: /row-level security/, failure: keyNotSecret },
  {
    codes: ['42501'],
    failure: {
      category: 'conflict',
      code: 'supabase.no_grant',
      reason: 'The key may not use the tables of EasySale Sync: a grant is missing.',
      fix: applySql,
      retryable: false,
    },
  },
  {
    statuses: [403],
    gateway: true,
    failure: {
      category: 'conflict',
      code: 'supabase.access_restricted',
      reason: 'The project does not let our servers in.',
      fix: 'Remove the restriction of IP addresses or the firewall rule before the project’s API, then test the connection.',
      retryable: false,
    },
  },
  { codes: ['25006'], failure: projectReadOnly },
  {
    codes: ['PGRST205', 'PGRST204', 'PGRST202', '42P01', '42703'],
    failure: {
      category: 'not_found',
      code: 'supabase.schema_missing',
      reason: 'The project lacks a table or column of EasySale Sync.',
      fix: applySql,
      retryable: false,
    },
  },
  {
    codes: ['42P10'],
    failure: {
      category: 'not_found',
      code: 'supabase.schema_missing',
      reason: 'A table of EasySale Sync has lost its key.',
      fix: applySql,
      retryable: false,
    },
  },
  {
    codes: ['PGRST106'],
    failure: {
      category: 'not_found',
      code: 'supabase.schema_missing',
      reason: 'The Data API of the project does not show schema public.',
      fix: 'Add public to the exposed schemas (project settings, Data API), then test the connection.',
      retryable: false,
    },
  },
];

/** PostgREST and gateway errors (reference section 2.6). `details` may hold row data and is never passed on. */
export function classify(reply: HttpReply): Failure {
  const error = readError(reply.text);
  const { status } = reply;
  const base = {
    platform_code: error.code ?? String(status),
    trace_id: reply.headers.get('sb-request-id') ?? undefined,
  };
  const rule = rules.find((each) => fits(each, status, error));
  if (rule) return { ...base, ...rule.failure, reason: named(rule.failure.reason, error.message) };
  const transient = ['40P01', '55P03', '40001'].includes(error.code ?? '') || status === 429 || status >= 502;
  if (transient || (error.code === undefined && status >= 500)) {
    return {
      ...base,
      category: status === 429 ? 'rate_limit' : 'network',
      code: 'supabase.unavailable',
      reason: `Supabase answered ${status}.`,
      fix: waits,
      retryable: true,
    };
  }
  return {
    ...base,
    category: error.code === '23505' || error.code === '23503' ? 'conflict' : 'validation',
    code: 'supabase.refused',
    field: /column "([^"]+)"/.exec(error.message)?.[1],
    reason: `Supabase refused the row${error.code ? ` (${error.code})` : ''}: ${error.message.slice(0, 200)}`,
    fix: 'Correct the record in the shop, or the mapping, then retry.',
    retryable: false,
  };
}

function fits({ codes, statuses, gateway, message }: Rule, status: number, error: PlatformError): boolean {
  return (
    (!codes || codes.includes(error.code ?? '')) &&
    (!statuses || statuses.includes(status)) &&
    (!gateway || error.code === undefined) &&
    (!message || message.test(error.message))
  );
}

/** Adds the table, view or column that the platform names. */
function named(reason: string, message: string): string {
  const column = /'([\w.]+)' column of '([\w.]+)'/.exec(message);
  if (column) return `${reason.slice(0, -1)}: column ${column[2]}.${column[1]}.`;
  const table = /(?:table|view|function) '?([\w.]+)'?/.exec(message) ?? /relation "([\w.]+)"/.exec(message);
  return table ? `${reason.slice(0, -1)}: ${table[1]?.replace(/^public\./, '')}.` : reason;
}

interface PlatformError {
  readonly code: string | undefined;
  readonly message: string;
}

function readError(text: string): PlatformError {
  try {
    const body = JSON.parse(text) as { code?: unknown; message?: unknown } | null;
    return {
      code: typeof body?.code === 'string' ? body.code : undefined,
      message: typeof body?.message === 'string' ? body.message : '',
    };
  } catch {
    // Gateways answer pages and plain sentences.
    return { code: undefined, message: text.slice(0, 500) };
  }
}
