import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateShop } from '#local/platforms/generator/shop.ts';
import { changeSettings } from '#shared/connections/manage.ts';
import { businessDay } from '#shared/core/clock.ts';
import { addDays } from '#shared/core/days.ts';
import { unwrap } from '#shared/core/failure.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { decimal, money } from '#shared/core/money.ts';
import { cases } from '#test/support/seed.ts';
import { type Style, startWorld, type Tenant, type World } from '#test/support/world.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
/** Eighty orders in nine days. */
const busyShop = (style: Style, seed: number) => generateShop({ seed, orders: 80, style, now, days: 9 });
const emptyShop = (seed: number) => generateShop({ seed: 50 + seed, orders: 0, style: 'tax_exclusive', now });

let world: World;
beforeAll(async () => {
  world = await startWorld({
    shops: {
      tax_exclusive: busyShop('tax_exclusive', 23),
      tax_inclusive: busyShop('tax_inclusive', 24),
      ...Object.fromEntries(
        ['empty', 'late', 'refund', 'open', 'unpaid', 'past', 'back', 'property', 'cancelled', 'whole'].map(
          (name, index) => [name, emptyShop(index)],
        ),
      ),
    },
    withoutSupabase: true,
  });
});
afterAll(() => world.stop());

const companies = { tax_exclusive: { template: 'us' }, tax_inclusive: { template: 'eur' } } as const;
const fromTheBeginning = [{ from: '2000-01-01', mode: 'daily_summary' }];
const posted = ['on-hold', 'processing', 'completed', 'refunded'];

async function choose({ id }: Tenant, settings: JsonObject): Promise<void> {
  const { connectionDeps } = world.engine();
  const { quickbooks } = connectionDeps.connectors;
  if (quickbooks) unwrap(await changeSettings(connectionDeps, quickbooks, id, settings));
}

interface Sale {
  readonly id: string;
  readonly number: string;
  readonly day: string;
  readonly total: string;
  readonly tax: string;
}

/** Orders that belong in the books, by the day of the store. */
function salesOf({ shop }: Tenant, isPaid = true): Sale[] {
  const zone = shop.shop.settings.timeZone;
  return [...shop.shop.orders.values()].flatMap((order): Sale[] => {
    const wire = shop.orders.get(order.id) as Record<string, string> & { line_items: unknown[] };
    if (!posted.includes(wire.status ?? '') || (isPaid && !wire.date_paid_gmt)) return [];
    const rows = ['line_items', 'shipping_lines', 'fee_lines'].flatMap((name) => wire[name] as unknown as unknown[]);
    if (rows.length === 0) return [];
    const day = businessDay(`${wire.date_created_gmt}Z`, zone);
    return [
      { id: String(order.id), number: wire.number ?? '', day, total: wire.total ?? '0', tax: wire.total_tax ?? '0' },
    ];
  });
}

function perDay(sales: readonly Sale[]): Map<string, string> {
  const days = new Map<string, string>();
  for (const { day, total } of sales) days.set(day, money(decimal(days.get(day) ?? '0').plus(decimal(total))));
  return new Map([...days].sort());
}

function receipts({ company }: Tenant, entity: 'SalesReceipt' | 'Invoice' = 'SalesReceipt'): Map<string, string> {
  return new Map(
    company
      .list(entity)
      .map(({ TxnDate, TotalAmt }) => [String(TxnDate), money(String(TotalAmt))] as const)
      .sort(),
  );
}

