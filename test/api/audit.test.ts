import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changesState, type Role } from '#shared/api/contract.ts';
import { contracts } from '#shared/api/contracts.ts';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { defaultMappings } from '#shared/mapping/documents/index.ts';
import type { AuditEntry } from '#shared/model/audit-entry.ts';
import { entityNames } from '#shared/sync/route-table.ts';
import { keptAudit, keptLog, startApi, type TestApi, type TestCaller } from '#test/support/api.ts';
import { type ConnectionsSetting, startConnections } from '#test/support/connections.ts';
import { everyGroup } from '#test/support/every-group.ts';
import { aFailure, keepFailures } from '#test/support/failures.ts';
import { keptMeter } from '#test/support/meter.ts';
import { connectEverything, syncApiSetting } from '#test/support/sync-api.ts';
import { syncEndpoints } from '../../functions/api/sync/endpoints.ts';

const key = 'ck_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa9f3a';
const keySecret = 'cs_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb1234';
const entity = entityNames()[0] ?? '';
const integrations = '/api/integrations';

type Entry = Omit<AuditEntry, 'tenant_id' | 'audit_id'> & { readonly id: string };

let setting: ConnectionsSetting;
let api: TestApi;
const log = keptLog();
const tenants: string[] = [];
beforeAll(async () => {
  setting = await startConnections();
  setting.platform.accepted.add(key);
  const { table } = setting.table;
  const trail = createAuditRepository(table);
  const { clock, deps } = setting;
  const audit = { trail, workspaces: createWorkspaceRepository(table), clock, ids: deps.ids };
  api = await startApi(
    Object.fromEntries(
      Object.entries(everyGroup(setting)).map(([group, endpoints]) => [group, apiGroup(endpoints, log, audit)]),
    ),
  );
});
afterAll(async () => {
  await api.close();
  await setting.stop();
});

const credentials = () => ({ store_url: setting.platform.url, consumer_key: key, consumer_secret: keySecret });

function aCaller(role: Role = 'admin'): TestCaller {
  const tenant = `shop-${tenants.length + 1}`;
  tenants.push(tenant);
  return { tenant, role, user: 'ann' };
}

async function entriesOf(caller: TestCaller, query = ''): Promise<Entry[]> {
  const { json } = await api.call('GET', `/api/audit?limit=100${query}`, { as: { ...caller, role: 'manager' } });
  return json.items as Entry[];
}

/** A tenant with every platform connected and one failure. */
async function aShop(): Promise<TestCaller> {
  const as = aCaller();
  await connectEverything(setting.table.table, as.tenant);
  await api.call('POST', `${integrations}/shop/credentials`, { as, body: credentials() });
  await keepFailures(setting.table.table, [aFailure(as.tenant, '1', { entity })]);
  return as;
}

const one = { mode: 'full', ids: ['1'], source: 'woocommerce' };
const startSync = (as: TestCaller, body: object = one) => api.call('POST', `/api/sync/${entity}`, { as, body });

const beginSignIn = async (as: TestCaller) => {
  const { json } = await api.call('GET', `${integrations}/quickbooks/auth-url`, { as });
  return new URL(String(json.url)).searchParams.get('state') ?? '';
};
const callback = (query: Record<string, string>) =>
  api.call('GET', `${integrations}/quickbooks/callback?${new URLSearchParams(query)}`, {
    headers: { accept: 'application/json' },
  });

const schedule = {
  name: 'Orders, every hour',
  entity,
  source: null,
  target: null,
  mode: 'incremental',
  expression: 'rate(1 hour)',
  time_zone: 'UTC',
};
const mapping = defaultMappings.get('woocommerce.customer-quickbooks.customer') ?? { id: '' };
const mappingPath = `/api/mappings/${mapping.id}`;

interface Sample {
  readonly path?: string;
  readonly body?: object;
}

