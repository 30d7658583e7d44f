import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { keepSchedules } from '#shared/schedules/keep.ts';
import { keptAudit, keptLog, startApi, type TestApi, type TestCaller } from '#test/support/api.ts';
import { type SchedulesSetting, startSchedules } from '#test/support/schedules.ts';
import { schedulesEndpoints } from '../../functions/api/schedules/endpoints.ts';

let setting: SchedulesSetting;
let api: TestApi;
const audit = keptAudit();
/** The timer answers to nobody while it is down. */
let timerIsDown = false;
beforeAll(async () => {
  setting = await startSchedules('2026-11-22T12:00:30.000Z');
  const { timer } = setting.living;
  const refused = async () => {
    throw new Error('throttled');
  };
  const flaky: typeof timer = {
    create: (entry) => (timerIsDown ? refused() : timer.create(entry)),
    delete: (ref) => (timerIsDown ? refused() : timer.delete(ref)),
  };
  const { connections: _connections, ...living } = setting.living;
  const endpoints = schedulesEndpoints({
    ...living,
    connections: createConnectionRepository(setting.table.table),
    timer: flaky,
  });
  api = await startApi({ schedules: apiGroup(endpoints, keptLog(), audit) });
});
afterAll(async () => {
  await api.close();
  await setting.stop();
});

let tenant: string;
let ann: TestCaller;
beforeEach(async () => {
  tenant = await setting.tenant();
  ann = { tenant, role: 'admin', user: 'ann' };
});

const path = '/api/schedules';
const wanted = {
  name: 'Orders',
  entity: 'orders',
  mode: 'incremental',
  expression: '0 * * * *',
  time_zone: 'Europe/Berlin',
};
const create = (change: object = {}, as = ann) => api.call('POST', path, { as, body: { ...wanted, ...change } });
const faultsOf = ({ json }: { json: Readonly<Record<string, unknown>> }) =>
  (json.errors as { path: string; message: string }[]).map((fault) => `${fault.path}: ${fault.message}`);
const named = (names: unknown) => (names as { name: string }[]).map(({ name }) => name);

