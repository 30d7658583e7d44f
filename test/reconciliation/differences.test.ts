import { afterAll, beforeAll, expect, it } from 'vitest';
import { deaths, killSwitch } from '#test/support/kill-switch.ts';
import { type Asked, type Report, reconcile } from '#test/support/reconcile.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

const month = { start_date: '2026-10-01', end_date: '2026-10-31' } as const satisfies Asked;
let world: World;
const open = new Map<string, Tenant>();

/** An empty shop of its own: what is in it is what the test puts there. */
const shops = ['books', 'warehouse', 'settings', 'midnight', 'currencies', 'crash'];
beforeAll(async () => {
  world = await startWorld({
    shops: Object.fromEntries(shops.map((name) => [name, emptied(shopOf('tax_exclusive', 5, 9))])),
  });
  for (const name of shops) {
    const company = name === 'currencies' ? { multicurrency: true } : {};
    open.set(name, await world.tenant(name, company));
  }
}, 120_000);
afterAll(() => world.stop());

function emptied(shop: ReturnType<typeof shopOf>): ReturnType<typeof shopOf> {
  shop.orders.clear();
  Object.assign(shop.settings, { timeZone: 'America/New_York' });
  return shop;
}

function of(name: string): Tenant {
  const tenant = open.get(name);
  if (!tenant) throw new Error(`no tenant ${name}`);
  return tenant;
}

/** An order placed at this instant (UTC). */
function order(tenant: Tenant, at: string, more: Readonly<Record<string, unknown>> = {}): string {
  const [product] = tenant.shop.shop.products.keys();
  const made = tenant.shop.orders.create({
    status: 'completed',
    set_paid: true,
    billing: { first_name: 'Ada', last_name: 'Byron', email: 'ada@example.com' },
    line_items: [{ product_id: product, quantity: 2, total: '20.00', subtotal: '20.00' }],
    ...more,
  } as never) as unknown as { id: number };
  Object.assign(tenant.shop.shop.orders.get(made.id) ?? {}, {
    createdAt: Date.parse(at),
    // Long before a sync's watermark: nothing waits for the next one.
    modifiedAt: Date.parse(at),
  });
  return String(made.id);
}

function invoiceOf(tenant: Tenant, number: string): string {
  const found = tenant.company.list('Invoice').find((row) => row.DocNumber === number);
  if (!found) throw new Error(`no invoice ${number}`);
  return String(found.Id);
}

const kindsOf = ({ differences }: Report): string[][] => differences.map(({ kind, label }) => [kind, label]).sort();

const sorted = (found: readonly (readonly string[])[]) => found.map((one) => [...one]).sort();

