import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enabledPlatforms } from '#shared/connections/enabled.ts';
import { createConnectors } from '#shared/connectors/registry.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createConflictRepository } from '#shared/data/conflict-repository.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createFlowRepository } from '#shared/data/flow-repository.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import type { Conflict } from '#shared/model/conflict.ts';
import { routes } from '#shared/sync/routes.ts';
import { quickBooksApp } from '#test/mapping/support.ts';
import { keptLog, startApi, type TestApi, type TestCaller } from '#test/support/api.ts';
import { connectEverything, type SyncApiSetting, syncApiSetting } from '#test/support/sync-api.ts';
import { startTable, type TestTable } from '#test/support/table.ts';
import { settingsEndpoints } from '../../functions/api/settings/endpoints.ts';
import { syncEndpoints } from '../../functions/api/sync/endpoints.ts';

let table: TestTable;
let api: TestApi;
let setting: SyncApiSetting;
beforeAll(async () => {
  table = await startTable();
  setting = syncApiSetting(table.table);
  const workspaces = createWorkspaceRepository(table.table);
  const connections = createConnectionRepository(table.table);
  const { clock } = setting;
  const group = { trail: createAuditRepository(table.table), workspaces, clock, ids: randomIds(clock) };
  const settings = settingsEndpoints({
    ...setting.deps,
    connections,
    workspaces,
    flows: createFlowRepository(table.table),
    enabled: (tenantId) => enabledPlatforms(connections, tenantId),
    connectors: createConnectors({ quickbooks: quickBooksApp }),
    platforms: [],
  });
  api = await startApi({
    sync: apiGroup(syncEndpoints(setting.deps), keptLog(), group),
    settings: apiGroup(settings, keptLog(), group),
  });
});
afterAll(async () => {
  await api.close();
  await table.stop();
});

let tenants = 0;
async function admin(): Promise<TestCaller> {
  tenants += 1;
  const as: TestCaller = { tenant: `flows-${tenants}`, role: 'admin', user: 'ann' };
  await connectEverything(table.table, as.tenant);
  return as;
}
const flowId = 'woocommerce.order-quickbooks';
const pathOf = (id: string) => `/api/flows/${id}`;
const flowOf = async (as: TestCaller, id = flowId) => {
  const { json } = await api.call('GET', '/api/flows', { as });
  return (json.items as Record<string, unknown>[]).find(({ flow_id }) => flow_id === id);
};

describe('flows', () => {
  it('[F-DIRECTION] lists every flow with how it works', async () => {
    const as = await admin();
    const { json } = await api.call('GET', '/api/flows', { as });
    expect((json.items as { flow_id: string }[]).map(({ flow_id }) => flow_id)).toEqual(routes.map(({ id }) => id));
    expect(await flowOf(as)).toMatchObject({
      entity: 'orders',
      source: { platform: 'woocommerce', entity: 'order' },
      way: 'push',
      connected: true,
      active: true,
      enabled: null,
      conflict: 'source_wins',
      delete_policy: 'local_only',
    });
  });

  it('[F-DIRECTION] a flow follows its entity, its entity what holds for all', async () => {
    const as = await admin();
    const put = (path: string, body: object) => api.call('PUT', path, { as, body });
    await put('/api/sync/direction', { all: 'pull', entities: { customers: 'push' } });
    expect(await flowOf(as)).toMatchObject({ active: false });
    expect(await flowOf(as, 'woocommerce.customer-quickbooks')).toMatchObject({ active: true });
    await put('/api/sync/direction', { source_of_truth: { orders: 'quickbooks' } });
    expect(await flowOf(as)).toMatchObject({ active: true, conflict: 'target_wins' });
    await put(pathOf(flowId), { conflict: 'merge', filter: { path: 'status', equals: 'completed' } });
    expect(await flowOf(as)).toMatchObject({
      conflict: 'merge',
      filter: { path: 'status', equals: 'completed' },
      chosen: { conflict: 'merge', delete_policy: null },
    });
    await put(pathOf(flowId), { enabled: false });
    expect(await flowOf(as)).toMatchObject({ active: false, enabled: false, conflict: 'target_wins', filter: null });
    const start = await api.call('POST', '/api/sync/orders', {
      as,
      body: { mode: 'incremental', ids: ['1'], target: 'quickbooks' },
    });
    expect(start).toMatchObject({ status: 409, json: { code: 'sync.no_route' } });
  });

  it('[F-DELETE] deleting on the target is asked for by name, and by an admin', async () => {
    const as = await admin();
    const put = (path: string, body: object, role: TestCaller['role'] = 'admin') =>
      api.call('PUT', path, { as: { ...as, role }, body });
    const policy = '/api/sync/delete-policy';
    expect(await put(policy, { all: 'delete_remote' })).toMatchObject({
      status: 409,
      json: { code: 'confirmation_required' },
    });
    expect((await put(policy, { all: 'delete_remote', confirm: 'delete_remote' }, 'manager')).status).toBe(403);
    expect((await put(policy, { entities: { orders: 'delete_remote' } })).status).toBe(409);
    expect(await put(policy, { all: 'delete_remote', delay_hours: 48, confirm: 'delete_remote' })).toMatchObject({
      status: 200,
      json: { all: 'delete_remote', delay_hours: 48, brake: 10 },
    });
    expect(await flowOf(as)).toMatchObject({ delete_policy: 'delete_remote' });
    expect((await put(pathOf(flowId), { delete_policy: 'delete_remote' })).status).toBe(409);
    await put(pathOf(flowId), { delete_policy: 'archive_remote' });
    expect(await flowOf(as)).toMatchObject({ delete_policy: 'archive_remote' });
  });

  it('[F-DIRECTION] names every fault', async () => {
    const as = await admin();
    const put = async (path: string, body: object) => {
      const { status, json } = await api.call('PUT', path, { as, body });
      return { status, paths: (json.errors as { path: string }[]).map(({ path: at }) => at) };
    };
    expect(
      await put('/api/sync/direction', {
        entities: { invoces: 'push' },
        source_of_truth: { orders: 'quickboks', nothing: 'woocommerce' },
      }),
    ).toEqual({
      status: 400,
      paths: ['entities.invoces', 'source_of_truth.nothing', 'source_of_truth.orders'],
    });
    expect(await put('/api/sync/delete-policy', { entities: { x: 'local_only' }, brake: 5 })).toEqual({
      status: 400,
      paths: ['entities.x'],
    });
    expect(await api.call('PUT', pathOf('no.such-flow'), { as, body: {} })).toMatchObject({
      status: 404,
      json: { code: 'flow.not_found', valid: routes.map(({ id }) => id) },
    });
  });
});

