import pLimit from 'p-limit';
import { instant } from '../core/clock.ts';
import { makeAnnouncement } from '../model/make-announcement.ts';
import type { Delivery, NotificationSettings } from '../model/notification.ts';
import type { SendOutcome } from './channels/channel.ts';
import { channels } from './channels/index.ts';
import type { NotifierDeps, SendingDeps } from './deps.ts';
import { readSecrets } from './vault.ts';

const pageSize = 50;
/** Messages under way at once, over all tenants. */
const width = 8;
/** Longer than a notifier lives; after it, the one that was sending is dead and another sends the same again. */
const leaseMs = 5 * 60_000;
/** Waits after the first, second, … try: about 18 hours in all, then it is given up. */
export const backoffMs = [1, 5, 30, 120, 300, 600].map((minutes) => minutes * 60_000);
const maxAttempts = backoffMs.length + 1;

/** Sends every message whose time has come. Answers how many arrived. */
export async function sendDue(deps: NotifierDeps, isTimeLeft: () => boolean): Promise<number> {
  const limit = pLimit(width);
  const now = instant(deps.clock.now());
  let delivered = 0;
  let after: string | undefined;
  do {
    const page = await deps.deliveries.due(now, { limit: pageSize, after });
    const work = page.deliveries.map((delivery) =>
      limit(async () => {
        if (isTimeLeft() && (await sendOne(deps, delivery))) delivered += 1;
      }),
    );
    await Promise.all(work);
    after = page.next;
  } while (after !== undefined && isTimeLeft());
  return delivered;
}

async function sendOne(deps: NotifierDeps, delivery: Delivery): Promise<boolean> {
  try {
    const settings = await deps.settings.find(delivery.tenant_id);
    const claimed: Delivery = {
      ...delivery,
      status: 'sending',
      attempts: delivery.attempts + 1,
      due_at: instant(deps.clock.now() + leaseMs),
      version: delivery.version + 1,
    };
    if (!(await deps.deliveries.save(claimed))) return false;
    const ended = await settled(deps, settings, claimed);
    await deps.deliveries.save(ended);
    return ended.status === 'delivered';
  } catch (error) {
    const { tenant_id, delivery_id, channel } = delivery;
    deps.log.error('message not sent', { tenant_id, delivery_id, channel, error });
    return false;
  }
}

/** The delivery after a try, or without one where there is nothing to try any more. */
async function settled(deps: NotifierDeps, settings: NotificationSettings, delivery: Delivery): Promise<Delivery> {
  const next: Delivery = { ...delivery, version: delivery.version + 1 };
  if (!settings.channels[delivery.channel].enabled) {
    return { ...next, status: 'dropped', reason: 'The channel was switched off before this was sent.' };
  }
  if (delivery.attempts > maxAttempts) return { ...next, status: 'failed', reason: delivery.reason ?? 'Given up.' };
  const outcome = await attempt(deps, settings, delivery);
  if (outcome.kind === 'gone') await switchOff(deps, delivery, outcome.reason);
  return ended(next, outcome, deps.clock.now());
}

/** Sends a message, whatever its state; what goes wrong on our side counts as a try that may work later. */
export async function attempt(
  deps: SendingDeps,
  settings: NotificationSettings,
  delivery: Delivery,
): Promise<SendOutcome> {
  const channel = channels[delivery.channel];
  const lacking = channel.lacks(settings);
  if (lacking !== undefined) return { kind: 'refused', status: null, reason: lacking };
  return channel.send(delivery, settings, await readSecrets(deps, delivery.tenant_id), deps);
}

function ended(delivery: Delivery, outcome: SendOutcome, now: number): Delivery {
  const told: Delivery = { ...delivery, answer_status: outcome.status, reason: outcome.reason };
  if (outcome.kind === 'accepted') return { ...told, status: 'delivered', delivered_at: instant(now) };
  if (outcome.kind !== 'retry') return { ...told, status: 'failed' };
  const wait = backoffMs[delivery.attempts - 1];
  if (wait === undefined) return { ...told, status: 'failed' };
  return { ...told, status: 'retrying', due_at: instant(now + Math.max(wait, outcome.retry_after_ms ?? 0)) };
}

const switchTries = 5;

/** Nobody is there any more: the channel is switched off, and the other channels say so. */
async function switchOff(deps: NotifierDeps, { tenant_id, channel }: Delivery, reason: string): Promise<void> {
  if (channel === 'email') return;
  for (let tries = 0; tries < switchTries; tries += 1) {
    const settings = await deps.settings.find(tenant_id);
    const present = settings.channels[channel];
    if (!present.enabled) return;
    const at = instant(deps.clock.now());
    await deps.announce(
      makeAnnouncement({
        tenant_id,
        kind: 'channel_disabled',
        at,
        identity: [channel, settings.version],
        cause: [channel],
        title: `Notifications by ${channel} were switched off`,
        detail: `The address answered that it takes no more: ${reason}`,
        fix: `Give a new address for ${channel} under Notifications and switch it on again.`,
        subject: { type: 'channel', id: channel },
        data: { channel },
      }),
    );
    const disabled = { reason, at };
    const changed: NotificationSettings = {
      ...settings,
      channels: { ...settings.channels, [channel]: { ...present, enabled: false, disabled } },
      updated_at: at,
      version: settings.version + 1,
    };
    if (await deps.settings.save(changed, at)) return;
  }
}
