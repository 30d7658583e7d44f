import * as z from 'zod';
import { failureSchema, instantSchema } from './failure.ts';

export const failureStates = ['open', 'acknowledged'] as const;

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
  /** The mapped payload that was refused. */
  payload: z.unknown().optional(),
  run_id: z.string(),
  attempts: z.number().int(),
  state: z.enum(failureStates),
  first_failed_at: instantSchema,
  last_failed_at: instantSchema,
  acknowledged_by: z.string().optional(),
  acknowledged_at: instantSchema.optional(),
});
export type FailureRecord = z.infer<typeof failureRecordSchema>;
