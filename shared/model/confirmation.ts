import * as z from 'zod';
import { instantSchema } from './failure.ts';

/** Leave to carry out exactly one plan: for one user, once, for a few minutes. Only a hash of its token is kept. */
export const confirmationSchema = z.object({
  tenant_id: z.string(),
  token_hash: z.string(),
  user_id: z.string(),
  /** The dry run. */
  plan_id: z.string(),
  /** Hash of the whole plan as it was shown. */
  plan_hash: z.string(),
  /** How often it still has to be said, with this one. */
  left: z.union([z.literal(1), z.literal(2)]),
  expires: instantSchema,
  /** The run it was used for; the plan itself where it had to be said once more. */
  run_id: z.string().optional(),
});
export type Confirmation = z.infer<typeof confirmationSchema>;
