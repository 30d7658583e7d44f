import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Row } from '#local/platforms/quickbooks/values.ts';
import { decimal, exactMoney, money, roundHalfUp, sum } from '#shared/core/money.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import type { Cell, Figures, Sold, Total } from '#shared/model/reconciliation.ts';
import { keptAudit, keptLog, startApi } from '#test/support/api.ts';
import { testClock } from '#test/support/clock.ts';
import { type Report, reconcile } from '#test/support/reconcile.ts';
import { reconciliationApiDeps } from '#test/support/reconciliation-api.ts';
import { cases } from '#test/support/seed.ts';
import { connectTills, event, refund, sale, sendEvents } from '#test/support/tills.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';
import { reconciliationEndpoints } from '../../functions/api/reconciliation/endpoints.ts';

interface Detail {
  readonly sold: Sold;
  readonly totals: readonly Total[];
}

const days = { start_date: '2026-11-01', end_date: '2026-11-20' };
const all = ['woocommerce', 'pos', 'quickbooks', 'supabase'];

let world: World;
beforeAll(async () => {
  world = await startWorld({ shops: { us: shopOf('tax_exclusive', 4, 71) } });
});
afterAll(() => world.stop());

async function newTenant(settings = {}): Promise<Tenant> {
  const tenant = await world.tenant('us', { template: 'us' }, settings);
  await connectTills(world, tenant, { time_zone: 'America/New_York', currency: 'USD' });
  return tenant;
}

async function syncAll(tenant: Tenant): Promise<void> {
  for (const entity of ['orders', 'sales', 'refunds']) await world.sync(tenant, entity);
}

const at = (time: string) => ({ occurred_at: `2026-11-${time}:00.000Z` });
const mug = { sku: 'MUG-1', name: 'Mug', unit_price: '12.50', tax: '1.00', tax_percent: '8' };
const two = { ...mug, quantity: '2', tax: '2.00' };
const foundIn = ({ differences }: Report): string[][] =>
  differences.map(({ system, kind, label }) => [system, kind, label]).sort();

/** Tax and rounding may be apart by the same cents; the rest may not. */
function exactly(cells: readonly Cell[]): unknown {
  const add = (name: Exclude<keyof Figures, 'count' | 'refund_count'>) => sum(cells.map((cell) => cell[name]));
  const amounts = (['gross', 'net', 'refunds', 'net_sales'] as const).map((name) => [name, exactMoney(add(name))]);
  return {
    ...Object.fromEntries(amounts),
    count: cells.reduce((count, cell) => count + cell.count, 0),
    refund_count: cells.reduce((count, cell) => count + cell.refund_count, 0),
    rest: exactMoney(add('tax').plus(add('rounding')).minus(add('refund_tax'))),
  };
}

/** Shop and tills together against each of the others, day by day. */
function tiedOut({ cells }: Report): void {
  const ofDay = Map.groupBy(cells, ({ day, currency }) => `${day} ${currency}`);
  expect(ofDay.size).toBeGreaterThan(0);
  for (const [day, own] of ofDay) {
    const of = (...systems: string[]) => ({ day, ...Object(exactly(own.filter((c) => systems.includes(c.system)))) });
    expect(of('quickbooks')).toEqual(of('woocommerce', 'pos'));
    expect(of('supabase')).toEqual(of('woocommerce', 'pos'));
  }
}

const receipts = fc.array(
  fc.record({
    hour: fc.integer({ min: 0, max: 19 * 24 }),
    price: fc.integer({ min: 1, max: 20_000 }),
    quantity: fc.integer({ min: 1, max: 4 }),
    rounding: fc.constantFrom('0.00', '0.02', '-0.02'),
    paid: fc.constantFrom('all', 'part', 'nothing'),
    back: fc.constantFrom('no', 'paid', 'credited'),
    backAfter: fc.integer({ min: 1, max: 72 }),
    voided: fc.constantFrom(false, false, false, true),
  }),
  { minLength: 5, maxLength: 9 },
);
type Receipt = typeof receipts extends fc.Arbitrary<(infer One)[]> ? One : never;

