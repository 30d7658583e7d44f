import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { contracts } from '#shared/api/contracts.ts';
import { randomIds } from '#shared/core/ids.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { entityNames } from '#shared/sync/route-table.ts';
import { alwaysLive, keptLog, startApi, type TestApi, type TestCaller } from '#test/support/api.ts';
import { connectEverything, type SyncApiSetting, syncApiSetting } from '#test/support/sync-api.ts';
import { startTable, type TestTable } from '#test/support/table.ts';
import {
  createClient,
  listAll,
  type Page,
  type PlannedChange,
  type StartedSync,
  type Sync,
  type SyncClient,
  SyncProblem,
} from '../../client/src/index.ts';
import { metaEndpoints } from '../../functions/api/meta/endpoints.ts';
import { syncEndpoints } from '../../functions/api/sync/endpoints.ts';

let table: TestTable;
let setting: SyncApiSetting;
let api: TestApi;
beforeAll(async () => {
  table = await startTable();
  setting = syncApiSetting(table.table);
  const log = keptLog();
  const { clock } = setting;
  const audit = { trail: { append: async () => undefined }, clock, ids: randomIds(clock), workspaces: alwaysLive };
  api = await startApi({
    sync: apiGroup(syncEndpoints(setting.deps), log, audit),
    meta: apiGroup(metaEndpoints(), log),
  });
});
afterAll(async () => {
  await api.close();
  await table.stop();
});

/** In place of the gateway: what it would read from the token. */
const verified =
  (caller: TestCaller): typeof fetch =>
  (url, request) => {
    const headers = new Headers(request?.headers);
    expect(headers.get('authorization')).toBe(`Bearer token of ${caller.tenant}`);
    const claims = { tenant_id: caller.tenant, sub: 'ann', role: caller.role };
    headers.set('x-test-claims', JSON.stringify(claims));
    return fetch(url, { ...request, headers });
  };

const clientOf = (caller: TestCaller): SyncClient =>
  createClient({ baseUrl: `${api.url}/`, token: async () => `token of ${caller.tenant}`, fetch: verified(caller) });

let tenants = 0;

/** A client of a tenant with every platform connected. */
async function newShop(): Promise<SyncClient> {
  tenants += 1;
  const caller = { tenant: `shop-${tenants}`, role: 'manager' } as const;
  await connectEverything(table.table, caller.tenant);
  return clientOf(caller);
}

const entity = entityNames()[0] ?? '';
const one = { mode: 'full', ids: ['1'], source: 'woocommerce' } as const;
const problemOf = (call: Promise<unknown>): Promise<SyncProblem> =>
  call.then(
    () => expect.fail('the call succeeded'),
    (error: unknown) => (error instanceof SyncProblem ? error : expect.fail(String(error))),
  );

describe('the client', () => {
  it('has a method for every contract and no other', () => {
    const names = contracts.map(({ name }) => name);
    expect(Object.keys(clientOf({ tenant: 'any', role: 'viewer' })).toSorted()).toEqual(names.toSorted());
  });

  it('sends path, query and body, and gives the typed answer', async () => {
    const client = await newShop();
    const started = await client.startSync({ entity, body: { ...one, target: undefined } });
    expectTypeOf(started).toEqualTypeOf<StartedSync>();
    expect(started).toMatchObject({ status: 'queued', mode: 'full', entity });
    const { progress, ids } = await client.getSync({ sync_id: started.sync_id });
    expect([progress.counts.read, ids]).toEqual([0, ['1']]);
    const listed = await client.listSyncs({ limit: 9, status: 'queued', entity: undefined });
    expectTypeOf(listed).toEqualTypeOf<Page<Sync>>();
    expect(listed).toMatchObject({ items: [{ sync_id: started.sync_id }], next_cursor: null });
    expect((await client.listSyncs({ status: 'failed' })).items).toEqual([]);
    expect((await client.cancelSync({ sync_id: started.sync_id })).cancel_requested).toBe(true);
  });

  it('refuses calls of the wrong shape when they are compiled', () => {
    type Calls = Parameters<SyncClient['startSync']>[0];
    expectTypeOf<{ entity: string; body: { mode: 'full' } }>().toExtend<Calls>();
    expectTypeOf<{ entity: string; body: { mode: 'sideways' } }>().not.toExtend<Calls>();
    expectTypeOf<{ body: { mode: 'full' } }>().not.toExtend<Calls>();
    expectTypeOf<{ limit: string }>().not.toExtend<NonNullable<Parameters<SyncClient['listSyncs']>[0]>>();
    expectTypeOf<Parameters<SyncClient['getOpenApi']>[0]>().toEqualTypeOf<
      Readonly<Record<string, never>> | undefined
    >();
  });

  it('asks for no token where none is needed', async () => {
    const token = () => expect.fail('asked for a token');
    expect((await createClient({ baseUrl: api.url, token }).getOpenApi()).openapi).toBe('3.1.0');
  });

  it('keeps a path parameter within its segment', async () => {
    const client = await newShop();
    for (const sync_id of ['a?limit=1', 'a#b', '%2e%2e', 'ä b']) {
      expect(await problemOf(client.getSync({ sync_id }))).toMatchObject({ code: 'sync.not_found' });
    }
    expect(await problemOf(client.getSync({ sync_id: '../failures' }))).toMatchObject({ status: 404 });
    for (const sync_id of ['', '.', '..']) await expect(client.getSync({ sync_id })).rejects.toThrow(TypeError);
  });
});

