import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getMetrics } from '#shared/api/insights.ts';
import { type Clock, instant } from '#shared/core/clock.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import type { Leg } from '#shared/model/run.ts';
import { abandonLeg } from '#shared/sync/abandon-leg.ts';
import { keptAudit, keptLog, startApi, type TestApi } from '#test/support/api.ts';
import { testClock } from '#test/support/clock.ts';
import { insightsOver } from '#test/support/insights.ts';
import { countersOfLegs, storedCounters } from '#test/support/metrics.ts';
import { connectTills } from '#test/support/tills.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

/** An evening in New York that is the next day in UTC. */
const evening = Date.parse('2026-11-21T03:30:00Z');
const clock: Clock & { set(ms: number): void } = (() => {
  const inner = testClock(evening);
  return { ...inner, set: (ms: number) => inner.advance(ms - inner.now()) };
})();

let world: World;
let api: TestApi;
beforeAll(async () => {
  world = await startWorld({
    shops: { shop: shopOf('tax_exclusive', 30, 2), larger: shopOf('tax_exclusive', 130, 5) },
    withoutSupabase: true,
    clock,
  });
  api = await startApi({ insights: apiGroup(insightsOver(world.table.table, clock), keptLog(), keptAudit()) });
});
afterAll(async () => {
  await api.close();
  await world.stop();
});

async function metricsOf(tenant: string, query = '') {
  const reply = await api.call('GET', `/api/sync/metrics${query}`, { as: { tenant, role: 'viewer' } });
  expect(reply.status, reply.text).toBe(200);
  return getMetrics.responses[200].schema.parse(reply.json);
}

const day = (tenant: Tenant, date: string) =>
  metricsOf(tenant.id, `?start_date=${date}&end_date=${date}`).then(({ totals }) => totals);

