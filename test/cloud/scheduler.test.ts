import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  type CreateScheduleInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseScheduleExpression } from '#local/cloud/emulators/schedule-expression.ts';
import { startTestCloud, type TestCloud } from './support/start.ts';

let now = Date.parse('2026-03-06T12:00:00Z');
let cloud: TestCloud;
let scheduler: SchedulerClient;

beforeAll(async () => {
  cloud = await startTestCloud({ clock: { now: () => now, sleep: () => Promise.resolve() } });
  scheduler = new SchedulerClient(cloud.clientConfig);
});
beforeEach(() => cloud.clearLines());
afterAll(() => cloud.close());

async function firedAt(instant: string): Promise<unknown[]> {
  now = Date.parse(instant);
  cloud.tick();
  await cloud.idle();
  const fired = cloud.printed('scheduled').map((line) => line.scheduled);
  cloud.clearLines();
  return fired;
}

function definition(change: Partial<CreateScheduleInput> = {}): CreateScheduleInput {
  const role = cloud.blueprint.roles.find(({ name }) => name.endsWith('ScheduleRole'));
  const target = cloud.blueprint.functions.find(({ name }) => name === 'scheduled');
  return {
    Name: 'mine',
    ScheduleExpression: 'rate(1 hour)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: target?.arn, RoleArn: role?.arn, Input: '{"mine":true}' },
    ...change,
  };
}

function occurrences(expression: string, zone: string, from: string, count: number): string[] {
  const parsed = parseScheduleExpression(expression, zone);
  const found: string[] = [];
  for (let at: number | undefined = Date.parse(from); at !== undefined && found.length < count; ) {
    at = parsed.next(at, Date.parse(from));
    if (at !== undefined) found.push(new Date(at).toISOString());
  }
  return found;
}

describe('schedule expressions', () => {
  it('skips a local time that the spring change leaves out', () => {
    expect(occurrences('cron(30 2 * * ? *)', 'America/New_York', '2026-03-06T12:00:00Z', 3)).toEqual([
      '2026-03-07T07:30:00.000Z',
      '2026-03-09T06:30:00.000Z',
      '2026-03-10T06:30:00.000Z',
    ]);
  });

  it('fires once for a local time that the autumn change has twice', () => {
    expect(occurrences('cron(30 1 * * ? *)', 'America/New_York', '2026-10-31T12:00:00Z', 2)).toEqual([
      '2026-11-01T05:30:00.000Z',
      '2026-11-02T06:30:00.000Z',
    ]);
  });

  it('reads weekdays, lists, steps, last days and years as AWS writes them', () => {
    const next = (expression: string): string | undefined =>
      occurrences(expression, 'UTC', '2026-11-22T12:00:00Z', 1)[0];
    expect(next('cron(0 9 ? * 2 *)')).toBe('2026-11-23T09:00:00.000Z');
    expect(next('cron(0/15 9 ? * MON-FRI *)')).toBe('2026-11-23T09:00:00.000Z');
    expect(next('cron(0 0 L * ? *)')).toBe('2026-11-30T00:00:00.000Z');
    expect(next('cron(0 0 1 1 ? 2028)')).toBe('2028-01-01T00:00:00.000Z');
    expect(next('rate(5 minutes)')).toBe('2026-11-22T12:05:00.000Z');
    expect(occurrences('at(2026-11-23T08:00:00)', 'Europe/Berlin', '2026-11-22T12:00:00Z', 2)).toEqual([
      '2026-11-23T07:00:00.000Z',
    ]);
  });

  it('refuses what AWS refuses', () => {
    for (const wrong of [
      'cron(0 9 * * *)',
      'cron(0 9 1 * 2 *)',
      'cron(0 9 * * * *)',
      'cron(99 9 * * ? *)',
      'rate(0 minutes)',
      'rate(1 minutes)',
      'rate(5 minute)',
      'at(tomorrow)',
      'every day',
    ]) {
      expect(() => parseScheduleExpression(wrong), wrong).toThrow(RangeError);
    }
    expect(() => parseScheduleExpression('rate(1 day)', 'Mars/Olympus')).toThrow(RangeError);
  });
});

