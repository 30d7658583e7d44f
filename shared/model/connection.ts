import * as z from 'zod';
import { failureSchema, instantSchema } from './failure.ts';

export const connectionStatuses = ['connected', 'disconnected', 'degraded', 'reauth_required', 'error'] as const;

/** A tenant's authorised account on one platform. Its secrets are in Secrets Manager, never here. */
export const connectionSchema = z.object({
  tenant_id: z.string(),
  platform: z.string(),
  status: z.enum(connectionStatuses),
  enabled: z.boolean(),
  display_name: z.string(),
  /** Credentials as people may see them: secrets masked (`ck_…9f3a`). */
  masked: z.record(z.string(), z.string()),
  /** What the platform told about itself, and the parts of the credentials that are not secret. */
  profile: z.record(z.string(), z.unknown()),
  /** Effective settings: the owner's over the suggested ones, with the defaults of the platform. */
  settings: z.record(z.string(), z.unknown()),
  /** What the owner chose; everything else follows the suggestion, also when that changes. */
  own_settings: z.record(z.string(), z.unknown()).optional(),
  /** What the platform's own state suggests: accounts, tax codes. */
  suggested_settings: z.record(z.string(), z.unknown()).optional(),
  /** The account it is of, in the words of the platform's webhooks, where these are for all connections of the app. */
  account: z.string().optional(),
  warnings: z.array(z.string()),
  failure: failureSchema.optional(),
  connected_at: instantSchema.optional(),
  last_check_at: instantSchema.optional(),
  last_sync_at: instantSchema.optional(),
  version: z.number().int(),
});
export type Connection = z.infer<typeof connectionSchema>;