describe('schedules', () => {
  it('[E4] are made, shown with their next times in words, changed, switched and deleted, each in the audit log', async () => {
    audit.entries.length = 0;
    const made = await create({ overlap: 'queue', source: 'woocommerce' });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      expression: 'cron(0 * * * ? *)',
      in_words: 'Every hour, by the clocks of Europe/Berlin',
      created_by: 'ann',
      enabled: true,
      pending: false,
      next_run_at: '2026-11-22T13:00:00.000Z',
      last_run: null,
      sandbox: false,
    });
    expect((made.json.next_runs as unknown[]).slice(0, 2)).toEqual([
      {
        at: '2026-11-22T13:00:00.000Z',
        local: '2026-11-22T14:00:00+01:00',
        in_words: 'Sunday 22 November 2026, 14:00',
      },
      {
        at: '2026-11-22T14:00:00.000Z',
        local: '2026-11-22T15:00:00+01:00',
        in_words: 'Sunday 22 November 2026, 15:00',
      },
    ]);
    const own = `${path}/${String(made.json.schedule_id)}`;
    const put = await api.call('PUT', own, { as: ann, body: { ...wanted, name: 'Daily', expression: '30 3 * * *' } });
    expect(put.json).toMatchObject({
      name: 'Daily',
      overlap: 'skip',
      source: null,
      in_words: 'At 03:30 every day, by the clocks of Europe/Berlin',
      next_run_at: '2026-11-23T02:30:00.000Z',
    });
    const manager: TestCaller = { tenant, role: 'manager', user: 'bob' };
    const off = await api.call('POST', `${own}/toggle`, { as: manager, body: { enabled: false } });
    expect(off.json).toMatchObject({ enabled: false, next_run_at: null, next_runs: [], updated_by: 'bob' });
    const none = await api.call('GET', `${own}/next-runs`, { as: ann });
    expect(none.json).toEqual({ items: [] });
    await api.call('POST', `${own}/toggle`, { as: ann, body: { enabled: true } });
    const three = await api.call('GET', `${own}/next-runs?count=3`, { as: ann });
    expect((three.json.items as unknown[]).length).toBe(3);
    expect(named((await api.call('GET', path, { as: ann })).json.items)).toEqual(['Daily']);
    expect((await api.call('DELETE', own, { as: ann })).status).toBe(200);
    for (const [method, target, body] of [
      ['GET', own],
      ['GET', `${own}/next-runs`],
      ['PUT', own, wanted],
      ['DELETE', own],
      ['POST', `${own}/toggle`, { enabled: true }],
    ] as const) {
      const gone = await api.call(method, target, { as: ann, ...(body ? { body } : {}) });
      expect([method, gone.status, gone.json.code]).toEqual([method, 404, 'schedule.not_found']);
    }
    expect((await api.call('GET', path, { as: ann })).json.items).toEqual([]);
    expect(setting.entries()).toEqual([]);
    const done = audit.entries.filter(({ outcome }) => outcome === 'ok');
    expect(done.map(({ action, actor }) => `${actor.user} ${action}`)).toEqual([
      'ann createSchedule',
      'ann putSchedule',
      'bob toggleSchedule',
      'ann toggleSchedule',
      'ann deleteSchedule',
    ]);
    expect(done[1]).toMatchObject({
      target: { type: 'schedule', id: made.json.schedule_id },
      before: { expression: 'cron(0 * * * ? *)', name: 'Orders' },
      after: { expression: 'cron(30 3 * * ? *)', name: 'Daily' },
    });
  });

  it('[E4] are another tenant’s as if there were none', async () => {
    const made = await create();
    const stranger: TestCaller = { tenant: await setting.tenant(), role: 'admin' };
    const own = `${path}/${String(made.json.schedule_id)}`;
    expect((await api.call('GET', own, { as: stranger })).status).toBe(404);
    expect((await api.call('DELETE', own, { as: stranger })).status).toBe(404);
    expect((await api.call('GET', path, { as: stranger })).json.items).toEqual([]);
    expect((await create({}, { ...ann, role: 'manager' })).status).toBe(403);
    await api.call('DELETE', own, { as: ann });
  });

  it('[E4] are refused with every fault by name, and nothing is stored', async () => {
    const bad = await create({
      name: '',
      entity: 'unicorns',
      mode: 'sometimes',
      expression: '61 25 1 * 1',
      time_zone: 'Mars/Olympus',
      overlap: 'fight',
      colour: 'red',
    });
    expect(bad.status).toBe(400);
    const faults = faultsOf(bad).map((fault) => fault.split(':').slice(0, 2).join(':'));
    expect(new Set(faults.map((fault) => fault.split(':')[0]))).toEqual(
      new Set(['name', 'entity', 'mode', 'expression', 'time_zone', 'overlap', 'colour']),
    );
    expect(faults.filter((fault) => fault.startsWith('expression'))).toEqual([
      'expression: minutes',
      'expression: hours',
      'expression: day-of-month and day-of-week are both set',
    ]);
    for (const [change, fault] of [
      [{ expression: 'rate(0 minutes)' }, /^expression: .*once a minute is the most/],
      [{ expression: 'rate(20 seconds)' }, /^expression: .*minutes, hours and days/],
      [{ expression: '0 0 30 2 *' }, /^expression: It never runs/],
      [{ expression: 'cron(0 0 1 1 ? 2025)' }, /^expression: It never runs/],
      [{ time_zone: '+02:00' }, /^time_zone: Not an IANA time zone/],
      [{ source: 'quickbooks', target: 'quickbooks' }, /^source: No flow of orders/],
    ] as const) {
      const answer = await create(change);
      expect(answer.status, JSON.stringify(change)).toBe(400);
      expect(faultsOf(answer)[0]).toMatch(fault);
    }
    expect((await api.call('GET', path, { as: ann })).json.items).toEqual([]);
    expect(setting.entries()).toEqual([]);
  });

  it('[E4] have limits: so many starts a day, so many schedules', async () => {
    for (let count = 0; count < 2; count += 1) expect((await create({ expression: '* * * * *' })).status).toBe(201);
    const third = await create({ expression: 'rate(1 minute)' });
    expect(faultsOf(third)[0]).toMatch(/4320 syncs a day, 3000 is the most/);
    const off = await create({ expression: 'rate(1 minute)', enabled: false });
    expect(off.status).toBe(201);
    const on = await api.call('POST', `${path}/${String(off.json.schedule_id)}/toggle`, {
      as: ann,
      body: { enabled: true },
    });
    expect(on.status).toBe(400);
    for (let count = 3; count < 100; count += 1) expect((await create({ expression: '@daily' })).status).toBe(201);
    expect((await create({ expression: '@daily' })).json).toMatchObject({ status: 409, code: 'schedule.too_many' });
    const first = await api.call('GET', `${path}?limit=60`, { as: ann });
    const second = await api.call('GET', `${path}?limit=60&cursor=${String(first.json.next_cursor)}`, { as: ann });
    const all = [first, second].flatMap(({ json }) => json.items as { schedule_id: string }[]);
    expect(new Set(all.map(({ schedule_id }) => schedule_id)).size).toBe(100);
    for (const { schedule_id } of all) await api.call('DELETE', `${path}/${schedule_id}`, { as: ann });
    expect(setting.entries()).toEqual([]);
  });

  it('[E4] hold also while the timer cannot be told, which is shown', async () => {
    timerIsDown = true;
    const made = await create();
    timerIsDown = false;
    expect(made).toMatchObject({ status: 201, json: { pending: true } });
    expect(setting.entries()).toEqual([]);
    await keepSchedules(setting.living, () => true);
    const own = `${path}/${String(made.json.schedule_id)}`;
    expect((await api.call('GET', own, { as: ann })).json).toMatchObject({ pending: false });
    expect(setting.entries()).toMatchObject([
      { expression: 'cron(0 * * * ? *)', zone: 'Europe/Berlin', state: 'ENABLED' },
    ]);
    timerIsDown = true;
    expect((await api.call('DELETE', own, { as: ann })).status).toBe(200);
    timerIsDown = false;
    expect((await api.call('GET', own, { as: ann })).status).toBe(404);
    await keepSchedules(setting.living, () => true);
    expect(setting.entries()).toEqual([]);
  });

  it('[E4] have names the timer takes, whatever the tenant is called', async () => {
    for (const name of ['a', 'ä b/c#d', 'x'.repeat(200), '%#é']) {
      const as: TestCaller = { tenant: await setting.tenant(name), role: 'admin' };
      const made = await create({}, as);
      expect(made).toMatchObject({ status: 201, json: { pending: false } });
      const [entry] = setting.entries();
      expect(entry?.name).toMatch(/^[0-9a-zA-Z-_.]{1,64}$/);
      await api.call('DELETE', `${path}/${String(made.json.schedule_id)}`, { as });
    }
  });
});

