import { instant } from '../core/clock.ts';
import type { Connection } from '../model/connection.ts';
import { makeAnnouncement } from '../model/make-announcement.ts';
import type { LagWatch } from '../model/notification.ts';
import type { NotifierDeps } from './deps.ts';

const pageSize = 100;
const hourMs = 3_600_000;
/** How soon the end of a silence is noticed. */
const lookAgainMs = 5 * 60_000;

/** Looks after every tenant whose connections may have become silent, or may have ended a silence. */
export async function watchLag(deps: NotifierDeps, isTimeLeft: () => boolean): Promise<void> {
  const now = instant(deps.clock.now());
  let after: string | undefined;
  do {
    const page = await deps.settings.dueWatches(now, { limit: pageSize, after });
    for (const watch of page.watches) {
      if (!isTimeLeft()) return;
      try {
        await watchOne(deps, watch);
      } catch (error) {
        deps.log.error('silence not watched', { tenant_id: watch.tenant_id, error });
      }
    }
    after = page.next;
  } while (after !== undefined);
}

/** Announces first and remembers then: dying between, the same is announced again, which stores it once. */
async function watchOne(deps: NotifierDeps, watch: LagWatch): Promise<void> {
  const { tenant_id } = watch;
  const { lag_hours } = await deps.settings.find(tenant_id);
  if (lag_hours === null) return deps.settings.removeWatch(watch);
  const now = deps.clock.now();
  const lagMs = lag_hours * hourMs;
  const watched = (await deps.connections.list(tenant_id)).filter(isWatched);
  const silent: Record<string, string> = {};
  let next = now + lagMs;
  for (const connection of watched) {
    const { platform, last_sync_at } = connection;
    const known = watch.silent[platform];
    if (Date.parse(last_sync_at) + lagMs <= now) {
      // A silence that ended and began again between two looks is another one: `stopped` is made from its beginning.
      await deps.announce(stopped(connection, instant(now)));
      silent[platform] = last_sync_at;
      next = Math.min(next, now + lookAgainMs);
    } else {
      if (known !== undefined) await deps.announce(resumed(connection, known));
      next = Math.min(next, Date.parse(last_sync_at) + lagMs);
    }
  }
  await deps.settings.saveWatch({ ...watch, silent, check_at: instant(next), version: watch.version + 1 });
}

type Watched = Connection & { readonly last_sync_at: string };

/** What never synced, or what its owner switched off, cannot be late. */
function isWatched(connection: Connection): connection is Watched {
  return connection.enabled && connection.status !== 'disconnected' && connection.last_sync_at !== undefined;
}

const spoken = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`;

function stopped({ tenant_id, platform, display_name, last_sync_at }: Watched, at: string) {
  return makeAnnouncement({
    tenant_id,
    kind: 'arrivals_stopped',
    at,
    identity: [platform, last_sync_at],
    // One cause for all platforms: when syncs stop, they stop everywhere.
    cause: [],
    platforms: [platform],
    title: `Nothing has arrived since ${spoken(last_sync_at)}: ${display_name}`,
    detail: `The last sync with ${display_name} that completed was at ${spoken(last_sync_at)}.`,
    fix: 'Look whether syncs are started, fail or wait, and start one.',
    subject: { type: 'connection', id: platform },
    data: { platform, last_sync_at },
  });
}

function resumed({ tenant_id, platform, display_name, last_sync_at }: Watched, since: string) {
  return makeAnnouncement({
    tenant_id,
    kind: 'arrivals_resumed',
    at: last_sync_at,
    identity: [platform, since],
    cause: [],
    platforms: [platform],
    title: `It arrives again: ${display_name}`,
    detail: `A sync with ${display_name} completed at ${spoken(last_sync_at)}, the first since ${spoken(since)}.`,
    subject: { type: 'connection', id: platform },
    data: { platform, last_sync_at, silent_since: since },
  });
}
