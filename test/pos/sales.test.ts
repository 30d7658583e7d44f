import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '#local/platforms/quickbooks/values.ts';
import { changeSettings } from '#shared/connections/manage.ts';
import { unwrap } from '#shared/core/failure.ts';
import { money } from '#shared/core/money.ts';
import { booksOf } from '#test/support/books.ts';
import { connectTills, event, sale, sendEvents } from '#test/support/tills.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ shops: { us: shopOf('tax_exclusive', 5, 11) } });
});
afterAll(() => world.stop());

const companyOf = (tenant: Tenant) => tenant.company;
const newTenant = async (settings = {}) => {
  const tenant = await world.tenant('us', { template: 'us' }, settings);
  await connectTills(world, tenant, { time_zone: 'America/New_York' });
  return tenant;
};

const mug = { sku: 'MUG-1', name: 'Mug', unit_price: '12.50', tax: '1.00', tax_percent: '8' };

describe('sales of a till', () => {
  it('[F7] become sales receipts of their amount, day and number, once', async () => {
    const tenant = await newTenant();
    const batch = [
      sale({ id: 's1', lines: [mug, { name: 'Open item', quantity: '3', unit_price: '3.33', discount: '0.99' }] }),
      // Half past one at night in UTC is the evening before in New York.
      sale(
        { id: 's2', lines: [mug], tenders: [{ method: 'card', amount: '13.50' }] },
        { occurred_at: '2026-11-20T01:30:00Z' },
      ),
    ];
    const { outcomes } = await sendEvents(world, tenant, batch);
    expect(outcomes.map(({ result }) => result)).toEqual(['applied', 'applied']);
    const first = await world.sync(tenant, 'sales');
    expect(first.failures).toEqual([]);
    const { receipts } = booksOf(companyOf(tenant));
    expect(receipts).toMatchObject([
      { number: 'POS-R-s1', day: '2026-11-20', customer: 'Walk-in customer USD', total: '22.50' },
      { number: 'POS-R-s2', day: '2026-11-19', customer: 'Walk-in customer USD', total: '13.50' },
    ]);
    const rows = await world.supabase?.sql(
      "select source_id, total::text as total, (select count(*)::int from order_lines l where l.tenant_id = o.tenant_id and l.order_source_id = o.source_id and l.source = 'pos') as lines from orders o where tenant_id = $1 and source = 'pos' order by 1",
      [tenant.id],
    );
    expect(rows?.map((row) => [row.source_id, money(row.total), row.lines])).toEqual([
      ['s1', '22.50', 2],
      ['s2', '13.50', 1],
    ]);
    tenant.company.resetMeters();
    await sendEvents(world, tenant, batch);
    await world.sync(tenant, 'sales');
    expect(tenant.company.meters.writes).toBe(0);
  });

  it('[F7] name the item that the shop brought to the books', async () => {
    const tenant = await newTenant();
    await world.sync(tenant, 'products');
    const product = [...tenant.shop.shop.products.values()].find(({ sku, type }) => sku && type === 'simple');
    const items = tenant.company.list('Item').length;
    const lines = [
      { product_ref: String(product?.id), sku: product?.sku ?? '', name: 'As on the shelf' },
      { sku: product?.sku ?? '', name: 'By its SKU' },
    ];
    await sendEvents(world, tenant, [sale({ id: 'known', lines })]);
    const result = await world.sync(tenant, 'sales');
    expect(result.failures).toEqual([]);
    const own = tenant.company.list('Item').find((row) => row.Sku === product?.sku);
    const [document] = tenant.company.list('SalesReceipt');
    const used = ((document?.Line ?? []) as { SalesItemLineDetail?: { ItemRef: { value: string } } }[]).flatMap(
      ({ SalesItemLineDetail }) => SalesItemLineDetail?.ItemRef.value ?? [],
    );
    expect(used).toEqual([own?.Id, own?.Id]);
    // The rounding item came along, and nothing else.
    expect(
      tenant.company
        .list('Item')
        .slice(items)
        .map(({ Name }) => Name),
    ).toEqual(['Rounding difference']);
  });

  it('[F7] that are left to pay, in part or whole, become invoices with what was paid', async () => {
    const tenant = await newTenant();
    await sendEvents(world, tenant, [
      sale({
        id: 'part',
        lines: [mug],
        due: '3.50',
        more: { customer: { email: 'Ada@Example.com', first_name: 'Ada' } },
      }),
      sale({ id: 'whole', lines: [mug], due: '13.50' }),
    ]);
    const { failures } = await world.sync(tenant, 'sales');
    expect(failures).toEqual([]);
    const { invoices, payments, receipts } = booksOf(tenant.company);
    expect(receipts).toEqual([]);
    expect(invoices).toMatchObject([
      { number: 'POS-R-part', total: '13.50', balance: '3.50', customer: 'Ada' },
      { number: 'POS-R-whole', total: '13.50', balance: '13.50' },
    ]);
    expect(payments).toMatchObject([{ number: 'POS-R-part', total: '10.00', invoices: ['POS-R-part'] }]);
  });

  it('[F7] become invoices and payments where the owner chose that', async () => {
    const tenant = await newTenant({ pos_document: 'invoice', pos_number_prefix: 'T' });
    await sendEvents(world, tenant, [sale({ id: 'chosen', lines: [mug], rounding: '0.02' })]);
    const { failures } = await world.sync(tenant, 'sales');
    expect(failures).toEqual([]);
    const { invoices, payments } = booksOf(tenant.company);
    expect(invoices).toMatchObject([{ number: 'TR-chosen', total: '13.52', balance: '0' }]);
    expect(payments).toMatchObject([{ total: '13.52' }]);
  });

  it.each([
    ['sales_receipt', 'SalesReceipt'],
    ['invoice', 'Payment'],
  ] as const)(
    '[F7] bring their money to the account of the tender that brought most, as %s',
    async (document, entity) => {
      const tenant = await newTenant({ pos_document: document });
      const accountOf = (name: string) =>
        String(tenant.company.list('Account').find((account) => account.Name === name)?.Id);
      const [cash, rest] = [accountOf('Checking'), accountOf('Savings')];
      const { connectionDeps } = world.engine();
      const { quickbooks } = connectionDeps.connectors;
      if (!quickbooks) throw new Error('no QuickBooks');
      const chosen = {
        deposit_account: rest,
        deposit_accounts: { cash, voucher: null },
        payment_methods: { card: '3' },
      };
      unwrap(await changeSettings(connectionDeps, quickbooks, tenant.id, { pos_document: document, ...chosen }));
      const tenders = (...all: [string, string][]) => all.map(([method, amount]) => ({ method, amount }));
      await sendEvents(world, tenant, [
        sale({ id: '1', lines: [mug], tenders: tenders(['card', '5.00'], ['cash', '8.50']) }),
        sale({ id: '2', lines: [mug], tenders: tenders(['card', '13.50']) }),
        sale({ id: '3', lines: [mug], tenders: tenders(['voucher', '13.50']) }),
      ]);
      const { failures } = await world.sync(tenant, 'sales', { target: 'quickbooks' });
      expect(failures).toEqual([]);
      const refOf = (row: Row, name: string) => (row[name] as { value: string } | undefined)?.value;
      const paid = tenant.company.list(entity);
      expect(
        paid.map((row) => [row.PaymentRefNum, refOf(row, 'DepositToAccountRef'), refOf(row, 'PaymentMethodRef')]),
      ).toEqual([
        ['POS-R-1', cash, undefined],
        ['POS-R-2', rest, '3'],
        ['POS-R-3', rest, undefined],
      ]);
    },
  );

  it('[F8] that came days late and in a later version are posted as they are now', async () => {
    const tenant = await newTenant();
    const lines = [{ ...mug, quantity: '2', tax: '2.00' }];
    const later = sale({ id: 'edited', lines }, { occurred_at: '2026-11-20T12:05:00Z' });
    const earlier = sale({ id: 'edited', lines: [mug] }, { occurred_at: '2026-11-20T12:00:00Z' });
    const { outcomes } = await sendEvents(world, tenant, [later, earlier]);
    expect(outcomes.map(({ result }) => result)).toEqual(['applied', 'superseded']);
    await world.sync(tenant, 'sales');
    expect(booksOf(tenant.company).receipts).toMatchObject([{ number: 'POS-R-edited', total: '27.00' }]);
  });

  it('[F7] that were voided before they were posted are not posted', async () => {
    const tenant = await newTenant();
    const { outcomes } = await sendEvents(world, tenant, [
      event('sale.voided', { sale_id: 'mistake', reason: 'Wrong customer' }),
      sale({ id: 'mistake', lines: [mug] }),
    ]);
    expect(outcomes.map(({ result }) => result)).toEqual(['applied', 'applied']);
    const { legs, failures } = await world.sync(tenant, 'sales');
    expect(failures).toEqual([]);
    expect(legs.find(({ route_id }) => route_id === 'pos.sale-quickbooks')?.counts).toMatchObject({
      read: 1,
      skipped: 1,
    });
    expect(booksOf(tenant.company).receipts).toEqual([]);
  });
});
