import { instant } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import { makeAnnouncement } from '../model/make-announcement.ts';
import type { ChannelName, Delivery } from '../model/notification.ts';
import { channels } from './channels/index.ts';
import type { SendingDeps } from './deps.ts';
import { singleDelivery } from './route.ts';
import { attempt } from './send-due.ts';

export type TestResult =
  | { readonly kind: 'sent'; readonly delivery: Delivery }
  /** The channel lacks something; nothing was sent. */
  | { readonly kind: 'not_set_up'; readonly reason: string };

/** Sends one message now, over a channel that may be switched off, and keeps it in the history. It is not repeated. */
export async function sendTest(
  deps: SendingDeps & { readonly ids: Ids },
  tenantId: string,
  channel: ChannelName,
): Promise<TestResult> {
  const settings = await deps.settings.find(tenantId);
  const reason = channels[channel].lacks(settings);
  if (reason !== undefined) return { kind: 'not_set_up', reason };
  const now = deps.clock.now();
  const announcement = makeAnnouncement({
    tenant_id: tenantId,
    kind: 'test',
    at: instant(now),
    identity: [deps.ids.next()],
    cause: [deps.ids.next()],
    title: 'This is a test',
    detail: 'Somebody asked EasySale Sync to send a test message. Messages arrive here.',
  });
  const delivery = { ...singleDelivery(announcement, channel, now), attempts: 1, version: 1 };
  const outcome = await attempt(deps, settings, delivery);
  const delivered_at = outcome.kind === 'accepted' ? instant(deps.clock.now()) : null;
  const status = outcome.kind === 'accepted' ? 'delivered' : 'failed';
  const kept: Delivery = {
    ...delivery,
    status,
    delivered_at,
    answer_status: outcome.status,
    reason: outcome.reason,
  };
  await deps.deliveries.save(kept);
  return { kind: 'sent', delivery: kept };
}