describe.each(['tax_exclusive', 'tax_inclusive'] as const satisfies readonly Style[])(
  'the days of a %s shop',
  (style) => {
    it('[I9] [F1] are one receipt each, the sum of their orders to the cent, and nothing the second time', async () => {
      const tenant = await world.tenant(style, companies[style], { posting: fromTheBeginning });
      const first = await world.sync(tenant, 'sales_days');
      expect(first.failures.map(({ failure }) => failure.reason)).toEqual([]);
      expect(receipts(tenant)).toEqual(perDay(salesOf(tenant)));
      const orders = await world.sync(tenant, 'orders');
      expect(orders.failures).toEqual([]);
      expect(tenant.company.list('Invoice')).toEqual([]);

      const before = tenant.company.snapshot();
      for (const mode of ['full', 'incremental'] as const) await world.sync(tenant, 'sales_days', { mode });
      expect(tenant.company.snapshot()).toEqual(before);
    });

    it('[I9] are invoices, of unpaid orders too, by setting', async () => {
      const settings = { posting: fromTheBeginning, summary_document: 'invoice', summary_lines: 'tax_rate' };
      const tenant = await world.tenant(style, companies[style], settings);
      const { failures } = await world.sync(tenant, 'sales_days');
      expect(failures.map(({ failure }) => failure.reason)).toEqual([]);
      expect(receipts(tenant, 'Invoice')).toEqual(perDay(salesOf(tenant, false)));
      expect(receipts(tenant)).toEqual(new Map());
      const items = new Set(
        tenant.company
          .list('Invoice')
          .flatMap(({ Line }) => Line as { SalesItemLineDetail?: { ItemRef: { name: string } } }[])
          .flatMap(({ SalesItemLineDetail }) => SalesItemLineDetail?.ItemRef.name ?? []),
      );
      expect(
        [...items].filter((name) => !['Daily sales', 'Shipping', 'Fee', 'Rounding difference'].includes(name)),
      ).toEqual([]);
    });
  },
);

/** A shop whose orders are placed by the test, on days it names. */
function shopkeeper(tenant: Tenant) {
  const { shop } = tenant;
  const [product] = [...shop.shop.products.values()].filter(({ type }) => type === 'simple');
  return {
    place(day: string, total: string, more: Record<string, unknown> = {}, isPaid = true): Sale {
      const input = {
        set_paid: true,
        billing: { first_name: 'Ann', last_name: 'Smith', email: 'ann@example.com' },
        line_items: [{ product_id: product?.id, quantity: 1, subtotal: total, total }],
        ...more,
      };
      const { id } = shop.orders.create(input as never) as { id: number };
      const order = shop.shop.orders.get(id) as { createdAt: number };
      order.createdAt = Date.parse(`${day}T17:00:00Z`);
      const sale = salesOf(tenant, isPaid).find((one) => one.id === String(id));
      if (!sale) throw new Error('the order is no sale');
      return sale;
    },
    price(sale: Sale, total: string): void {
      const wire = shop.orders.get(Number(sale.id)) as unknown as { line_items: { id: number }[] };
      shop.orders.edit(Number(sale.id), {
        line_items: [{ id: wire.line_items[0]?.id, subtotal: total, total }],
      } as never);
    },
  };
}

const failuresOf = async ({ id }: Tenant) => (await world.engine().failures.list(id, { limit: 100 })).failures;
const invoiced = ({ company }: Tenant): Map<string, string> =>
  new Map(company.list('Invoice').map((row) => [String(row.DocNumber), money(String(row.TotalAmt))]));

async function bothWays(tenant: Tenant, request: { mode?: 'full' | 'incremental'; dryRun?: boolean } = {}) {
  return [await world.sync(tenant, 'orders', request), await world.sync(tenant, 'sales_days', request)] as const;
}

