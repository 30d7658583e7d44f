import type { NotifierDeps } from './deps.ts';
import { routePending } from './route-pending.ts';
import { sendDue } from './send-due.ts';
import { watchLag } from './watch-lag.ts';

export interface NotifySummary {
  /** Announcements that became part of messages, or that nobody wants to be told. */
  readonly routed: number;
  readonly delivered: number;
}

/**
 * One turn of the notifier: looks for silence, makes messages of what was announced, sends those whose time has come.
 * Every step is stored before the next; dying anywhere, the next turn goes on, and a message may arrive twice with the
 * same id. Two turns at once do not get in each other's way.
 */
export async function notify(deps: NotifierDeps, isTimeLeft: () => boolean): Promise<NotifySummary> {
  await watchLag(deps, isTimeLeft);
  const routed = await routePending(deps, isTimeLeft);
  const delivered = await sendDue(deps, isTimeLeft);
  return { routed, delivered };
}
