import * as z from 'zod';
import { failureSchema, instantSchema } from './failure.ts';

export const breakerStates = ['closed', 'open', 'half_open'] as const;

/** What keeps workers from calling a connection that is down. None is stored for a connection that works. */
export const breakerSchema = z.object({
  tenant_id: z.string(),
  platform: z.string(),
  state: z.enum(breakerStates),
  /** Slices in a row that the connection stopped. */
  failures: z.number().int().positive(),
  /** The last one. */
  failure: failureSchema,
  /** Milliseconds from the last failure to the next try; 0 while closed. */
  cooldown_ms: z.number().int().nonnegative(),
  /** Since when nothing gets through; stays the same through the tries after it. */
  opened_at: instantSchema.optional(),
  /** Open: when the next try is let through. Half open: when its worker is given up for dead. */
  retry_at: instantSchema.optional(),
  /** Rises with each change. */
  version: z.number().int().positive(),
});
export type Breaker = z.infer<typeof breakerSchema>;
