import { chunks } from '../core/chunks.ts';
import { instant } from '../core/clock.ts';
import type { Announcement } from '../model/announcement.ts';
import type { NotificationSettings } from '../model/notification.ts';
import type { NotifierDeps } from './deps.ts';
import { channelsFor, lookedAt, route } from './route.ts';

const pageSize = 100;
/** So many fit into one transaction of 100 items: each is one, with at most a delivery and a thread per channel. */
const perTransaction = 14;
/** Records named in what is told of a sync. */
const mostCauses = 3;

/** Makes messages of all announcements that wait. Answers how many became part of the next messages. */
export async function routePending(deps: NotifierDeps, isTimeLeft: () => boolean): Promise<number> {
  let routed = 0;
  let after: string | undefined;
  do {
    const page = await deps.outbox.pending({ limit: pageSize, after });
    const tenants = Map.groupBy(page.announcements, ({ tenant_id }) => tenant_id);
    for (const [tenantId, announcements] of tenants) {
      if (!isTimeLeft()) return routed;
      try {
        routed += await routeTenant(deps, tenantId, announcements);
      } catch (error) {
        // One tenant's trouble must not silence the others; it is tried again next time.
        deps.log.error('announcements not routed', { tenant_id: tenantId, error });
      }
    }
    after = page.next;
  } while (after !== undefined);
  return routed;
}

async function routeTenant(
  deps: NotifierDeps,
  tenantId: string,
  announcements: readonly Announcement[],
): Promise<number> {
  const settings = await deps.settings.find(tenantId);
  let routed = 0;
  for (const chunk of chunks(announcements, perTransaction)) {
    const now = deps.clock.now();
    const explained = await Promise.all(chunk.map((each) => withCauses(deps, settings, each)));
    const looked = lookedAt(settings, explained, now);
    const threads = await deps.outbox.threads(tenantId, looked.threads);
    const ids = [...looked.deliveries, ...threads.map(({ last_delivery }) => last_delivery)];
    const deliveries = await deps.deliveries.findMany(tenantId, ids);
    const routing = route(settings, explained, { threads, deliveries }, now);
    if (await deps.outbox.route(routing, instant(now))) routed += chunk.length;
  }
  return routed;
}

/** A sync that somebody is told of names the first records that did not arrive. */
async function withCauses(
  deps: NotifierDeps,
  settings: NotificationSettings,
  announcement: Announcement,
): Promise<Announcement> {
  const { tenant_id: tenantId, kind, subject } = announcement;
  const isSync = kind === 'sync_failed' || kind === 'sync_completed_with_failures';
  if (!isSync || subject === null || channelsFor(settings, announcement).length === 0) return announcement;
  const { failures } = await deps.failures.list(tenantId, { runId: subject.id, limit: mostCauses });
  if (failures.length === 0) return announcement;
  const causes = failures.map(({ label, source_id, failure: { code, reason } }) => ({
    label,
    source_id,
    code,
    reason,
  }));
  const sentences = causes.map(({ label, reason }) => `${label}: ${reason}`);
  return {
    ...announcement,
    detail: `${announcement.detail} The latest: ${sentences.join(' ')}`,
    data: { ...announcement.data, causes },
  };
}