describe('a switch of the mode', () => {
  const border = addDays(businessDay(new Date(Date.now()).toISOString(), 'UTC'), -5);
  const before = addDays(border, -1);
  const fromBorder = { posting: [{ from: border, mode: 'daily_summary' }] };

  it('[I9] counts no order of either side of the border twice, planned or posted', async () => {
    const tenant = await world.tenant('empty', {}, fromBorder);
    const { place } = shopkeeper(tenant);
    const single = [place(before, '10.00'), place(before, '11.00')];
    const together = [place(border, '20.00'), place(border, '21.00'), place(addDays(border, 1), '22.00')];
    const [orders, days] = await bothWays(tenant, { dryRun: true });
    expect(orders.legs[0]?.plan?.changes.invoice?.create).toBe(single.length);
    expect(days.legs[0]?.plan?.changes.sales_receipt?.create).toBe(2);
    const planned = [
      orders.legs[0]?.plan?.money.invoice?.USD?.created,
      days.legs[0]?.plan?.money.sales_receipt?.USD?.created,
    ];
    const all = money([...single, ...together].reduce((sum, { total }) => sum.plus(decimal(total)), decimal(0)));
    expect(money(planned.reduce((sum, part = '0') => sum.plus(decimal(part)), decimal(0)))).toBe(all);

    await bothWays(tenant);
    expect([...invoiced(tenant).keys()].sort()).toEqual(single.map(({ number }) => number).sort());
    expect(receipts(tenant)).toEqual(perDay(together));
  });

  it('[I9] follows what changes in a summarised day with one update of its document', async () => {
    const tenant = await world.tenant('late', {}, fromBorder);
    const { place, price } = shopkeeper(tenant);
    const first = place(border, '20.00');
    place(border, '30.00');
    await bothWays(tenant);
    price(first, '25.00');
    place(border, '5.00');
    const [, days] = await bothWays(tenant, { mode: 'incremental' });
    expect(days.legs[0]?.counts).toMatchObject({ updated: 1, created: 0, failed: 0 });
    expect(receipts(tenant)).toEqual(perDay(salesOf(tenant)));
    expect(tenant.company.list('SalesReceipt')).toHaveLength(1);
  });

  it('[I9] [F2] posts what is paid back of a summarised day by itself, once, and leaves the day as it is', async () => {
    const tenant = await world.tenant('refund', {}, { ...fromBorder, deposit_account: '35' });
    const { place } = shopkeeper(tenant);
    const sale = place(border, '20.00');
    place(border, '30.00');
    await bothWays(tenant);
    const days = receipts(tenant);
    tenant.shop.refunds.create(Number(sale.id), { amount: '5.00' } as never);
    for (const mode of ['full', 'incremental'] as const) {
      await world.sync(tenant, 'refunds', { mode });
      await bothWays(tenant, { mode });
    }
    expect(await failuresOf(tenant)).toEqual([]);
    expect(receipts(tenant)).toEqual(days);
    expect(tenant.company.list('RefundReceipt').map(({ TotalAmt }) => money(String(TotalAmt)))).toEqual(['5.00']);
    expect(tenant.company.list('Invoice')).toEqual([]);
  });

  /** Of a day with two orders, 5.00 of the one that is open; answers that. */
  const payBackOpen = async (tenant: Tenant) => {
    const { place } = shopkeeper(tenant);
    const open = place(border, '20.00', { status: 'on-hold', set_paid: false }, false);
    place(border, '30.00');
    await bothWays(tenant);
    tenant.shop.refunds.create(Number(open.id), { amount: '5.00' } as never);
    await world.sync(tenant, 'refunds');
    expect(await failuresOf(tenant)).toEqual([]);
    return open;
  };

  it('[I9] [F2] sets what is paid back of an open order off against the invoice of its day', async () => {
    const tenant = await world.tenant('open', {}, { ...fromBorder, summary_document: 'invoice' });
    await payBackOpen(tenant);
    const [memo, ...others] = tenant.company.list('CreditMemo');
    const [invoice] = tenant.company.list('Invoice');
    expect(others).toEqual([]);
    expect([memo?.TotalAmt, memo?.Balance].map(Number)).toEqual([5, 0]);
    expect(Number(invoice?.Balance)).toBe(Number(invoice?.TotalAmt) - 5);
    expect(memo?.CustomerRef).toEqual(invoice?.CustomerRef);
  });

  it('[I9] [F2] posts nothing that is paid back of an open order where days are receipts, until it is paid', async () => {
    const tenant = await world.tenant('unpaid', {}, { ...fromBorder, deposit_account: '35' });
    const open = await payBackOpen(tenant);
    const documents = () => (['CreditMemo', 'RefundReceipt'] as const).map((name) => tenant.company.list(name).length);
    expect(documents()).toEqual([0, 0]);
    tenant.shop.orders.edit(Number(open.id), { status: 'processing', set_paid: true } as never);
    await bothWays(tenant, { mode: 'incremental' });
    await world.sync(tenant, 'refunds', { mode: 'incremental' });
    expect(receipts(tenant)).toEqual(perDay(salesOf(tenant)));
    expect(documents()).toEqual([0, 1]);
  });

  it('[I9] [F2] voids the document of a day whose orders are all cancelled, refunds too, and brings it back with one of them', async () => {
    const tenant = await world.tenant('cancelled', {}, { ...fromBorder, deposit_account: '35' });
    const { place } = shopkeeper(tenant);
    const [first, second] = [place(border, '20.00'), place(border, '30.00')];
    await bothWays(tenant);
    tenant.shop.refunds.create(Number(first.id), { amount: '5.00' } as never);
    await world.sync(tenant, 'refunds');
    const [posted] = tenant.company.list('SalesReceipt');
    const day = () =>
      tenant.company
        .list('SalesReceipt')
        .map((row) => [row.Id, row.DocNumber, money(String(row.TotalAmt)), row.PrivateNote === 'Voided']);
    const refunds = () => tenant.company.list('RefundReceipt').map(({ TotalAmt }) => money(String(TotalAmt)));
    expect([day(), refunds()]).toEqual([[[posted?.Id, posted?.DocNumber, '50.00', false]], ['5.00']]);

    const all = async (status: string, ...sales: Sale[]) => {
      for (const { id } of sales) tenant.shop.orders.edit(Number(id), { status } as never);
      for (const entity of ['orders', 'sales_days', 'refunds'])
        await world.sync(tenant, entity, { mode: 'incremental' });
    };
    await all('cancelled', first, second);
    expect([day(), refunds()]).toEqual([[[posted?.Id, posted?.DocNumber, '0.00', true]], []]);
    await all('processing', first);
    expect([day(), refunds()]).toEqual([[[posted?.Id, posted?.DocNumber, '20.00', false]], ['5.00']]);
    expect(await failuresOf(tenant)).toEqual([]);
    expect(tenant.company.list('Invoice')).toEqual([]);
  });

  it('[I9] [F2] posts a refund that is read before its day, with the day; all of an order leaves the day as it is', async () => {
    const tenant = await world.tenant('whole', {}, { ...fromBorder, deposit_account: '35' });
    const { place } = shopkeeper(tenant);
    const [sale] = [place(border, '20.00'), place(border, '30.00')];
    tenant.shop.orders.edit(Number(sale.id), { status: 'refunded' } as never);
    await world.sync(tenant, 'refunds');
    for (const mode of ['full', 'incremental'] as const) await bothWays(tenant, { mode });
    expect(await failuresOf(tenant)).toEqual([]);
    expect(receipts(tenant)).toEqual(new Map([[border, '50.00']]));
    expect(tenant.company.list('RefundReceipt').map(({ TotalAmt }) => money(String(TotalAmt)))).toEqual(['20.00']);
  });

  it('[I9] into the past leaves what was posted by itself, and holds a day of which a part is', async () => {
    const tenant = await world.tenant('past');
    const { place } = shopkeeper(tenant);
    const posted = [place(before, '10.00'), place(border, '20.00')];
    await bothWays(tenant);
    const snapshot = tenant.company.snapshot();
    await choose(tenant, { posting: fromTheBeginning });
    await bothWays(tenant);
    expect(tenant.company.snapshot()).toEqual(snapshot);
    expect(await failuresOf(tenant)).toEqual([]);

    const late = place(border, '7.00');
    await bothWays(tenant);
    expect(await failuresOf(tenant)).toMatchObject([
      {
        source_id: `${border}@USD`,
        failure: { code: 'sync.written_otherwise', reason: expect.stringContaining(posted[1]?.id ?? '-') },
      },
    ]);
    expect(receipts(tenant)).toEqual(new Map());

    await choose(tenant, { posting: [] });
    await bothWays(tenant);
    expect(await failuresOf(tenant)).toEqual([]);
    expect([...invoiced(tenant).keys()].sort()).toEqual([...posted, late].map(({ number }) => number).sort());
  });

  it('[I9] back leaves summarised days as they are: a later order of such a day joins its document', async () => {
    const tenant = await world.tenant('back', {}, { posting: fromTheBeginning });
    const { place } = shopkeeper(tenant);
    place(border, '20.00');
    await bothWays(tenant);
    await choose(tenant, { posting: [] });
    place(border, '9.00');
    const other = place(addDays(border, 1), '8.00');
    const [orders, days] = await bothWays(tenant, { mode: 'incremental' });
    expect([...orders.failures, ...days.failures]).toEqual([]);
    expect(receipts(tenant)).toEqual(perDay(salesOf(tenant).filter(({ day }) => day === border)));
    expect([...invoiced(tenant).keys()]).toEqual([other.number]);
  });
});

