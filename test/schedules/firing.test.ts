import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '#shared/core/clock.ts';
import { nextTimes } from '#shared/core/timetable.ts';
import { workspaceOf } from '#shared/core/workspace.ts';
import type { Schedule } from '#shared/model/schedule.ts';
import { timetableOf } from '#shared/schedules/apply.ts';
import type { ScheduleDefinition } from '#shared/schedules/check.ts';
import { changeSchedule, createSchedule, removeSchedule } from '#shared/schedules/manage.ts';
import { type SchedulesSetting, startSchedules } from '#test/support/schedules.ts';

let setting: SchedulesSetting;
beforeAll(async () => {
  setting = await startSchedules('2026-03-01T00:00:30.000Z');
});
afterAll(() => setting.stop());

const definition: ScheduleDefinition = {
  name: 'Orders at night',
  entity: 'orders',
  source: null,
  target: null,
  mode: 'incremental',
  expression: '30 2 * * *',
  time_zone: 'America/New_York',
  overlap: 'skip',
  enabled: true,
};

async function make(tenantId: string, change: Partial<ScheduleDefinition> = {}): Promise<Schedule> {
  const made = await createSchedule(setting.living, { tenantId, userId: 'ann' }, { ...definition, ...change });
  if (made.kind !== 'saved') throw new Error(JSON.stringify(made));
  return made.schedule;
}

const stored = async ({ tenant_id, schedule_id }: Schedule): Promise<Schedule> => {
  const found = await setting.living.schedules.find(tenant_id, schedule_id);
  if (!found) throw new Error('the schedule is gone');
  return found;
};

/** Takes a schedule away, so that it does not call in later tests. */
const done = ({ tenant_id: tenantId, schedule_id: scheduleId }: Schedule) =>
  removeSchedule(setting.living, { tenantId, userId: 'ann', scheduleId });

/** Times at which a schedule started a sync until then; each ends at once. */
async function startsUntil(schedule: Schedule, until: string): Promise<string[]> {
  const seen = new Set((await setting.runs(schedule.tenant_id)).map(({ run_id }) => run_id));
  const starts: string[] = [];
  while (setting.clock.now() < Date.parse(until)) {
    await setting.goTo(instant(Math.min(setting.clock.now() + 30 * 60_000, Date.parse(until))));
    for (const run of await setting.runs(schedule.tenant_id)) {
      if (seen.has(run.run_id)) continue;
      seen.add(run.run_id);
      starts.push(run.started_at);
      expect(run).toMatchObject({ requested_by: `schedule:${schedule.schedule_id}`, dry_run: false });
      await setting.end(run);
    }
  }
  return starts;
}

