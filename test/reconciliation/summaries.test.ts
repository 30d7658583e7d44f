import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateShop } from '#local/platforms/generator/shop.ts';
import { changeSettings } from '#shared/connections/manage.ts';
import { businessDay } from '#shared/core/clock.ts';
import { addDays } from '#shared/core/days.ts';
import { unwrap } from '#shared/core/failure.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { decimal, exactMoney, sum } from '#shared/core/money.ts';
import { reconcile } from '#test/support/reconcile.ts';
import { cases } from '#test/support/seed.ts';
import { startWorld, type Tenant, type World } from '#test/support/world.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const month = { start_date: '2026-11-01', end_date: '2026-11-30' } as const;
const border = '2026-11-15';
const fromBorder = { posting: [{ from: border, mode: 'daily_summary' }] };

let world: World;
beforeAll(async () => {
  const shop = (seed: number) => generateShop({ seed, orders: 60, style: 'tax_exclusive', now, days: 15 });
  world = await startWorld({
    shops: {
      shop: shop(31),
      edited: shop(32),
      refunded: generateShop({ seed: 33, orders: 0, style: 'tax_exclusive', now }),
    },
    withoutSupabase: true,
  });
});
afterAll(() => world.stop());

async function synced(name: string): Promise<Tenant> {
  const tenant = await world.tenant(name, {}, fromBorder);
  for (const entity of ['orders', 'sales_days', 'refunds']) await world.sync(tenant, entity);
  return tenant;
}

const grossOf = (cells: readonly { readonly system: string; readonly gross: string; readonly day: string }[]) =>
  Map.groupBy(
    cells.filter(({ gross }) => gross !== '0.00'),
    ({ system }) => system,
  );

it('[I9] misses no order of a day that was posted as one document, and finds the same money on both sides', async () => {
  const tenant = await synced('shop');
  expect(tenant.company.list('SalesReceipt').length).toBeGreaterThan(3);
  expect(tenant.company.list('Invoice').length).toBeGreaterThan(10);
  const { differences, cells, excluded } = await reconcile(world, tenant, month);
  expect(differences).toEqual([]);
  const systems = grossOf(cells);
  const figures = (system: string) => systems.get(system)?.map(({ day, gross }) => [day, gross]);
  expect(figures('quickbooks')).toEqual(figures('woocommerce'));
  expect(excluded.map(({ cause }) => cause).filter((cause) => cause.includes('one summary'))).toEqual([]);
});

it('[I9] names the day whose document was changed, deleted, or waits for the next sync', async () => {
  const tenant = await synced('edited');
  const [changed, deleted, late] = tenant.company
    .list('SalesReceipt')
    .toSorted((a, b) => (String(a.TxnDate) < String(b.TxnDate) ? -1 : 1));
  const lines = ((changed?.Line ?? []) as { DetailType: string }[]).filter(
    ({ DetailType }) => DetailType !== 'SubTotalLineDetail',
  );
  tenant.company.edit('SalesReceipt', String(changed?.Id), { Line: lines.slice(1) } as never);
  tenant.company.remove('SalesReceipt', String(deleted?.Id));
  const zone = tenant.shop.shop.settings.timeZone;
  const order = [...tenant.shop.shop.orders.values()].find(
    ({ createdAt, paidAt, status }) =>
      businessDay(new Date(createdAt).toISOString(), zone) === late?.TxnDate &&
      paidAt !== null &&
      ['processing', 'completed'].includes(status),
  );
  const wire = tenant.shop.orders.get(Number(order?.id)) as unknown as { line_items: { id: number }[] };
  tenant.shop.orders.edit(Number(order?.id), { line_items: [{ id: wire.line_items[0]?.id, total: '1.23' }] } as never);

  const { differences } = await reconcile(world, tenant, month);
  expect(differences.map(({ day, kind, label }) => [day, kind, label])).toEqual([
    [changed?.TxnDate, 'amount_differs', `Sales day ${String(changed?.TxnDate)}@USD`],
    [deleted?.TxnDate, 'deleted_in_books', `Sales day ${String(deleted?.TxnDate)}@USD`],
    [late?.TxnDate, 'pending', `Sales day ${String(late?.TxnDate)}@USD`],
  ]);
});