describe('whatever is switched, edited and synced in whatever order', () => {
  const start = addDays(businessDay(new Date(Date.now()).toISOString(), 'UTC'), -9);
  const day = fc.integer({ min: 0, max: 4 });
  const cents = fc.integer({ min: 1, max: 99_999 }).map((value) => money(decimal(value).div(100)));
  const mode = fc.constantFrom('full' as const, 'incremental' as const);
  const period = fc.record({
    from: fc.integer({ min: -1, max: 5 }),
    mode: fc.constantFrom('per_order', 'daily_summary'),
  });
  const command = fc.oneof(
    fc.record({ do: fc.constant('place' as const), day, total: cents }),
    fc.record({ do: fc.constant('price' as const), index: fc.nat(20), total: cents }),
    fc.record({
      do: fc.constant('switch' as const),
      periods: fc.uniqueArray(period, { maxLength: 3, selector: ({ from }) => from }),
    }),
    fc.record({ do: fc.constant('orders' as const), mode }),
    fc.record({ do: fc.constant('days' as const), mode }),
  );

  /** No day has a document of its own and one of an order of it. */
  const nothingTwice = (tenant: Tenant): void => {
    const summarised = receipts(tenant);
    const singles = invoiced(tenant);
    expect(salesOf(tenant).filter((sale) => summarised.has(sale.day) && singles.has(sale.number))).toEqual([]);
    expect(tenant.company.list('SalesReceipt')).toHaveLength(summarised.size);
    expect(tenant.company.list('Invoice')).toHaveLength(singles.size);
  };

  it('[I9] each order’s money is in the books once, or in the queue of failures', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 4, maxLength: 14 }), async (commands) => {
        const tenant = await world.tenant('property');
        const { place, price } = shopkeeper(tenant);
        for (const one of commands) {
          const sales = salesOf(tenant);
          if (one.do === 'place') place(addDays(start, one.day), one.total);
          else if (one.do === 'price' && sales.length > 0) price(sales[one.index % sales.length] as Sale, one.total);
          else if (one.do === 'orders') await world.sync(tenant, 'orders', { mode: one.mode });
          else if (one.do === 'days') await world.sync(tenant, 'sales_days', { mode: one.mode });
          else if (one.do === 'switch')
            await choose(tenant, { posting: one.periods.map((p) => ({ ...p, from: addDays(start, p.from) })) });
          nothingTwice(tenant);
        }
        await bothWays(tenant);
        nothingTwice(tenant);
        const held = new Set((await failuresOf(tenant)).map(({ source_id }) => source_id));
        const summarised = receipts(tenant);
        const singles = invoiced(tenant);
        const sums = perDay(salesOf(tenant));
        for (const sale of salesOf(tenant)) {
          const queued = held.has(sale.id) || held.has(`${sale.day}@USD`);
          if (singles.has(sale.number)) expect(singles.get(sale.number)).toBe(sale.total);
          else if (summarised.has(sale.day)) expect(summarised.get(sale.day)).toBe(sums.get(sale.day));
          else expect(queued, `${sale.number} of ${sale.day}`).toBe(true);
        }
      }),
      { numRuns: cases(12) },
    );
  });
});
