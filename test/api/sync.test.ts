import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import type { FailureRecord } from '#shared/model/failure-record.ts';
import { entityNames, routesFor } from '#shared/sync/route-table.ts';
import { keptAudit, keptLog, startApi, type TestApi, type TestCaller } from '#test/support/api.ts';
import { aFailure, keepFailures } from '#test/support/failures.ts';
import { connectEverything, type SyncApiSetting, syncApiSetting } from '#test/support/sync-api.ts';
import { startTable, type TestTable } from '#test/support/table.ts';
import { syncEndpoints } from '../../functions/api/sync/endpoints.ts';

const log = keptLog();
let table: TestTable;
let setting: SyncApiSetting;
let api: TestApi;
beforeAll(async () => {
  table = await startTable();
  setting = syncApiSetting(table.table);
  api = await startApi({ sync: apiGroup(syncEndpoints(setting.deps), log, keptAudit()) });
});
afterAll(async () => {
  await api.close();
  await table.stop();
});

const entity = entityNames()[0] ?? '';
let tenants = 0;

/** A tenant with every platform connected. */
async function newShop(): Promise<TestCaller> {
  tenants += 1;
  const tenant = `shop-${tenants}`;
  await connectEverything(table.table, tenant);
  return { tenant, role: 'manager', user: 'ann' };
}

async function newFailures(
  { tenant }: TestCaller,
  count: number,
  changes: Partial<FailureRecord> = {},
): Promise<FailureRecord[]> {
  const records = Array.from({ length: count }, (_, index) => {
    const at = new Date(Date.parse('2026-03-01T00:00:00Z') + index * 1000).toISOString();
    return aFailure(tenant, String(index), { last_failed_at: at, ...changes });
  });
  await keepFailures(table.table, records);
  return records;
}

const one = { mode: 'full', ids: ['1'], source: 'woocommerce' };
const start = (as: TestCaller, body: object = one) => api.call('POST', `/api/sync/${entity}`, { as, body });

