import * as z from 'zod';
import { instantSchema } from './failure.ts';

/** How much it matters, rising. */
export const severities = ['info', 'warning', 'error'] as const;
export type Severity = (typeof severities)[number];

/** Everything a tenant can be told of, with how much it matters. Names are part of the API and of webhooks: never reuse one. */
export const announcementKinds = {
  sync_failed: 'error',
  sync_completed_with_failures: 'warning',
  sync_paused: 'warning',
  schedule_not_started: 'warning',
  connection_reauth_required: 'error',
  connection_error: 'error',
  connection_recovered: 'info',
  breaker_opened: 'warning',
  breaker_closed: 'info',
  grant_expiring: 'warning',
  arrivals_stopped: 'warning',
  arrivals_resumed: 'info',
  channel_disabled: 'warning',
  test: 'info',
} as const satisfies Readonly<Record<string, Severity>>;
export type AnnouncementKind = keyof typeof announcementKinds;
export const announcementKindNames = Object.keys(announcementKinds) as [AnnouncementKind, ...AnnouncementKind[]];

/** Something that happened to a tenant's syncs or connections, as people are told of it. Holds no secret. */
export const announcementSchema = z.object({
  tenant_id: z.string(),
  /** Made from what happened, so that announcing it again stores it once. */
  event_id: z.string(),
  kind: z.enum(announcementKindNames),
  severity: z.enum(severities),
  at: instantSchema,
  /** One line. */
  title: z.string(),
  /** What happened and why, in sentences. */
  detail: z.string(),
  /** What to do; null where there is nothing to do. */
  fix: z.string().nullable(),
  /** The platforms it is about. */
  platforms: z.array(z.string()),
  /** As the API spells it, `orders`; null when it is about no entity. */
  entity: z.string().nullable(),
  /** Announcements of one cause are told as one message when many come in a short time. */
  cause: z.string(),
  /** What to look at: `sync` `01H…`, `connection` `quickbooks`. */
  subject: z.object({ type: z.string(), id: z.string() }).nullable(),
  /** Figures for programs; by kind, see docs/notifications.md. */
  data: z.record(z.string(), z.unknown()),
});
export type Announcement = z.infer<typeof announcementSchema>;

/** Leaves an announcement for the notifier. Never fails: being told of trouble must not add to it. */
export type Announce = (announcement: Announcement) => Promise<void>;