describe('a schedule', () => {
  it.each([
    ['America/New_York', '30 2 * * *', '2026-03-06T12:00:30.000Z', '2026-03-10T12:00:30.000Z', 3],
    ['Europe/Berlin', '30 2 * * *', '2026-03-27T12:00:30.000Z', '2026-03-31T12:00:30.000Z', 3],
    ['Europe/Berlin', '30 2 * * *', '2026-10-23T12:00:30.000Z', '2026-10-27T12:00:30.000Z', 4],
    ['America/New_York', '30 1 * * *', '2026-10-30T12:00:30.000Z', '2026-11-03T12:00:30.000Z', 4],
  ])(
    '[E4] in %s at %s starts from %s at the times it said, also where clocks change',
    async (zone, expression, from, until, count) => {
      await setting.goTo(from);
      const schedule = await make(await setting.tenant(), { time_zone: zone, expression });
      const said = nextTimes(timetableOf(schedule), zone, { after: Date.parse(from), anchor: 0 }, count).map(instant);
      const starts = await startsUntil(schedule, until);
      expect(starts).toHaveLength(count);
      expect(starts.map((at) => `${at.slice(0, 17)}00.000Z`)).toEqual(said);
      const { events, next_at } = await stored(schedule);
      expect(events.map(({ due_at, outcome }) => `${due_at} ${outcome}`)).toEqual(
        said.toReversed().map((at) => `${at} started`),
      );
      expect(next_at).toBe(
        nextTimes(timetableOf(schedule), zone, { after: Date.parse(until), anchor: 0 }, 1).map(instant)[0],
      );
      await done(schedule);
    },
  );

  it('[E4] of a rate begins one period after it was made, and stays on its grid when it is renamed or switched', async () => {
    const schedule = await make(await setting.tenant(), { expression: 'rate(2 hours)' });
    const begin = Date.parse(schedule.anchor_at);
    const hour = 3_600_000;
    expect(schedule.next_at).toBe(instant(begin + 2 * hour));
    const first = await startsUntil(schedule, instant(begin + 2.5 * hour));
    const who = { tenantId: schedule.tenant_id, userId: 'bob', scheduleId: schedule.schedule_id };
    await changeSchedule(setting.living, who, { name: 'Renamed' });
    expect((await stored(schedule)).revision).toBe(1);
    for (const enabled of [false, true]) await changeSchedule(setting.living, who, { enabled });
    expect((await stored(schedule)).revision).toBe(3);
    const later = await startsUntil(schedule, instant(begin + 6.5 * hour));
    expect([...first, ...later].map((at) => Math.round((Date.parse(at) - begin) / hour))).toEqual([2, 4, 6]);
    await done(schedule);
  });

  it('[E4] whose call is delivered again, late or out of order starts each time once', async () => {
    const schedule = await make(await setting.tenant(), { expression: 'rate(10 minutes)' });
    const { tenant_id } = schedule;
    const calls = [];
    for (let count = 0; count < 3; count += 1) {
      setting.clock.advance(10 * 60_000);
      calls.push(...setting.callsDue());
    }
    expect(calls).toHaveLength(3);
    const [first, second, third] = calls;
    if (!first || !second || !third) throw new Error('a call is missing');
    expect(await Promise.all([setting.call(first), setting.call(first)])).toHaveLength(2);
    const [run] = await setting.runs(tenant_id);
    expect(await setting.runs(tenant_id)).toHaveLength(1);
    if (run) await setting.end(run);
    expect(await setting.call(first)).toEqual({ kind: 'repeated' });
    expect(await setting.call(third)).toMatchObject({ kind: 'handled', event: { outcome: 'started' } });
    expect(await setting.call(second)).toEqual({ kind: 'repeated' });
    expect(await setting.runs(tenant_id)).toHaveLength(2);
    await done(schedule);
  });

  it('[E4] that was changed or deleted is not started by what the timer still has of before, which goes', async () => {
    const schedule = await make(await setting.tenant(), { expression: 'rate(10 minutes)' });
    const { tenant_id: tenantId, schedule_id: scheduleId } = schedule;
    setting.clock.advance(10 * 60_000);
    const [old] = setting.callsDue();
    if (!old) throw new Error('no call');
    await setting.living.timer.create({ ...schedule, starts_at: instant(setting.clock.now() + 600_000) });
    await changeSchedule(setting.living, { tenantId, userId: 'ann', scheduleId }, { expression: 'rate(20 minutes)' });
    await setting.living.timer.create({ ...schedule, starts_at: instant(setting.clock.now() + 600_000) });
    expect(setting.entries()).toHaveLength(2);
    expect(await setting.call(old)).toEqual({ kind: 'stale' });
    expect(setting.entries()).toMatchObject([{ expression: 'rate(20 minutes)', state: 'ENABLED' }]);
    setting.clock.advance(20 * 60_000);
    const [late] = setting.callsDue();
    await done(schedule);
    expect(setting.entries()).toEqual([]);
    if (!late) throw new Error('no call');
    expect(await setting.call(late)).toEqual({ kind: 'stale' });
    expect(await setting.runs(tenantId)).toEqual([]);
  });

  it('[E4] says why it could not start, and tells it once a day', async () => {
    const schedule = await make('nobody', { expression: 'rate(10 minutes)' });
    await setting.goTo(instant(setting.clock.now() + 21 * 60_000));
    const { events } = await stored(schedule);
    expect(events).toMatchObject([{ outcome: 'failed' }, { outcome: 'failed' }]);
    expect(events[0]?.reason).toMatch(/is not connected, or switched off/);
    const told = setting.announced.filter(({ tenant_id }) => tenant_id === 'nobody');
    expect(new Set(told.map(({ event_id }) => event_id)).size).toBe(1);
    expect(told[0]).toMatchObject({ kind: 'schedule_not_started', subject: { id: schedule.schedule_id } });
    await done(schedule);
  });

  it('[E4][C5] of the live systems rests while the tenant is in sandbox mode, and the other way round', async () => {
    const tenantId = await setting.tenant();
    const live = await make(tenantId, { expression: 'rate(10 minutes)' });
    const trial = await make(await setting.tenant(workspaceOf(tenantId, true).tenantId), {
      expression: 'rate(10 minutes)',
    });
    const outcomes = async () => {
      await setting.goTo(instant(setting.clock.now() + 10 * 60_000 + 1000));
      return [(await stored(live)).events[0], (await stored(trial)).events[0]].map((event) => event?.outcome);
    };
    expect(await outcomes()).toEqual(['started', 'skipped']);
    for (const run of await setting.runs(tenantId)) await setting.end(run);
    const changed_at = instant(setting.clock.now());
    await setting.living.workspaces.switchTo({ tenant_id: tenantId, enabled: true, changed_at, changed_by: 'ann' });
    expect(await outcomes()).toEqual(['skipped', 'started']);
    expect((await stored(live)).events[0]?.reason).toMatch(/Sandbox mode is on/);
    await done(live);
    await done(trial);
  });
});

