import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SupabaseSimulator, startSupabase } from '#local/platforms/supabase/index.ts';
import { signJwt } from '#local/platforms/supabase/jwt.ts';
import {
  bodyOf,
  type CaseAnswer,
  type CaseRequest,
  caseSchema,
  differences,
  loadPostgrestCases,
  type PostgrestCase,
  parseAnswer,
} from './supabase-cases.ts';

/** Cases this simulator does not answer as recorded, and why. */
const unsupported: Readonly<Record<string, string>> = {};

const recorded = loadPostgrestCases();
const cases = recorded.cases.filter(({ id }) => !(id in unsupported));
const keys = { secret: 'sb_secret_cases', publishable: 'sb_publishable_cases' };
const jwtSecret = 'the secret of the cases, 32 bytes long';
const tokens: Readonly<Record<string, string>> = {
  '{{expired_jwt}}': signJwt({ role: 'authenticated', exp: 1_600_000_000 }, jwtSecret),
  '{{wrong_jwt}}': signJwt({ role: 'service_role', exp: 4_000_000_000 }, 'another secret'),
};

describe('the Data API answers as a recorded PostgREST', () => {
  let project: SupabaseSimulator;
  let emptyAll = '';

  beforeAll(async () => {
    project = await startSupabase({
      keys,
      jwtSecret,
      schemas: ['public', 'archive'],
      schemaSql: [caseSchema(recorded)],
    });
    const [row] = await project.sql(
      "select string_agg(format('%I.%I', schemaname, tablename), ', ') as names from pg_tables where schemaname in ('public', 'archive')",
    );
    emptyAll = `truncate ${String(row?.names)} cascade`;
  }, 60_000);

  beforeEach(async () => {
    await project.sql(emptyAll);
  });

  afterAll(async () => {
    await project.close();
  });

  it.each(cases.map((recordedCase) => [recordedCase.id, recordedCase.note, recordedCase] as const))(
    '%s: %s',
    async (_id, _note, recordedCase) => {
      for (const given of recordedCase.given) expect(await send(given)).toMatchObject({ ok: true });
      const { request, then = [], expect: expected } = recordedCase;
      const answer = await send(request, recordedCase.key);
      expect(compare(expected, answer, recordedCase)).toEqual([]);
      for (const [at, look] of then.entries()) {
        const seen = await send(look);
        expect(compare(expected.then?.[at] ?? { status: 0, body: null }, seen)).toEqual([]);
      }
    },
  );

  it('leaves out no core case', () => {
    const missing = recorded.cases.filter(({ id, tier }) => tier === 'core' && id in unsupported);
    expect(missing).toEqual([]);
    expect(recorded.cases.filter(({ tier }) => tier === 'core')).toHaveLength(110);
  });

  interface Answer {
    readonly ok: boolean;
    readonly status: number;
    readonly headers: Headers;
    readonly text: string;
  }

  async function send(request: CaseRequest, key: PostgrestCase['key'] = 'secret'): Promise<Answer> {
    const headers = new Headers({ 'user-agent': 'cases/1.0', ...keyHeaders(key) });
    for (const [name, value] of Object.entries(request.headers)) {
      headers.set(
        name,
        value.replace(/\{\{\w+\}\}/, (mark) => tokens[mark] ?? mark),
      );
    }
    const param = key === 'param' ? `${request.path.includes('?') ? '&' : '?'}apikey=${keys.secret}` : '';
    const body = bodyOf(request);
    const response = await fetch(`${project.url}/rest/v1${request.path}${param}`, {
      method: request.method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    return { ok: response.ok, status: response.status, headers: response.headers, text: await response.text() };
  }

  function compare(
    expected: CaseAnswer,
    answer: Answer,
    { bodyShape }: Pick<PostgrestCase, 'bodyShape'> = {},
  ): string[] {
    const found = differences(expected.status, answer.status, 'status');
    for (const [name, value] of Object.entries(expected.headers ?? {})) {
      found.push(...differences(value, answer.headers.get(name), name));
    }
    return [...found, ...compareBody(expected.body, answer.text, bodyShape)];
  }
});

function keyHeaders(key: PostgrestCase['key']): Record<string, string> {
  if (key === 'none' || key === 'param') return {};
  if (key === 'bad') return { apikey: 'sb_secret_unknown' };
  if (key === 'bearer-only') return { authorization: `Bearer ${keys.secret}` };
  if (key === 'secret+bearer') return { apikey: keys.secret, authorization: `Bearer ${keys.secret}` };
  return { apikey: key === 'publishable' ? keys.publishable : keys.secret };
}

function compareBody(expected: unknown, text: string, shape: PostgrestCase['bodyShape']): string[] {
  if (typeof expected === 'object' && expected !== null && '#text' in expected) {
    return differences(expected['#text'], text);
  }
  const actual = text === '' ? undefined : parseAnswer(text);
  if (!shape) return differences(expected, actual);
  if (shape.length !== undefined) return differences(expected, { '#length': (actual as unknown[]).length });
  const wanted = expected as Record<string, unknown>;
  const seen = (actual ?? {}) as Record<string, unknown>;
  return Object.keys(wanted).flatMap((name) => differences(wanted[name], seen[name], `body.${name}`));
}
