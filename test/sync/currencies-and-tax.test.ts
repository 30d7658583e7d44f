import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateShop } from '#local/platforms/generator/shop.ts';
import { decimal, money, roundHalfUp } from '#shared/core/money.ts';
import { wooOrders } from '#test/support/shop-view.ts';
import { startWorld, type Tenant, type World } from '#test/support/world.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const shop = (seed: number, orders: number) => generateShop({ seed, orders, style: 'tax_exclusive', now, days: 20 });

function inCanada(made: ReturnType<typeof shop>): ReturnType<typeof shop> {
  Object.assign(made.settings, { currency: 'CAD' });
  return made;
}

let world: World;
beforeAll(async () => {
  world = await startWorld({
    shops: { currencies: shop(41, 0), days: shop(42, 0), taxed: shop(43, 40), quebec: inCanada(shop(44, 0)) },
    withoutSupabase: true,
  });
});
afterAll(() => world.stop());

function place(tenant: Tenant, currency: string, total: string): void {
  const [product] = [...tenant.shop.shop.products.values()].filter(({ type }) => type === 'simple');
  tenant.shop.orders.create({
    currency,
    set_paid: true,
    billing: { first_name: 'Ada', last_name: 'Byron', email: 'ada@example.com' },
    line_items: [{ product_id: product?.id, quantity: 1, subtotal: total, total }],
  } as never);
}

type Row = Readonly<Record<string, unknown>>;
const value = (reference: unknown): string => String((reference as { value?: unknown } | undefined)?.value ?? '');

describe('a company with many currencies', () => {
  it('[I9] [F1] [F3] books each order in its own, on a customer of it, at the rate of the day', async () => {
    const tenant = await world.tenant('currencies', { multicurrency: true });
    for (const [currency, total] of [
      ['USD', '10.00'],
      ['EUR', '19.99'],
      ['EUR', '0.05'],
      ['GBP', '33.33'],
    ] as const) {
      place(tenant, currency, total);
    }
    expect((await world.sync(tenant, 'orders')).failures).toEqual([]);
    const customers = new Map(tenant.company.list('Customer').map((row) => [String(row.Id), value(row.CurrencyRef)]));
    expect([...customers.values()].sort()).toEqual(['EUR', 'GBP', 'USD']);
    const rates: Readonly<Record<string, string>> = { USD: '1', EUR: '1.1', GBP: '1.25' };
    const documents: Row[] = [...tenant.company.list('Invoice'), ...tenant.company.list('Payment')];
    expect(documents).toHaveLength(8);
    for (const row of documents) {
      const currency = value(row.CurrencyRef);
      expect(customers.get(value(row.CustomerRef))).toBe(currency);
      expect(String(row.ExchangeRate)).toBe(rates[currency]);
    }
    for (const row of tenant.company.list('Invoice')) {
      const home = roundHalfUp(decimal(String(row.TotalAmt)).times(decimal(rates[value(row.CurrencyRef)])), 2);
      expect(money(String(row.HomeTotalAmt))).toBe(money(home));
      expect(Number(row.Balance)).toBe(0);
    }
    const totals = tenant.company.list('Invoice').map((row) => [String(row.DocNumber), money(String(row.TotalAmt))]);
    expect(totals.sort()).toEqual(
      wooOrders(tenant.shop)
        .map(({ number, total }) => [number, total])
        .sort(),
    );
    const before = tenant.company.snapshot();
    await world.sync(tenant, 'orders');
    expect(tenant.company.snapshot()).toEqual(before);
  });

  it('[I9] [F1] has one document a day and currency where days are posted as a whole', async () => {
    const posting = [{ from: '2000-01-01', mode: 'daily_summary' }];
    const tenant = await world.tenant('days', { multicurrency: true }, { posting });
    for (const [currency, total] of [
      ['USD', '10.00'],
      ['EUR', '19.99'],
      ['EUR', '0.02'],
    ] as const) {
      place(tenant, currency, total);
    }
    expect((await world.sync(tenant, 'sales_days')).failures).toEqual([]);
    const receipts = tenant.company.list('SalesReceipt').map((row) => ({
      currency: value(row.CurrencyRef),
      rate: String(row.ExchangeRate),
      net: money(decimal(String(row.TotalAmt)).minus(decimal(String((row.TxnTaxDetail as Row)?.TotalTax ?? '0')))),
    }));
    expect(receipts.sort((a, b) => (a.currency < b.currency ? -1 : 1))).toEqual([
      { currency: 'EUR', rate: '1.1', net: '20.01' },
      { currency: 'USD', rate: '1', net: '10.00' },
    ]);
  });

  it('[I9] [F1] says what to do about another currency where the company has only one', async () => {
    const tenant = await world.tenant('currencies', {});
    const { failures } = await world.sync(tenant, 'orders');
    expect(new Set(failures.map(({ failure }) => failure.code))).toEqual(new Set(['mapping.foreign_currency']));
    expect(tenant.company.list('Invoice').map((row) => value(row.CurrencyRef))).toEqual(['USD']);
  });
});

