import * as z from 'zod';
import { instantSchema } from './failure.ts';

/** Which failures a retry takes from the queue. What is parked under them is tried with them. */
export const retrySelectionSchema = z.discriminatedUnion('by', [
  z.object({ by: z.literal('all') }),
  z.object({ by: z.literal('entity'), entity: z.string() }),
  z.object({ by: z.literal('cause'), cause: z.string() }),
  z.object({ by: z.literal('ids'), failure_ids: z.array(z.string()) }),
  /** Those whose time had come, and what was released from under a parent. */
  z.object({ by: z.literal('due'), before: instantSchema }),
]);
export type RetrySelection = z.infer<typeof retrySelectionSchema>;