it('finds what a person did to the books, and says which document it is', async () => {
  const tenant = of('books');
  const at = '2026-10-05T15:00:00Z';
  const [, edited, deleted, voided, copied, dated] = Array.from({ length: 6 }, (_, index) =>
    order(tenant, at, {
      billing: { first_name: 'Ada', last_name: `No ${index}`, email: `ada${index}@example.com` },
      line_items: [{ product_id: 10, quantity: 1, total: `${20 + index}.00`, subtotal: `${20 + index}.00` }],
    }),
  ) as [string, string, string, string, string, string];
  await world.sync(tenant, 'orders');
  expect((await reconcile(world, tenant, month)).differences).toEqual([]);

  const { company } = tenant;
  const rowOf = (number: string) => company.get('Invoice', invoiceOf(tenant, number)) ?? {};
  const lineOf = (amount: string, number: string) => {
    const [line] = rowOf(number).Line as { SalesItemLineDetail: { ItemRef: { value: string } } }[];
    const { ItemRef } = line?.SalesItemLineDetail ?? {};
    return [
      {
        DetailType: 'SalesItemLineDetail',
        Amount: amount,
        SalesItemLineDetail: { ItemRef: { value: ItemRef?.value ?? '' } },
      },
    ];
  };
  company.edit('Invoice', invoiceOf(tenant, edited), {
    CustomerRef: rowOf(edited).CustomerRef as never,
    Line: lineOf('19.00', edited),
  });
  company.void('Invoice', invoiceOf(tenant, voided));
  company.edit('Invoice', invoiceOf(tenant, dated), { TxnDate: '2026-11-02' });
  const { CustomerRef } = rowOf(copied);
  const copy = company.create('Invoice', {
    DocNumber: `${copied}-2`,
    TxnDate: '2026-10-05',
    CustomerRef: CustomerRef as never,
    Line: lineOf('24.00', copied),
  });
  const own = company.create('Invoice', {
    DocNumber: 'A-77',
    TxnDate: '2026-10-09',
    CustomerRef: CustomerRef as never,
    Line: lineOf('500.00', copied),
  });
  company.remove('Invoice', invoiceOf(tenant, deleted));

  const report = await reconcile(world, tenant, month);
  expect(kindsOf(report)).toEqual(
    sorted([
      ['amount_differs', `Order ${edited}`],
      ['deleted_in_books', `Order ${deleted}`],
      ['voided_in_books', `Order ${voided}`],
      ['duplicate_in_books', `Invoice ${copied}-2`],
      ['only_in_books', 'Invoice A-77'],
      ['day_differs', `Order ${dated}`],
    ]),
  );
  const byKind = new Map(report.differences.map((one) => [one.kind, one]));
  expect(byKind.get('amount_differs')?.fields).toEqual([{ field: 'gross', expected: '21.00', found: '19.00' }]);
  expect(byKind.get('amount_differs')?.cause).toContain('changed there after it was written');
  expect(byKind.get('duplicate_in_books')?.records.quickbooks?.id).toBe(String(copy.Id));
  expect(byKind.get('duplicate_in_books')?.records.quickbooks_original?.number).toBe(copied);
  expect(byKind.get('only_in_books')?.records.quickbooks?.url).toContain(String(own.Id));
  expect(byKind.get('day_differs')?.fields).toEqual([
    { field: 'business_day', expected: '2026-10-05', found: '2026-11-02' },
  ]);
  // The same document seen from the day it was moved to, which is of another report.
  const november = await reconcile(world, tenant, { start_date: '2026-11-01', end_date: '2026-11-05' });
  expect(kindsOf(november)).toEqual([['day_differs', `Order ${dated}`]]);
});

it('finds rows that are gone from the warehouse or stayed behind in it', async () => {
  const tenant = of('warehouse');
  const [kept, lost, stale, gone] = Array.from({ length: 4 }, () => order(tenant, '2026-10-06T15:00:00Z')) as [
    string,
    string,
    string,
    string,
  ];
  await world.sync(tenant, 'orders');
  const sql = (text: string, id: string) => world.supabase?.sql(text, [tenant.id, id]);
  await sql('delete from orders where tenant_id = $1 and source_id = $2', lost);
  await sql("update orders set status = 'pending', total = 7 where tenant_id = $1 and source_id = $2", stale);
  await sql('update orders set total = 7.125 where tenant_id = $1 and source_id = $2', kept);
  tenant.shop.orders.remove(Number(gone), true);
  const report = await reconcile(world, tenant, month);
  expect(kindsOf(report)).toEqual(
    sorted([
      ['amount_differs', `Order ${kept}`],
      ['missing_in_warehouse', `Order ${lost}`],
      ['status_differs', `Order ${stale}`],
      ['only_in_books', `Invoice ${gone}`],
      ['only_in_warehouse', `Order ${gone}`],
    ]),
  );
  const amount = report.differences.find(({ kind }) => kind === 'amount_differs');
  expect(amount?.fields).toEqual([{ field: 'gross', expected: '20.00', found: '7.125' }]);
});

