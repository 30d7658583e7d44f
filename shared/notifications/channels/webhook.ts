import { Webhook } from 'standardwebhooks';
import { canonicalJson } from '../../core/json.ts';
import type { Delivery } from '../../model/notification.ts';
import type { SigningSecrets } from '../vault.ts';
import type { Channel } from './channel.ts';
import { post } from './post.ts';

/** Standard Webhooks (https://www.standardwebhooks.com): id, timestamp and one signature per valid secret. */
export const webhookChannel: Channel = {
  name: 'webhook',
  lacks({ channels: { webhook } }) {
    if (webhook.url === null) return 'It has no url.';
    return webhook.secret_made_at === null ? 'It has no secret to sign with.' : undefined;
  },
  send(delivery, { channels }, { signing }, { http, clock }) {
    const { url } = channels.webhook;
    if (url === null || !signing) return Promise.resolve({ kind: 'refused', status: null, reason: 'Not set up.' });
    const now = clock.now();
    const body = webhookBody(delivery);
    const headers = signedHeaders(delivery.delivery_id, body, signing, now);
    // 410: the receiver wants no more, https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    return post(http, { url, headers, body, gone: [410] }, now);
  },
};

/** The same for every try: a receiver that compares finds no difference. */
export function webhookBody(delivery: Delivery): string {
  const { tenant_id, delivery_id, severity, count, events, first_at, last_at } = delivery;
  const kinds = new Set(events.map(({ kind }) => kind));
  const [kind] = kinds;
  // The table keeps no order of members; text that is to be the same for every try needs one.
  return canonicalJson({
    type: kinds.size === 1 ? kind : 'digest',
    timestamp: last_at,
    data: { id: delivery_id, tenant_id, severity, count, first_at, last_at, events },
  });
}

/** Headers of one try, signed with the present secret and, while it is valid, with the one before. */
export function signedHeaders(
  id: string,
  body: string,
  { secret, previous }: SigningSecrets,
  now: number,
): Record<string, string> {
  const at = new Date(now);
  const valid = previous && Date.parse(previous.until) > now ? [secret, previous.secret] : [secret];
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now / 1000)),
    'webhook-signature': valid.map((each) => new Webhook(each).sign(id, at, body)).join(' '),
  };
}
