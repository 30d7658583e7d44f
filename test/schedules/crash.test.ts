import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '#shared/core/clock.ts';
import type { Schedule } from '#shared/model/schedule.ts';
import { makeDefaults } from '#shared/schedules/defaults.ts';
import { allSchedules, changeSchedule, createSchedule, removeSchedule } from '#shared/schedules/manage.ts';
import { deaths, type KillSwitch, killSwitch } from '#test/support/kill-switch.ts';
import { type SchedulesSetting, startSchedules } from '#test/support/schedules.ts';

let setting: SchedulesSetting;
beforeAll(async () => {
  setting = await startSchedules('2026-05-01T00:00:30.000Z');
});
afterAll(() => setting.stop());

const definition = {
  name: 'Orders',
  entity: 'orders',
  source: null,
  target: null,
  mode: 'incremental',
  expression: 'rate(10 minutes)',
  time_zone: 'UTC',
  overlap: 'queue',
  enabled: true,
} as const;

async function make(tenantId: string): Promise<Schedule> {
  const made = await createSchedule(setting.living, { tenantId, userId: 'ann' }, definition);
  if (made.kind !== 'saved') throw new Error(JSON.stringify(made));
  return made.schedule;
}

/** A minute later somebody looks after schedules, a few times. */
async function lookAfter(): Promise<void> {
  for (let turns = 0; turns < 3; turns += 1) {
    setting.clock.advance(60_000);
    await setting.keep();
  }
}

/** The timer has each schedule of the table as it is there, and nothing else of it. */
async function expectInStep(tenantId: string): Promise<void> {
  const rows = (await setting.living.schedules.list(tenantId, { limit: 100 })).schedules;
  expect(rows.filter(({ removed }) => removed)).toEqual([]);
  for (const row of rows) expect(row.applied_revision).toBe(row.revision);
  const wanted = rows.map(({ expression, time_zone, enabled }) => ({
    expression,
    zone: time_zone,
    state: enabled ? 'ENABLED' : 'DISABLED',
  }));
  const entries = setting.entries().map(({ name: _name, ...entry }) => entry);
  expect(entries.toSorted(byText)).toEqual(wanted.toSorted(byText));
}
const byText = (a: object, b: object): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

async function clear(tenantId: string): Promise<void> {
  for (const { schedule_id: scheduleId } of await allSchedules(setting.living, tenantId)) {
    await removeSchedule(setting.living, { tenantId, userId: 'ann', scheduleId });
  }
  for (const run of await setting.runs(tenantId)) if (run.status !== 'completed') await setting.end(run);
  for (const waiting of await setting.living.waiting.list(tenantId)) await setting.living.waiting.remove(waiting);
  expect(setting.entries()).toEqual([]);
}

/** Dies at each call in turn, before and after it took effect; answers how often. */
async function atEveryCall(scene: (kill: KillSwitch) => Promise<void>): Promise<number> {
  const counting = killSwitch();
  await scene(counting);
  for (const { call, when } of deaths(counting)) {
    const kill = killSwitch({ call, when });
    await scene(kill);
    expect(kill.killed, `${call} ${when}`).toBe(true);
  }
  return counting.calls.length;
}

