import * as z from 'zod';
import { announcementKindNames, announcementSchema, severities } from './announcement.ts';
import { instantSchema } from './failure.ts';

export const channelNames = ['email', 'slack', 'webhook'] as const;
export type ChannelName = (typeof channelNames)[number];

export const digestModes = ['immediate', 'hourly', 'daily'] as const;

/** When messages leave. `hour` and `time_zone` count for `daily` only. */
export const digestSchema = z.object({
  mode: z.enum(digestModes),
  /** 0 to 23, by the clock of the zone. */
  hour: z.number().int(),
  /** IANA name. */
  time_zone: z.string(),
});
export type Digest = z.infer<typeof digestSchema>;

const disabled = z.object({ reason: z.string(), at: instantSchema });

/** What a tenant is told, where and when. Its secrets are in Secrets Manager; here is what people may see of them. */
export const notificationSettingsSchema = z.object({
  tenant_id: z.string(),
  channels: z.object({
    email: z.object({ enabled: z.boolean(), recipients: z.array(z.string()) }),
    /** `address`: the secret address, masked; null while there is none. */
    slack: z.object({ enabled: z.boolean(), address: z.string().nullable(), disabled: disabled.optional() }),
    webhook: z.object({
      enabled: z.boolean(),
      url: z.string().nullable(),
      /** When its signing secret was made; null while there is none. */
      secret_made_at: instantSchema.nullable(),
      disabled: disabled.optional(),
    }),
  }),
  minimum_severity: z.enum(severities),
  /** Null: all. */
  events: z.array(z.enum(announcementKindNames)).nullable(),
  /** Null: all. What is about no entity passes. */
  entities: z.array(z.string()).nullable(),
  /** Null: all. What is about no platform passes. */
  platforms: z.array(z.string()).nullable(),
  digest: digestSchema,
  /** Hours without a completed sync of a connection that are worth an alert; null: none. */
  lag_hours: z.number().int().nullable(),
  updated_at: instantSchema.nullable(),
  /** Rises with each change; 0 was never stored. */
  version: z.number().int(),
});
export type NotificationSettings = z.infer<typeof notificationSettingsSchema>;

export function defaultSettings(tenantId: string): NotificationSettings {
  return {
    tenant_id: tenantId,
    channels: {
      email: { enabled: false, recipients: [] },
      slack: { enabled: false, address: null },
      webhook: { enabled: false, url: null, secret_made_at: null },
    },
    minimum_severity: 'info',
    events: null,
    entities: null,
    platforms: null,
    digest: { mode: 'immediate', hour: 8, time_zone: 'UTC' },
    lag_hours: null,
    updated_at: null,
    version: 0,
  };
}

/**
 * `waiting` may still be added to; `sending`: a notifier is at it; `retrying` waits for another try; `delivered`, `failed`
 * (given up, `reason` says why) and `dropped` (its channel was switched off first) are final.
 */
export const deliveryStatuses = ['waiting', 'sending', 'retrying', 'delivered', 'failed', 'dropped'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** An announcement as a message carries it. */
const { tenant_id: _tenant, cause: _cause, ...told } = announcementSchema.shape;

/** One message to one channel, and what became of it. Its id goes along with every try, so that a receiver knows a repeat. */
export const deliverySchema = z.object({
  tenant_id: z.string(),
  /** Sorts by time; made from channel, cause and time. */
  delivery_id: z.string(),
  channel: z.enum(channelNames),
  /** `digest`, or the cause of everything in it. */
  cause: z.string(),
  status: z.enum(deliveryStatuses),
  severity: z.enum(severities),
  /** Announcements it stands for. */
  count: z.number().int(),
  /** The first of them; the others only count. */
  events: z.array(z.object(told)),
  first_at: instantSchema,
  last_at: instantSchema,
  created_at: instantSchema,
  /** When it is to be sent, or tried again; past that, whoever is sending it is given up for dead. */
  due_at: instantSchema,
  attempts: z.number().int(),
  /** HTTP status of the last answer; null when there was none. */
  answer_status: z.number().int().nullable(),
  /** What the last answer said, or why there was none. */
  reason: z.string().nullable(),
  delivered_at: instantSchema.nullable(),
  version: z.number().int(),
});
export type Delivery = z.infer<typeof deliverySchema>;

/** What keeps messages of one cause apart in time. */
export const threadSchema = z.object({
  tenant_id: z.string(),
  channel: z.enum(channelNames),
  cause: z.string(),
  /** When the newest message of this cause left or is to leave. */
  last_due: instantSchema,
  last_delivery: z.string(),
});
export type Thread = z.infer<typeof threadSchema>;

/** Which connections of a tenant are silent, and when to look again. */
export const lagWatchSchema = z.object({
  tenant_id: z.string(),
  check_at: instantSchema,
  /** Last sync before the silence, by platform. */
  silent: z.record(z.string(), instantSchema),
  version: z.number().int(),
});
export type LagWatch = z.infer<typeof lagWatchSchema>;