it('tells what waits, what failed and what a setting leaves out from what is wrong', async () => {
  const tenant = of('settings');
  const at = '2026-10-07T15:00:00Z';
  const cancelled = order(tenant, at, { status: 'cancelled', set_paid: false });
  const foreign = order(tenant, at, { currency: 'EUR' });
  const later = order(tenant, at);
  await world.sync(tenant, 'orders');
  tenant.shop.orders.edit(Number(later), { customer_note: 'changed', status: 'cancelled' });
  const created = order(tenant, at);
  tenant.shop.orders.edit(Number(created), { customer_note: 'new' });
  const report = await reconcile(world, tenant, month);
  const books = report.differences.filter(({ system }) => system === 'quickbooks');
  expect(books.map(({ kind, label }) => [kind, label]).sort()).toEqual(
    sorted([
      ['failed', `Order ${foreign}`],
      ['pending', `Order ${created}`],
      ['pending', `Order ${later}`],
    ]),
  );
  expect(report.excluded.map(({ label, cause }) => [label, cause])).toEqual([
    [`Order ${cancelled}`, 'Orders with status cancelled are not posted to the books.'],
  ]);
  const failed = books.find(({ label }) => label === `Order ${foreign}`);
  const record = await world.engine().failures.find(tenant.id, failed?.failure_id ?? '');
  expect(record).toMatchObject({ source_id: foreign, failure: { code: 'mapping.foreign_currency' } });
  await world.sync(tenant, 'orders', { mode: 'incremental' });
  const after = await reconcile(world, tenant, month);
  expect(after.differences.filter(({ kind }) => kind === 'pending')).toEqual([]);
});

it("counts a sale on the store's own day, at midnight and when the clocks change", async () => {
  const tenant = of('midnight');
  // New York: UTC-4 until 2026-11-01 06:00Z, UTC-5 after.
  order(tenant, '2026-11-01T03:59:59Z');
  order(tenant, '2026-11-01T04:00:00Z');
  order(tenant, '2026-11-01T06:30:00Z');
  order(tenant, '2026-11-02T04:59:59Z');
  order(tenant, '2026-11-02T05:00:00Z');
  await world.sync(tenant, 'orders');
  const counts = async (start_date: string, end_date: string) => {
    const { cells, differences } = await reconcile(world, tenant, { start_date, end_date });
    expect(differences).toEqual([]);
    return cells.map(({ day, system, count }) => [day, system, count]);
  };
  const systems = ['woocommerce', 'quickbooks', 'supabase'];
  const day = (name: string, count: number) => systems.map((system) => [name, system, count]);
  expect(await counts('2026-11-01', '2026-11-01')).toEqual(day('2026-11-01', 3));
  expect(await counts('2026-10-31', '2026-11-02')).toEqual([
    ...day('2026-10-31', 1),
    ...day('2026-11-01', 3),
    ...day('2026-11-02', 1),
  ]);
});

it('keeps currencies apart', async () => {
  const tenant = of('currencies');
  order(tenant, '2026-10-08T15:00:00Z');
  order(tenant, '2026-10-08T15:00:00Z', { currency: 'EUR' });
  await world.sync(tenant, 'orders');
  const { report, differences } = await reconcile(world, tenant, month);
  expect(differences).toEqual([]);
  expect(report.result?.totals.map(({ system, currency, count, gross }) => [system, currency, count, gross])).toEqual(
    ['woocommerce', 'quickbooks', 'supabase'].flatMap((system) => [
      [system, 'EUR', 1, '20.00'],
      [system, 'USD', 1, '20.00'],
    ]),
  );
});

it('leads to the same report wherever a worker dies', async () => {
  const tenant = of('crash');
  for (let index = 0; index < 4; index += 1) order(tenant, `2026-10-0${index + 1}T15:00:00Z`);
  order(tenant, '2026-10-02T15:00:00Z', { currency: 'EUR' });
  await world.sync(tenant, 'orders');
  const asked = { start_date: '2026-10-01', end_date: '2026-10-03' };
  const counting = killSwitch();
  const undisturbed = await reconcile(world, tenant, asked, () => world.engine(counting));
  const state = ({ report, cells, differences, excluded }: Report) => ({
    result: report.result,
    cells,
    differences,
    excluded,
  });
  expect(undisturbed.differences).toHaveLength(1);
  expect(counting.calls.length).toBeGreaterThan(15);
  for (const { call, when } of deaths(counting)) {
    const kill = killSwitch({ call, when });
    const report = await reconcile(world, tenant, asked, () => world.engine(kill.killed ? undefined : kill));
    expect(kill.killed, `call ${call}`).toBe(true);
    expect(state(report), `died ${when} call ${call}, ${kill.calls.at(-1)}`).toEqual(state(undisturbed));
  }
});
