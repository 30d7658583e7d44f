import { describe, expect, it } from 'vitest';
import type { ReadQuery } from '#shared/connectors/source.ts';
import { unwrap } from '#shared/core/failure.ts';
import { changedSince, full, idsOf, type OpenShop, readAllPages, startShop } from './shop.ts';

const sweepSince = (since: string | null): ReadQuery => ({ ...full, mode: 'sweep', since });
const minutes = 60_000;
const days = 86_400_000;
const iso = (ms: number): string => new Date(ms).toISOString();

async function absent({ source }: OpenShop, entity: string, ids: readonly string[]): Promise<string[]> {
  if (!source.absent) throw new Error('the shop cannot be asked');
  return [...unwrap(await source.absent(entity, ids))].sort();
}

const live = ({ simulator }: OpenShop) =>
  [...simulator.shop.orders.values()].filter(
    ({ status }) => !['trash', 'auto-draft', 'checkout-draft'].includes(status),
  );

/** Lets an order lie as if it had been placed and last changed then. */
function age({ simulator }: OpenShop, id: number, at: number): void {
  const order = simulator.shop.orders.get(id);
  if (!order) throw new Error('no such order');
  Object.assign(order, { createdAt: at, modifiedAt: at });
  simulator.store.touch('orders');
}

describe.each([
  ['New York', 'tax_exclusive'],
  ['Berlin', 'tax_inclusive'],
] as const)('a shop in %s', (_city, style) => {
  it('[F-INCREMENTAL] [I2] is asked in UTC without a zone suffix, and nothing of the last half hour is lost', async () => {
    const shop = await startShop({ style });
    const since = shop.clock.now();
    for (const { id } of live(shop)) age(shop, id, since - 40 * days);
    const [order] = live(shop);
    shop.clock.advance(30 * minutes);
    shop.simulator.orders.edit(order?.id ?? 0, { status: 'cancelled' });
    shop.clock.advance(1000);
    shop.simulator.resetCalls();

    for (const query of [changedSince(iso(since)), sweepSince(iso(since))]) {
      expect(idsOf(await readAllPages(shop.source, 'order', query))).toEqual([String(order?.id)]);
    }
    for (const { target } of shop.simulator.calls) {
      const query = new URL(target, 'http://shop').searchParams;
      expect(query.get('dates_are_gmt')).toBe('true');
      for (const name of ['after', 'before', 'modified_after', 'modified_before']) {
        const bound = query.get(name);
        if (bound !== null) expect(bound).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
      }
    }
  });

  it('[F-INCREMENTAL] [I2] has 01:30 twice when summer time ends, and each change is read once by its own instant', async () => {
    const shop = await startShop({ style });
    // 05:30Z and 06:30Z are both 01:30 in New York on that day; 00:30Z and 01:30Z both 02:30 in Berlin a week before.
    const [first, second] =
      style === 'tax_exclusive'
        ? ['2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z']
        : ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'];
    const [a, b, ...others] = live(shop);
    for (const { id } of others) age(shop, id, Date.parse(first ?? '') - 60 * days);
    age(shop, a?.id ?? 0, Date.parse(first ?? ''));
    age(shop, b?.id ?? 0, Date.parse(second ?? ''));
    const between = iso(Date.parse(first ?? '') + 1000);

    expect(idsOf(await readAllPages(shop.source, 'order', changedSince(between)))).toEqual([String(b?.id)]);
    expect(idsOf(await readAllPages(shop.source, 'order', changedSince(first ?? '')))).toEqual([
      String(a?.id),
      String(b?.id),
    ]);
  });
});

