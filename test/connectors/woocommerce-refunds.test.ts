import { describe, expect, it } from 'vitest';
import type { SourceRecord } from '#shared/connectors/source.ts';
import { unwrap } from '#shared/core/failure.ts';
import { money, sum } from '#shared/core/money.ts';
import { changedSince, full, idsOf, type OpenShop, readAllPages, startShop } from './shop.ts';

/** Refunds the shop has, as the connector names them. */
function refundsOf({ simulator }: OpenShop): string[] {
  return [...simulator.shop.refunds.values()]
    .filter(({ orderId }) => simulator.shop.orders.has(orderId))
    .map(({ orderId, id }) => `${orderId}:${id}`)
    .sort();
}

function paidOrder({ simulator }: OpenShop): number {
  const order = [...simulator.shop.orders.values()].find(
    ({ status, refundIds, totals }) => status === 'completed' && refundIds.length === 0 && totals.total > 10_000_000n,
  );
  if (!order) throw new Error('the shop has no such order');
  return order.id;
}

const dataOf = (records: readonly SourceRecord[]) => new Map(records.map(({ id, data }) => [id, data]));
const calls = ({ simulator }: OpenShop, path: RegExp) => simulator.calls.filter(({ target }) => path.test(target));

describe.each([
  ['the list of all refunds', '10.5.0'],
  ['the orders, before WooCommerce 9.0', '8.9.3'],
])('refunds read through %s', (_way, version) => {
  it('[F2] are all there once, each with lines and tax that come to its amount', async () => {
    const shop = await startShop({ orders: 600, version });
    const records = await readAllPages(shop.source, 'refund', full);

    expect(idsOf(records).sort()).toEqual(refundsOf(shop));
    expect(records.length).toBeGreaterThan(20);
    expect(new Set(records.map(({ data }) => data.by_line))).toEqual(new Set([true, false]));
    for (const { data, label } of records) {
      const postings = data.postings as readonly { total: string; tax_total: string }[];
      const total = sum(postings.flatMap((posting) => [posting.total, posting.tax_total]));
      expect([label, money(total)]).toEqual([label, data.amount]);
    }
  });

  it('[F-INCREMENTAL] are found when they are made, by the change of their order', async () => {
    const shop = await startShop({ version });
    await readAllPages(shop.source, 'refund', full);
    const since = new Date(shop.clock.now() - 1000).toISOString();
    const order = paidOrder(shop);
    const { id } = shop.simulator.refunds.create(order, { amount: '5.00', reason: 'Sorry' });
    const records = await readAllPages(shop.source, 'refund', changedSince(since));

    expect(idsOf(records)).toEqual([`${order}:${String(id)}`]);
    expect(records[0]?.data).toMatchObject({ amount: '5.00', reason: 'Sorry', order_ref: String(order) });
  });

  it('[F2] are read by id, and those that are gone are not in the answer', async () => {
    const shop = await startShop({ version });
    const [first = '', second = '', ...others] = refundsOf(shop);
    const [order, refund] = first.split(':');
    shop.simulator.refunds.remove(Number(order), Number(refund));
    const page = unwrap(await shop.source.readByIds('refund', [first, second, '12', '99999999:1', 'nonsense']));

    expect(idsOf(page.records)).toEqual([second]);
    expect(others.length).toBeGreaterThan(1);
  });
});

describe('a refund', () => {
  it('[F2] of a status set to refunded is the rest of the order, tax and all', async () => {
    for (const style of ['tax_exclusive', 'tax_inclusive'] as const) {
      const shop = await startShop({ style });
      const order = paidOrder(shop);
      shop.simulator.refunds.create(order, { amount: '3.33' });
      shop.simulator.orders.edit(order, { status: 'refunded' });
      const { total, total_tax, refunds } = shop.simulator.orders.get(order);
      const ids = (refunds as { id: number }[]).map(({ id }) => `${order}:${id}`);
      const { records } = unwrap(await shop.source.readByIds('refund', ids));

      expect(records.length).toBe(2);
      expect(money(sum(records.map(({ data }) => data.amount)))).toBe(total);
      expect(money(sum(records.map(({ data }) => data.tax_total)))).toBe(total_tax);
      expect(records.map(({ data }) => data.by_line)).toEqual([false, false]);
    }
  });

  it('[F2] changes when its order does: status and what other refunds took', async () => {
    const shop = await startShop();
    const order = paidOrder(shop);
    const early = shop.simulator.refunds.create(order, { amount: '4.00' });
    const late = shop.simulator.refunds.create(order, { amount: '2.00' });
    const read = async () => {
      const { records } = unwrap(await shop.source.readByIds('refund', [`${order}:${String(late.id)}`]));
      return dataOf(records).get(`${order}:${String(late.id)}`);
    };
    const before = await read();
    shop.simulator.refunds.remove(order, Number(early.id));
    shop.simulator.orders.edit(order, { status: 'cancelled' });

    expect(before).toMatchObject({ order_status: 'completed', amount: '2.00' });
    expect(await read()).toMatchObject({ order_status: 'cancelled', amount: '2.00' });
  });

  it('[F2] is filtered by the status of its order and by its own day, both ends included', async () => {
    const shop = await startShop({ orders: 600 });
    const all = await readAllPages(shop.source, 'refund', full);
    const days = all.map(({ data }) => String(data.refunded_at).slice(0, 10)).sort();
    const [start = '', end = ''] = [days[3], days[20]];
    const filters = { status: ['refunded'], date_range: { start, end } };
    const expected = all.filter(
      ({ data }) =>
        data.order_status === 'refunded' &&
        String(data.refunded_at).slice(0, 10) >= start &&
        String(data.refunded_at).slice(0, 10) <= end,
    );

    expect(idsOf(await readAllPages(shop.source, 'refund', { ...full, filters }))).toEqual(idsOf(expected));
    expect(expected.length).toBeGreaterThan(1);
  });

  it('[F-INCREMENTAL] costs a short look at changed orders, not a read of them all', async () => {
    const shop = await startShop({ orders: 600 });
    shop.simulator.resetCalls();
    await readAllPages(shop.source, 'refund', changedSince('2020-01-01T00:00:00.000Z'));

    const changed = calls(shop, /modified_after/);
    expect(changed.length).toBeGreaterThan(3);
    expect(changed.every(({ target }) => target.includes('_fields='))).toBe(true);
  });
});
