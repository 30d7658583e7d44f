import { instant } from '../core/clock.ts';
import { idPrefix } from '../core/ids.ts';
import { contentHash } from '../core/json.ts';
import type { Routing, ThreadChange } from '../data/outbox-repository.ts';
import { type Announcement, type Severity, severities } from '../model/announcement.ts';
import {
  type ChannelName,
  channelNames,
  type Delivery,
  type NotificationSettings,
  type Thread,
} from '../model/notification.ts';
import { nextDigest } from './digest.ts';

/** Messages of one cause to one channel are at least this far apart; what comes between goes into the next. */
export const cooldownMs = 15 * 60_000;
/** Announcements a message shows; the others only count. */
export const mostShown = 20;

/** Deliveries and threads as they are, by what finds them. */
export interface Present {
  readonly threads: readonly Thread[];
  readonly deliveries: readonly Delivery[];
}

/** The channels that are to tell of an announcement. */
export function channelsFor(settings: NotificationSettings, announcement: Announcement): readonly ChannelName[] {
  return passes(settings, announcement) ? channelNames.filter((name) => settings.channels[name].enabled) : [];
}

function passes(settings: NotificationSettings, { kind, severity, entity, platforms }: Announcement): boolean {
  const isWanted = <T>(wanted: readonly T[] | null, has: readonly T[]): boolean =>
    wanted === null || has.length === 0 || has.some((each) => wanted.includes(each));
  return (
    rank(severity) >= rank(settings.minimum_severity) &&
    isWanted(settings.events, [kind]) &&
    isWanted(settings.entities, entity === null ? [] : [entity]) &&
    isWanted(settings.platforms, platforms)
  );
}

const rank = (severity: Severity): number => severities.indexOf(severity);

/** The one id of a message: made from where it goes, its cause and its time. */
export function deliveryId(tenantId: string, channel: ChannelName, cause: string, dueAt: string): string {
  return `${idPrefix(Date.parse(dueAt))}${contentHash([tenantId, channel, cause, dueAt]).slice(0, 16).toUpperCase()}`;
}

/** Everything that routing some announcements may look at. */
export function lookedAt(settings: NotificationSettings, announcements: readonly Announcement[], now: number) {
  const digestAt = nextDigest(settings.digest, now);
  const { tenant_id } = settings;
  if (digestAt !== undefined) {
    return { threads: [], deliveries: channelNames.map((each) => deliveryId(tenant_id, each, digest, digestAt)) };
  }
  const wanted = announcements.flatMap((announcement) =>
    channelsFor(settings, announcement).map((channel) => ({ channel, cause: announcement.cause })),
  );
  return { threads: wanted, deliveries: [] };
}

const digest = 'digest';

/**
 * Which messages announcements of one tenant become part of. The first of a cause leaves at once; while its cooldown lasts
 * the others gather in one message that leaves when it is over.
 */
export function route(
  settings: NotificationSettings,
  announcements: readonly Announcement[],
  present: Present,
  now: number,
): Routing {
  const deliveries = new Map(present.deliveries.map((each) => [each.delivery_id, each]));
  const threads = new Map(present.threads.map((each) => [threadName(each), each]));
  const touched = new Map<string, Delivery>();
  const moved = new Map<string, ThreadChange>();

  const place = (channel: ChannelName, announcement: Announcement): Delivery => {
    const { tenant_id } = settings;
    const digestAt = nextDigest(settings.digest, now);
    if (digestAt !== undefined) {
      const id = deliveryId(tenant_id, channel, digest, digestAt);
      const known = deliveries.get(id);
      // A clock that is behind may find the digest gone: then the next one.
      const at = known && known.status !== 'waiting' ? nextDigest(settings.digest, Date.parse(digestAt)) : digestAt;
      return known?.status === 'waiting' ? known : emptyDelivery(tenant_id, channel, digest, at ?? digestAt, now);
    }
    const { cause } = announcement;
    const name = threadName({ channel, cause });
    const thread = moved.get(name)?.thread ?? threads.get(name);
    const newest = thread && deliveries.get(thread.last_delivery);
    if (newest?.status === 'waiting') return newest;
    const free = thread ? Date.parse(thread.last_due) + cooldownMs : now;
    const made = emptyDelivery(tenant_id, channel, cause, instant(Math.max(now, free)), now);
    const next: Thread = { tenant_id, channel, cause, last_due: made.due_at, last_delivery: made.delivery_id };
    moved.set(name, { thread: next, before: threads.get(name) });
    return made;
  };

  for (const announcement of announcements) {
    for (const channel of channelsFor(settings, announcement)) {
      const into = add(place(channel, announcement), announcement);
      deliveries.set(into.delivery_id, into);
      touched.set(into.delivery_id, into);
    }
  }
  const before = new Map(present.deliveries.map((each) => [each.delivery_id, each.version]));
  const stored = [...touched.values()].map((each) => ({ ...each, version: (before.get(each.delivery_id) ?? 0) + 1 }));
  return { announcements, deliveries: stored, threads: [...moved.values()] };
}

const threadName = ({ channel, cause }: Pick<Thread, 'channel' | 'cause'>): string => `${channel}/${cause}`;

function emptyDelivery(tenant_id: string, channel: ChannelName, cause: string, due_at: string, now: number): Delivery {
  const at = instant(now);
  return {
    tenant_id,
    delivery_id: deliveryId(tenant_id, channel, cause, due_at),
    channel,
    cause,
    status: 'waiting',
    severity: 'info',
    count: 0,
    events: [],
    first_at: at,
    last_at: at,
    created_at: at,
    due_at,
    attempts: 0,
    answer_status: null,
    reason: null,
    delivered_at: null,
    version: 0,
  };
}

/** The delivery with one more announcement in it. */
export function add(delivery: Delivery, announcement: Announcement): Delivery {
  const { tenant_id: _tenant, cause: _cause, ...told } = announcement;
  const { at } = told;
  const isFirst = delivery.count === 0;
  return {
    ...delivery,
    count: delivery.count + 1,
    events: delivery.events.length < mostShown ? [...delivery.events, told] : delivery.events,
    severity: rank(told.severity) > rank(delivery.severity) ? told.severity : delivery.severity,
    first_at: isFirst || at < delivery.first_at ? at : delivery.first_at,
    last_at: isFirst || at > delivery.last_at ? at : delivery.last_at,
  };
}

/** A message that belongs to no cause: a test. */
export function singleDelivery(announcement: Announcement, channel: ChannelName, now: number): Delivery {
  return add(emptyDelivery(announcement.tenant_id, channel, announcement.cause, instant(now), now), announcement);
}