/** A request that each endpoint takes; where the path and an empty body will do, none. */
const samples: Readonly<Record<string, (as: TestCaller) => Sample | Promise<Sample>>> = {
  startSync: () => ({ body: one }),
  startDryRun: () => ({ body: { mode: 'full', entity } }),
  startEntityDryRun: () => ({ body: { mode: 'full' } }),
  checkConfirmation: () => ({ body: { sync_id: 'unknown' } }),
  cancelSync: async (as) => ({ path: `/api/sync/${(await startSync(as)).json.sync_id}/cancel` }),
  resolveConflict: () => ({ body: { keep: 'source' } }),
  switchWebhooks: () => ({ body: { enabled: false } }),
  postPosEvents: () => ({ body: { events: [{}] } }),
  createSchedule: () => ({ body: schedule }),
  putSchedule: () => ({ body: schedule }),
  toggleSchedule: () => ({ body: { enabled: false } }),
  importMappings: () => ({ body: { mappings: [{ mapping_id: mapping.id, document: mapping }] } }),
  putMapping: () => ({ path: mappingPath, body: { document: mapping, expected_version: 0 } }),
  validateMapping: () => ({ path: `${mappingPath}/validate`, body: { document: mapping } }),
  previewMapping: () => ({ path: `${mappingPath}/preview`, body: { record: { data: {} } } }),
  restoreMappingVersion: () => ({ path: `${mappingPath}/versions/1/restore`, body: { expected_version: 0 } }),
  startMappingReplay: () => ({ path: `${mappingPath}/replay`, body: { document: mapping } }),
  putSyncDirection: () => ({ body: { all: 'push' } }),
  setSandboxMode: () => ({ body: { enabled: true } }),
  acknowledgeFailures: () => ({ body: { ids: ['failure-1'] } }),
  startReconciliation: () => ({ body: { start_date: '2026-03-01', end_date: '2026-03-02' } }),
  closeMonth: () => ({ path: '/api/reconciliation/months/2026-03/close', body: { report_id: 'unknown' } }),
  verifyCertificate: () => ({ body: { month: '2026-03' } }),
  getSalesReport: () => ({ path: '/api/reports/sales?start_date=2026-03-01&end_date=2026-03-02' }),
  connectPlatform: () => ({ body: credentials() }),
  testNotification: () => ({ body: { channel: 'email' } }),
  toggleConnection: () => ({ body: { enabled: false } }),
  putConnectionSettings: () => ({ body: { prefix: 'X-' } }),
  finishQuickBooksSignIn: async (as) => {
    const query = new URLSearchParams({ state: await beginSignIn(as), code: 'good-code', realmId: '9130' });
    return { path: `${integrations}/quickbooks/callback?${query}` };
  },
};

const concrete = (path: string) =>
  path
    .replace('{platform}', 'shop')
    .replace('{entity}', entity)
    .replace('{id}', 'failure-1')
    .replace('{cause}', 'cause-1')
    .replace(/\{\w+\}/, 'x');

const changing = contracts.filter(changesState);

describe('every call that changes something', () => {
  it.each(changing.map((contract) => [contract.name, contract] as const))(
    'leaves exactly one entry: %s',
    async (name, { method, path, auth }) => {
      const as = await aShop();
      const sample = (await samples[name]?.(as)) ?? {};
      const known = new Set((await entriesOf(as)).map(({ id }) => id));
      const body = method === 'GET' ? {} : { body: sample.body ?? {} };
      const from = auth === 'public' ? {} : { as };
      const reply = await api.call(method, sample.path ?? concrete(path), { ...from, ...body });
      expect(reply.status, `${name} needs a sample request here: ${reply.text}`).not.toBe(400);
      const added = (await entriesOf(as)).filter(({ id }) => !known.has(id));
      expect(added).toMatchObject([
        {
          actor: { user: 'ann', role: 'admin' },
          action: name,
          request_id: reply.headers.get('x-request-id'),
          status: reply.status,
          outcome: reply.status < 400 ? 'ok' : 'refused',
          code: reply.status < 400 ? null : reply.json.code,
        },
      ]);
    },
  );

  it.each(changing.filter(({ auth }) => auth !== 'public').map((contract) => [contract.name, contract] as const))(
    'leaves exactly one entry when the role is not enough: %s',
    async (name, { method, path }) => {
      const as = aCaller('viewer');
      const reply = await api.call(method, concrete(path), { as, ...(method === 'GET' ? {} : { body: {} }) });
      expect(reply.status).toBe(403);
      expect(await entriesOf(as)).toMatchObject([
        {
          actor: { user: 'ann', role: 'viewer' },
          action: name,
          outcome: 'refused',
          code: 'auth.forbidden',
          before: null,
          after: null,
        },
      ]);
    },
  );

  it('leaves none when it is no request, or from nobody, or only reads', async () => {
    const as = aCaller();
    expect((await startSync(as, { mode: 'sideways' })).status).toBe(400);
    expect((await api.call('POST', `${integrations}/shop/credentials`, { as, body: { typo: 1 } })).status).toBe(400);
    expect((await api.call('POST', `/api/sync/${entity}`, { body: {} })).status).toBe(401);
    await api.call('GET', '/api/sync/status', { as });
    expect(await entriesOf(as)).toEqual([]);
  });
});

