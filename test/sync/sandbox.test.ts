import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepConnections, renewAfterMs } from '#shared/connections/keep.ts';
import { workspaceOf } from '#shared/core/workspace.ts';
import { keptLog } from '#test/support/api.ts';
import { itemsOf, type Person, person, startWorldApi, type WorldApi } from '#test/support/both-workspaces.ts';
import { type TestClock, testClock } from '#test/support/clock.ts';
import { shopOf, startWorld, type World } from '#test/support/world.ts';

/** Two shops with the same order numbers, so that nothing but the workspace tells their records apart. */
const shops = { live: shopOf('tax_exclusive', 15, 4), test: shopOf('tax_exclusive', 15, 9) };
const refusal = { Message: 'Business Validation Error', Detail: 'The books say no', code: '6000' };

let clock: TestClock;
let world: World;
let api: WorldApi;
beforeAll(async () => {
  clock = testClock();
  world = await startWorld({ shops, withoutSupabase: true, clock });
  api = await startWorldApi(world);
});
afterAll(async () => {
  await api.close();
  await world.stop();
});

const shopUrl = (name: keyof typeof shops) => world.shops[name]?.url ?? '';

/** A tenant with a company for each workspace; connected where told. */
async function aTenant(id: string, connected: { live?: boolean; sandbox?: boolean } = {}) {
  const ann = person(world, api, id);
  const companies = {
    live: world.quickbooks.addCompany({ companyName: 'Live' }),
    sandbox: world.quickbooks.addCompany({ companyName: 'Test' }),
  };
  const connect = async (shop: keyof typeof shops, company: keyof typeof companies) => {
    expect((await ann.connectShop(shopUrl(shop))).status).toBe(200);
    expect((await ann.connectBooks(companies[company])).json).toMatchObject({ connected: true });
  };
  if (connected.live) await connect('live', 'live');
  if (connected.sandbox) {
    await ann.sandboxMode(true);
    await connect('test', 'sandbox');
    await ann.sandboxMode(false);
  }
  return { id, ann, companies, sandboxId: workspaceOf(id, true).tenantId };
}

/** Everything a person sees of the syncs, failures and connections of the active workspace. */
async function seenBy(ann: Person): Promise<unknown[]> {
  const paths = ['sync/status', 'sync/failures', 'integrations/connections', 'sync/status?entity=orders'];
  return Promise.all(paths.map(async (path) => (await ann.call('GET', path)).json));
}

const marks = (text: string) => new Set([...text.matchAll(/"sandbox":(true|false)/g)].map(([, mark]) => mark));

