import * as z from 'zod';
import { instantSchema } from './failure.ts';

/** A record of a source that somebody said has changed, until a run of its route carries it. One per route and record. */
export const pendingChangeSchema = z.object({
  tenant_id: z.string(),
  route_id: z.string(),
  /** External id on the source. */
  id: z.string(),
  /** Who said so last; the run is `requested_by` them: `webhook:woocommerce`. */
  told_by: z.string(),
  /** When it was first told of since the last run took it. */
  since: instantSchema,
  /** How often since then. */
  count: z.number().int().positive(),
  /** Another one each time it is told of, so that what comes meanwhile is not taken out with what was seen. */
  stamp: z.string(),
});
export type PendingChange = z.infer<typeof pendingChangeSchema>;