describe('a schedule whose flow is busy', () => {
  const startOther = async (tenantId: string) => {
    const other = await make(tenantId, { expression: 'rate(10 minutes)', name: 'Other' });
    await setting.goTo(instant(setting.clock.now() + 11 * 60_000));
    await done(other);
    const [run] = await setting.runs(tenantId);
    if (!run) throw new Error('the flow is not busy');
    return run;
  };

  it('[E4] skips its time and says so', async () => {
    const tenantId = await setting.tenant();
    const busy = await startOther(tenantId);
    const schedule = await make(tenantId, { expression: 'rate(10 minutes)', overlap: 'skip' });
    await setting.goTo(instant(setting.clock.now() + 11 * 60_000));
    expect((await stored(schedule)).events).toMatchObject([{ outcome: 'skipped', sync_id: busy.run_id }]);
    await setting.end(busy);
    expect(await setting.runs(tenantId)).toHaveLength(1);
    await done(schedule);
  });

  it('[E4] waits with one start at most, which begins when the sync in the way ends', async () => {
    const tenantId = await setting.tenant();
    const busy = await startOther(tenantId);
    const schedule = await make(tenantId, { expression: 'rate(10 minutes)', overlap: 'queue' });
    await setting.goTo(instant(setting.clock.now() + 31 * 60_000));
    const { events } = await stored(schedule);
    expect(events.map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped', 'queued']);
    expect(await setting.keep()).toMatchObject({ started: 0 });
    expect(await setting.runs(tenantId)).toHaveLength(1);
    await setting.end(busy);
    const runs = await setting.runs(tenantId);
    expect(runs).toHaveLength(2);
    expect(runs[1]).toMatchObject({ status: 'queued', requested_by: `schedule:${schedule.schedule_id}` });
    expect((await stored(schedule)).events[0]).toMatchObject({
      outcome: 'started',
      sync_id: runs[1]?.run_id,
      due_at: events[2]?.due_at,
    });
    expect(await setting.living.waiting.list(tenantId)).toEqual([]);
    // Ending again, as a message that is delivered again does, starts nothing.
    await setting.end(busy);
    expect(await setting.runs(tenantId)).toHaveLength(2);
    if (runs[1]) await setting.end(runs[1]);
    expect(await setting.runs(tenantId)).toHaveLength(2);
    await done(schedule);
  });

  it('[E4] begins within a minute where nobody told that the flow is free', async () => {
    const tenantId = await setting.tenant();
    const busy = await startOther(tenantId);
    const schedule = await make(tenantId, { expression: 'rate(10 minutes)', overlap: 'queue' });
    await setting.goTo(instant(setting.clock.now() + 11 * 60_000));
    await setting.end(busy, { ...setting.living, waiting: { ...setting.living.waiting, list: async () => [] } });
    expect(await setting.runs(tenantId)).toHaveLength(1);
    expect(await setting.keep()).toMatchObject({ started: 1 });
    expect(await setting.keep()).toMatchObject({ started: 0 });
    expect(await setting.runs(tenantId)).toHaveLength(2);
    await done(schedule);
  });

  it('[E4] starts nothing any more when it is switched off or deleted while it waits', async () => {
    for (const change of ['off', 'deleted']) {
      const tenantId = await setting.tenant();
      const busy = await startOther(tenantId);
      const schedule = await make(tenantId, { expression: 'rate(10 minutes)', overlap: 'queue' });
      await setting.goTo(instant(setting.clock.now() + 11 * 60_000));
      const who = { tenantId, userId: 'ann', scheduleId: schedule.schedule_id };
      if (change === 'off') await changeSchedule(setting.living, who, { enabled: false });
      else await done(schedule);
      await setting.end(busy);
      expect(await setting.runs(tenantId)).toHaveLength(1);
      expect(await setting.living.waiting.list(tenantId)).toEqual([]);
      if (change === 'off') {
        expect((await stored(schedule)).events[0]?.reason).toMatch(/switched off while it waited/);
        await done(schedule);
      }
    }
  });
});