describe('live and sandbox of one tenant', () => {
  it('share nothing: a sync of either leaves books, links, failures and watermarks of the other as they were', async () => {
    const { id, ann, companies, sandboxId } = await aTenant('both', { live: true, sandbox: true });
    companies.live.failNext({ entity: 'Customer', operation: 'create', fault: refusal, times: 1 });
    const first = await ann.sync('orders');
    expect(first.json).toMatchObject({ status: 'completed', sandbox: false });
    const live = {
      items: await itemsOf(world, id),
      books: companies.live.snapshot(),
      calls: companies.live.meters,
      seen: await seenBy(ann),
    };
    const types = live.items.map(({ type }) => type);
    expect(types).toEqual(
      expect.arrayContaining(['connection', 'run', 'leg', 'link', 'limiter', 'failure', 'history', 'metric']),
    );
    expect(live.books.entities.Invoice?.length).toBeGreaterThan(5);
    const liveKeys = new Set(live.items.map(({ pk, sk }) => `${pk} ${sk}`));

    expect((await ann.sandboxMode(true)).json).toMatchObject({ enabled: true, changed_by: 'ann' });
    expect((await ann.call('GET', 'sync/status')).json.items).toEqual([]);
    expect((await ann.call('GET', 'sync/failures')).json.items).toEqual([]);
    expect((await ann.call('GET', `sync/status/${String(first.json.sync_id)}`)).status).toBe(404);
    companies.sandbox.failNext({ entity: 'Customer', operation: 'create', fault: refusal, times: 1 });
    const tried = await ann.sync('orders');
    expect(tried.json).toMatchObject({ status: 'completed', sandbox: true });
    const failed = await ann.call('GET', 'sync/failures');
    const again = await ann.sync('orders', { mode: 'incremental' });
    expect(again.json.status).toBe('completed');
    const planned = await ann.sync('dry-run/orders');
    const plan = await ann.call('GET', `sync/status/${String(planned.json.sync_id)}/plan`);
    for (const { text } of [tried, plan, failed]) {
      expect(marks(text)).toEqual(new Set(['true']));
    }
    const health = await ann.call('GET', 'integrations/health');
    expect(health.json.sandbox).toBe(true);

    expect(await itemsOf(world, id)).toEqual(live.items);
    expect(companies.live.snapshot()).toEqual(live.books);
    expect(companies.live.meters).toEqual(live.calls);
    const sandbox = {
      items: await itemsOf(world, sandboxId),
      books: companies.sandbox.snapshot(),
      calls: companies.sandbox.meters,
      seen: await seenBy(ann),
    };
    expect(sandbox.books.entities.Invoice?.length).toBeGreaterThan(5);
    const links = sandbox.items.filter(({ type }) => type === 'link');
    for (const { journal } of links) expect(String(journal ?? sandboxId)).toContain(sandboxId);
    expect(
      links.map(({ sk, pk }) => `${pk} ${sk}`.replace(sandboxId, id)).filter((key) => liveKeys.has(key)),
    ).not.toEqual([]);

    await ann.sandboxMode(false);
    expect(await seenBy(ann)).toEqual(live.seen);
    expect(marks(JSON.stringify(live.seen))).toEqual(new Set(['false']));
    const more = await ann.sync('orders');
    expect(more.json).toMatchObject({ status: 'completed', sandbox: false });
    expect(await itemsOf(world, id)).not.toEqual(live.items);
    expect(await itemsOf(world, sandboxId)).toEqual(sandbox.items);
    expect(companies.sandbox.snapshot()).toEqual(sandbox.books);
    expect(companies.sandbox.meters).toEqual(sandbox.calls);
    await ann.sandboxMode(true);
    expect(await seenBy(ann)).toEqual(sandbox.seen);
  });

  it('take a plan and its token of their own only', async () => {
    const { ann } = await aTenant('planner', { live: true, sandbox: true });
    const planned = await ann.sync('dry-run/products');
    const offer = await ann.call('POST', 'sync/check-confirmation', { sync_id: planned.json.sync_id });
    expect(offer.status).toBe(200);
    await ann.sandboxMode(true);
    const path = `sync/confirm/${String(offer.json.token)}`;
    expect(await ann.call('POST', path, {})).toMatchObject({ status: 404, json: { code: 'confirmation.not_found' } });
    const plan = await ann.call('GET', `sync/status/${String(planned.json.sync_id)}/plan`);
    expect(plan.status).toBe(404);
    await ann.sandboxMode(false);
    expect((await ann.call('POST', path, {})).status).toBe(202);
    await world.drain(world.work(world.engine()));
  });

  it('renew their tokens one like the other', async () => {
    const { id, sandboxId } = await aTenant('kept', { live: true, sandbox: true });
    clock.advance(renewAfterMs + 1);
    const deps = world.engine().connectionDeps;
    const before = await Promise.all([id, sandboxId].map((tenant) => tokensOf(tenant)));
    const summary = await keepConnections(deps, keptLog(), () => true);
    expect(summary).toMatchObject({ failed: 0, lost: 0, complete: true });
    const after = await Promise.all([id, sandboxId].map((tenant) => tokensOf(tenant)));
    expect(new Set([...before, ...after]).size).toBe(4);
  });
});

async function tokensOf(workspaceId: string): Promise<string> {
  const { secrets, secretPrefix } = world.engine().connectionDeps;
  const name = `${secretPrefix}${workspaceId.replace('~', '=7e')}/quickbooks`;
  return (JSON.parse((await secrets.read(name)) ?? '{}') as { current: { values: { access_token: string } } }).current
    .values.access_token;
}