describe('metrics', () => {
  it('are zero, day by day, where nothing ever happened', async () => {
    const report = await metricsOf('nobody');
    expect(report).toMatchObject({ time_zone: 'UTC', start_date: '2026-10-23', end_date: '2026-11-21' });
    expect(report.time_series).toHaveLength(30);
    expect(report.totals).toMatchObject({ records: { read: 0 }, runs: { completed: 0 }, success_rate: null });
    expect(report.durations).toEqual({
      count: 0,
      mean_seconds: null,
      p50_seconds: null,
      p95_seconds: null,
      p99_seconds: null,
    });
  });

  it('say what the runs did, on the days of the store, and the parts add up to the whole', async () => {
    clock.set(evening);
    const tenant = await world.tenant('shop');
    const refusal = { Message: 'Business Validation Error', Detail: 'The books say no', code: '6000' };
    tenant.company.failNext({ entity: 'Invoice', operation: 'create', fault: refusal, times: 1 });
    const first = await world.sync(tenant, 'orders');
    const second = await world.sync(tenant, 'products');
    const legs = [...first.legs, ...second.legs];
    expect(legs.every(({ time_zone }) => time_zone === 'America/New_York')).toBe(true);
    expect(await storedCounters(world.table.table, tenant.id)).toEqual(countersOfLegs(legs));

    const report = await metricsOf(tenant.id, '?start_date=2026-11-01');
    expect(report).toMatchObject({ time_zone: 'America/New_York', end_date: '2026-11-20' });
    const sum = (of: (leg: Leg) => number) => legs.reduce((total, leg) => total + of(leg), 0);
    expect(report.totals.records.read).toBe(sum(({ counts }) => counts.read));
    expect(report.totals.records.failed).toBe(1);
    expect(report.totals.success_rate).toBeCloseTo(1 - 1 / report.totals.records.read, 4);
    expect(report.totals.runs).toEqual({ completed: 2, failed: 0, cancelled: 0 });
    expect(report.totals.documents.invoice?.created).toBe(tenant.company.list('Invoice').length);
    expect(report.durations.count).toBe(2);

    const read = (parts: readonly { records: { read: number } }[]) =>
      parts.reduce((total, { records }) => total + records.read, 0);
    const { by_entity, by_flow, by_connector, time_series } = report;
    const sources = by_connector.filter(({ role }) => role === 'source');
    for (const parts of [by_entity, by_flow, sources, time_series])
      expect(read(parts)).toBe(report.totals.records.read);
    expect(time_series.filter(({ records }) => records.read > 0).map((each) => each.day)).toEqual(['2026-11-20']);
    expect((await day(tenant, '2026-11-21')).records.read).toBe(0);

    const orders = await metricsOf(tenant.id, '?entity=orders');
    expect(orders.totals.records.read).toBe(first.legs[0]?.counts.read);
    expect(orders.by_entity.map(({ entity }) => entity)).toEqual(['orders']);
    expect((await metricsOf(tenant.id, '?connection=supabase')).totals.records.read).toBe(0);
    expect((await metricsOf('somebody-else')).totals.records.read).toBe(0);
  });

  it('count what comes out of the books on the days of the shop as well, as one calendar', async () => {
    // Half past midnight in New York; in Los Angeles, where the books are, it is the evening before, in Tokyo past noon.
    clock.set(Date.parse('2026-11-22T05:30:00Z'));
    const tenant = await world.tenant('shop');
    await connectTills(world, tenant, { time_zone: 'Asia/Tokyo' });
    const books = await createConnectionRepository(world.table.table).find(tenant.id, 'quickbooks');
    expect(books?.profile.time_zone).toBe('America/Los_Angeles');
    tenant.company.create('Vendor', { DisplayName: 'Paper Mill' });
    const { legs } = await world.sync(tenant, 'vendors', { source: 'quickbooks', target: 'pos' });
    expect(legs.map(({ time_zone, counts }) => [time_zone, counts.created])).toEqual([['America/New_York', 1]]);
    expect((await day(tenant, '2026-11-22')).records.created).toBe(1);
    expect((await day(tenant, '2026-11-21')).records.created).toBe(0);
    expect(await metricsOf(tenant.id)).toMatchObject({ time_zone: 'America/New_York', end_date: '2026-11-22' });
  });

  it('count dry runs apart: their calls, and that they took place', async () => {
    const tenant = await world.tenant('shop');
    const { legs } = await world.sync(tenant, 'orders', { dryRun: true });
    const { totals, durations, api_usage } = await metricsOf(tenant.id);
    expect(totals).toMatchObject({
      records: { read: 0, created: 0 },
      documents: {},
      runs: { completed: 0 },
      dry_runs: { completed: 1 },
    });
    expect(durations.count).toBe(0);
    const shop = api_usage.find(({ connection }) => connection === 'woocommerce');
    expect(shop?.calls.request).toBe(legs[0]?.calls['woocommerce/request']);
  });

  it('say how much of a platform was used, and how much of each limit is used now', async () => {
    const tenant = await world.tenant('shop');
    tenant.company.settings.bookCloseDate = '';
    const { legs } = await world.sync(tenant, 'orders');
    const books = (await metricsOf(tenant.id)).api_usage.find(({ connection }) => connection === 'quickbooks');
    expect(books?.calls.request).toBe(legs[0]?.calls['quickbooks/request']);
    expect(books?.days.reduce((sum, { requests }) => sum + requests, 0)).toBe(books?.calls.request);
    const minute = books?.limits.find(({ kind, limit }) => kind === 'request' && limit === 500);
    expect(minute).toMatchObject({ window_seconds: 60.5 });
    expect(minute?.used).toBeGreaterThan(0);
    clock.set(clock.now() + 61_000);
    const later = (await metricsOf(tenant.id)).api_usage.find(({ connection }) => connection === 'quickbooks');
    expect(later?.limits.map(({ used }) => used)).toEqual([0, 0, 0]);
  });

  it('tell how far a backfill is and when it will be done', async () => {
    const tenant = await world.tenant('larger');
    const run = await world.start(tenant, 'orders');
    const message = { tenant_id: tenant.id, run_id: run.run_id, route_id: run.routes[0] ?? '', slice: 0 };
    // One window, then the slice is over.
    await world.work(world.engine(), { sliceMs: -1, windowRecords: 10 })(message);
    clock.set(clock.now() + 10_000);
    const [backfill] = (await metricsOf(tenant.id)).backfills;
    expect(backfill).toMatchObject({ sync_id: run.run_id, flow: run.routes[0], status: 'running' });
    const { read = 0, total = 0, percent, eta_seconds, rate_per_second } = backfill ?? {};
    expect(read).toBeGreaterThan(0);
    expect(percent).toBe(Math.floor((100 * read) / (total ?? 0)));
    expect(rate_per_second).toBeLessThanOrEqual(read / 10);
    expect(eta_seconds).toBeGreaterThanOrEqual(((total ?? 0) - read) / (read / 10) - 1);
    await world.drain(world.work(world.engine()));
    expect((await metricsOf(tenant.id)).backfills).toEqual([]);
  });

  it('count a leg that was given up once, and pauses as they happen', async () => {
    const tenant = await world.tenant('shop');
    const run = await world.start(tenant, 'orders');
    const [route = ''] = run.routes;
    const message = { tenant_id: tenant.id, run_id: run.run_id, route_id: route, slice: 0 };
    tenant.shop.addFault({ kind: 'reply', status: 503, times: 8, path: 'orders', body: 'busy' });
    await world.work(world.engine())(message);
    const waiting = await metricsOf(tenant.id);
    expect(waiting.totals).toMatchObject({ pauses: 1, runs: { failed: 0 } });
    expect(waiting.backfills).toMatchObject([{ status: 'paused', resume_at: expect.any(String) }]);
    const { runs, announce } = world.engine();
    for (let time = 0; time < 2; time += 1) await abandonLeg({ runs, clock, announce }, tenant.id, run.run_id, route);
    expect((await metricsOf(tenant.id)).totals).toMatchObject({ pauses: 1, runs: { failed: 1 }, records: { read: 0 } });
    await world.drain(async () => undefined);
  });

  it.each([
    ['start_date=2026-11-02&end_date=2026-11-01', 'start_date'],
    ['start_date=2024-01-01&end_date=2026-01-01', 'start_date'],
    ['end_date=9999-12-31', 'end_date'],
    ['start_date=yesterday', 'start_date'],
    ['days=7', 'days'],
  ])('refuse %s and name the field', async (query, path) => {
    const reply = await api.call('GET', `/api/sync/metrics?${query}`, { as: { tenant: 'any', role: 'viewer' } });
    expect(reply).toMatchObject({ status: 400, json: { code: 'request.invalid', errors: [{ path }] } });
  });

  it('answer a bounded range for a start long ago', async () => {
    const report = await metricsOf('nobody', '?start_date=2000-01-01');
    expect(report.time_series).toHaveLength(366);
    expect(report.end_date).toBe('2000-12-31');
    expect(instant(Date.parse(report.start_date)).slice(0, 10)).toBe('2000-01-01');
  });
});
