import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startWooCommerce, type WooCommerceSimulator } from '#local/platforms/woocommerce/simulator.ts';
import { serve } from '#test/support/http.ts';
import { shopKeys, shopOf } from '#test/support/world.ts';

interface Received {
  readonly topic: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}
interface Captures {
  readonly deliveries: readonly {
    readonly name: string;
    readonly headers: Record<string, string>;
    readonly body: string;
  }[];
  readonly actions: Readonly<Record<'A' | 'B', Readonly<Record<string, readonly string[]>>>>;
}
const captures = JSON.parse(
  readFileSync(new URL('../fixtures/woocommerce/webhooks.json', import.meta.url), 'utf8'),
) as Captures;
/** Topics an action caused in the real store: `013-order.created.json`. */
const topicsOf = (store: 'A' | 'B', action: string): string[] =>
  (captures.actions[store][action] ?? []).map((file) => /^\d+-([a-z]+\.[a-z]+)/.exec(file)?.[1] ?? file).toSorted();

const secret = 'dummy-webhook-secret-for-tests';
const topics = ['order', 'product', 'customer'].flatMap((resource) =>
  ['created', 'updated', 'deleted', ...(resource === 'customer' ? [] : ['restored'])].map((e) => `${resource}.${e}`),
);
let status = 200;
const received: Received[] = [];
const receiver = await serve(async (request, body, response) => {
  const topic = String(request.headers['x-wc-webhook-topic'] ?? 'ping');
  received.push({ topic, headers: request.headers, body: body.toString('utf8') });
  response.writeHead(status).end();
});
const open: WooCommerceSimulator[] = [];
afterAll(async () => {
  for (const shop of open) await shop.close();
  await receiver.close();
});
beforeEach(() => {
  status = 200;
  received.length = 0;
});

