import * as z from 'zod';
import { failureSchema, instantSchema } from './failure.ts';

const count = z.number().int().nonnegative();

/** Failures of one cause, as a group. It is there as long as it has members. */
export const failureCauseSchema = z.object({
  tenant_id: z.string(),
  cause: z.string(),
  /** Of the member that failed last. */
  failure: failureSchema,
  /** How many there are, by route. Exact. */
  members: z.record(z.string(), z.object({ open: count, acknowledged: count })),
  first_seen_at: instantSchema,
  last_seen_at: instantSchema,
  /** The failure its members are parked under. */
  parent: z.object({ failure_id: z.string(), route_id: z.string(), label: z.string() }).optional(),
  /** The parent arrived: since then the open members wait for a retry of their own. */
  released_at: instantSchema.optional(),
});
export type FailureCause = z.infer<typeof failureCauseSchema>;

/** Members over all routes. */
export function membersOf({ members }: Pick<FailureCause, 'members'>): { open: number; acknowledged: number } {
  const all = Object.values(members);
  return {
    open: all.reduce((sum, { open }) => sum + open, 0),
    acknowledged: all.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
  };
}