const cents = (count: number): string => money(decimal(String(count)).div(100));

/** What a till says of one receipt: the sale, what was given back of it, and that it was voided. */
function told(one: Receipt, index: number): unknown[] {
  const first = Date.parse('2026-11-01T04:00:00Z') + one.hour * 3_600_000;
  const when = (hours: number) => ({ occurred_at: new Date(first + hours * 3_600_000).toISOString() });
  const tax = Math.round(one.price * 0.08);
  const line = { name: 'Thing', unit_price: cents(one.price), tax: cents(tax), tax_percent: '8' };
  const whole = { ...line, quantity: String(one.quantity), tax: cents(tax * one.quantity) };
  const total = sum([line.unit_price, line.tax]).times(one.quantity).plus(decimal(one.rounding));
  const due = { all: '0.00', part: money(roundHalfUp(total.div(2), 2)), nothing: money(total) }[one.paid];
  const customer = { email: `buyer${index}@example.com`, first_name: 'Buyer', last_name: `No ${index}` };
  const back = sum([line.unit_price, line.tax]);
  return [
    sale({ id: `s${index}`, lines: [whole], rounding: one.rounding, due, more: { customer } }, when(0)),
    ...(one.back === 'no'
      ? []
      : [
          refund(
            { id: `r${index}`, of: `s${index}`, lines: [line], due: one.back === 'credited' ? money(back) : '0.00' },
            when(one.backAfter),
          ),
        ]),
    ...(one.voided ? [event('sale.voided', { sale_id: `s${index}` }, when(one.backAfter + 1))] : []),
  ];
}

it('[F7] [I1] shop and tills together are books and warehouse, to the cent, on each day of the store', async () => {
  await fc.assert(
    fc.asyncProperty(receipts, fc.constantFrom('sales_receipt', 'invoice'), async (given, pos_document) => {
      const tenant = await newTenant({ pos_document });
      const { outcomes } = await sendEvents(world, tenant, given.flatMap(told));
      expect(new Set(outcomes.map(({ result }) => result))).toEqual(new Set(['applied']));
      await syncAll(tenant);
      const report = await reconcile(world, tenant, { ...days, systems: all });
      expect(report.differences.map(({ kind, label, cause }) => [kind, label, cause])).toEqual([]);
      tiedOut(report);
      const sold = given.filter(({ voided }) => !voided);
      const tills = report.cells.filter(({ system }) => system === 'pos');
      expect(tills.reduce((count, cell) => count + cell.count, 0)).toBe(sold.length);
      const prices = sold.map(({ price, quantity }) => cents(price * quantity));
      expect(exactMoney(sum(tills.map(({ net }) => net)))).toBe(exactMoney(sum(prices)));
    }),
    { numRuns: cases(3) },
  );
});