describe('a preview', () => {
  const preview = (expression: string, zone = 'America/New_York') =>
    api.call('GET', `${path}/preview?${new URLSearchParams({ expression, time_zone: zone })}`, { as: ann });

  it('[E4] says an expression in words, and the next five times, with the offset of then', async () => {
    setting.clock.advance(0);
    const { status, json } = await preview('0 9 * * 1-5');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      expression: 'cron(0 9 ? * MON,TUE,WED,THU,FRI *)',
      in_words: expect.stringMatching(
        /^At 09:00, only on Monday, Tuesday, Wednesday, Thursday,? and Friday, by the clocks of/,
      ),
    });
    expect((json.next_runs as { local: string }[]).map(({ local }) => local)).toEqual([
      '2026-11-23T09:00:00-05:00',
      '2026-11-24T09:00:00-05:00',
      '2026-11-25T09:00:00-05:00',
      '2026-11-26T09:00:00-05:00',
      '2026-11-27T09:00:00-05:00',
    ]);
    expect((await preview('rate(90 minutes)')).json).toMatchObject({ in_words: 'Every 90 minutes' });
    expect((await preview('cron(0 6 ? * MON#1 *)')).json.in_words).toMatch(/first Monday of the month/);
  });

  it('[E4] names what is wrong', async () => {
    expect((await preview('99 9 * * *')).json).toMatchObject({ status: 400, errors: [{ path: 'expression' }] });
    expect((await preview('0 0 30 2 *')).json).toMatchObject({ status: 400, errors: [{ path: 'expression' }] });
    expect((await preview('0 9 * * *', 'Nowhere')).json).toMatchObject({
      status: 400,
      errors: [{ path: 'time_zone' }],
    });
  });
});