describe('EventBridge Scheduler', () => {
  it('fires the schedule of the template at its local time, except where the day has no such time', async () => {
    expect(await firedAt('2026-03-07T07:29:00Z')).toEqual([]);
    expect(await firedAt('2026-03-07T07:30:05Z')).toEqual([{ at: '2026-03-07T07:30:00Z' }]);
    expect(await firedAt('2026-03-08T12:00:00Z')).toEqual([]);
    expect(await firedAt('2026-03-09T06:30:00Z')).toEqual([{ at: '2026-03-09T06:30:00Z' }]);
  });

  it('fires once after a pause, however many occurrences passed', async () => {
    expect(await firedAt('2026-03-20T12:00:00Z')).toEqual([{ at: '2026-03-20T06:30:00Z' }]);
    expect(await firedAt('2026-03-20T12:00:01Z')).toEqual([]);
  });

  it('creates, lists, changes, pauses and deletes schedules', async () => {
    await scheduler.send(new CreateScheduleGroupCommand({ Name: 'tenants' }));
    await scheduler.send(new CreateScheduleCommand(definition({ GroupName: 'tenants' })));
    await expect(scheduler.send(new CreateScheduleCommand(definition({ GroupName: 'tenants' })))).rejects.toMatchObject(
      { name: 'ConflictException' },
    );
    expect(await firedAt('2026-03-20T12:00:02Z')).toEqual([{ mine: true }]);
    expect(await firedAt('2026-03-20T13:00:02Z')).toEqual([{ mine: true }]);
    const paused = definition({ GroupName: 'tenants', State: 'DISABLED' });
    await scheduler.send(new UpdateScheduleCommand(paused));
    expect(await firedAt('2026-03-20T15:00:00Z')).toEqual([]);
    const shown = await scheduler.send(new GetScheduleCommand({ Name: 'mine', GroupName: 'tenants' }));
    expect(shown).toMatchObject({ State: 'DISABLED', ScheduleExpression: 'rate(1 hour)', GroupName: 'tenants' });
    const { Schedules: listed } = await scheduler.send(new ListSchedulesCommand({ GroupName: 'tenants' }));
    expect(listed?.map(({ Name, State }) => [Name, State])).toEqual([['mine', 'DISABLED']]);
    await scheduler.send(new DeleteScheduleCommand({ Name: 'mine', GroupName: 'tenants' }));
    await expect(scheduler.send(new GetScheduleCommand({ Name: 'mine', GroupName: 'tenants' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('runs a one-time schedule once and removes it when asked to', async () => {
    const once = {
      Name: 'once',
      ScheduleExpression: 'at(2026-03-20T20:00:00)',
      ActionAfterCompletion: 'DELETE',
    } as const;
    await scheduler.send(new CreateScheduleCommand(definition(once)));
    expect(await firedAt('2026-03-20T20:00:00Z')).toEqual([{ mine: true }]);
    await expect(scheduler.send(new GetScheduleCommand({ Name: 'once' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('refuses an invalid expression, and fires nothing that the role of a schedule may not call', async () => {
    await expect(
      scheduler.send(new CreateScheduleCommand(definition({ ScheduleExpression: 'rate(0 minutes)' }))),
    ).rejects.toMatchObject({ name: 'ValidationException' });
    const queue = {
      Name: 'refused',
      Target: { ...definition().Target, Arn: 'arn:aws:sqs:us-east-1:000000000000:work.fifo' },
    };
    await scheduler.send(new CreateScheduleCommand(definition(queue as Partial<CreateScheduleInput>)));
    expect(await firedAt('2026-03-20T21:00:00Z')).toEqual([]);
    expect(cloud.reports.join()).toMatch(/schedule\/default\/refused: its role may not sqs:SendMessage/);
  });
});
