import { instant } from '../core/clock.ts';
import type { Failure } from '../core/failure.ts';
import type { Breaker } from '../model/breaker.ts';
import type { Connection } from '../model/connection.ts';
import { makeAnnouncement } from '../model/make-announcement.ts';
import type { ConnectionAddress, ConnectionDeps } from './deps.ts';

type AnnounceDeps = Pick<ConnectionDeps, 'announce' | 'clock' | 'connectors'>;

const titleOf = ({ connectors }: AnnounceDeps, platform: string): string => connectors[platform]?.title ?? platform;

const about = (platform: string) => ({ platforms: [platform], subject: { type: 'connection', id: platform } });

const broken: readonly Connection['status'][] = ['reauth_required', 'error'];

/**
 * Tells of a connection that stops working for a reason only its owner can remove, or that works again. Called before the
 * new status is stored: dying between, the same is told again and stored once.
 */
export async function announceStatus(
  deps: AnnounceDeps,
  before: Connection,
  status: Connection['status'],
  failure: Failure | undefined,
): Promise<void> {
  if (status === before.status) return;
  const isBroken = broken.includes(status);
  if (!isBroken && !(status === 'connected' && broken.includes(before.status))) return;
  const { tenant_id, platform, connected_at, last_check_at } = before;
  const title = titleOf(deps, platform);
  const kind =
    status === 'reauth_required'
      ? 'connection_reauth_required'
      : isBroken
        ? 'connection_error'
        : 'connection_recovered';
  const titles = {
    connection_reauth_required: `${title} must be connected again`,
    connection_error: `The connection to ${title} does not work`,
    connection_recovered: `The connection to ${title} works again`,
  };
  await deps.announce(
    makeAnnouncement({
      ...about(platform),
      tenant_id,
      kind,
      at: instant(deps.clock.now()),
      // A grant is lost once; everything else may come back after a check.
      identity: [platform, connected_at, ...(kind === 'connection_reauth_required' ? [] : [last_check_at])],
      title: titles[kind],
      detail: failure?.reason ?? `${before.display_name} answers as it should.`,
      fix: isBroken ? (failure?.fix ?? null) : null,
      data: { platform, status, code: failure?.code ?? null },
    }),
  );
}

/** Tells of a breaker that opened, once however often it is tried and stays open. */
export async function announceOpened(
  deps: AnnounceDeps,
  { tenant_id, platform, opened_at, failure, failures }: Breaker,
) {
  const title = titleOf(deps, platform);
  await deps.announce(
    makeAnnouncement({
      ...about(platform),
      tenant_id,
      kind: 'breaker_opened',
      at: opened_at ?? instant(deps.clock.now()),
      identity: [platform, opened_at],
      title: `${title} is down`,
      detail: `${title} stopped the last ${failures} tries in a row. The latest: ${failure.reason}`,
      fix: 'Nothing to do: it is tried again by itself. If it lasts, look at the status page of the platform.',
      data: { platform, code: failure.code },
    }),
  );
}

/** Tells that a breaker which was open closes; of one that was not, nothing. Called before it is forgotten. */
export async function announceClosed(deps: AnnounceDeps, { tenant_id, platform, state, opened_at }: Breaker) {
  if (state === 'closed') return;
  const title = titleOf(deps, platform);
  await deps.announce(
    makeAnnouncement({
      ...about(platform),
      tenant_id,
      kind: 'breaker_closed',
      at: instant(deps.clock.now()),
      identity: [platform, opened_at],
      title: `${title} is up again`,
      detail: `${title} answers again; what waited for it goes on.`,
      data: { platform, down_since: opened_at ?? null },
    }),
  );
}

/** Forgets the breaker of a connection that was just seen to work. */
export async function resetBreaker(
  deps: AnnounceDeps & Pick<ConnectionDeps, 'breakers'>,
  { tenantId, platform }: ConnectionAddress,
): Promise<void> {
  const breaker = await deps.breakers.find(tenantId, platform);
  if (breaker) await announceClosed(deps, breaker);
  await deps.breakers.reset(tenantId, platform);
}

const dayMs = 86_400_000;
/** Days before the end of a grant at which its owner is reminded, nearest last. */
const reminders = [30, 14, 7, 3, 1];

/** Reminds of a grant that ends soon: once for each reminder that is due. */
export async function announceExpiry(deps: AnnounceDeps, connection: Connection, endsAt: number): Promise<void> {
  const now = deps.clock.now();
  const left = (endsAt - now) / dayMs;
  const reminder = reminders.filter((days) => left <= days).at(-1);
  if (reminder === undefined) return;
  const { tenant_id, platform, connected_at } = connection;
  const title = titleOf(deps, platform);
  await deps.announce(
    makeAnnouncement({
      ...about(platform),
      tenant_id,
      kind: 'grant_expiring',
      at: instant(now),
      identity: [platform, connected_at, reminder],
      title: `The connection to ${title} ends in ${reminder === 1 ? 'a day' : `${reminder} days`} or less`,
      detail: `${title} takes this connection until ${instant(endsAt).slice(0, 16).replace('T', ' ')} UTC.`,
      fix: `Connect ${title} again under Connections before that.`,
      data: { platform, ends_at: instant(endsAt) },
    }),
  );
}