describe('a sweep', () => {
  it('[F-INCREMENTAL] [I2] finds edits that leave no date on legacy storage, in orders of the last weeks', async () => {
    const shop = await startShop({ style: 'tax_inclusive' });
    const [recent, old, ...others] = live(shop);
    for (const order of [old, ...others]) age(shop, order?.id ?? 0, shop.clock.now() - 50 * days);
    age(shop, recent?.id ?? 0, shop.clock.now() - 20 * days);
    shop.clock.advance(minutes);
    const since = iso(shop.clock.now() - 1000);
    shop.simulator.orders.edit(recent?.id ?? 0, { billing: { city: 'Elsewhere' } });

    expect(await readAllPages(shop.source, 'order', changedSince(since))).toEqual([]);
    const swept = await readAllPages(shop.source, 'order', sweepSince(since));
    expect(swept.map(({ id, data }) => [id, (data.billing as { city: string }).city])).toEqual([
      [String(recent?.id), 'Elsewhere'],
    ]);
  });

  it('[F-INCREMENTAL] [I2] reads every order placed or changed in its weeks, each once', async () => {
    const shop = await startShop({ orders: 400 });
    const start = shop.clock.now() - 35 * days;
    const expected = live(shop).filter(({ createdAt, modifiedAt }) => createdAt > start || modifiedAt > start);
    const ids = idsOf(await readAllPages(shop.source, 'order', sweepSince(iso(shop.clock.now()))));

    expect(ids.length).toBe(new Set(ids).size);
    expect(expected.map(({ id }) => String(id)).filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('[F-INCREMENTAL] [I2] goes back to where reading by change stopped, when that is longer ago', async () => {
    const shop = await startShop();
    const [order, ...others] = live(shop);
    for (const { id } of others) age(shop, id, shop.clock.now() - 300 * days);
    age(shop, order?.id ?? 0, shop.clock.now() - 90 * days);

    const since = iso(shop.clock.now() - 100 * days);
    expect(idsOf(await readAllPages(shop.source, 'order', sweepSince(since)))).toEqual([String(order?.id)]);
  });

  it('[I2] scans customers, whose listing has no filter by change, and products with their variations', async () => {
    const shop = await startShop();
    shop.simulator.resetCalls();
    const customers = idsOf(await readAllPages(shop.source, 'customer', sweepSince(iso(shop.clock.now()))));
    const products = idsOf(await readAllPages(shop.source, 'product', sweepSince(iso(shop.clock.now()))));

    expect(customers.length).toBe(shop.simulator.shop.customers.size);
    expect(products).toEqual(expect.arrayContaining([...shop.simulator.shop.variations.keys()].map(String)));
    expect(shop.simulator.calls.some(({ target }) => target.includes('modified_after'))).toBe(false);
  });
});

describe('what is gone', () => {
  it('[F-DELETE] [I1] a trashed order is in no listing but that of the trash, where reading by change finds it', async () => {
    for (const style of ['tax_exclusive', 'tax_inclusive'] as const) {
      const shop = await startShop({ style });
      const [order] = live(shop);
      shop.clock.advance(minutes);
      const since = iso(shop.clock.now() - 1000);
      shop.simulator.orders.remove(order?.id ?? 0);
      const read = await readAllPages(shop.source, 'order', changedSince(since));

      expect(read).toMatchObject([{ id: String(order?.id), gone: 'trashed', data: {}, raw: {} }]);
      expect(await absent(shop, 'order', [String(order?.id)])).toEqual([String(order?.id)]);
      shop.simulator.orders.edit(order?.id ?? 0, { status: 'processing' });
      expect(await absent(shop, 'order', [String(order?.id)])).toEqual([]);
    }
  });

  it('[F-DELETE] [I1] a refund that is deleted leaves no date: only asking for it tells', async () => {
    for (const style of ['tax_exclusive', 'tax_inclusive'] as const) {
      const shop = await startShop({ style, orders: 300 });
      const [kept, deleted] = [...shop.simulator.shop.refunds.values()].map(({ orderId, id }) => ({
        orderId,
        id,
        name: `${orderId}:${id}`,
      }));
      shop.clock.advance(minutes);
      const since = iso(shop.clock.now() - 1000);
      shop.simulator.refunds.remove(deleted?.orderId ?? 0, deleted?.id ?? 0);

      for (const entity of ['order', 'refund']) {
        expect(await readAllPages(shop.source, entity, changedSince(since))).toEqual([]);
      }
      expect(await absent(shop, 'refund', [kept?.name ?? '', deleted?.name ?? '', 'x'])).toEqual([deleted?.name]);
    }
  });

  it('[F-DELETE] [I1] refunds go with their order, to the trash and for good', async () => {
    const shop = await startShop({ orders: 300 });
    const [first, second] = [...new Set([...shop.simulator.shop.refunds.values()].map(({ orderId }) => orderId))];
    const idsOn = (order = 0) => (shop.simulator.shop.orders.get(order)?.refundIds ?? []).map((id) => `${order}:${id}`);
    const [trashed, deleted] = [idsOn(first), idsOn(second)];
    shop.clock.advance(minutes);
    const since = iso(shop.clock.now() - 1000);
    shop.simulator.orders.remove(first ?? 0);
    shop.simulator.orders.remove(second ?? 0, true);

    const read = await readAllPages(shop.source, 'refund', changedSince(since));
    expect(read.map(({ id, gone }) => [id, gone])).toEqual(trashed.map((id) => [id, 'trashed']));
    expect(await absent(shop, 'refund', [...trashed, ...deleted])).toEqual([...trashed, ...deleted].sort());
  });

  it('[F-DELETE] [I1] is told of orders, products, variations and customers deleted for good, batch deletes too', async () => {
    const shop = await startShop();
    const { simulator } = shop;
    const [order, other] = live(shop);
    const product = [...simulator.shop.products.values()].find(({ type }) => type === 'simple');
    const variable = [...simulator.shop.products.values()].find(({ variationIds }) => variationIds.length > 0);
    const [customer, another] = [...simulator.shop.customers.values()]
      .filter(({ role }) => role === 'customer')
      .map(({ id }) => id);
    simulator.orders.remove(order?.id ?? 0, true);
    simulator.products.remove(product?.id ?? 0, true);
    simulator.customers.remove(customer ?? 0, true);
    const [variation = 0, sibling = 0] = variable?.variationIds ?? [];
    simulator.shop.variations.delete(variation);
    simulator.store.touch('variations');

    expect(await absent(shop, 'order', [String(order?.id), String(other?.id)])).toEqual([String(order?.id)]);
    const wanted = [product?.id, variable?.id, variation, sibling].map(String);
    expect(await absent(shop, 'product', wanted)).toEqual([String(product?.id), String(variation)].sort());
    expect(await absent(shop, 'customer', [String(customer), String(another)])).toEqual([String(customer)]);
  });

  it('[F-DELETE] is never what the shop does not give out ids for: guests, provided items, days', async () => {
    const shop = await startShop();

    expect(await absent(shop, 'customer', ['guest:ada@example.com', '3@EUR'])).toEqual([]);
    expect(await absent(shop, 'product', ['system:shipping'])).toEqual([]);
    expect(await absent(shop, 'sales_day', ['2026-01-01@USD'])).toEqual([]);
  });

  it.each([
    ['a shop without WooCommerce', 404, { code: 'rest_no_route', message: 'No route', data: { status: 404 } }],
    ['an error page', 404, '<html>Not found</html>'],
  ])('[F-DELETE] is not what %s says: that is trouble, and nothing is taken for gone', async (_what, status, body) => {
    const shop = await startShop();
    shop.simulator.addFault({ kind: 'reply', path: '/orders', status, body, times: 0 });
    const result = await shop.source.absent?.(
      'order',
      live(shop).map(({ id }) => String(id)),
    );

    expect(result).toMatchObject({ ok: false });
  });

  it('[F-DELETE] is not what the key may not read', async () => {
    const shop = await startShop();
    const [hidden, deleted] = live(shop);
    const id = hidden?.id ?? 0;
    shop.simulator.orders.remove(deleted?.id ?? 0, true);
    const body = { code: 'woocommerce_rest_cannot_view', message: 'Sorry', data: { status: 403 } };
    shop.simulator.addFault({ kind: 'reply', path: `/orders/${id}\\?`, status: 403, body, times: 0 });
    // The listing leaves it out.
    shop.simulator.addFault({ kind: 'reply', path: '/orders\\?', status: 200, body: [], times: 0 });

    expect(await absent(shop, 'order', [String(id), String(deleted?.id)])).toEqual([String(deleted?.id)]);
  });
});