describe('a problem', () => {
  it('carries status, code, detail, request id and the members of its code', async () => {
    const client = await newShop();
    const { sync_id } = await client.startSync({ entity, body: one });
    const problem = await problemOf(client.startSync({ entity, body: one }));
    expect(problem).toMatchObject({ status: 409, code: 'sync.already_running', errors: [], members: { sync_id } });
    expect(problem.requestId).toMatch(/\S/);
    expect(problem.message).toBe(problem.detail);
  });

  it('names every faulty field at once', async () => {
    const client = await newShop();
    const body = { mode: 'sideways', x: 1 } as unknown as { mode: 'full' };
    const problem = await problemOf(client.startSync({ entity, body }));
    expect(problem).toMatchObject({ status: 400, code: 'request.invalid' });
    expect(problem.errors.map(({ path }) => path)).toEqual(['mode', 'x']);
  });

  it('tells of a role that is too low', async () => {
    const client = clientOf({ tenant: 'reader', role: 'viewer' });
    const problem = await problemOf(client.startSync({ entity, body: one }));
    expect(problem).toMatchObject({ status: 403, code: 'auth.forbidden' });
  });

  it.each([
    ['a refusal of the gateway', 401, '{"message":"Unauthorized"}', 'auth.unauthenticated', 'Unauthorized'],
    ['a page of a proxy', 502, '<html>', 'client.unexpected_answer', /502/],
    ['a page in place of an answer', 200, '<html>', 'client.unexpected_answer', /200/],
    ['an empty refusal', 503, '', 'client.unexpected_answer', /503/],
  ])('is made of %s', async (_case, status, text, code, detail) => {
    const answer: typeof fetch = async () => new Response(text, { status });
    const client = createClient({ baseUrl: '', token: () => 't', fetch: answer });
    const problem = await problemOf(client.listConnections());
    expect(problem).toMatchObject({ status, code, detail: expect.stringMatching(detail), errors: [] });
    expect(problem.requestId).toBeUndefined();
  });

  it('is also what nobody answers', async () => {
    const client = createClient({ baseUrl: 'http://127.0.0.1:9', token: () => 't' });
    const problem = await problemOf(client.listSyncs());
    expect(problem).toMatchObject({ status: 0, code: 'client.unreachable', cause: expect.any(Error) });
  });

  it('is none when the caller ends the call: the reason comes back', async () => {
    const client = await newShop();
    const reason = new Error('the page was left');
    await expect(client.listSyncs({}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('listAll', () => {
  it('walks every page and asks for no more than is taken', async () => {
    const client = await newShop();
    const started: string[] = [];
    for (const name of entityNames().slice(0, 3)) {
      setting.clock.advance(1000);
      started.unshift((await client.startSync({ entity: name, body: one })).sync_id);
    }
    let pages = 0;
    const counted: SyncClient['listSyncs'] = (input, options) => {
      pages += 1;
      return client.listSyncs(input, options);
    };
    const found: string[] = [];
    for await (const { sync_id } of listAll(counted, { limit: 1 })) found.push(sync_id);
    expect([found, found.length]).toEqual([started, 3]);
    const all = pages;
    for await (const sync of listAll(counted, { limit: 1 })) {
      expect(sync.sync_id).toBe(started[0]);
      break;
    }
    expect(pages - all).toBe(1);
  });

  it('takes any list and its filters', () => {
    const client = clientOf({ tenant: 'any', role: 'viewer' });
    const changes = listAll(client.getPlan, { sync_id: 'x', action: 'create' });
    expectTypeOf(changes).toEqualTypeOf<AsyncGenerator<PlannedChange, void, undefined>>();
    // @ts-expect-error a plan is one of a sync
    void listAll(client.getPlan, {});
    // @ts-expect-error no sync has this status
    void listAll(client.listSyncs, { status: 'lost' });
    // @ts-expect-error connections are no pages
    void listAll(client.listConnections, {});
    // @ts-expect-error the position is its own affair
    void listAll(client.listSyncs, { cursor: 'x' });
  });

  it('passes on the problem of a page', async () => {
    const client = await newShop();
    const problem = await problemOf(listAll(client.listSyncs, { limit: 0 }).next());
    expect(problem).toMatchObject({ code: 'request.invalid', errors: [{ path: 'limit' }] });
  });
});