describe('an entry', () => {
  it('shows what changed, before and after, by field', async () => {
    const as = await aShop();
    const put = (body: object) => api.call('PUT', `${integrations}/shop/settings`, { as, body });
    await put({ prefix: 'A-', days: 3 });
    setting.clock.advance(1000);
    await put({ prefix: 'B-' });
    const [latest] = await entriesOf(as, '&action=putConnectionSettings');
    expect(latest).toMatchObject({
      target: { type: 'connection', id: 'shop' },
      before: { prefix: 'A-', days: 3 },
      after: { prefix: 'B-' },
    });
    await api.call('POST', `${integrations}/shop/toggle`, { as, body: { enabled: false } });
    const [toggled] = await entriesOf(as, '&action=toggleConnection');
    expect(toggled).toMatchObject({ before: { enabled: true }, after: { enabled: false } });
    await api.call('DELETE', `${integrations}/shop/credentials`, { as });
    const [ended] = await entriesOf(as, '&action=disconnectPlatform');
    expect(ended).toMatchObject({ before: { status: 'connected' }, after: { status: 'disconnected' } });
  });

  it('names the sync that was started, with its parameters, and why another was not', async () => {
    const as = await aShop();
    const { json } = await startSync(as, {
      ...one,
      dry_run: true,
      ids: Array.from({ length: 40 }, (_, index) => `id-${index}`),
    });
    setting.clock.advance(1000);
    await startSync(as);
    const [refused, started] = await entriesOf(as, '&action=startSync');
    expect(started).toMatchObject({ target: { type: 'sync', id: json.sync_id }, after: { entity, mode: 'full' } });
    expect(started?.after?.ids).toEqual(expect.arrayContaining(['id-24', '… 15 more']));
    expect(refused).toMatchObject({ outcome: 'refused', status: 409, code: 'sync.already_running' });
  });

  it('tells a platform that refused, and a sign-in that was declined; an unknown sign-in is nobody’s', async () => {
    const as = aCaller();
    const wrong = { ...credentials(), consumer_key: 'ck_somebody-elses-key' };
    await api.call('POST', `${integrations}/shop/credentials`, { as, body: wrong });
    setting.clock.advance(1000);
    await callback({ state: await beginSignIn(as), error: 'access_denied' });
    await callback({ state: 'made-up', code: 'good-code' });
    expect(await entriesOf(as)).toMatchObject([
      { action: 'finishQuickBooksSignIn', outcome: 'refused', code: 'connection.declined', actor: { user: 'ann' } },
      { action: 'connectPlatform', outcome: 'refused', status: 422, target: { type: 'connection', id: 'shop' } },
    ]);
  });

  it('holds no secret, whatever was called', async () => {
    const as = await aShop();
    const state = await beginSignIn(as);
    await callback({ state, code: 'good-code', realmId: '9130' });
    const token = 'confirmation-token-0123456789';
    await api.call('POST', `/api/sync/confirm/${token}`, { as, body: {} });
    await startSync(as, { ...one, idempotency_key: `Bearer ${key}` });
    const text = JSON.stringify(await Promise.all(tenants.map((tenant) => entriesOf({ ...as, tenant }))));
    expect(text).toContain('finishQuickBooksSignIn');
    const platform = ['good-code', 'access-token-number', 'refresh-token-number', setting.platform.url];
    for (const secret of [key, keySecret, '…9f3a', state, token, ...platform]) expect(text).not.toContain(secret);
  });

  it('that cannot be stored is in the log, and the call is answered all the same', async () => {
    const broken = keptLog();
    const meter = keptMeter();
    const append = async () => {
      throw new Error('throttled');
    };
    const endpoints = syncEndpoints(syncApiSetting(setting.table.table).deps);
    const other = await startApi({ sync: apiGroup(endpoints, broken, { ...keptAudit(), trail: { append } }, meter) });
    const as = await aShop();
    const reply = await other.call('POST', `/api/sync/${entity}`, { as, body: one });
    await other.close();
    expect(reply.status).toBe(202);
    expect(meter.sum('AuditEntriesLost')).toBe(1);
    expect(meter.emitted).toContainEqual([
      { Requests: 1, RequestDuration: expect.any(Number) },
      { route: 'POST /api/sync/{entity}', status_class: '2xx' },
    ]);
    const line = broken.lines.find((text) => text.includes('audit entry not stored')) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({
      level: 'error',
      tenant_id: as.tenant,
      audit_id: expect.stringMatching(/^[0-9A-Z]{26}$/),
      action: 'startSync',
      target: { type: 'sync', id: reply.json.sync_id },
      request_id: reply.headers.get('x-request-id'),
    });
  });
});

describe('GET /api/audit', () => {
  const call = (as: TestCaller, query: string) => api.call('GET', `/api/audit?${query}`, { as });

  it('shows a tenant its own entries only, and refuses a cursor from elsewhere', async () => {
    const as = await aShop();
    await startSync(as);
    const { json } = await call(as, 'limit=1');
    expect(json.items).toHaveLength(1);
    const stranger = aCaller();
    expect((await call(stranger, 'limit=1')).json).toEqual({ items: [], next_cursor: null });
    const borrowed = await call(stranger, `limit=1&cursor=${json.next_cursor}`);
    expect(borrowed).toMatchObject({ status: 400, json: { code: 'request.invalid' } });
    const filtered = await call(as, `limit=1&action=startSync&cursor=${json.next_cursor}`);
    expect(filtered.status).toBe(400);
  });

  it('takes days, the last one whole, and instants', async () => {
    const as = await aShop();
    const today = new Date(setting.clock.now()).toISOString().slice(0, 10);
    expect((await call(as, `from=${today}&to=${today}&user=ann`)).json.items).toHaveLength(1);
    expect((await call(as, 'to=2020-01-01')).json.items).toEqual([]);
    expect((await call(as, 'from=2020-01-01T00:00:00%2B02:00&user=bob')).json.items).toEqual([]);
    expect((await call(as, 'from=1969-01-01&to=9999-12-31')).json.items).toHaveLength(1);
    expect((await call(as, 'from=2020-01-02&to=2020-01-01')).status).toBe(400);
    expect((await call(as, 'from=yesterday')).status).toBe(400);
  });
});
