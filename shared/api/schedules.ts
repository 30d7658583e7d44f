import * as z from 'zod';
import { isTimeZone } from '../core/time-zone.ts';
import { parseTimetable } from '../core/timetable.ts';
import { instantSchema } from '../model/failure.ts';
import { runModes } from '../model/run.ts';
import { overlapPolicies, scheduleOutcomes } from '../model/schedule.ts';
import { entityNames, platformNames } from '../sync/route-table.ts';
import type { Contract } from './contract.ts';
import { pagingQuery } from './paging.ts';
import { id, listOf } from './schemas.ts';
import { sandboxField } from './settings.ts';

const oneOf = (names: readonly string[]) => z.enum(names as [string, ...string[]]);
const platform = oneOf(platformNames()).nullable().default(null);

const expression = z
  .string()
  .min(1)
  .max(256)
  .superRefine((text, context) => {
    const parsed = parseTimetable(text);
    for (const message of parsed.ok ? [] : parsed.faults) context.addIssue({ code: 'custom', message });
  })
  .meta({
    description:
      'cron(minutes hours day-of-month month day-of-week year) as AWS has it, plain cron with five fields, or rate(6 hours)',
    example: 'cron(30 3 * * ? *)',
  });
const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'Not an IANA time zone such as Europe/Berlin')
  .meta({ description: 'IANA time zone by whose clocks it runs', example: 'Europe/Berlin' });

const definition = {
  name: z.string().trim().min(1).max(100).meta({ example: 'Orders, every hour' }),
  entity: oneOf(entityNames()).meta({ example: 'orders' }),
  source: platform.meta({ description: 'Only from this platform; null: from all' }),
  target: platform.meta({ description: 'Only to this platform; null: to all' }),
  mode: z.enum(runModes),
  expression,
  time_zone: timeZone,
  overlap: z
    .enum(overlapPolicies)
    .default('skip')
    .meta({ description: 'When the flow is busy: skip this time, or start as soon as it is free' }),
  enabled: z.boolean().default(true),
};
const body = z.strictObject(definition).meta({ id: 'ScheduleDefinition' });

const timeSchema = z
  .object({
    at: instantSchema,
    local: z.string().meta({ example: '2026-11-29T03:30:00-05:00' }),
    in_words: z.string().meta({ example: 'Sunday 29 November 2026, 03:30' }),
  })
  .meta({ id: 'ScheduleTime' });

const eventSchema = z
  .object({
    due_at: instantSchema,
    at: instantSchema,
    outcome: z.enum(scheduleOutcomes),
    sync_id: z.string().nullable().meta({ description: 'The sync that was started, or the one in the way' }),
    reason: z.string().nullable().meta({ description: 'Why it was not started, or not in time' }),
  })
  .meta({ id: 'ScheduleEvent' });

export const scheduleAnswer = z
  .object({
    schedule_id: z.string(),
    sandbox: sandboxField,
    name: z.string(),
    entity: z.string(),
    source: z.string().nullable(),
    target: z.string().nullable(),
    mode: z.enum(runModes),
    expression: z.string(),
    in_words: z.string().meta({ example: 'At 03:30 every day, by the clocks of Europe/Berlin' }),
    time_zone: z.string(),
    overlap: z.enum(overlapPolicies),
    enabled: z.boolean(),
    is_default: z.boolean().meta({ description: 'Made by itself when its flow could run' }),
    pending: z.boolean().meta({ description: 'The last change takes effect within a minute' }),
    next_run_at: instantSchema.nullable(),
    waiting_since: instantSchema.nullable().meta({ description: 'A start waits for its flow since then' }),
    last_run: eventSchema.nullable(),
    created_by: z.string(),
    created_at: instantSchema,
    updated_by: z.string(),
    updated_at: instantSchema,
  })
  .meta({ id: 'Schedule' });

const detailAnswer = z
  .object({
    ...scheduleAnswer.shape,
    next_runs: z.array(timeSchema),
    events: z.array(eventSchema).meta({ description: 'What came of its latest times, latest first, at most 10' }),
  })
  .meta({ id: 'ScheduleDetail' });

const previewAnswer = z
  .object({
    expression: z.string().meta({ description: 'As it would be stored' }),
    time_zone: z.string(),
    in_words: z.string(),
    next_runs: z.array(timeSchema),
  })
  .meta({ id: 'SchedulePreview' });

