import { readFileSync } from 'node:fs';

export interface CaseRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** Sent byte for byte; `{{bulk1500}}` stands for 1500 log rows. */
  readonly raw?: string;
  /** `n` copies of a row, `{{i}}` replaced by its number. */
  readonly repeat?: { readonly n: number; readonly row: Readonly<Record<string, unknown>> };
}

export interface CaseAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** One recorded exchange with a real PostgREST; the fixture's `how` explains the fields. */
export interface PostgrestCase {
  readonly id: string;
  readonly tier: 'core' | 'extended';
  readonly note: string;
  readonly key?: 'none' | 'bad' | 'bearer-only' | 'secret+bearer' | 'param' | 'publishable' | 'secret';
  readonly given: readonly CaseRequest[];
  readonly request: CaseRequest;
  readonly then?: readonly CaseRequest[];
  readonly bodyShape?: { readonly length?: number };
  readonly expect: CaseAnswer & { readonly then?: readonly CaseAnswer[] };
}

export interface PostgrestCases {
  readonly schema_sql: string;
  readonly cases: readonly PostgrestCase[];
}

const fixture = new URL('../fixtures/supabase/postgrest-cases.json', import.meta.url);

export function loadPostgrestCases(): PostgrestCases {
  return JSON.parse(readFileSync(fixture, 'utf8')) as PostgrestCases;
}

/** The tables and functions of the cases; the roles before them exist in every project. */
export function caseSchema({ schema_sql: sql }: PostgrestCases): string {
  return sql.slice(sql.indexOf('-- Warehouse tables used by the cases'));
}

export function bodyOf(request: CaseRequest): string | undefined {
  if (request.raw === '{{bulk1500}}') return JSON.stringify(copies(1500, { tenant_id: 't1', message: 'm{{i}}' }));
  if (request.raw !== undefined) return request.raw;
  if (request.repeat) return JSON.stringify(copies(request.repeat.n, request.repeat.row));
  return request.json === undefined ? undefined : JSON.stringify(request.json);
}

function copies(count: number, row: Readonly<Record<string, unknown>>): unknown[] {
  const template = JSON.stringify(row);
  return Array.from({ length: count }, (_, at) => JSON.parse(template.replaceAll('{{i}}', String(at))) as unknown);
}

type SourceReviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: SourceReviver) => unknown;

/** Parses an answer with every number as `#num:<its digits>`, so that texts and numbers stay apart. */
export function parseAnswer(text: string): unknown {
  return parseWithSource(text, (_key, value, { source }) => (typeof value === 'number' ? `#num:${source}` : value));
}

/**
 * What of a parsed `actual` differs from a recorded value, as a list of places. Marks in the recording: `<any>`,
 * `<re:...>`, `<none>`, and `#num:` for a number with more digits than a double keeps.
 */
export function differences(expected: unknown, actual: unknown, at = 'body'): string[] {
  if (expected === '<any>') return [];
  if (isObject(expected) && isObject(actual) && Array.isArray(expected) === Array.isArray(actual)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...names].flatMap((name) => differences(expected[name], actual[name], `${at}.${name}`));
  }
  return sameScalar(expected, actual)
    ? []
    : [`${at}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object';
}

/** A recorded 10.5 equals the column's 10.5000. */
function sameScalar(expected: unknown, actual: unknown): boolean {
  if (expected === '<none>') return actual === undefined;
  if (typeof expected === 'number' && typeof actual === 'string') {
    return actual.startsWith('#num:') && Number(actual.slice('#num:'.length)) === expected;
  }
  const pattern = typeof expected === 'string' ? /^<re:(.*)>$/s.exec(expected)?.[1] : undefined;
  if (pattern !== undefined) return typeof actual === 'string' && new RegExp(pattern, 's').test(actual);
  return expected === actual;
}
