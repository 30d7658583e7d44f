import * as z from 'zod';
import { instantSchema } from './failure.ts';

/** Which workspace of a tenant is the active one, and who chose it when. None is stored before the first switch. */
export const sandboxModeSchema = z.object({
  tenant_id: z.string(),
  enabled: z.boolean(),
  changed_at: instantSchema,
  changed_by: z.string(),
});
export type SandboxMode = z.infer<typeof sandboxModeSchema>;
