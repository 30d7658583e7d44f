import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getHealth } from '#shared/api/health.ts';
import { instant } from '#shared/core/clock.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { createWebhookRepository } from '#shared/data/webhook-repository.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import type { Breaker } from '#shared/model/breaker.ts';
import type { Leg, Run } from '#shared/model/run.ts';
import { keptAudit, keptLog, startApi, type TestApi } from '#test/support/api.ts';
import { type ConnectionsSetting, startConnections } from '#test/support/connections.ts';
import { aFailure, keepFailures } from '#test/support/failures.ts';
import { integrationsEndpoints } from '../../functions/api/integrations/endpoints.ts';

const base = '/api/integrations';
const routeId = 'shop.order-quickbooks';

let setting: ConnectionsSetting;
let api: TestApi;
let tenants = 0;
let tenant = '';
beforeAll(async () => {
  setting = await startConnections();
  setting.platform.accepted.add('ck_good_key_0001');
  const endpoints = integrationsEndpoints({
    ...setting.deps,
    publicUrl: 'https://api.example.test',
    webhooks: createWebhookRepository(setting.table.table),
  });
  api = await startApi({ integrations: apiGroup(endpoints, keptLog(), keptAudit()) });
});
afterAll(async () => {
  await api.close();
  await setting.stop();
});
beforeEach(() => {
  tenants += 1;
  tenant = `shop-${tenants}`;
});

const get = async (path: string) => {
  const reply = await api.call('GET', `${base}/${path}`, { as: { tenant, role: 'viewer' } });
  expect(reply.status, reply.text).toBe(200);
  return reply.json;
};
const health = async () => getHealth.responses[200].schema.parse(await get('health'));
const ago = (hours: number) => instant(setting.clock.now() - hours * 3600_000);

async function connectShop(): Promise<void> {
  const body = {
    store_url: setting.platform.url,
    consumer_key: 'ck_good_key_0001',
    consumer_secret: 'cs_good_secret_0001',
  };
  const reply = await api.call('POST', `${base}/shop/credentials`, { as: { tenant, role: 'admin' }, body });
  expect(reply.status, reply.text).toBe(200);
}

const outage: Omit<Breaker, 'tenant_id' | 'platform'> = {
  state: 'open',
  failures: 5,
  failure: { category: 'network', code: 'network.timeout', reason: 'It was late.', fix: 'Wait.', retryable: true },
  cooldown_ms: 30_000,
  opened_at: '2026-03-01T11:00:00.000Z',
  retry_at: '2099-01-01T00:00:00.000Z',
  version: 1,
};
const open = (changes: Partial<Breaker> = {}) =>
  setting.deps.breakers.store({ tenant_id: tenant, platform: 'shop', ...outage, ...changes });

const fail = (id: string, code: string, hours: number, state: 'open' | 'acknowledged' = 'open') =>
  keepFailures(setting.table.table, [
    aFailure(tenant, id, {
      route_id: routeId,
      failure: { category: 'validation', code, reason: 'No.', fix: 'Yes.', retryable: false },
      state,
      last_failed_at: ago(hours),
    }),
  ]);

async function startRun(runId: string): Promise<Run> {
  const counts = { read: 0, created: 0, updated: 0, deleted: 0, skipped: 0, failed: 0 };
  const run: Run = {
    tenant_id: tenant,
    run_id: runId,
    entity: 'orders',
    mode: 'full',
    dry_run: false,
    filters: {},
    routes: [routeId],
    status: 'queued',
    requested_by: 'tester',
    started_at: ago(0),
  };
  const leg: Leg = {
    tenant_id: tenant,
    run_id: runId,
    route_id: routeId,
    status: 'queued',
    version: 1,
    slice: 0,
    window: 0,
    cursor: null,
    since: null,
    latest_modified: null,
    counts,
    documents: {},
    calls: {},
    pauses: 0,
  };
  await createRunRepository(setting.table.table).start(run, [leg], undefined);
  return run;
}

describe('the health of integrations', () => {
  it('is good while what is connected works, and says so when nothing is', async () => {
    expect(await health()).toMatchObject({ status: 'degraded', reasons: ['No platform is connected.'] });
    await connectShop();
    expect(await health()).toMatchObject({
      status: 'healthy',
      reasons: [],
      queue_depth: 0,
      connectors: [
        { platform: 'shop', status: 'connected', health: 'healthy', breaker: { state: 'closed' }, errors_24h: 0 },
        { platform: 'quickbooks', status: 'disconnected', health: 'healthy', last_sync_at: null },
      ],
    });
  });

  it('is bad while a breaker is open, in doubt while it tries, and names the reason', async () => {
    await connectShop();
    await open();
    expect(await health()).toMatchObject({
      status: 'unhealthy',
      reasons: [expect.stringMatching(/is down; the next try is at 2099/)],
    });
    expect(await get('shop/status')).toMatchObject({
      status: 'degraded',
      breaker: { state: 'open', opened_at: outage.opened_at, retry_at: outage.retry_at },
      failure: { code: 'network.timeout' },
    });
    await setting.deps.breakers.reset(tenant, 'shop');
    await open({ retry_at: ago(1) });
    expect(await health()).toMatchObject({ status: 'degraded', connectors: [{ breaker: { state: 'half_open' } }, {}] });
    await api.call('POST', `${base}/shop/test`, { as: { tenant, role: 'manager' } });
    expect(await health()).toMatchObject({ status: 'healthy' });
  });

  it('needs its owner when a connection must be made again, and leaves alone what is switched off', async () => {
    await connectShop();
    await setting.deps.connections.patch(tenant, 'shop', { status: 'reauth_required' });
    const { status, reasons } = await health();
    expect(status).toBe('unhealthy');
    expect(reasons).toEqual([expect.stringMatching(/must be connected again/)]);
    await setting.deps.connections.patch(tenant, 'shop', { enabled: false });
    expect(await health()).toMatchObject({ status: 'healthy' });
  });

  it('counts open errors of the last day against the side they came from', async () => {
    await connectShop();
    await fail('1', 'quickbooks.refused', 1);
    await fail('2', 'mapping.foreign_currency', 23);
    await fail('3', 'shop.unexpected_reply', 2);
    await fail('4', 'quickbooks.refused', 25);
    await fail('5', 'quickbooks.refused', 1, 'acknowledged');
    const { connectors, status, reasons } = await health();
    expect(connectors.map(({ errors_24h }) => errors_24h)).toEqual([1, 2]);
    expect({ status, reasons }).toEqual({
      status: 'degraded',
      reasons: [expect.stringMatching(/1 record did not arrive/)],
    });
    const { items } = await get('connections');
    expect(items).toMatchObject([{ errors_24h: 1 }, { errors_24h: 2 }]);
  });

  it('knows how much waits, and nothing of other tenants', async () => {
    await connectShop();
    const run = await startRun(`run-${tenant}`);
    expect(await health()).toMatchObject({ queue_depth: 1, connectors: [{ queue_depth: 1 }, { queue_depth: 1 }] });
    await createRunRepository(setting.table.table).setStatus(run, 'completed', ago(0));
    expect(await health()).toMatchObject({ queue_depth: 0 });
    await startRun(`next-${tenant}`);
    tenant = 'somebody-else';
    expect(await health()).toMatchObject({ queue_depth: 0 });
  });

  it('is for people with a token only', async () => {
    expect((await api.call('GET', `${base}/health`)).status).toBe(401);
  });
});
