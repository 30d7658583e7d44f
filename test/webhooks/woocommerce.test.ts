import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { removeHooks, switchHooks } from '#shared/webhooks/keep.ts';
import { keepAllHooks } from '#shared/webhooks/keep-all.ts';
import { readWebhookReport } from '#shared/webhooks/report.ts';
import { keptLog } from '#test/support/api.ts';
import { booksOf } from '#test/support/books.ts';
import { type Receiver, startReceiver } from '#test/support/webhooks.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
let receiver: Receiver;
let tenant: Tenant;
beforeAll(async () => {
  const shops = Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name, index) => [name, shopOf('tax_exclusive', 6, index + 2)]),
  );
  world = await startWorld({ shops, withoutSupabase: true });
  receiver = await startReceiver(world);
});
afterAll(async () => {
  await receiver.stop();
  await world.stop();
});
const shopNames = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
beforeEach(async () => {
  tenant = await world.tenant(shopNames.shift() ?? '');
});

const hooks = () => [...(tenant.shop.shop.webhooks?.values() ?? [])];
/** One without refunds, of which nothing else is told. */
const orderId = (): number =>
  [...tenant.shop.shop.orders.values()].find(({ refundIds }) => refundIds.length === 0)?.id ?? 0;
const connection = async (platform = 'woocommerce') => {
  const found = await world.engine().connectionDeps.connections.find(tenant.id, platform);
  if (!found) throw new Error('not connected');
  return found;
};
const report = async () => {
  const reports = await readWebhookReport(receiver.keepDeps, tenant.id);
  const found = reports.find(({ platform }) => platform === 'woocommerce');
  if (!found) throw new Error('no report');
  return found;
};
const woocommerce = () => {
  const connector = receiver.connectors.woocommerce;
  if (!connector) throw new Error('no connector');
  return connector;
};
/** Lets every delivery fail: the shop gets no answer it takes for one. */
async function failDeliveries(times: number): Promise<void> {
  const urls = hooks().map(({ deliveryUrl }) => deliveryUrl);
  for (const hook of hooks()) hook.deliveryUrl = `${receiver.api.url}/nowhere`;
  for (let count = 0; count < times; count += 1) {
    tenant.shop.orders.edit(orderId(), { customer_note: `note ${count} ${Math.random()}` });
    await tenant.shop.deliverWebhooks();
  }
  for (const [index, hook] of hooks().entries()) hook.deliveryUrl = urls[index] ?? '';
}

