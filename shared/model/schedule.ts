import * as z from 'zod';
import { instantSchema } from './failure.ts';
import { runModes } from './run.ts';

/** What happens when the flow is busy at the time: nothing, or the sync starts as soon as it is free. */
export const overlapPolicies = ['skip', 'queue'] as const;

export const scheduleOutcomes = ['started', 'queued', 'skipped', 'failed'] as const;

/** What came of one time of a schedule. */
export const scheduleEventSchema = z.object({
  /** The time of the schedule it is about. */
  due_at: instantSchema,
  at: instantSchema,
  outcome: z.enum(scheduleOutcomes),
  /** The sync that was started, or the one in the way. */
  sync_id: z.string().nullable(),
  /** Why it was not started, for people; null when it was. */
  reason: z.string().nullable(),
});
export type ScheduleEvent = z.infer<typeof scheduleEventSchema>;

/** A sync that starts by itself, again and again. The table has it first; EventBridge Scheduler follows. */
export const scheduleSchema = z.object({
  tenant_id: z.string(),
  schedule_id: z.string(),
  name: z.string(),
  /** As the API spells it: `orders`. */
  entity: z.string(),
  source: z.string().nullable(),
  target: z.string().nullable(),
  mode: z.enum(runModes),
  /** Normalised: `cron(30 3 * * ? *)`, `rate(6 hours)`. */
  expression: z.string(),
  time_zone: z.string(),
  overlap: z.enum(overlapPolicies),
  enabled: z.boolean(),
  /** Which default it was made as; null when a person made it. */
  default_of: z.string().nullable(),
  created_by: z.string(),
  created_at: instantSchema,
  updated_by: z.string(),
  updated_at: instantSchema,
  /** What a rate counts from. */
  anchor_at: instantSchema,
  /** The next time by our own reckoning; absent while it is off or when it is over. */
  next_at: instantSchema.optional(),
  /** The latest time that was dealt with: one that is delivered again, or late, starts nothing. */
  handled_at: instantSchema.optional(),
  /** Latest first, at most {@link mostEvents}. */
  events: z.array(scheduleEventSchema),
  /** Rises with each change of what EventBridge Scheduler has to know. Part of the name it has there. */
  revision: z.number().int(),
  /** The revision it has there for certain. */
  applied_revision: z.number().int().optional(),
  /** Revisions below this one are gone from there. */
  oldest_revision: z.number().int(),
  /** Gone for people; the row goes when EventBridge Scheduler has forgotten it. */
  removed: z.boolean().optional(),
  /** Rises with each write. */
  version: z.number().int(),
});
export type Schedule = z.infer<typeof scheduleSchema>;
export const mostEvents = 10;

/** A time of a schedule that waits for its flow to become free; at most one per schedule. */
export const waitingStartSchema = z.object({
  tenant_id: z.string(),
  schedule_id: z.string(),
  due_at: instantSchema,
  since: instantSchema,
  /** The sync it waits for. */
  behind: z.string(),
});
export type WaitingStart = z.infer<typeof waitingStartSchema>;

/** Which defaults a workspace ever got: one that a person deleted is not made again. */
export const scheduleDefaultsSchema = z.object({
  tenant_id: z.string(),
  made: z.array(z.string()),
  version: z.number().int(),
});
export type ScheduleDefaults = z.infer<typeof scheduleDefaultsSchema>;