describe('starting a sync', () => {
  it('answers 202 with the queued sync, and 409 with its id while it runs', async () => {
    const as = await newShop();
    const first = await start(as);
    expect(first).toMatchObject({ status: 202, json: { status: 'queued', mode: 'full', entity } });
    expect(setting.sent.some(({ run_id }) => run_id === first.json.sync_id)).toBe(true);
    const second = await start(as);
    expect(second).toMatchObject({
      status: 409,
      json: { code: 'sync.already_running', sync_id: first.json.sync_id },
    });
  });

  it('hands the trace of its caller to the run, its messages and its log lines, and names it in the answer', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    const as = await newShop();
    const reply = await api.call('POST', `/api/sync/${entity}`, { as, headers, body: one });
    expect(reply.headers.get('x-trace-id')).toBe(traceId);
    const messages = setting.sent.filter(({ run_id }) => run_id === reply.json.sync_id);
    expect(messages.length).toBeGreaterThan(0);
    for (const { trace_id } of messages) expect(trace_id).toBe(traceId);
    const run = await setting.deps.runs.find(as.tenant, String(reply.json.sync_id));
    expect(run?.trace_id).toBe(traceId);
    expect(log.lines.filter((line) => line.includes(traceId))).toEqual([expect.stringContaining('"route":')]);
    const without = await start(await newShop());
    expect(without.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('answers the same idempotency key with the same sync', async () => {
    const as = await newShop();
    const body = { ...one, idempotency_key: 'till-7' };
    const [first, second] = [await start(as, body), await start(as, body)];
    expect([first.status, second.status]).toEqual([202, 200]);
    expect(second.json.sync_id).toBe(first.json.sync_id);
  });

  it('names the valid entities for an unknown one', async () => {
    const as = await newShop();
    const reply = await api.call('POST', '/api/sync/unicorns', { as, body: { mode: 'full' } });
    expect(reply).toMatchObject({ status: 404, json: { code: 'sync.unknown_entity', valid: entityNames() } });
    expect(reply.json.detail).toContain(entity);
  });

  it('names the platform that is missing', async () => {
    const reply = await start({ tenant: 'nobody', role: 'manager' });
    expect(reply).toMatchObject({ status: 409, json: { code: 'connection.required' } });
    expect(reply.json.platform).not.toBe('');
  });

  it('[F2] asks whose ids they are where several platforms have the entity, and nobody then', async () => {
    const as = await newShop();
    const sourcesOf = (name: string) => [...new Set(routesFor(name, {}).map(({ source }) => source.platform))];
    const several = entityNames().filter((name) => sourcesOf(name).length > 1);
    expect(several.toSorted()).toEqual(['customers', 'products', 'refunds', 'vendors']);
    const { source: _source, ...unclear } = one;
    for (const name of several) {
      const valid = sourcesOf(name);
      const ask = (path: string, body: object) => api.call('POST', path, { as, body });
      const many = { ...unclear, ids: Array.from({ length: 11 }, (_, index) => String(index)) };
      for (const refused of [
        await ask(`/api/sync/${name}`, unclear),
        await ask(`/api/sync/${name}`, many),
        await ask(`/api/sync/dry-run/${name}`, unclear),
        await ask('/api/sync/dry-run', { ...unclear, entity: name }),
      ]) {
        expect(refused).toMatchObject({
          status: 400,
          json: { code: 'request.invalid', errors: [{ path: 'source', code: 'required' }], valid },
        });
        for (const platform of valid) expect(JSON.stringify(refused.json.errors)).toContain(platform);
      }
      const told = await ask(`/api/sync/${name}`, { ...unclear, source: valid[1] });
      expect(told.status).toBe(202);
      const run = await setting.deps.runs.find(as.tenant, String(told.json.sync_id));
      expect(run?.routes).toEqual(routesFor(name, { source: valid[1] }).map(({ id }) => id));
    }
    expect((await api.call('GET', '/api/sync/status', { as })).json.items).toHaveLength(4);
  });

  it('needs not be told whose ids they are where one platform has them: by the entity, the target or what is connected', async () => {
    const as = await newShop();
    const ask = (name: string, body: object) =>
      api.call('POST', `/api/sync/${name}`, { as, body: { mode: 'full', ids: ['1'], ...body } });
    expect((await ask('orders', {})).status).toBe(202);
    expect((await ask('products', { target: 'pos' })).status).toBe(202);
    await createConnectionRepository(table.table).patch(as.tenant, 'pos', { enabled: false });
    expect((await ask('refunds', {})).status).toBe(202);
  });

  it('refuses dates that are none or the wrong way round', async () => {
    const as = await newShop();
    const range = (start: string, end: string) => ({ mode: 'full', filters: { date_range: { start, end } } });
    for (const body of [range('yesterday', '2026-01-01'), range('2026-02-01', '2026-01-01')]) {
      expect(await start(as, body)).toMatchObject({ status: 400 });
    }
  });
});

describe('a sync of more than a few records', () => {
  it('is planned instead, and the plan is found again by the same request only', async () => {
    const as = await newShop();
    const asked = await start(as, { mode: 'full' });
    expect(asked).toMatchObject({ status: 409, json: { code: 'confirmation_required' } });
    expect(asked.json).not.toHaveProperty('token');
    const planId = asked.json.plan_id;
    const plan = await api.call('GET', `/api/sync/status/${planId}`, { as });
    expect(plan.json).toMatchObject({ dry_run: true, entity, status: 'queued' });
    expect((await start(as, { mode: 'full' })).json.plan_id).toBe(planId);
    const other = await start(as, { mode: 'incremental' });
    expect(other).toMatchObject({ status: 409, json: { code: 'sync.already_running', sync_id: planId } });
    const many = await start(as, { ...one, ids: Array.from({ length: 11 }, (_, index) => String(index)) });
    expect(many.json.code).toBe('sync.already_running');
  });
});

describe('an undo', () => {
  it('is of a sync that is there, wrote, and is over', async () => {
    const [as, stranger] = [await newShop(), await newShop()];
    const { json } = await start(as);
    const undo = (id: unknown, caller = as) =>
      api.call('POST', `/api/sync/${id}/undo`, { as: caller, body: { dry_run: true } });
    expect(await undo(json.sync_id)).toMatchObject({ status: 409, json: { code: 'sync.not_final' } });
    expect(await undo(json.sync_id, stranger)).toMatchObject({ status: 404, json: { code: 'sync.not_found' } });
    expect((await undo('missing')).status).toBe(404);
  });
});

describe('looking at syncs', () => {
  it('shows progress, legs and errors of one', async () => {
    const as = await newShop();
    const { json } = await start(as);
    setting.clock.advance(10_000);
    const reply = await api.call('GET', `/api/sync/status/${json.sync_id}`, { as: { ...as, role: 'viewer' } });
    expect(reply).toMatchObject({
      status: 200,
      json: { sync_id: json.sync_id, progress: { counts: { read: 0 }, percent: null, eta_seconds: null }, errors: [] },
    });
    expect((reply.json.legs as unknown[]).length).toBeGreaterThan(0);
  });

  it('lists newest first, by cursor and by page, with filters', async () => {
    const as = await newShop();
    const ids: unknown[] = [];
    for (const name of entityNames().slice(0, 3)) {
      setting.clock.advance(1000);
      ids.unshift((await api.call('POST', `/api/sync/${name}`, { as, body: one })).json.sync_id);
    }
    const idsOf = (reply: { json: Readonly<Record<string, unknown>> }) =>
      (reply.json.items as { sync_id: string }[]).map(({ sync_id }) => sync_id);
    const first = await api.call('GET', '/api/sync/status?limit=2', { as });
    const rest = await api.call('GET', `/api/sync/status?limit=2&cursor=${first.json.next_cursor}`, { as });
    expect([...idsOf(first), ...idsOf(rest)]).toEqual(ids);
    expect(idsOf(await api.call('GET', '/api/sync/status?page=2&per_page=2', { as }))).toEqual(idsOf(rest));
    expect(idsOf(await api.call('GET', `/api/sync/status?entity=${entity}&status=queued`, { as }))).toEqual(
      ids.slice(-1),
    );
    expect((await api.call('GET', '/api/sync/status?status=lost&limit=0', { as })).json.errors).toHaveLength(2);
    expect((await api.call('GET', '/api/sync/status?cursor=forged', { as })).status).toBe(400);
  });

  it("makes another tenant's sync look exactly like a missing one", async () => {
    const [owner, stranger] = [await newShop(), await newShop()];
    const { json } = await start(owner);
    const look = async (method: string, path: string) => {
      const { status, json: problem } = await api.call(method, path, { as: stranger });
      return { status, code: problem.code, detail: problem.detail };
    };
    const own = String(json.sync_id);
    for (const [method, path] of [
      ['GET', '/api/sync/status/ID'],
      ['POST', '/api/sync/ID/cancel'],
    ] as const) {
      const foreign = await look(method, path.replace('ID', own));
      const missing = await look(method, path.replace('ID', 'missing'));
      expect(foreign).toEqual({ ...missing, detail: String(missing.detail).replace('missing', own) });
      expect(foreign.status).toBe(404);
    }
  });

  it('cancels a sync', async () => {
    const as = await newShop();
    const { json } = await start(as);
    const reply = await api.call('POST', `/api/sync/${json.sync_id}/cancel`, { as });
    expect(reply).toMatchObject({ status: 200, json: { cancel_requested: true } });
  });
});

describe('failures', () => {
  it('are listed, shown and acknowledged by name, never across tenants', async () => {
    const [as, stranger] = [await newShop(), await newShop()];
    await newFailures(as, 3);
    const list = await api.call('GET', `/api/sync/failures?state=open&entity=${entity}`, { as });
    expect((list.json.items as { id: string }[]).map(({ id }) => id)).toEqual(['failure-2', 'failure-1', 'failure-0']);
    expect((await api.call('GET', '/api/sync/failures/failure-1', { as })).json).toMatchObject({
      id: 'failure-1',
      failure: { fix: 'Correct it.' },
    });
    for (const [method, action] of [
      ['GET', ''],
      ['POST', '/acknowledge'],
      ['POST', '/retry'],
    ] as const) {
      const reply = await api.call(method, `/api/sync/failures/failure-1${action}`, { as: stranger });
      expect(reply).toMatchObject({ status: 404, json: { code: 'failure.not_found' } });
    }
    const marked = await api.call('POST', '/api/sync/failures/failure-1/acknowledge', { as });
    expect(marked.json).toMatchObject({ state: 'acknowledged', acknowledged_by: 'ann' });
  });

  it('are acknowledged in bulk, by ids or by entity', async () => {
    const as = await newShop();
    await newFailures(as, 5);
    const mark = (body: object) => api.call('POST', '/api/sync/failures/acknowledge', { as, body });
    expect((await mark({ ids: ['failure-0', 'gone'] })).json).toEqual({
      acknowledged: 1,
      not_found: ['gone'],
      more: false,
    });
    expect((await mark({ entity })).json).toMatchObject({ acknowledged: 4, more: false });
    expect((await mark({})).status).toBe(400);
    expect((await mark({ entity, ids: ['failure-0'] })).status).toBe(400);
  });

  it('are tried again, once per flow at a time', async () => {
    const as = await newShop();
    const none = await api.call('POST', '/api/sync/retry', { as, body: {} });
    expect(none).toMatchObject({ status: 200, json: { syncs: [], records: 0 } });
    await newFailures(as, 2);
    const reply = await api.call('POST', '/api/sync/failures/failure-0/retry', { as });
    expect(reply).toMatchObject({ status: 202, json: { status: 'queued' } });
    const again = await api.call('POST', '/api/sync/retry', { as, body: { ids: ['failure-1'] } });
    expect(again).toMatchObject({ status: 409, json: { sync_id: reply.json.sync_id } });
  });
});