describe('a company in the United States', () => {
  it.each([
    ['ast', 'another jurisdiction than the shop taxed for'],
    ['manual', 'its own default code'],
  ] as const)(
    '[I9] [F1] whose sales tax is %s takes the shop’s tax, although it would compute that of %s',
    async (salesTax, _what) => {
      // Whatever the address, this company would recommend a code of 9.1 %.
      const astCodes = Object.fromEntries(['CA', 'AZ', 'WA', 'NY', 'TX'].map((state) => [state, '3']));
      const tenant = await world.tenant('taxed', { salesTax, astCodes, defaultTaxCode: '3' });
      expect((await world.sync(tenant, 'orders')).failures).toEqual([]);
      const orders = new Map(wooOrders(tenant.shop).map((order) => [order.number, order]));
      let taxed = 0;
      for (const row of tenant.company.list('Invoice')) {
        const order = orders.get(String(row.DocNumber));
        const { TotalTax = '0' } = (row.TxnTaxDetail ?? {}) as { TotalTax?: string };
        expect(money(String(TotalTax)), order?.number).toBe(order?.totalTax);
        expect(money(String(row.TotalAmt)), order?.number).toBe(order?.total);
        for (const line of row.Line as Row[]) {
          const code = value((line.SalesItemLineDetail as Row | undefined)?.TaxCodeRef);
          if (line.SalesItemLineDetail) expect(['TAX', 'NON']).toContain(code);
        }
        if (order?.totalTax !== '0.00') taxed += 1;
      }
      expect(taxed).toBeGreaterThan(10);
    },
  );
});

describe('a company in Canada, whose shop charges one tax on another', () => {
  const codesOf = async ({ id }: Tenant) =>
    ((await world.engine().connectionDeps.connections.find(id, 'quickbooks'))?.settings.tax_codes ?? {}) as Record<
      string,
      string
    >;
  const quebec = { first_name: 'Ève', last_name: 'Tremblay', email: 'eve@example.com', country: 'CA', state: 'QC' };

  function sell(tenant: Tenant, totals: readonly string[], rounded = '0'): number {
    const [product] = [...tenant.shop.shop.products.values()].filter(({ type }) => type === 'simple');
    const { id } = tenant.shop.orders.create({
      set_paid: true,
      billing: { ...quebec, postcode: 'H2X 1Y4', city: 'Montréal', address_1: '1 rue Sherbrooke' },
      line_items: totals.map((total) => ({ product_id: product?.id, quantity: 1, subtotal: total, total })),
      ...(rounded === '0'
        ? {}
        : { shipping_lines: [{ method_id: 'flat_rate', method_title: 'Flat', total: rounded }] }),
    } as never) as { id: number };
    return id;
  }

  it('[I1] [F1] [F2] posts it to the cent by a code of both, and what is paid back of it', async () => {
    const tenant = await world.tenant('quebec', { template: 'cad' });
    const { '15.47375': code, '14.975': plain } = await codesOf(tenant);
    expect([code, plain]).toEqual(['7', '6']);
    const orders = [
      sell(tenant, ['59.97']),
      sell(tenant, ['0.01', '9.99', '120.45', '3.33'], '12.50'),
      ...Array.from({ length: 12 }, (_, index) => sell(tenant, [`${7 * index + 3}.${10 + index}`, '19.95'])),
    ];
    tenant.shop.refunds.create(Number(orders[0]), { amount: '20.00' } as never);
    tenant.shop.refunds.create(Number(orders[2]), { amount: '1.01' } as never);
    for (const entity of ['orders', 'refunds']) {
      expect((await world.sync(tenant, entity)).failures.map(({ failure }) => failure.reason)).toEqual([]);
    }
    const shop = new Map(wooOrders(tenant.shop).map((order) => [order.number, order]));
    for (const row of tenant.company.list('Invoice')) {
      const order = shop.get(String(row.DocNumber));
      expect(money(String(row.TotalAmt)), order?.number).toBe(order?.total);
      const { TotalTax, TaxLine } = row.TxnTaxDetail as { TotalTax: string; TaxLine: { Amount: string }[] };
      // A rounding line is untaxed.
      expect(TaxLine.filter(({ Amount }) => Number(Amount) !== 0).length).toBeLessThanOrEqual(2);
      const apart = decimal(String(TotalTax))
        .minus(decimal(order?.totalTax ?? '0'))
        .abs();
      expect(apart.lte('0.03'), `${order?.number}: ${String(TotalTax)} for ${order?.totalTax}`).toBe(true);
    }
    const [first] = tenant.company.list('Invoice').filter(({ DocNumber }) => DocNumber === String(orders[0]));
    expect(first?.TxnTaxDetail).toMatchObject({ TotalTax: '9.28' });
    expect(
      tenant.company
        .list('RefundReceipt')
        .map(({ TotalAmt }) => money(String(TotalAmt)))
        .sort(),
    ).toEqual(['1.01', '20.00']);
  });

  it('[I1] [F1] writes nothing without such a code, and names the code to make and the setting to choose it', async () => {
    const tenant = await world.tenant('quebec', { template: 'cad' });
    const { '15.47375': _code, ...tax_codes } = await codesOf(tenant);
    await world.engine().connectionDeps.connections.patch(tenant.id, 'quickbooks', {
      settings: {
        ...(await world.engine().connectionDeps.connections.find(tenant.id, 'quickbooks'))?.settings,
        tax_codes,
      },
    });
    sell(tenant, ['59.97']);
    const { failures } = await world.sync(tenant, 'orders');
    expect(failures.length).toBeGreaterThan(0);
    for (const { failure } of failures) {
      expect(failure).toMatchObject({ code: 'mapping.not_in_table' });
      expect(failure.reason).toContain(
        '15.47375 %: the shop taxed it at 5 %, then 9.975 % on the amount with that tax',
      );
      expect(failure.fix).toContain(
        'or choose one for 15.47375 under “Tax code by percentage” in the settings of QuickBooks',
      );
    }
    expect(tenant.company.list('Invoice')).toEqual([]);
  });
});