describe('the webhooks of a shop', () => {
  it('[E9][I4] are set up by themselves with a secret of the connection, and pinged', async () => {
    const kept = await receiver.keep(tenant);
    expect(kept).toMatchObject({ ok: true });
    await tenant.shop.deliverWebhooks();
    expect(hooks().map(({ topic }) => topic)).toEqual([
      ...['order', 'product'].flatMap((name) =>
        ['created', 'updated', 'deleted', 'restored'].map((e) => `${name}.${e}`),
      ),
      ...['created', 'updated', 'deleted'].map((event) => `customer.${event}`),
    ]);
    expect(hooks().every(({ status, pendingPing }) => status === 'active' && !pendingPing)).toBe(true);
    const [first] = hooks();
    // WordPress decodes HTML entities in a secret before it signs.
    expect(first?.secret).toMatch(/^[\w-]{60,}$/);
    expect(new Set(hooks().map(({ secret }) => secret)).size).toBe(1);
    const hook = first?.deliveryUrl.split('/').at(-1) ?? '';
    expect(hook.length).toBeGreaterThanOrEqual(32);
    expect(first?.deliveryUrl).toBe(`${receiver.api.url}/api/webhooks/woocommerce/${hook}`);
    // Looking again changes nothing.
    tenant.shop.resetCalls();
    expect(await receiver.keep(tenant)).toMatchObject({ ok: true });
    expect(tenant.shop.calls.map(({ method }) => method)).toEqual(['GET']);
  });

  it('[E9][I4] bring an order that is made, edited and refunded into the books, a burst of edits as one run', async () => {
    await receiver.keep(tenant);
    const order = tenant.shop.orders.create({
      status: 'processing',
      set_paid: true,
      billing: { first_name: 'Wendy', email: 'wendy@guests.example' },
      line_items: [{ product_id: 41, quantity: 1 }],
    });
    for (let count = 0; count < 20; count += 1) {
      tenant.shop.orders.edit(Number(order.id), { customer_note: `note ${count}` });
      // The shop merges what it has not told yet; here each edit is told of.
      await tenant.shop.deliverWebhooks();
    }
    expect(await receiver.waiting(tenant)).toContain(`woocommerce.order-quickbooks ${String(order.id)}`);
    await receiver.carry(tenant);
    const { runs } = await world.engine().runs.list(tenant.id, { entity: 'orders', limit: 50 });
    expect(runs.filter(({ routes }) => routes.includes('woocommerce.order-quickbooks'))).toMatchObject([
      { ids: [String(order.id)], requested_by: 'webhook:woocommerce', status: 'completed' },
    ]);
    const [invoice] = booksOf(tenant.company).invoices as { number: string }[];
    expect(invoice?.number).toBe(String(order.number));
    expect(JSON.stringify(tenant.company.list('Invoice'))).toContain('note 19');
  });

  it('[E9][I4] told twice, in another order and of the same second count once each', async () => {
    await receiver.keep(tenant);
    const before = { ...receiver.measured };
    const ids = [...tenant.shop.shop.orders.keys()].slice(0, 3);
    for (const id of ids) tenant.shop.orders.edit(id, { customer_note: 'in one second' });
    await tenant.shop.deliverWebhooks((due) => [...due, ...due].toReversed());
    await receiver.carry(tenant);
    const { last_24h } = await report();
    expect(last_24h).toMatchObject({ events: 3, duplicates: 3, unreadable: 0 });
    expect(receiver.measured.WebhooksRefused ?? 0).toBe(before.WebhooksRefused ?? 0);
    // The same again after it was carried starts nothing.
    const runs = async () => (await world.engine().runs.list(tenant.id, { limit: 50 })).runs.length;
    const count = await runs();
    for (const id of ids) tenant.shop.orders.edit(id, {});
    await tenant.shop.deliverWebhooks(() => []);
    expect(await receiver.waiting(tenant)).toEqual([]);
    expect(await runs()).toBe(count);
  });

  it('[E9][I4] of a trashed order on legacy storage, told of as a product too, take no product away', async () => {
    await receiver.keep(tenant);
    Object.assign(tenant.shop.shop.settings, { storage: 'legacy' });
    await world.sync(tenant, 'products');
    const items = tenant.company.list('Item').length;
    tenant.shop.orders.remove(orderId());
    expect(await tenant.shop.deliverWebhooks()).toBe(2);
    expect(await receiver.waiting(tenant)).toContain(`woocommerce.product-quickbooks ${orderId()}`);
    await receiver.carry(tenant);
    expect(tenant.company.list('Item')).toHaveLength(items);
    const { failures } = world.engine();
    expect((await failures.list(tenant.id, { limit: 10 })).failures).toEqual([]);
  });

  it('[E9][I4] of records gone before they were told of are counted, and left to the sweep', async () => {
    await receiver.keep(tenant);
    const order = tenant.shop.orders.create({ status: 'pending', line_items: [{ product_id: 41, quantity: 1 }] });
    tenant.shop.orders.remove(Number(order.id), true);
    expect(await tenant.shop.deliverWebhooks()).toBe(2);
    expect((await report()).last_24h).toMatchObject({ vanished: 2, events: 0 });
  });

  it('[E9][I4] that the shop switched off are switched on again, then made anew, and the report says so', async () => {
    await receiver.keep(tenant);
    await failDeliveries(6);
    const updated = () => hooks().find(({ topic }) => topic === 'order.updated');
    expect(updated()?.status).toBe('active');
    await failDeliveries(1);
    expect(updated()?.status).toBe('disabled');
    const first = updated()?.id;
    expect(await receiver.keep(tenant)).toMatchObject({
      ok: true,
      value: {
        hooks: expect.arrayContaining([expect.objectContaining({ topic: 'order.updated', action: 'revived' })]),
      },
    });
    expect(updated()).toMatchObject({ id: first, status: 'active', failures: 6 });
    expect(await report()).toMatchObject({ status: 'degraded', notes: [expect.stringContaining('order.updated')] });
    // Its counter stayed: one more failure is enough.
    await failDeliveries(1);
    expect(updated()?.status).toBe('disabled');
    await receiver.keep(tenant);
    expect(updated()).toMatchObject({ status: 'active', failures: 0 });
    expect(updated()?.id).not.toBe(first);
    expect((await report()).status).toBe('healthy');
  });

  it('[E9][I4] that somebody deleted, doubled or changed are put right every hour, those of others left alone', async () => {
    await receiver.keep(tenant);
    const [gone, moved, ...others] = hooks();
    if (!gone || !moved) throw new Error('no hooks');
    tenant.shop.shop.webhooks?.delete(gone.id);
    moved.deliveryUrl = moved.deliveryUrl.replace(receiver.api.url, 'https://old.example');
    const double = { ...(others[0] ?? moved), id: 900 };
    tenant.shop.shop.webhooks?.set(900, double);
    tenant.shop.shop.webhooks?.set(901, { ...double, id: 901, deliveryUrl: 'https://other.example/hook' });
    const summary = await keepAllHooks(receiver.keepDeps, keptLog(), () => true);
    expect(summary).toMatchObject({ made: expect.any(Number), failed: 0, complete: true });
    expect(hooks().filter(({ topic }) => topic === gone.topic)).toHaveLength(1);
    expect(moved.deliveryUrl.startsWith(receiver.api.url)).toBe(true);
    expect(hooks().map(({ id }) => id)).toContain(901);
    expect(hooks().map(({ id }) => id)).not.toContain(900);
    expect(hooks()).toHaveLength(12);
  });

  it('[E9][I4] can be switched off: hooks are paused, what still arrives is dropped, and on again', async () => {
    await receiver.keep(tenant);
    tenant.shop.orders.edit(orderId(), { customer_note: 'on its way when it was switched off' });
    await switchHooks(receiver.keepDeps, woocommerce(), await connection(), false);
    expect(new Set(hooks().map(({ status }) => status))).toEqual(new Set(['paused']));
    for (const hook of hooks()) hook.status = 'active';
    expect(await tenant.shop.deliverWebhooks()).toBe(1);
    expect(await receiver.waiting(tenant)).toEqual([]);
    expect(await report()).toMatchObject({ status: 'off', last_24h: { dropped: 1, events: 0 } });
    await switchHooks(receiver.keepDeps, woocommerce(), await connection(), true);
    tenant.shop.orders.edit(orderId(), { customer_note: 'on again' });
    await tenant.shop.deliverWebhooks();
    expect(await receiver.waiting(tenant)).toContain(`woocommerce.order-quickbooks ${orderId()}`);
  });

  it('[E9][I4] never stand in the way of connecting, go with the connection, and their address with them', async () => {
    tenant.shop.addFault({
      kind: 'reply',
      path: 'webhooks',
      status: 403,
      body: { code: 'woocommerce_rest_cannot_create', message: 'no', data: { status: 403 } },
    });
    expect((await receiver.keep(tenant)).ok).toBe(false);
    expect(await report()).toMatchObject({ status: 'degraded', failure: { code: expect.any(String) } });
    expect((await receiver.keep(tenant)).ok).toBe(true);
    const [hook] = hooks();
    await removeHooks(receiver.keepDeps, woocommerce(), await connection());
    expect(hooks()).toEqual([]);
    const path = new URL(hook?.deliveryUrl ?? '').pathname;
    const ping = { headers: { 'content-type': 'application/x-www-form-urlencoded' }, text: 'webhook_id=1' };
    expect((await receiver.api.call('POST', path, ping)).status).toBe(401);
  });
});