const params = z.strictObject({ schedule_id: id });
const noSchedule = { status: 404, code: 'schedule.not_found', when: 'the tenant has no schedule of this id' };
const isBusy = { status: 409, code: 'schedule.busy', when: 'somebody else changes it; try again' };
const tooMany = { status: 409, code: 'schedule.too_many', when: 'there are 100 already' };

export const listSchedules = {
  name: 'listSchedules',
  group: 'schedules',
  method: 'GET',
  path: '/api/schedules',
  summary: 'Syncs that start by themselves, newest first',
  auth: 'viewer',
  query: z.strictObject(pagingQuery),
  responses: { 200: { description: 'A page', schema: listOf(scheduleAnswer) } },
} as const satisfies Contract;

export const createSchedule = {
  name: 'createSchedule',
  group: 'schedules',
  method: 'POST',
  path: '/api/schedules',
  summary: 'Have a sync start by itself; it writes without being confirmed',
  auth: 'admin',
  body,
  responses: { 201: { description: 'The schedule', schema: detailAnswer } },
  problems: [tooMany, isBusy],
} as const satisfies Contract;

export const previewSchedule = {
  name: 'previewSchedule',
  group: 'schedules',
  method: 'GET',
  path: '/api/schedules/preview',
  summary: 'When an expression would run, before it is saved',
  auth: 'viewer',
  query: z.strictObject({ expression, time_zone: timeZone.default('UTC') }),
  responses: { 200: { description: 'In words, and the next five times', schema: previewAnswer } },
} as const satisfies Contract;

export const makeDefaultSchedules = {
  name: 'makeDefaultSchedules',
  group: 'schedules',
  method: 'POST',
  path: '/api/schedules/defaults',
  summary: 'Make the default schedules of flows that can run; `again` also those that were deleted',
  auth: 'admin',
  body: z.strictObject({ again: z.boolean().default(false) }).meta({ id: 'MakeDefaultSchedules' }),
  responses: {
    200: { description: 'Those that were made', schema: z.object({ items: z.array(scheduleAnswer) }) },
  },
} as const satisfies Contract;

export const getSchedule = {
  name: 'getSchedule',
  group: 'schedules',
  method: 'GET',
  path: '/api/schedules/{schedule_id}',
  summary: 'One schedule with its next and its latest times',
  auth: 'viewer',
  params,
  responses: { 200: { description: 'The schedule', schema: detailAnswer } },
  problems: [noSchedule],
} as const satisfies Contract;

export const putSchedule = {
  name: 'putSchedule',
  group: 'schedules',
  method: 'PUT',
  path: '/api/schedules/{schedule_id}',
  summary: 'Change a schedule; what is left out gets its default',
  auth: 'admin',
  params,
  body,
  responses: { 200: { description: 'The schedule as it is now', schema: detailAnswer } },
  problems: [noSchedule, isBusy],
} as const satisfies Contract;

export const deleteSchedule = {
  name: 'deleteSchedule',
  group: 'schedules',
  method: 'DELETE',
  path: '/api/schedules/{schedule_id}',
  summary: 'Delete a schedule; a sync it started goes on',
  auth: 'admin',
  params,
  responses: { 200: { description: 'The schedule as it was', schema: scheduleAnswer } },
  problems: [noSchedule],
} as const satisfies Contract;

export const toggleSchedule = {
  name: 'toggleSchedule',
  group: 'schedules',
  method: 'POST',
  path: '/api/schedules/{schedule_id}/toggle',
  summary: 'Switch a schedule on or off',
  auth: 'manager',
  params,
  body: z.strictObject({ enabled: z.boolean() }),
  responses: { 200: { description: 'The schedule as it is now', schema: detailAnswer } },
  problems: [noSchedule, isBusy],
} as const satisfies Contract;

export const getNextRuns = {
  name: 'getNextRuns',
  group: 'schedules',
  method: 'GET',
  path: '/api/schedules/{schedule_id}/next-runs',
  summary: 'When a schedule runs next',
  auth: 'viewer',
  params,
  query: z.strictObject({ count: z.coerce.number().int().min(1).max(50).default(5) }),
  responses: {
    200: { description: 'The times; none while it is off', schema: z.object({ items: z.array(timeSchema) }) },
  },
  problems: [noSchedule],
} as const satisfies Contract;

/** Endpoints of function api-schedules. */
export const scheduleContracts: readonly Contract[] = [
  listSchedules,
  createSchedule,
  previewSchedule,
  makeDefaultSchedules,
  getSchedule,
  putSchedule,
  deleteSchedule,
  toggleSchedule,
  getNextRuns,
];
