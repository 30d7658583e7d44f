import { createHash, createHmac } from 'node:crypto';
import { WooError } from './errors.ts';
import type { Webhook } from './model.ts';
import { customersResource, ordersResource, productsResource } from './resources.ts';
import type { Store } from './store.ts';

/** One delivery that is due: which hook, of which record. */
export interface DueDelivery {
  readonly hookId: number;
  readonly recordId: number;
}

/** What happens to the deliveries that are due: dropped, doubled, in another order. */
export type Trouble = (due: readonly DueDelivery[]) => readonly DueDelivery[];

/** Failures in a row after which the next one switches a hook off. */
const mostFailures = 5;
const timeoutMs = 60_000;

/**
 * Tells of changes as a store does: later, whenever its cron runs, each hook and record once however often it changed, with
 * the record as it is then. What is not delivered is lost.
 */
export class WebhookSender {
  private readonly store: Store;
  private waiting: DueDelivery[] = [];
  private readonly pings = new Set<Promise<void>>();

  constructor(store: Store) {
    this.store = store;
  }

  /** Something happened that a topic is for. */
  announce(topic: string, recordId: number): void {
    for (const { id: hookId, topic: wanted, status } of this.hooks()) {
      if (wanted !== topic || status !== 'active') continue;
      const isWaiting = this.waiting.some((due) => due.hookId === hookId && due.recordId === recordId);
      if (!isWaiting) this.waiting.push({ hookId, recordId });
    }
  }

  /** A hook is asked for a sign of life when it is made, and at each later save until it gave one. */
  saved(hook: Webhook): void {
    if (!hook.pendingPing || hook.status !== 'active') return;
    const ping = this.ping(hook).finally(() => this.pings.delete(ping));
    this.pings.add(ping);
  }

  get due(): number {
    return this.waiting.length;
  }

  /** Runs the store's cron. @returns how many deliveries were answered well. */
  async deliver(trouble: Trouble = (due) => due): Promise<number> {
    await Promise.all(this.pings);
    const due = trouble(this.waiting);
    this.waiting = [];
    let delivered = 0;
    for (const delivery of due) delivered += (await this.send(delivery)) ? 1 : 0;
    this.store.touch('webhooks');
    return delivered;
  }

  private hooks(): Iterable<Webhook> {
    return this.store.shop.webhooks?.values() ?? [];
  }

  private async ping(hook: Webhook): Promise<void> {
    const headers = { 'user-agent': this.agent(), 'content-type': 'application/x-www-form-urlencoded' };
    if ((await post(hook.deliveryUrl, headers, `webhook_id=${hook.id}`)) === 200) hook.pendingPing = false;
  }

  private agent(): string {
    return `WooCommerce/${this.store.shop.settings.version} Hookshot (WordPress/6.9)`;
  }

  private async send({ hookId, recordId }: DueDelivery): Promise<boolean> {
    const hook = this.store.shop.webhooks?.get(hookId);
    if (hook?.status !== 'active') return false;
    const [resource = '', event = ''] = hook.topic.split('.');
    const body = phpJson(this.bodyOf(resource, event, recordId));
    const second = Math.floor(this.store.now() / 1000);
    const status = await post(
      hook.deliveryUrl,
      {
        'user-agent': this.agent(),
        'content-type': 'application/json',
        'x-wc-webhook-source': `${this.store.shop.settings.url}/`,
        'x-wc-webhook-topic': hook.topic,
        'x-wc-webhook-resource': resource,
        'x-wc-webhook-event': event,
        'x-wc-webhook-signature': createHmac('sha256', decodeEntities(hook.secret)).update(body).digest('base64'),
        'x-wc-webhook-id': String(hook.id),
        // Of hook and second: several deliveries share one.
        'x-wc-webhook-delivery-id': createHash('md5').update(`${hook.id}${second}`).digest('hex'),
      },
      body,
    );
    const isGood = (status >= 200 && status < 300) || status === 301 || status === 302;
    if (isGood) hook.failures = 0;
    else if (hook.failures > mostFailures) hook.status = 'disabled';
    else hook.failures += 1;
    return isGood;
  }

  /** The record as it is now; of one that is gone the error of reading it. */
  private bodyOf(resource: string, event: string, id: number): unknown {
    if (event === 'deleted') return { id };
    const resources = { order: ordersResource, product: productsResource, customer: customersResource };
    try {
      return resources[resource as keyof typeof resources](this.store).get(id);
    } catch (error) {
      if (!(error instanceof WooError)) throw error;
      const { code, message, data } = error;
      return { code, message, data };
    }
  }
}

/** 0 where nobody answered. Redirects are not followed. */
async function post(url: string, headers: Record<string, string>, body: string): Promise<number> {
  return fetch(url, {
    method: 'POST',
    headers,
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  }).then(
    async (reply) => {
      await reply.arrayBuffer();
      return reply.status;
    },
    () => 0,
  );
}

/** As PHP writes it: slashes and everything beyond ASCII escaped. */
function phpJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#039': "'" };

/** WordPress decodes a secret before it signs with it. */
function decodeEntities(secret: string): string {
  return secret.replace(/&(amp|lt|gt|quot|#039);/g, (whole, name: string) => entities[name] ?? whole);
}
