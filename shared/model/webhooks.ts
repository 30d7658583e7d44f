import * as z from 'zod';
import { failureSchema, instantSchema } from './failure.ts';

/** What a connection's webhooks are to be, and what the last look at the platform found. One per connection. */
export const webhookSettingsSchema = z.object({
  tenant_id: z.string(),
  platform: z.string(),
  /** False: what arrives is dropped, and hooks at the platform are paused. */
  enabled: z.boolean(),
  /** Last part of the address of this connection, where each has one; nobody can guess it. */
  hook: z.string().optional(),
  /** When hooks were first set up: what changed before was told by nobody. */
  registered_at: instantSchema.optional(),
  checked_at: instantSchema.optional(),
  /** Which secret the hooks sign with, as a hash. */
  signed_with: z.string().optional(),
  hooks: z.array(
    z.object({
      topic: z.string(),
      id: z.string(),
      status: z.enum(['active', 'paused']),
      /** The platform had switched it off and we switched it on: its counter of failures goes on from where it was. */
      revived_at: instantSchema.optional(),
    }),
  ),
  /** Why the last look did not work. */
  failure: failureSchema.optional(),
  version: z.number().int(),
});
export type WebhookSettings = z.infer<typeof webhookSettingsSchema>;

export function noWebhookSettings(tenantId: string, platform: string): WebhookSettings {
  return { tenant_id: tenantId, platform, enabled: true, hooks: [], version: 0 };
}

/** What was told of one record. */
export const toldRecordSchema = z.object({
  /** When the last news arrived. */
  told_at: instantSchema,
  /** Keys of the last news, newest last. */
  keys: z.array(z.string()),
});
export type ToldRecord = z.infer<typeof toldRecordSchema>;

/** What deliveries came to, per hour. */
export const webhookCountNames = [
  /** News of records that were kept. */
  'events',
  /** Told before. */
  'duplicates',
  /** Of what nobody syncs. */
  'ignored',
  /** Of records gone before they could be told of. */
  'vanished',
  /** That could not be understood. */
  'unreadable',
  /** Arrived while switched off. */
  'dropped',
] as const;
export type WebhookCounts = Readonly<Record<(typeof webhookCountNames)[number], number>>;
export const noWebhookCounts: WebhookCounts = {
  events: 0,
  duplicates: 0,
  ignored: 0,
  vanished: 0,
  unreadable: 0,
  dropped: 0,
};

/** A change that a sync found and nobody had told of. */
export const missedChangeSchema = z.object({
  tenant_id: z.string(),
  platform: z.string(),
  entity: z.string(),
  id: z.string(),
  label: z.string(),
  /** When the platform changed it; of what is gone, when that was found. */
  changed_at: instantSchema,
  run_id: z.string(),
});
export type MissedChange = z.infer<typeof missedChangeSchema>;
