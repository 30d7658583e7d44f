import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiGroup } from '#shared/http/api-group.ts';
import { causeOfDependents, type FailureRecord } from '#shared/model/failure-record.ts';
import { failureId } from '#shared/sync/failure-identity.ts';
import { routes } from '#shared/sync/routes.ts';
import { keptAudit, keptLog, startApi, type TestApi, type TestCaller } from '#test/support/api.ts';
import { aFailure, keepFailures } from '#test/support/failures.ts';
import { connectEverything, type SyncApiSetting, syncApiSetting } from '#test/support/sync-api.ts';
import { startTable, type TestTable } from '#test/support/table.ts';
import { syncEndpoints } from '../../functions/api/sync/endpoints.ts';

let table: TestTable;
let setting: SyncApiSetting;
let api: TestApi;
beforeAll(async () => {
  table = await startTable();
  setting = syncApiSetting(table.table);
  api = await startApi({ sync: apiGroup(syncEndpoints(setting.deps), keptLog(), keptAudit()) });
});
afterAll(async () => {
  await api.close();
  await table.stop();
});

const base = '/api/sync/failures';
const at = (second: number) => new Date(Date.parse('2026-03-01T00:00:00Z') + second * 1000).toISOString();
const routeOf = (name: string) => routes.find((route) => route.name === name)?.id ?? '';
let tenants = 0;

/** Three products of one cause, a customer of another, and two orders parked under the customer. */
async function newShop(): Promise<TestCaller> {
  tenants += 1;
  const tenant = `shop-${tenants}`;
  await connectEverything(table.table, tenant);
  const failure = aFailure(tenant, '0').failure;
  const product = (id: string, second: number, changes: Partial<FailureRecord> = {}) =>
    aFailure(tenant, id, { cause: 'products', last_failed_at: at(second), ...changes });
  await keepFailures(table.table, [
    product('1', 1),
    product('2', 2, { next_retry_at: at(500), failure: { ...failure, retryable: true } }),
    product('3', 3, { failure: { ...failure, reason: 'The latest.', field: 'Line[2].Amount', retryable: true } }),
    aFailure(tenant, 'ann', {
      route_id: routeOf('customers'),
      entity: 'customers',
      cause: 'customers',
      label: 'Ann',
      last_failed_at: at(10),
      attempts: 8,
      tries: [1, 2, 3].map((second) => ({ at: at(second), run_id: `run-${second}`, code: 'x' })),
      failure: { ...failure, retryable: true },
      payload: { PrivateNote: `Bearer ${'a'.repeat(30)}`, password: 'open sesame' },
    }),
  ]);
  const parked = { route_id: routeOf('orders'), entity: 'orders', parent: 'failure-ann' };
  const cause = causeOfDependents('failure-ann');
  await keepFailures(table.table, [
    aFailure(tenant, '8', { ...parked, cause, last_failed_at: at(20) }),
    aFailure(tenant, '9', { ...parked, cause, last_failed_at: at(21) }),
  ]);
  return { tenant, role: 'manager', user: 'bob' };
}

const idsIn = ({ json }: { json: Readonly<Record<string, unknown>> }) =>
  (json.items as { id: string }[]).map(({ id }) => id);

describe('causes', () => {
  it('are listed with counts, the latest reason, examples and the next retry', async () => {
    const as = await newShop();
    const { json } = await api.call('GET', `${base}/causes`, { as: { ...as, role: 'viewer' } });
    expect(json.items).toEqual([
      expect.objectContaining({
        id: causeOfDependents('failure-ann'),
        count: { open: 2, acknowledged: 0 },
        entities: ['orders'],
        parent: { id: 'failure-ann', label: 'Ann' },
        next_retry_at: null,
        example_ids: ['failure-9', 'failure-8'],
      }),
      expect.objectContaining({ id: 'customers', entities: ['customers'], parent: null }),
      {
        id: 'products',
        category: 'validation',
        code: 'quickbooks.invalid',
        platform_code: null,
        field: 'Line[2].Amount',
        reason: 'The latest.',
        fix: 'Correct it.',
        retryable: true,
        count: { open: 3, acknowledged: 0 },
        entities: ['products'],
        routes: [routeOf('products')],
        parent: null,
        first_seen_at: at(1),
        last_seen_at: at(3),
        next_retry_at: at(500),
        example_ids: ['failure-3', 'failure-2', 'failure-1'],
      },
    ]);
    const page = await api.call('GET', `${base}/causes?limit=2`, { as });
    const rest = await api.call('GET', `${base}/causes?limit=2&cursor=${page.json.next_cursor}`, { as });
    expect([...idsIn(page), ...idsIn(rest)]).toHaveLength(3);
    expect(rest.json.next_cursor).toBeNull();
  });

  it('are acknowledged as a whole, which counts and stops retries', async () => {
    const as = await newShop();
    const reply = await api.call('POST', `${base}/causes/products/acknowledge`, { as, body: {} });
    expect(reply).toMatchObject({ status: 200, json: { acknowledged: 3, more: false } });
    const { json } = await api.call('GET', `${base}/causes`, { as });
    expect(json.items).toContainEqual(
      expect.objectContaining({ id: 'products', count: { open: 0, acknowledged: 3 }, next_retry_at: null }),
    );
    const again = await api.call('POST', `${base}/causes/products/acknowledge`, { as, body: {} });
    expect(again.json).toEqual({ acknowledged: 0, more: false });
  });

  it('are tried again as a whole, with what is parked under them', async () => {
    const as = await newShop();
    const reply = await api.call('POST', `${base}/causes/customers/retry`, { as, body: {} });
    expect(reply).toMatchObject({ status: 202, json: { records: 3, more: false, busy: [] } });
    expect((reply.json.syncs as { entity: string }[]).map(({ entity }) => entity)).toEqual(['customers', 'orders']);
    const second = await api.call('POST', '/api/sync/retry', { as, body: { cause: 'customers' } });
    expect(second).toMatchObject({ status: 409, json: { code: 'sync.already_running' } });
    const [sync] = reply.json.syncs as { sync_id: string }[];
    const detail = await api.call('GET', `/api/sync/status/${sync?.sync_id}`, { as });
    expect(detail.json.retry).toEqual({ by: 'cause', cause: 'customers' });
  });

  it('nobody knows look like those of others', async () => {
    const [stranger] = [await newShop()];
    await newShop();
    for (const cause of ['unknown', causeOfDependents('failure-1')]) {
      for (const action of ['retry', 'acknowledge']) {
        const reply = await api.call('POST', `${base}/causes/${cause}/${action}`, { as: stranger, body: {} });
        expect(reply).toMatchObject({ status: 404, json: { code: 'failure.cause_not_found' } });
      }
    }
    const none = await api.call('POST', '/api/sync/retry', { as: stranger, body: { cause: 'unknown' } });
    expect(none).toMatchObject({ status: 200, json: { syncs: [], records: 0 } });
    const both = await api.call('POST', '/api/sync/retry', { as: stranger, body: { cause: 'products', ids: ['x'] } });
    expect(both.status).toBe(400);
  });
});

