import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Contract } from '#shared/api/contract.ts';
import { FailureError } from '#shared/core/failure.ts';
import { workspaceOf } from '#shared/core/workspace.ts';
import { type ApiHandler, apiGroup } from '#shared/http/api-group.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { readPage } from '#shared/http/paging.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { keptAudit, keptLog, startApi, type TestApi, type TestCaller } from '#test/support/api.ts';

const secret = 'cs_0123456789abcdef0123456789abcdef01234567';

/** Uses the path of a real contract, so that the adapter finds its route. */
const probe = {
  name: 'probe',
  group: 'sync',
  method: 'POST',
  path: '/api/sync/{entity}',
  summary: '',
  auth: 'manager',
  params: z.strictObject({ entity: z.string() }),
  query: z.strictObject({ dry: z.enum(['yes', 'no']).optional() }),
  body: z.strictObject({ mode: z.enum(['a', 'b']), nested: z.strictObject({ list: z.array(z.int()) }).optional() }),
  responses: { 200: { description: '', schema: z.object({ tenant: z.string(), amount: z.unknown() }) } },
} as const satisfies Contract;

const log = keptLog();
const audit = keptAudit();
const use = endpoint(probe, async ({ params, body, caller }, _deps: object) => {
  if (params.entity === 'explode') throw new Error(`database said ${secret}`);
  if (params.entity === 'platform-down') {
    throw new FailureError({
      category: 'network',
      code: 'network.timeout',
      reason: 'shop.example did not answer in time.',
      fix: 'Wait.',
      retryable: true,
    });
  }
  const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`field-${index}`, 'x'.repeat(1000)]));
  const note =
    params.entity === 'large' ? { before: { text: 'x'.repeat(1000), api_key: 'abc' }, after: wide } : undefined;
  return answer(200, { tenant: caller.tenantId, amount: body.mode }, note);
});

let api: TestApi;
let handler: ApiHandler;
beforeAll(async () => {
  handler = apiGroup([use({})], log, audit);
  api = await startApi({ sync: handler });
});
afterAll(() => api.close());

const manager = { tenant: 'shop-1', role: 'manager', user: 'u-1' } as const;

