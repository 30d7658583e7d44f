import * as z from 'zod';
import { sha256Hex } from '../core/json.ts';
import { failureSchema, instantSchema } from './failure.ts';

export const failureStates = ['open', 'acknowledged'] as const;

/** One run that tried the record in vain. */
const failedTrySchema = z.object({ at: instantSchema, run_id: z.string(), code: z.string() });

/** Tries kept with a failure, the newest. */
export const keptTries = 20;

/** A record that did not arrive: one per route and record, gone when the record arrives. */
export const failureRecordSchema = z.object({
  tenant_id: z.string(),
  /** Derived from route and record, so that a repeat finds the same one. */
  failure_id: z.string(),
  route_id: z.string(),
  /** Entity of the source record. */
  entity: z.string(),
  source_id: z.string(),
  label: z.string(),
  /** True for a record that exists only inside others: retrying it means retrying those. */
  carried: z.boolean().optional(),
  /** The target entity that failed, where it came that far. */
  target_entity: z.string().optional(),
  failure: failureSchema,
  /** Where the failure is really one of another record: `product 12`. */
  caused_by: z.object({ entity: z.string(), source_id: z.string() }).optional(),
  /** Names why it failed; failures with the same one are a group. */
  cause: z.string(),
  /** The failure it is parked under: that of the record it needs. */
  parent: z.string().optional(),
  /** The mapped payload that was refused, without secrets. */
  payload: z.unknown().optional(),
  /** The latest run that tried it. */
  run_id: z.string(),
  /** Runs that tried it. */
  attempts: z.number().int(),
  /** The newest of them, the latest last. */
  tries: z.array(failedTrySchema),
  /** When it is tried again by itself. */
  next_retry_at: instantSchema.optional(),
  state: z.enum(failureStates),
  first_failed_at: instantSchema,
  last_failed_at: instantSchema,
  acknowledged_by: z.string().optional(),
  acknowledged_at: instantSchema.optional(),
});
export type FailureRecord = z.infer<typeof failureRecordSchema>;

/** The cause of all that fail because the record of this failure did. */
export function causeOfDependents(failureId: string): string {
  return sha256Hex(`parent\u0000${failureId}`).slice(0, 26);
}