describe('refunds of orders that are posted with their day', () => {
  const first = '2026-11-10';
  const money = fc.integer({ min: 100, max: 99_999 }).map((cents) => exactMoney(decimal(cents).div(100)));
  const day = fc.integer({ min: 0, max: 3 });
  const index = fc.nat(20);
  const command = fc.oneof(
    fc.record({ do: fc.constant('place' as const), day, total: money, isPaid: fc.boolean() }),
    fc.record({ do: fc.constant('pay' as const), index }),
    fc.record({ do: fc.constant('refund' as const), index, share: fc.constantFrom(1, 2, 3), day }),
    fc.record({ do: fc.constant('switch' as const), day, mode: fc.constantFrom('per_order', 'daily_summary') }),
    fc.record({ do: fc.constant('sync' as const), entity: fc.constantFrom('orders', 'sales_days', 'refunds') }),
  );

  type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never;

  const settingsOf = async (tenant: Tenant, settings: JsonObject): Promise<void> => {
    const { connectionDeps } = world.engine();
    const { quickbooks } = connectionDeps.connectors;
    if (quickbooks) unwrap(await changeSettings(connectionDeps, quickbooks, tenant.id, settings));
  };

  function shopkeeper({ shop }: Tenant) {
    const [product] = [...shop.shop.products.values()].filter(({ type }) => type === 'simple');
    const placed: number[] = [];
    const at = (offset: number, hour: number) => Date.parse(`${addDays(first, offset)}T${hour}:00:00Z`);
    return {
      place(offset: number, total: string, isPaid: boolean): void {
        const { id } = shop.orders.create({
          status: isPaid ? 'processing' : 'on-hold',
          set_paid: isPaid,
          billing: {
            first_name: 'Ann',
            last_name: `Smith ${placed.length % 3}`,
            email: `ann${placed.length % 3}@example.com`,
          },
          line_items: [{ product_id: product?.id, quantity: 1, subtotal: total, total }],
        } as never) as { id: number };
        Object.assign(shop.shop.orders.get(id) ?? {}, {
          createdAt: at(offset, 15),
          modifiedAt: at(offset, 15),
          ...(isPaid ? { paidAt: at(offset, 15) } : {}),
        });
        placed.push(id);
      },
      /** Days after all others: what is paid back before then was paid back of an open order. */
      pay(which: number): void {
        const order = shop.shop.orders.get(placed[which % placed.length] ?? 0);
        if (order?.status !== 'on-hold') return;
        shop.orders.edit(order.id, { status: 'processing', set_paid: true } as never);
        Object.assign(order, { paidAt: at(9, 12), modifiedAt: Date.now() });
      },
      refund(which: number, share: number, offset: number): void {
        const order = shop.shop.orders.get(placed[which % placed.length] ?? 0);
        if (!order) return;
        const wire = shop.orders.get(order.id) as unknown as { total: string; refunds: { total: string }[] };
        const left = decimal(wire.total).plus(sum(wire.refunds.map(({ total }) => total)));
        if (left.lte(0)) return;
        const amount = exactMoney(left.div(share).round(2, 0));
        const { id } = shop.refunds.create(order.id, { amount } as never) as { id: number };
        Object.assign(shop.shop.refunds.get(id) ?? {}, { createdAt: at(4 + offset, 16) });
      },
    };
  }

  type Entity = 'Invoice' | 'SalesReceipt' | 'CreditMemo' | 'RefundReceipt';
  const totalOf = ({ company }: Tenant, ...entities: Entity[]) =>
    sum(entities.flatMap((entity) => company.list(entity)).map(({ TotalAmt }) => String(TotalAmt)));

  /** What should be left in the books: of each order that stands there, its total less what was paid back of it. */
  const leftOf = ({ shop, company }: Tenant): string => {
    const numbersOf = (entity: Entity) =>
      new Set(
        company.list(entity).flatMap(({ DocNumber, TotalAmt }) => (Number(TotalAmt) > 0 ? String(DocNumber) : [])),
      );
    const [invoices, receipts] = [numbersOf('Invoice'), numbersOf('SalesReceipt')];
    const left = [...shop.shop.orders.values()].map(({ id, createdAt, paidAt }) => {
      const wire = shop.orders.get(id) as unknown as { number: string; total: string; refunds: { total: string }[] };
      const on = businessDay(new Date(createdAt).toISOString(), shop.shop.settings.timeZone);
      const numbers = [wire.number, `D${on.slice(2).replaceAll('-', '')}USD`];
      const isThere =
        numbers.some((number) => invoices.has(number)) ||
        (paidAt !== null && numbers.some((number) => receipts.has(number)));
      return isThere ? sum([wire.total, ...wire.refunds.map(({ total }) => total)]) : decimal(0);
    });
    return exactMoney(sum(left));
  };

  async function agreeAfter(commands: readonly Command[], chosen: JsonObject): Promise<void> {
    world.shops.refunded?.shop.orders.clear();
    world.shops.refunded?.shop.refunds.clear();
    const tenant = await world.tenant('refunded');
    const { place, pay, refund } = shopkeeper(tenant);
    const choose = (posting: JsonObject[]) => settingsOf(tenant, { ...chosen, deposit_account: '35', posting });
    await choose([{ from: first, mode: 'daily_summary' }]);
    place(0, '10.00', false);
    for (const one of commands) {
      if (one.do === 'place') place(one.day, one.total, one.isPaid);
      else if (one.do === 'pay') pay(one.index);
      else if (one.do === 'refund') refund(one.index, one.share, one.day);
      else if (one.do === 'sync') await world.sync(tenant, one.entity);
      else
        await choose([
          { from: first, mode: 'daily_summary' },
          { from: addDays(first, one.day), mode: one.mode },
        ]);
    }
    for (const entity of ['orders', 'sales_days', 'refunds']) await world.sync(tenant, entity);
    const { failures } = await world.engine().failures.list(tenant.id, { limit: 100 });
    const { cells, differences } = await reconcile(world, tenant, month);
    const failed = new Set(failures.map(({ failure_id }) => failure_id));
    expect(differences.filter(({ failure_id }) => !failed.has(failure_id ?? ''))).toEqual([]);
    if (failures.length > 0) return;
    const figures = (wanted: string) =>
      cells.flatMap(({ system, ...cell }) => {
        const { day: on, gross, net, refund_count, refunds, net_sales } = cell;
        return system === wanted ? { on, gross, net, refund_count, refunds, net_sales } : [];
      });
    expect(figures('quickbooks')).toEqual(figures('woocommerce'));
    const left = totalOf(tenant, 'Invoice', 'SalesReceipt').minus(totalOf(tenant, 'CreditMemo', 'RefundReceipt'));
    expect(exactMoney(left)).toBe(leftOf(tenant));
  }

  it.each([
    ['sales_receipt', 'invoice'],
    ['invoice', 'invoice'],
    ['sales_receipt', 'sales_receipt'],
  ])('[I9] [F2] [I1] stand where their orders do: days as %s, orders as %s', async (days, orders) => {
    const refundDocuments = fc.constantFrom('credit_memo', 'refund_receipt');
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { minLength: 6, maxLength: 18 }),
        refundDocuments,
        (commands, refund_document) =>
          agreeAfter(commands, { document: orders, summary_document: days, refund_document }),
      ),
      { numRuns: cases(6) },
    );
  });
});