describe('the filter of a flow', () => {
  it('[F-INCREMENTAL] is checked against what its records have, and every fault is named at its place', async () => {
    const as = await admin();
    const faults = async (filter: object, id = flowId) => {
      const { status, json } = await api.call('PUT', pathOf(id), { as, body: { filter } });
      return status === 200
        ? 'taken'
        : Object.fromEntries((json.errors as { path: string; code: string }[]).map(({ path, code }) => [path, code]));
    };
    const spring = { path: 'placed_at', from: '2026-03-01', to: '2026-05-31' };
    expect(await faults({ all: [{ path: 'status', in: ['completed'] }, spring] })).toBe('taken');
    expect(await faults({ path: 'total', not_equals: '0.00' }, 'pos.sale-quickbooks')).toBe('taken');
    expect(
      await faults({
        any: [
          { path: 'staus', equals: 'completed' },
          { all: [] },
          { path: 'number', from: '2026-03-01' },
          { path: 'billing.email', in_path: 'settings.nothing' },
        ],
      }),
    ).toEqual({
      'filter.any[0].path': 'unknown_source_path',
      'filter.any[1].all': 'invalid',
      'filter.any[2].path': 'wrong_type',
      'filter.any[3].in_path': 'unknown_source_path',
    });
    const books = 'quickbooks.invoice-supabase';
    expect(await faults({ path: 'business_day', from: '2026-03-01' }, books)).toBe('taken');
    expect(await faults({ path: 'TotalAmt', equals: '1' }, books)).toEqual({ 'filter.path': 'unknown_source_path' });
    expect(await faults({ path: 'status', equal: 'x' })).toEqual({
      'filter.equal': 'unknown_member',
      'filter.is': 'invalid',
    });
    expect(await faults({ path: 'placed_at', from: '2026-06-01', to: '2026-05-31' })).toEqual({ filter: 'invalid' });
    expect(await faults({ path: 'placed_at', from: '31.05.2026' })).toEqual({ 'filter.from': 'invalid' });
    const deep = Array.from({ length: 30 }).reduce<object>((inner) => ({ all: [inner] }), spring);
    expect(await faults(deep)).toEqual({ filter: 'too_deep' });
  });
});

describe('conflicts', () => {
  const conflict = (as: TestCaller, id: string): Conflict => ({
    tenant_id: as.tenant,
    conflict_id: id,
    at: '2026-03-01T12:00:00.000Z',
    run_id: 'run',
    route_id: flowId,
    entity: 'orders',
    source: { connection: 'woocommerce', entity: 'order', id: '7' },
    target: { connection: 'quickbooks', entity: 'invoice', id: '70' },
    label: 'Order 7',
    strategy: 'manual',
    state: 'open',
    source_modified_at: null,
    target_modified_at: null,
    fields: [{ path: 'CustomerMemo', source: 'a', target: 'b', contested: true, winner: 'source' }],
    target_missing: false,
  });

  it('[F-CONFLICT] are listed, shown and decided once, which starts a sync of the record', async () => {
    const as = await admin();
    const { keep } = createConflictRepository(table.table);
    await keep([conflict(as, 'c1'), conflict(as, 'c2')]);
    const listed = await api.call('GET', '/api/conflicts?state=open', { as });
    expect((listed.json.items as Conflict[]).map(({ conflict_id }) => conflict_id).toSorted()).toEqual(['c1', 'c2']);
    const other = await admin();
    expect((await api.call('GET', '/api/conflicts/c1', { as: other })).status).toBe(404);
    const resolve = (id: string, body: object, caller = as) =>
      api.call('POST', `/api/conflicts/${id}/resolve`, { as: caller, body });
    expect((await resolve('c1', { keep: 'source' }, { ...as, role: 'viewer' })).status).toBe(403);
    expect((await resolve('c1', { keep: 'source' }, other)).status).toBe(404);
    expect(await resolve('c1', { keep: 'source', fields: { Memo: 'target' } })).toMatchObject({
      status: 400,
      json: { errors: [{ path: 'fields.Memo' }] },
    });
    const before = setting.sent.length;
    expect((await resolve('c1', { keep: 'source', fields: { CustomerMemo: 'target' } })).status).toBe(202);
    expect(setting.sent).toHaveLength(before + 1);
    expect(await resolve('c1', { keep: 'target' })).toMatchObject({
      status: 409,
      json: { code: 'conflict.not_open' },
    });
    // The flow is busy with the first: the decision is kept for its next sync.
    expect(await resolve('c2', { keep: 'target' })).toMatchObject({
      status: 200,
      json: { state: 'resolved', resolution: { keep: 'target', by: 'ann' } },
    });
    const open = await api.call('GET', '/api/conflicts?state=open', { as });
    expect(open.json.items).toEqual([]);
  });
});
