import * as z from 'zod';
import { failureSchema, instantSchema } from './failure.ts';

export const jobStatuses = ['queued', 'running', 'completed', 'failed'] as const;

/** Long work somebody asked for that writes to no platform: an export, a reconciliation. */
export const jobSchema = z.object({
  tenant_id: z.string(),
  job_id: z.string(),
  /** Names the code that does it: `history-export`. */
  kind: z.string(),
  status: z.enum(jobStatuses),
  /** What was asked for, as the kind defines it. */
  request: z.record(z.string(), z.unknown()),
  requested_by: z.string(),
  /** Where the next step goes on, as the kind defines it; null before the first. */
  cursor: z.unknown(),
  /** Rises with each step; a worker that lost the race stops. */
  version: z.number().int(),
  progress: z.object({ done: z.number().int(), total: z.number().int().nullable() }),
  /** What came of it, as the kind defines it. */
  result: z.record(z.string(), z.unknown()).optional(),
  /** Why it failed, or waits. */
  failure: failureSchema.optional(),
  /** Steps in a row that failed; absent when the last one did not. */
  tries: z.number().int().optional(),
  /** When it goes on by itself, while it waits. */
  resume_at: instantSchema.optional(),
  started_at: instantSchema,
  finished_at: instantSchema.optional(),
});
export type Job = z.infer<typeof jobSchema>;

export function isFinished({ status }: Pick<Job, 'status'>): boolean {
  return status === 'completed' || status === 'failed';
}