it('[F7] [I1] names what is wrong with a document of a till, whose it is and what to do', async () => {
  const tenant = await newTenant();
  const names = ['kept', 'edited', 'deleted', 'voided', 'dated', 'taken', 'lost', 'gone', 'late'] as const;
  const sales = names.slice(0, -1).map((id) => sale({ id, lines: [two] }, at('10T15:00')));
  await sendEvents(world, tenant, [...sales, refund({ id: 'back', of: 'kept', lines: [mug] }, at('11T15:00'))]);
  await syncAll(tenant);
  expect(foundIn(await reconcile(world, tenant, { ...days, systems: all }))).toEqual([]);

  const { company } = tenant;
  const documentOf = (id: string) => company.list('SalesReceipt').find((row) => row.DocNumber === `POS-R-${id}`) as Row;
  const idOf = (id: string) => String(documentOf(id).Id);
  const [line] = documentOf('edited').Line as Row[];
  company.edit('SalesReceipt', idOf('edited'), {
    Line: [
      {
        ...line,
        Amount: '20.00',
        SalesItemLineDetail: { ItemRef: (line?.SalesItemLineDetail as Row | undefined)?.ItemRef },
      },
    ] as never,
  });
  company.remove('SalesReceipt', idOf('deleted'));
  company.void('SalesReceipt', idOf('voided'));
  company.edit('SalesReceipt', idOf('dated'), { TxnDate: '2026-11-12' });
  const own = company.create('SalesReceipt', {
    DocNumber: 'OWN-1',
    TxnDate: '2026-11-10',
    Line: [{ DetailType: 'SalesItemLineDetail', Amount: '5.00', SalesItemLineDetail: { ItemRef: { value: '1' } } }],
  });
  await world.supabase?.sql("delete from orders where tenant_id = $1 and source_id = 'lost'", [tenant.id]);
  await sendEvents(world, tenant, [
    event('sale.voided', { sale_id: 'taken' }, at('10T16:00')),
    sale({ id: 'late', lines: [mug] }, at('10T17:00')),
    refund({ id: 'again', of: 'kept', lines: [two] }, at('11T16:00')),
    // Of a sale that had been voided nothing is left; the money is gone from the till all the same.
    event('sale.voided', { sale_id: 'gone' }, at('11T10:00')),
    refund({ id: 'after', of: 'gone', lines: [mug] }, at('11T17:00')),
  ]);
  await world.sync(tenant, 'refunds');
  await world.sync(tenant, 'sales', { ids: ['gone'] });

  const report = await reconcile(world, tenant, { ...days, systems: all });
  expect(foundIn(report)).toEqual(
    [
      ['quickbooks', 'amount_differs', 'Sale R-edited'],
      ['quickbooks', 'deleted_in_books', 'Sale R-deleted'],
      ['quickbooks', 'voided_in_books', 'Sale R-voided'],
      ['quickbooks', 'day_differs', 'Sale R-dated'],
      ['quickbooks', 'only_in_books', 'Sales receipt OWN-1'],
      ['quickbooks', 'pending', 'Sale R-taken'],
      ['quickbooks', 'pending', 'Sale R-late'],
      ['quickbooks', 'failed', 'Refund R-again'],
      ['quickbooks', 'failed', 'Refund R-after'],
      ['supabase', 'missing_in_warehouse', 'Sale R-lost'],
      ['supabase', 'pending', 'Sale R-taken'],
      ['supabase', 'pending', 'Sale R-late'],
      ['supabase', 'pending', 'Sale R-kept'],
    ].sort(),
  );
  const causes = new Map(
    report.differences.map(({ label, system, cause, fix }) => [`${system} ${label}`, `${cause} ${fix}`]),
  );
  expect(causes.get('quickbooks Sales receipt OWN-1')).toContain(
    'no order in the shop or sale at the tills stands behind it',
  );
  expect(causes.get('quickbooks Sale R-voided')).toContain('Void the sale at the till, or enter its document again');
  expect(causes.get('quickbooks Sale R-taken')).toContain('changed at the tills and not synced since');
  expect(causes.get('quickbooks Refund R-again')).toContain('13.50 is left of sale R-kept');
  expect(report.differences.find(({ label }) => label.endsWith('OWN-1'))?.records).toMatchObject({
    quickbooks: { id: String(own.Id) },
  });
});

const october = { start_date: '2026-10-01', end_date: '2026-10-31' };
const placedAt = '2026-10-10T15:00:00Z';
let both: Tenant;
let number: string;
/** A sale and an order of one id and day. */
beforeAll(async () => {
  both = await newTenant();
  const [product] = both.shop.shop.products.keys();
  const { id } = both.shop.orders.create({
    status: 'completed',
    set_paid: true,
    line_items: [{ product_id: product, quantity: 1, total: '20.00', subtotal: '20.00' }],
  } as never) as unknown as { id: number };
  const placed = Date.parse(placedAt);
  Object.assign(both.shop.shop.orders.get(id) ?? {}, { createdAt: placed, modifiedAt: placed });
  number = String(id);
  await sendEvents(world, both, [sale({ id: number, lines: [two] }, { occurred_at: placedAt })]);
  await syncAll(both);
});