describe('whoever dies at any call leaves table and timer in step, once somebody looked after them', () => {
  it('[E4] when a schedule is made', async () => {
    const calls = await atEveryCall(async (kill) => {
      const tenantId = await setting.tenant();
      await createSchedule(setting.deps(kill), { tenantId, userId: 'ann' }, definition).catch(() => undefined);
      await lookAfter();
      expect((await allSchedules(setting.living, tenantId)).length).toBeLessThanOrEqual(1);
      await expectInStep(tenantId);
      await clear(tenantId);
    });
    expect(calls).toBeGreaterThan(3);
  });

  it('[E4] when it is changed, switched and deleted', async () => {
    const calls = await atEveryCall(async (kill) => {
      const tenantId = await setting.tenant();
      const { schedule_id: scheduleId } = await make(tenantId);
      const who = { tenantId, userId: 'ann', scheduleId };
      const deps = setting.deps(kill);
      const work = async () => {
        await changeSchedule(deps, who, { expression: 'cron(15 3 * * ? *)', time_zone: 'Europe/Berlin' });
        await changeSchedule(deps, who, { enabled: false });
        await removeSchedule(deps, who);
      };
      await work().catch(() => undefined);
      await lookAfter();
      await expectInStep(tenantId);
      await clear(tenantId);
    });
    expect(calls).toBeGreaterThan(10);
  });

  it('[E4] when it is called, each time starts one sync and is in the list of what came of it', async () => {
    const calls = await atEveryCall(async (kill) => {
      const tenantId = await setting.tenant();
      const schedule = await make(tenantId);
      await setting.goTo(instant(setting.clock.now() + 9 * 60_000));
      setting.clock.advance(60_000);
      for (const call of setting.callsDue()) {
        const died = await setting.call(call, setting.deps(kill)).catch(() => 'died');
        // The call is delivered again, as to any function that failed.
        if (died === 'died') await setting.call(call);
      }
      const runs = await setting.runs(tenantId);
      expect(runs).toHaveLength(1);
      expect(setting.queued.filter(({ run_id }) => run_id === runs[0]?.run_id)).toHaveLength(
        runs[0]?.routes.length ?? 0,
      );
      const { events } = (await setting.living.schedules.find(tenantId, schedule.schedule_id)) ?? schedule;
      expect(events).toMatchObject([{ outcome: 'started', sync_id: runs[0]?.run_id }]);
      await expectInStep(tenantId);
      await clear(tenantId);
    });
    expect(calls).toBeGreaterThan(4);
  });

  it('[E4] when a call never arrives, its time is made up for', async () => {
    const tenantId = await setting.tenant();
    const schedule = await make(tenantId);
    setting.clock.advance(34 * 60_000);
    setting.callsDue();
    expect(await setting.keep()).toMatchObject({ late: 1 });
    expect(await setting.keep()).toMatchObject({ late: 0 });
    const { events, next_at } = (await setting.living.schedules.find(tenantId, schedule.schedule_id)) ?? schedule;
    expect(events).toMatchObject([{ outcome: 'started' }]);
    expect(events[0]?.reason).toMatch(/did not call in time/);
    expect(Date.parse(next_at ?? '')).toBeGreaterThan(setting.clock.now());
    expect(await setting.runs(tenantId)).toHaveLength(1);
    await clear(tenantId);
  });

  it('[E4] when somebody deletes it from the timer by hand, it is made again', async () => {
    const tenantId = await setting.tenant();
    await make(tenantId);
    for (const { group, name } of setting.store.all()) setting.store.delete(group, name);
    setting.clock.advance(16 * 60_000);
    expect(await setting.keep()).toMatchObject({ late: 1 });
    await expectInStep(tenantId);
    await clear(tenantId);
  });

  it('[E4] when what waited is started, it is one sync', async () => {
    const calls = await atEveryCall(async (kill) => {
      const tenantId = await setting.tenant();
      const schedule = await make(tenantId);
      await setting.goTo(instant(setting.clock.now() + 21 * 60_000));
      const [busy] = await setting.runs(tenantId);
      if (!busy) throw new Error('nothing was started');
      expect(await setting.living.waiting.list(tenantId)).toHaveLength(1);
      const { queued } = setting;
      await setting.end(busy, setting.deps(kill)).catch(() => undefined);
      // The message of the slice that ended is delivered again where its worker died.
      await setting.end(busy);
      await lookAfter();
      const runs = await setting.runs(tenantId);
      expect(runs).toHaveLength(2);
      expect(queued.filter(({ run_id }) => run_id === runs[1]?.run_id)).toHaveLength(runs[1]?.routes.length ?? 0);
      expect(await setting.living.waiting.list(tenantId)).toEqual([]);
      const { events } = (await setting.living.schedules.find(tenantId, schedule.schedule_id)) ?? schedule;
      expect(events.map(({ outcome }) => outcome)).toEqual(['started', 'queued', 'started']);
      await clear(tenantId);
    });
    expect(calls).toBeGreaterThan(6);
  });

  it('[E4] when defaults are made, all are there or none, and the next gets all', async () => {
    await atEveryCall(async (kill) => {
      const tenantId = await setting.tenant();
      await makeDefaults(setting.deps(kill), tenantId).catch(() => undefined);
      await makeDefaults(setting.living, tenantId);
      const all = await allSchedules(setting.living, tenantId);
      const names = all.map(({ default_of }) => default_of);
      expect(new Set(names).size).toBe(names.length);
      expect(names).toContain('orders/incremental');
      await lookAfter();
      await expectInStep(tenantId);
      await clear(tenantId);
    });
  });
});