describe('default schedules', () => {
  const make = (body: object = {}) => api.call('POST', `${path}/defaults`, { as: ann, body });
  const patchZone = (platform: string, time_zone: string) =>
    createConnectionRepository(setting.table.table).patch(tenant, platform, { profile: { time_zone } });

  it('[E4] follow the sync rules by the clocks of the store, and are not made again once a person deleted them', async () => {
    await patchZone('woocommerce', 'America/Chicago');
    const first = await make();
    const items = first.json.items as { name: string; expression: string; time_zone: string; schedule_id: string }[];
    const byName = Object.fromEntries(items.map(({ name, expression }) => [name, expression]));
    expect(byName['New and changed orders, every hour']).toMatch(/^cron\(\d+ \* \* \* \? \*\)$/);
    expect(byName['New and changed products, every 6 hours']).toMatch(/^cron\(\d+ 0\/6 \* \* \? \*\)$/);
    expect(byName['New and changed customers, every 6 hours']).toMatch(/^cron\(\d+ 0\/6 \* \* \? \*\)$/);
    expect(byName['New and changed invoices, every 15 minutes']).toMatch(/^cron\(\d+\/15 \* \* \* \? \*\)$/);
    expect(byName['New and changed vendors, every 6 hours']).toMatch(/^cron\(\d+ 0\/6 \* \* \? \*\)$/);
    expect(byName['All orders, every night']).toMatch(/^cron\(\d+ 3 \* \* \? \*\)$/);
    expect(byName['Deleted and missed orders, every night']).toMatch(/^cron\(\d+ 4 \* \* \? \*\)$/);
    expect(new Set(items.map(({ time_zone }) => time_zone))).toEqual(new Set(['America/Chicago']));
    expect((await make()).json.items).toEqual([]);

    await keepSchedules(setting.living, () => true);
    expect(setting.entries()).toHaveLength(items.length);
    const [gone] = items;
    await api.call('DELETE', `${path}/${gone?.schedule_id}`, { as: ann });
    expect((await make()).json.items).toEqual([]);
    expect(named((await make({ again: true })).json.items)).toEqual([gone?.name]);
    for (const { schedule_id } of (await api.call('GET', path, { as: ann })).json.items as typeof items) {
      await api.call('DELETE', `${path}/${schedule_id}`, { as: ann });
    }
  });

  it('[E4] are made only for flows that can run, and by UTC where no store says a zone', async () => {
    const connections = createConnectionRepository(setting.table.table);
    for (const { platform } of await connections.list(tenant))
      await connections.patch(tenant, platform, { enabled: false });
    expect((await make()).json.items).toEqual([]);
    for (const platform of ['woocommerce', 'supabase']) await connections.patch(tenant, platform, { enabled: true });
    await patchZone('woocommerce', '+05:30');
    const items = (await make()).json.items as { time_zone: string; schedule_id: string }[];
    expect(items.length).toBeGreaterThan(3);
    expect(new Set(items.map(({ time_zone }) => time_zone))).toEqual(new Set(['UTC']));
    for (const { schedule_id } of items) await api.call('DELETE', `${path}/${schedule_id}`, { as: ann });
  });
});