describe('a failure', () => {
  it('tells its attempts and why it is not tried again by itself', async () => {
    const as = await newShop();
    const { json } = await api.call('GET', `${base}/failure-ann`, { as });
    expect(json).toMatchObject({
      attempts: 8,
      max_attempts: 8,
      next_retry_at: null,
      retry_note: expect.stringContaining('tried 8 times'),
      dependents: 2,
      parked: false,
      parent: null,
      tries: [{ sync_id: 'run-3' }, { sync_id: 'run-2' }, { sync_id: 'run-1' }],
    });
    expect(json.payload).toEqual({ PrivateNote: 'Bearer [redacted]', password: '[redacted]' });
    const waiting = await api.call('GET', `${base}/failure-2`, { as });
    expect(waiting.json).toMatchObject({ next_retry_at: at(500), retry_note: null });
    const list = await api.call('GET', base, { as });
    for (const item of list.json.items as object[]) expect(item).not.toHaveProperty('payload');
  });

  it('is parked until its parent arrives, and due from then on', async () => {
    const as = await newShop();
    const parked = await api.call('GET', `${base}?parent=failure-ann`, { as });
    expect(idsIn(parked)).toEqual(['failure-9', 'failure-8']);
    expect(parked.json.items).toMatchObject([{ parked: true, next_retry_at: null, parent: 'failure-ann' }, {}]);
    await setting.deps.failures.change(as.tenant, at(99), [{ failureId: 'failure-ann' }], () => undefined);
    const released = await api.call('GET', `${base}/failure-9`, { as });
    expect(released.json).toMatchObject({ parked: false, next_retry_at: at(99), retry_note: null });
    const { json } = await api.call('GET', `${base}/causes`, { as });
    expect((json.items as object[])[0]).toMatchObject({ next_retry_at: at(99) });
  });

  it('is listed by cause, entity and state at once', async () => {
    const as = await newShop();
    const list = async (query: string) => idsIn(await api.call('GET', `${base}?${query}`, { as }));
    expect(await list('cause=products&limit=2')).toEqual(['failure-3', 'failure-2']);
    expect(await list('cause=products&entity=orders')).toEqual([]);
    expect(await list('entity=orders&state=acknowledged')).toEqual([]);
    expect(await list(`entity=orders&cause=${causeOfDependents('failure-ann')}`)).toHaveLength(2);
    expect(await list('cause=products&parent=failure-ann')).toEqual([]);
    expect(await list('entity=unicorns')).toEqual([]);
  });

  it('cannot be tried again where a platform is not connected', async () => {
    const as: TestCaller = { tenant: 'not-connected', role: 'manager' };
    await keepFailures(table.table, [aFailure(as.tenant, '1')]);
    const reply = await api.call('POST', `${base}/failure-1/retry`, { as, body: {} });
    expect(reply).toMatchObject({ status: 409, json: { code: 'connection.required', platform: expect.any(String) } });
  });

  it('is found by the record it is of', async () => {
    const as = await newShop();
    const failure_id = failureId(routeOf('products'), '77');
    await keepFailures(table.table, [aFailure(as.tenant, '77', { failure_id })]);
    const reply = await api.call('POST', '/api/sync/retry', { as, body: { record_ids: ['77', '78'] } });
    expect(reply).toMatchObject({ status: 202, json: { records: 1, syncs: [{ entity: 'products' }] } });
  });
});