describe('sandbox mode', () => {
  it('is off at first, tells what it has credentials for, and refuses a sync without, in its own words', async () => {
    const { ann } = await aTenant('newcomer', { live: true });
    const none = [
      { platform: 'woocommerce', connected: false, display_name: null },
      { platform: 'quickbooks', connected: false, display_name: null },
      { platform: 'supabase', connected: false, display_name: null },
      { platform: 'pos', connected: false, display_name: null },
    ];
    const first = await ann.call('GET', 'settings/sandbox');
    expect(first.json).toEqual({ enabled: false, changed_at: null, changed_by: null, connections: none });
    expect((await ann.sandboxMode(false)).json).toEqual(first.json);
    const on = await ann.sandboxMode(true);
    expect(on.json).toMatchObject({ enabled: true, changed_by: 'ann', connections: none });
    expect((await ann.call('GET', 'settings/sandbox')).json).toEqual(on.json);
    clock.advance(1000);
    expect((await ann.sandboxMode(true)).json).toEqual(on.json);

    const refused = await ann.call('POST', 'sync/orders', { mode: 'full' });
    expect(refused).toMatchObject({
      status: 409,
      json: { code: 'connection.required', platform: 'woocommerce', sandbox: true },
    });
    expect(refused.json.detail).toMatch(/sandbox of woocommerce/);
    const test = await ann.call('POST', 'integrations/quickbooks/test', {});
    expect(test).toMatchObject({ status: 409, json: { code: 'connection.required' } });
    expect(test.json.detail).toMatch(/no sandbox credentials/);

    await ann.connectShop(shopUrl('test'));
    const { connections } = (await ann.call('GET', 'settings/sandbox')).json as { connections: object[] };
    expect(connections[0]).toMatchObject({ connected: true, display_name: expect.stringContaining('WooCommerce') });
  });

  it('takes no account that is connected live, nor live one of the sandbox, however it is written', async () => {
    const { ann, companies, sandboxId } = await aTenant('careless', { live: true });
    await ann.sandboxMode(true);
    const { connections } = (await ann.call('GET', 'settings/sandbox')).json as { connections: object[] };
    for (const url of [shopUrl('live'), `${shopUrl('live')}/`]) {
      const reply = await ann.connectShop(url);
      expect(reply).toMatchObject({ status: 409, json: { code: 'connection.same_account', category: 'conflict' } });
    }
    const exchanges = () => world.quickbooks.calls.filter(({ target }) => target.includes('/tokens/')).length;
    const before = exchanges();
    expect(before).toBeGreaterThan(0);
    const signedIn = await ann.connectBooks(companies.live);
    expect(signedIn).toMatchObject({ status: 409, json: { connected: false, code: 'connection.same_account' } });
    expect(exchanges()).toBe(before);
    expect((await ann.call('GET', 'settings/sandbox')).json.connections).toEqual(connections);
    expect(await itemsOf(world, sandboxId)).toEqual([]);

    expect((await ann.connectShop(shopUrl('test'))).status).toBe(200);
    expect((await ann.connectBooks(companies.sandbox)).status).toBe(200);
    await ann.sandboxMode(false);
    expect((await ann.connectShop(shopUrl('test'))).json.code).toBe('connection.same_account');
    expect((await ann.connectBooks(companies.sandbox)).json.code).toBe('connection.same_account');
    expect((await ann.call('POST', 'integrations/quickbooks/test', {})).json.ok).toBe(true);

    await ann.sandboxMode(true);
    await ann.call('DELETE', 'integrations/woocommerce/credentials');
    await ann.sandboxMode(false);
    expect((await ann.connectShop(shopUrl('test'))).status).toBe(200);
  });

  it('lets one of two sign-ins through that would connect both workspaces to one company at once', async () => {
    const { ann, companies } = await aTenant('hurried');
    const live = await ann.beginSignIn();
    await ann.sandboxMode(true);
    const sandbox = await ann.beginSignIn();
    const ends = await Promise.all([live, sandbox].map(({ json }) => ann.finishSignIn(json.url, companies.live)));
    expect(ends.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('is not left or entered while a sync is active there, and names the sync', async () => {
    const { ann } = await aTenant('busy', { live: true, sandbox: true });
    for (const enabled of [true, false]) {
      const { json } = await ann.call('POST', 'sync/dry-run/products', { mode: 'full' });
      const refused = await ann.sandboxMode(enabled);
      expect(refused).toMatchObject({
        status: 409,
        json: { code: 'sandbox.sync_active', sync_id: json.sync_id },
      });
      expect((await ann.call('GET', 'settings/sandbox')).json.enabled).toBe(!enabled);
      await world.drain(world.work(world.engine()));
      expect((await ann.sandboxMode(enabled)).json.enabled).toBe(enabled);
    }
  });

  it('holds a sign-in that was begun in it, also when it ends after switching back', async () => {
    const { ann, companies } = await aTenant('wanderer');
    await ann.sandboxMode(true);
    const { json } = await ann.beginSignIn();
    await ann.sandboxMode(false);
    expect((await ann.finishSignIn(json.url, companies.sandbox)).json).toMatchObject({ connected: true });
    expect((await ann.call('GET', 'audit?action=finishQuickBooksSignIn')).json.items).toMatchObject([
      { sandbox: true, outcome: 'ok', actor: { user: 'ann' } },
    ]);
    expect((await ann.call('GET', 'integrations/quickbooks/status')).json).toMatchObject({
      status: 'disconnected',
      sandbox: false,
    });
    await ann.sandboxMode(true);
    expect((await ann.call('GET', 'integrations/quickbooks/status')).json).toMatchObject({
      status: 'connected',
      sandbox: true,
    });
  });

  it('is switched by admins, for their tenant only, and its calls are marked in the one audit log', async () => {
    const { id, ann } = await aTenant('audited', { live: true });
    const bob = person(world, api, 'neighbour');
    expect((await person(world, api, id, 'manager').sandboxMode(true)).status).toBe(403);
    clock.advance(1000);
    await ann.sandboxMode(true);
    clock.advance(1000);
    await ann.connectShop(shopUrl('test'));
    clock.advance(1000);
    await ann.sandboxMode(false);
    clock.advance(1000);
    await ann.call('POST', 'sync/products', { mode: 'sideways' });
    await ann.call('POST', 'sync/dry-run/products', { mode: 'full' });
    await world.drain(world.work(world.engine()));
    expect((await bob.call('GET', 'settings/sandbox')).json.enabled).toBe(false);
    const { json } = await ann.call('GET', 'audit?limit=4');
    expect(json.items).toMatchObject([
      { action: 'startEntityDryRun', sandbox: false },
      { action: 'setSandboxMode', before: { enabled: true }, after: { enabled: false }, actor: { user: 'ann' } },
      { action: 'connectPlatform', sandbox: true, outcome: 'ok' },
      { action: 'setSandboxMode', before: { enabled: false }, after: { enabled: true }, sandbox: false },
    ]);
  });

  it('is reached by no token: a tenant id that could be a sandbox is nobody', async () => {
    const { id, ann, sandboxId } = await aTenant('victim', { sandbox: true });
    const thief = person(world, api, sandboxId);
    for (const [method, path] of [
      ['GET', 'sync/status'],
      ['GET', 'settings/sandbox'],
      ['GET', 'audit'],
      ['GET', 'integrations/connections'],
      ['POST', 'sync/orders'],
      ['DELETE', 'integrations/woocommerce/credentials'],
    ] as const) {
      const reply = await thief.call(method, path, method === 'POST' ? { mode: 'full' } : undefined);
      expect(reply, path).toMatchObject({ status: 401, json: { code: 'auth.unauthenticated' } });
    }
    const text = JSON.stringify((await ann.call('GET', 'audit?limit=100')).json);
    expect(text).not.toContain('auth.unauthenticated');
    expect((await itemsOf(world, id)).length).toBe(0);
  });
});