describe('the HTTP layer', () => {
  it('names every fault of path, query and body with its path', async () => {
    const reply = await api.call('POST', '/api/sync/orders?dry=maybe&typo=1', {
      as: manager,
      body: { mode: 'c', nested: { list: [1, 'x'], extra: 1 }, unknown: true },
    });
    expect(reply.status).toBe(400);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    expect(reply.json).toMatchObject({ code: 'request.invalid', status: 400 });
    const paths = (reply.json.errors as { path: string }[]).map(({ path }) => path);
    expect(paths.toSorted()).toEqual(['dry', 'mode', 'nested.extra', 'nested.list[1]', 'typo', 'unknown']);
  });

  it('answers malformed, missing and hostile bodies with 400', async () => {
    const json = { 'content-type': 'application/json' };
    const send = (text: string) => api.call('POST', '/api/sync/orders', { as: manager, text, headers: json });
    expect((await send('{"mode":')).json.code).toBe('request.malformed_json');
    expect((await send('{"mode":"a","__proto__":{"x":1}}')).json.code).toBe('request.malformed_json');
    expect((await send('['.repeat(200_000))).status).toBe(400);
    expect((await send(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).status).toBe(400);
    expect((await send('')).json).toMatchObject({ code: 'request.invalid', errors: [{ path: 'body' }] });
    expect((await send('null')).status).toBe(400);
    for (const half of ['{"mode":"a","nested":{"\\ud800":1}}', '{"mode":"\\udfff"}']) {
      expect((await send(half)).json.code).toBe('request.malformed_json');
    }
    expect((await send('{"mode":"\\ud83d\\ude00"}')).json.code).toBe('request.invalid');
  });

  it('wants JSON (415) of at most one megabyte (413)', async () => {
    const form = { text: 'mode=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expect((await api.call('POST', '/api/sync/orders', { as: manager, ...form })).status).toBe(415);
    const large = { mode: 'a', filler: 'x'.repeat(1_048_577) };
    const reply = await api.call('POST', '/api/sync/orders', { as: manager, body: large });
    expect(reply).toMatchObject({ status: 413, json: { code: 'request.too_large' } });
  });

  it('checks who calls before it looks at the request', async () => {
    expect((await api.call('POST', '/api/sync/orders', { body: {} })).status).toBe(401);
    const viewer = { ...manager, role: 'viewer' } as const;
    expect((await api.call('POST', '/api/sync/orders', { as: viewer, body: {} })).status).toBe(403);
    const claims = { 'x-test-claims': JSON.stringify({ tenant_id: 'shop-1', sub: 'u', role: 'root' }) };
    expect((await api.call('POST', '/api/sync/orders', { headers: claims, body: {} })).status).toBe(403);
  });

  it('reads tenant and role under the names that a user pool of Cognito gives them', async () => {
    const of = (claims: object) => ({
      headers: { 'x-test-claims': JSON.stringify({ sub: 'u', ...claims }) },
      body: { mode: 'a' },
    });
    const pool = of({ 'custom:tenant_id': 'shop-9', 'custom:role': 'manager' });
    expect((await api.call('POST', '/api/sync/orders', pool)).json).toEqual({ tenant: 'shop-9', amount: 'a' });
    const viewer = of({ 'custom:tenant_id': 'shop-9', 'custom:role': 'viewer' });
    expect((await api.call('POST', '/api/sync/orders', viewer)).status).toBe(403);
  });

  it('takes the tenant from the token only', async () => {
    const claimed = { mode: 'a', tenant_id: 'other' };
    expect((await api.call('POST', '/api/sync/orders', { as: manager, body: claimed })).status).toBe(400);
    const reply = await api.call('POST', '/api/sync/orders', { as: manager, body: { mode: 'a' } });
    expect(reply.json).toEqual({ tenant: 'shop-1', amount: 'a' });
  });

  it('answers an unknown route with a 404 problem', async () => {
    const reply = await api.call('GET', '/api/nothing', { as: manager });
    expect(reply).toMatchObject({ status: 404, json: { code: 'route.not_found' } });
  });

  it('gives every answer a request id and forbids caching it', async () => {
    for (const entity of ['orders', 'explode', 'platform-down']) {
      const reply = await api.call('POST', `/api/sync/${entity}`, { as: manager, body: { mode: 'a' } });
      expect(reply.headers.get('x-request-id')).toMatch(/\S{8}/);
      expect(reply.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('says nothing of an unexpected error but where to find it, and logs it without secrets', async () => {
    const reply = await api.call('POST', '/api/sync/explode', { as: manager, body: { mode: 'a' } });
    expect(reply).toMatchObject({ status: 500, json: { code: 'internal.unexpected' } });
    expect(reply.text).not.toContain('database');
    const lines = log.lines.filter((line) => line.includes(String(reply.json.request_id)));
    expect(lines.some((line) => line.includes('database said'))).toBe(true);
    expect(lines.join('')).not.toContain(secret);
  });

  it('turns a failure of a platform into a problem a person can act on', async () => {
    const reply = await api.call('POST', '/api/sync/platform-down', { as: manager, body: { mode: 'a' } });
    expect(reply).toMatchObject({ status: 502, json: { code: 'network.timeout', retryable: true } });
    expect(reply.json.detail).toContain('did not answer in time');
  });
});

describe('the audit of a group', () => {
  const entriesOf = async (path: string, as: TestCaller) => {
    audit.entries.length = 0;
    await api.call('POST', path, { as, body: { mode: 'a' } });
    return audit.entries;
  };

  it('tells what failed from what was refused, under the code the caller saw', async () => {
    expect(await entriesOf('/api/sync/explode', manager)).toMatchObject([
      { outcome: 'failed', status: 500, code: 'internal.unexpected', tenant_id: 'shop-1', actor: { user: 'u-1' } },
    ]);
    expect(await entriesOf('/api/sync/platform-down', manager)).toMatchObject([
      { outcome: 'failed', status: 502, code: 'network.timeout', target: { type: 'entity', id: 'platform-down' } },
    ]);
    expect(await entriesOf('/api/sync/orders', { ...manager, role: 'viewer' })).toMatchObject([
      { outcome: 'refused', status: 403, code: 'auth.forbidden', actor: { role: 'viewer' } },
    ]);
  });

  it('keeps an entry small and free of secrets, and sends nothing of it', async () => {
    const [entry] = await entriesOf('/api/sync/large', manager);
    expect(entry?.before).toEqual({ text: `${'x'.repeat(500)}…`, api_key: '[redacted]' });
    expect(entry?.after).toEqual({ cut: expect.stringMatching(/^\d{6} characters$/) });
    const reply = await api.call('POST', '/api/sync/large', { as: manager, body: { mode: 'a' } });
    expect(reply.json).toEqual({ tenant: 'shop-1', amount: 'a' });
  });

  it('is not left out by accident', () => {
    expect(() => apiGroup([use({})], log)).toThrow('needs an audit log');
  });
});

describe('the workspace of a call', () => {
  const { body: _body, ...reading } = { ...probe, method: 'GET' as const };
  const read = endpoint(reading, async ({ caller }, _deps: object) =>
    answer(200, { tenant: caller.tenantId, amount: caller.sandbox }),
  );

  it('is not left out by accident', () => {
    expect(() => apiGroup([read({})], log)).toThrow('needs to know the active workspace');
  });

  it('is asked for once a call, and only for a caller who may and a request that is one', async () => {
    const asked: string[] = [];
    const workspaces = {
      active: async (tenantId: string) => {
        asked.push(tenantId);
        return workspaceOf(tenantId, true);
      },
    };
    const own = await startApi({ sync: apiGroup([use({})], log, { ...audit, workspaces }) });
    const call = (as: TestCaller | undefined, body: object) => own.call('POST', '/api/sync/orders', { as, body });
    await call(undefined, { mode: 'a' });
    await call({ ...manager, role: 'viewer' }, { mode: 'a' });
    await call(manager, { mode: 'c' });
    expect(asked).toEqual([]);
    expect((await call(manager, { mode: 'a' })).json.tenant).toBe('shop-1~sandbox');
    await own.close();
    expect(asked).toEqual(['shop-1']);
    expect(audit.entries.at(-1)).toMatchObject({ tenant_id: 'shop-1', sandbox: true });
  });
});

describe('lists', () => {
  const all = Array.from({ length: 250 }, (_, index) => String(index));
  const read = (query: Parameters<typeof readPage>[0], scope: readonly unknown[] = ['shop-1']) =>
    readPage(query, scope, async (limit, after) => {
      const start = after === undefined ? 0 : Number(after) + 1;
      const items = all.slice(start, start + limit);
      return start + limit < all.length ? { items, next: items.at(-1) } : { items };
    });

  it('are walked by cursor, each item once', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await read({ limit: 100, cursor });
      seen.push(...page.items);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(all);
  });

  it('know page and per_page', async () => {
    expect((await read({ page: 3, per_page: 20 })).items).toEqual(all.slice(40, 60));
    expect(await read({ page: 9, per_page: 50 })).toEqual({ items: [], next_cursor: null });
    await expect(read({ page: 41, per_page: 50 })).rejects.toThrow(ProblemError);
  });

  it('refuse a cursor that was altered or is of another list', async () => {
    const { next_cursor: cursor } = await read({ limit: 10 });
    for (const bad of ['', 'x', `${cursor}A`, cursor?.toUpperCase(), Buffer.from('9').toString('base64url')]) {
      await expect(read({ limit: 10, cursor: bad })).rejects.toThrow(ProblemError);
    }
    await expect(read({ limit: 10, cursor: cursor ?? '' }, ['shop-2'])).rejects.toThrow(ProblemError);
  });
});