it('[F7] [I1] keeps a sale and an order of one id apart', async () => {
  const report = await reconcile(world, both, { ...october, systems: all });
  expect(foundIn(report)).toEqual([]);
  tiedOut(report);
  expect(report.cells.find(({ day, system }) => day === '2026-10-10' && system === 'pos')).toMatchObject({
    ...{ count: 1, gross: '27.00', net: '25.00', tax: '2.00' },
  });
});

it('[F7] [I1] says of the documents of tills or shop, where they are left out, that they are', async () => {
  const withoutTills = await reconcile(world, both, { ...october, systems: ['woocommerce', 'quickbooks', 'supabase'] });
  expect(foundIn(withoutTills)).toEqual([['quickbooks', 'only_in_books', `Sales receipt POS-R-${number}`]]);
  expect(withoutTills.differences[0]?.cause).toContain('was made from EasySale POS, which is not compared here');

  const tillsOnly = await reconcile(world, both, { ...october, systems: ['pos', 'quickbooks'] });
  expect(tillsOnly.differences.length).toBeGreaterThan(0);
  expect(tillsOnly.differences.every(({ cause }) => cause.includes('was made from WooCommerce'))).toBe(true);
});

it('[F7] [I1] closes a month of tills and shop on what they sold together', async () => {
  const clock = testClock(Date.parse('2026-11-25T12:00:00Z'));
  const deps = reconciliationApiDeps(world.table.table, { objectsUrl: world.objectsUrl, clock });
  const api = await startApi({ reconciliation: apiGroup(reconciliationEndpoints(deps), keptLog(), keptAudit()) });
  const call = (method: string, path: string, body?: object) =>
    api.call(method, `/api/reconciliation${path}`, {
      as: { tenant: both.id, role: 'manager', user: 'ann' },
      ...(body ? { body } : {}),
    });
  const unknown = await call('POST', '', { ...october, systems: ['shopify', 'pos', 'etsy'] });
  expect(unknown).toMatchObject({
    status: 400,
    json: { errors: [{ path: 'systems[0]' }, { path: 'systems[2]' }], valid: all },
  });
  const { report } = await reconcile(world, both, { ...october, systems: all });
  const { json } = await call('GET', `/${report.report_id}`);
  const { sold, totals } = json as unknown as Detail;
  expect(sold.systems).toEqual(['woocommerce', 'pos']);
  const books = totals.find(({ system }) => system === 'quickbooks');
  expect(sold.totals).toMatchObject([{ count: books?.count, gross: books?.gross, net_sales: books?.net_sales }]);
  expect((await call('POST', '/months/2026-10/close', { report_id: report.report_id })).status).toBe(200);
  const file = await call('GET', '/months/2026-10/certificate?format=csv');
  const csv = await (await fetch(String(file.json.url))).text();
  const rows = csv.split(/\r?\n/).map((line) => line.replaceAll('"', '').split(','));
  expect(rows.filter(([first]) => first === 'Total').map((cells) => cells.slice(1, 5))).toEqual([
    ['System', 'Currency', 'Sales', 'Gross'],
    ['WooCommerce', 'USD', expect.anything(), expect.anything()],
    ['EasySale POS', 'USD', '1', '27.00'],
    ['Sold together', 'USD', String(books?.count), books?.gross],
    ['QuickBooks', 'USD', String(books?.count), books?.gross],
    ['Supabase', 'USD', String(books?.count), books?.gross],
  ]);
  const period = new URLSearchParams({ start_date: october.start_date, end_date: october.end_date, format: 'csv' });
  const sales = await api.call('GET', `/api/reports/sales?${period}`, {
    as: { tenant: both.id, role: 'manager', user: 'ann' },
  });
  const salesFile = await (await fetch(String(sales.json.url))).text();
  expect(salesFile).toContain('WooCommerce, EasySale POS');
  expect(salesFile).toContain(String(books?.net_sales));
  await api.close();
});