const authorization = `Basic ${Buffer.from(`${shopKeys.consumerKey}:${shopKeys.consumerSecret}`).toString('base64')}`;
async function call(shop: WooCommerceSimulator, method: string, path: string, body?: unknown) {
  const response = await fetch(`${shop.url}/wp-json/wc/v3/${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

async function shopWith(storage: 'hpos' | 'legacy'): Promise<WooCommerceSimulator> {
  const data = shopOf('tax_exclusive', 4, 7);
  Object.assign(data.settings, { storage });
  const shop = await startWooCommerce({ shop: data, credentials: shopKeys });
  open.push(shop);
  for (const topic of topics) {
    await call(shop, 'POST', 'webhooks', { name: topic, topic, delivery_url: `${receiver.url}/hook`, secret });
  }
  await shop.deliverWebhooks();
  received.length = 0;
  return shop;
}
/** Topics that are told of after an action. */
async function told(shop: WooCommerceSimulator, action: () => unknown): Promise<string[]> {
  received.length = 0;
  await action();
  await shop.deliverWebhooks();
  return received.map(({ topic }) => topic).toSorted();
}

const order = { status: 'pending', line_items: [{ product_id: 41, quantity: 1 }] };

describe('webhooks of the simulated shop', () => {
  it('are told of what the recorded stores told of, and of nothing they kept quiet about', async () => {
    const a = await shopWith('hpos');
    const { id } = a.orders.create(order);
    await a.deliverWebhooks();
    const put = (patch: object) => () => a.orders.edit(Number(id), { ...patch });
    const same = async (action: string, work: () => unknown) =>
      expect(await told(a, work), action).toEqual(topicsOf('A', action));
    await same('PUT order status completed', put({ status: 'completed' }));
    await same('PUT order twice within one second', () => [
      put({ customer_note: 'a' })(),
      put({ customer_note: 'b' })(),
    ]);
    await same('POST partial refund', () =>
      call(a, 'POST', `orders/${String(id)}/refunds`, { amount: '1.00', api_refund: false }),
    );
    const [refund] = [...a.shop.refunds.values()].filter(({ orderId }) => orderId === id);
    await same('DELETE refund', () => call(a, 'DELETE', `orders/${String(id)}/refunds/${refund?.id}?force=true`));
    await same('DELETE order (trash)', () => a.orders.remove(Number(id)));
    await same('restore: PUT status', put({ status: 'processing' }));
    await same('DELETE order force=true (not trashed before)', () => a.orders.remove(Number(id), true));
    await same('POST order pending', () => a.orders.create(order));
    let product = 0;
    await same('POST product', () => {
      product = Number(a.products.create({ name: 'Hooked', regular_price: '5' }).id);
    });
    await same('PUT product', () => a.products.edit(product, { regular_price: '6' }));
    await same('DELETE product (trash)', () => a.products.remove(product));
    await same('restore product: PUT status publish', () => a.products.edit(product, { status: 'publish' }));
    await same('DELETE product force', () => a.products.remove(product, true));
    let customer = 0;
    await same('POST customer', () => {
      customer = Number(a.customers.create({ email: 'hook@guests.example' }).id);
    });
    await same('PUT customer', () => a.customers.edit(customer, { first_name: 'W' }));
    await same('DELETE customer', () => a.customers.remove(customer, true));
    const variation = [...a.shop.variations.values()][0];
    if (!variation) throw new Error('the shop has no variation');
    const path = `products/${variation.parentId}/variations/${variation.id}`;
    await same('PUT variation price', () => call(a, 'PUT', path, { regular_price: '9.99' }));
    await same('DELETE variation', () => call(a, 'DELETE', `${path}?force=true`));

    const b = await shopWith('legacy');
    const { id: legacy } = b.orders.create(order);
    await b.deliverWebhooks();
    expect(await told(b, () => b.orders.remove(Number(legacy)))).toEqual(topicsOf('B', 'trash order'));
    expect(received.map(({ body }) => body)).toEqual([`{"id":${String(legacy)}}`, `{"id":${String(legacy)}}`]);
    expect(await told(b, () => b.orders.edit(Number(legacy), { status: 'pending' }))).toEqual(
      topicsOf('B', 'PUT status on trashed'),
    );
  });

  it('look like the recorded ones: headers, signature, escaped body, shared delivery id, body of the moment', async () => {
    const shop = await shopWith('hpos');
    const { id } = shop.orders.create({ ...order, customer_note: 'Grüße / 😀' });
    shop.orders.edit(Number(id), { status: 'completed' });
    await shop.deliverWebhooks();
    const [created, updated] = ['order.created', 'order.updated'].map((topic) =>
      received.find((r) => r.topic === topic),
    );
    const recorded = captures.deliveries.find(({ name }) => name.startsWith('013'));
    const names = (headers: object) =>
      Object.keys(headers)
        .filter((name) => name.startsWith('x-wc-'))
        .toSorted();
    expect(names(created?.headers ?? {})).toEqual(names(recorded?.headers ?? {}));
    const body = created?.body ?? '';
    expect(created?.headers['x-wc-webhook-signature']).toBe(createHmac('sha256', secret).update(body).digest('base64'));
    expect(body).toMatch(/Gr\\u00fc\\u00dfe \\\/ \\ud83d\\ude00/);
    expect(Object.keys(JSON.parse(body) as object).toSorted()).toEqual(
      expect.arrayContaining(['id', 'line_items', 'refunds', '_links']),
    );
    // Created as pending, delivered as it is by then.
    expect(JSON.parse(body)).toMatchObject({ id, status: 'completed' });
    expect(updated?.body).toBe(body);
    const gone = shop.orders.create(order);
    shop.orders.remove(Number(gone.id), true);
    received.length = 0;
    await shop.deliverWebhooks();
    const error = captures.deliveries.find(({ name }) => name.startsWith('041'));
    expect(received.map((each) => each.body)).toEqual([error?.body, error?.body]);
  });

  it('are pinged until they answer 200, and switched off by the seventh failure in a row', async () => {
    const data = shopOf('tax_exclusive', 4, 7);
    const shop = await startWooCommerce({ shop: data, credentials: shopKeys });
    open.push(shop);
    status = 204;
    const wanted = { topic: 'order.updated', delivery_url: `${receiver.url}/hook`, secret };
    const made = await call(shop, 'POST', 'webhooks', wanted);
    expect(made).toMatchObject({ status: 201, json: { status: 'active', date_modified: null } });
    expect(made.json.secret).toBeUndefined();
    await shop.deliverWebhooks();
    expect(received).toMatchObject([{ topic: 'ping', body: `webhook_id=${String(made.json.id)}` }]);
    expect(Object.keys(received[0]?.headers ?? {}).filter((name) => name.startsWith('x-wc'))).toEqual([]);
    status = 200;
    const path = `webhooks/${String(made.json.id)}`;
    await call(shop, 'PUT', path, { name: 'again' });
    await call(shop, 'PUT', path, { name: 'and again' });
    await shop.deliverWebhooks();
    expect(received.filter(({ topic }) => topic === 'ping').length).toBeLessThanOrEqual(3);
    received.length = 0;
    const [id = 0] = shop.shop.orders.keys();
    const fail = async (): Promise<unknown> => {
      shop.orders.edit(id, { customer_note: String(Math.random()) });
      await shop.deliverWebhooks();
      return (await call(shop, 'GET', path)).json.status;
    };
    status = 302;
    expect(await fail()).toBe('active');
    status = 500;
    const states: unknown[] = [];
    for (let count = 0; count < 9; count += 1) states.push(await fail());
    expect(states).toEqual([...Array(6).fill('active'), ...Array(3).fill('disabled')]);
    expect(received.filter(({ topic }) => topic === 'order.updated')).toHaveLength(8);
    await call(shop, 'PUT', path, { status: 'active' });
    expect(await fail()).toBe('disabled');
    await call(shop, 'PUT', path, { status: 'active' });
    status = 200;
    expect(await fail()).toBe('active');
    status = 500;
    expect(await fail()).toBe('active');
  });

  it('are refused as the recorded stores refuse them', async () => {
    const shop = await shopWith('hpos');
    const hook = { topic: 'order.created', delivery_url: 'http://127.0.0.1:1/hook' };
    expect(await call(shop, 'POST', 'webhooks', { ...hook, topic: 'order.exploded' })).toMatchObject({
      status: 400,
      json: { code: 'woocommerce_rest_shop_webhook_invalid_topic' },
    });
    expect(await call(shop, 'POST', 'webhooks', { ...hook, delivery_url: 'ftp://x' })).toMatchObject({
      status: 400,
      json: { code: 'woocommerce_rest_shop_webhook_invalid_delivery_url' },
    });
    expect(await call(shop, 'DELETE', 'webhooks/1')).toMatchObject({
      status: 501,
      json: { code: 'woocommerce_rest_trash_not_supported', message: 'Webhooks do not support trashing.' },
    });
    expect((await call(shop, 'DELETE', 'webhooks/1?force=true')).status).toBe(200);
    expect((await call(shop, 'GET', 'webhooks/1')).status).toBe(404);
    const listed = await call(shop, 'GET', 'webhooks?per_page=100&orderby=id&order=asc&status=active');
    expect(Object.values(listed.json)).toHaveLength(topics.length - 1);
  });
});
