import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { chunks } from '#shared/core/chunks.ts';
import { type Product, startProduct } from '#test/support/product.ts';
import { median, quantile } from '../numbers.ts';

/** One kind of delivery, sent so many at once. */
export interface WebhookRow {
  readonly delivery: string;
  /** Median of the bodies. */
  readonly bytes: number;
  readonly at_once: number;
  readonly posts: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly worst_ms: number;
}

export interface WebhookResult {
  readonly rows: readonly WebhookRow[];
}

/** What an answer may take at most; QuickBooks waits three seconds and then sends again. */
export const answerWithinMs = 1000;

const keys = {
  consumerKey: 'ck_webhookbench00000000000000000000000000',
  consumerSecret: 'cs_webhookbench00000000000000000000000000',
  appSecret: 'webhook-bench-app-secret',
  supabaseSecret: 'sb_secret_webhookbench00000000',
  webhookVerifier: 'webhook-bench-verifier',
};

interface Delivery {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
interface Kind {
  readonly delivery: string;
  readonly make: (number: number) => Delivery;
  /** Posts that are under way together: one function works on them, where Lambda would have one for each. */
  readonly atOnce: readonly number[];
}

/** The whole product in the embedded cloud; what is told is worked on meanwhile, as it would be. */
export async function measureWebhooks(posts: number): Promise<WebhookResult> {
  const product = await startProduct({ orders: 20, keys });
  try {
    await product.connect();
    const kinds = await deliveriesOf(product);
    let number = 1_000_000;
    const send = async (make: Kind['make'], atOnce: number): Promise<{ bytes: number[]; times: number[] }> => {
      const deliveries = Array.from({ length: posts }, () => make(number++));
      const times: number[] = [];
      for (const group of chunks(deliveries, atOnce)) times.push(...(await Promise.all(group.map(timeOf))));
      return { bytes: deliveries.map(({ body }) => Buffer.byteLength(body)), times };
    };
    const rows: WebhookRow[] = [];
    for (const { delivery, make, atOnce } of kinds) {
      for (const at_once of atOnce) {
        const { bytes, times } = await send(make, at_once);
        rows.push({
          delivery,
          bytes: median(bytes),
          at_once,
          posts,
          p50_ms: quantile(times, 0.5),
          p95_ms: quantile(times, 0.95),
          worst_ms: Math.max(...times),
        });
      }
    }
    return { rows };
  } finally {
    await product.stop();
  }
}

/** From the first byte sent to the last one read. @throws Error for an answer that is not 200. */
async function timeOf({ url, headers, body }: Delivery): Promise<number> {
  const start = performance.now();
  const answer = await fetch(url, { method: 'POST', headers, body });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`a webhook was answered ${answer.status}: ${text}`);
  return performance.now() - start;
}

/** What shops sent really, as of other orders of ours, and what QuickBooks sends, each of records nobody told of before. */
async function deliveriesOf({ shop, company, apiUrl }: Product): Promise<Kind[]> {
  const [hook] = shop.shop.webhooks?.values() ?? [];
  if (!hook) throw new Error('the shop has no webhook');
  const orders = await recordedOrders();
  const quickbooks = (content: unknown): Delivery => {
    const body = JSON.stringify(content);
    const headers = { 'content-type': 'application/json', 'intuit-signature': signed(body, keys.webhookVerifier) };
    return { url: `${apiUrl}/api/webhooks/quickbooks`, headers, body };
  };
  const cloudEvent = (id: number) => ({
    specversion: '1.0',
    id: randomUUID(),
    source: 'intuit.c2ltdWxhdG9y',
    type: 'qbo.invoice.updated.v1',
    datacontenttype: 'application/json',
    time: new Date().toISOString(),
    intuitentityid: String(id),
    intuitaccountid: company.realmId,
    data: {},
  });
  return [
    {
      delivery: 'WooCommerce order',
      atOnce: [1, 10],
      make: (number) => {
        const body = JSON.stringify({ ...orders[number % orders.length], id: number });
        return { url: hook.deliveryUrl, headers: shopHeaders(body, hook.id, hook.secret), body };
      },
    },
    { delivery: 'QuickBooks, 1 change', atOnce: [1, 10], make: (number) => quickbooks([cloudEvent(number)]) },
    {
      delivery: 'QuickBooks, 1 change, older format',
      atOnce: [1],
      make: (number) => {
        const change = { name: 'Invoice', id: String(number), operation: 'Update' };
        const entities = [{ ...change, lastUpdated: new Date().toISOString() }];
        return quickbooks({ eventNotifications: [{ realmId: company.realmId, dataChangeEvent: { entities } }] });
      },
    },
    {
      delivery: 'QuickBooks, 100 changes',
      atOnce: [1],
      make: (number) => quickbooks(Array.from({ length: 100 }, (_, index) => cloudEvent(number * 100 + index))),
    },
  ];
}

const signed = (body: string, key: string): string => createHmac('sha256', key).update(body).digest('base64');

const shopHeaders = (body: string, hook: number, secret: string) => ({
  'content-type': 'application/json',
  'x-wc-webhook-topic': 'order.updated',
  'x-wc-webhook-resource': 'order',
  'x-wc-webhook-event': 'updated',
  'x-wc-webhook-id': String(hook),
  'x-wc-webhook-signature': signed(body, secret),
});

interface Recorded {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function recordedOrders(): Promise<Record<string, unknown>[]> {
  const file = new URL('../../fixtures/woocommerce/webhooks.json', import.meta.url);
  const { deliveries } = JSON.parse(await readFile(file, 'utf8')) as { deliveries: Recorded[] };
  return deliveries
    .filter(({ headers }) => headers['x-wc-webhook-topic'] === 'order.updated')
    .map(({ body }) => JSON.parse(body) as Record<string, unknown>)
    .filter(({ line_items }) => line_items !== undefined);
}
