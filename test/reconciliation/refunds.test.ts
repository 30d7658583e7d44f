import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { generateShop } from '#local/platforms/generator/shop.ts';
import type { Row } from '#local/platforms/quickbooks/values.ts';
import type { Refund } from '#local/platforms/woocommerce/model.ts';
import type { WooCommerceSimulator } from '#local/platforms/woocommerce/simulator.ts';
import { businessDay, instant } from '#shared/core/clock.ts';
import { decimal, exactMoney, sum } from '#shared/core/money.ts';
import type { Cell } from '#shared/model/reconciliation.ts';
import { type Report, reconcile } from '#test/support/reconcile.ts';
import { cases } from '#test/support/seed.ts';
import { startWorld, type Tenant, type World } from '#test/support/world.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const days = { start_date: '2026-11-01', end_date: '2026-12-05' };
const posted = ['on-hold', 'processing', 'completed', 'refunded'];
const systems = ['woocommerce', 'quickbooks', 'supabase'] as const;

const shopOf = (style: 'tax_exclusive' | 'tax_inclusive', seed: number) =>
  generateShop({ seed, orders: 30, style, now, days: 14 });
/** Without a list of all refunds, which came with WooCommerce 9.0. */
function old(shop: ReturnType<typeof shopOf>): ReturnType<typeof shopOf> {
  Object.assign(shop.settings, { version: '8.9.3' });
  return shop;
}
const books = { us: {}, german: { template: 'eur' }, tampered: {}, old: {} } as const;

let world: World;
beforeAll(async () => {
  world = await startWorld({
    shops: {
      us: shopOf('tax_exclusive', 61),
      german: shopOf('tax_inclusive', 62),
      tampered: shopOf('tax_exclusive', 63),
      old: old(shopOf('tax_exclusive', 64)),
    },
  });
}, 120_000);
afterAll(() => world.stop());

/** Seconds of the day, and how much of what is left of an order. */
interface Back {
  readonly order: number;
  readonly share: 'all' | 'half' | 'cents' | 'nothing' | 'line';
  readonly afterHours: number;
}
const backs = fc.array(
  fc.record<Back>({
    order: fc.nat(29),
    share: fc.constantFrom('all', 'half', 'cents', 'nothing', 'line'),
    afterHours: fc.integer({ min: 0, max: 24 * 10 }),
  }),
  { minLength: 4, maxLength: 9 },
);

interface WireOrder {
  readonly total: string;
  readonly refunds: readonly { readonly total: string }[];
  readonly line_items: readonly { readonly id: number; readonly quantity: number; readonly total: string }[];
}

/** Pays something of an order back, some hours after it was placed. */
function giveBack({ shop, orders, refunds }: WooCommerceSimulator, { order: index, share, afterHours }: Back): void {
  const all = [...shop.orders.values()].filter(({ status }) => status !== 'trash' && status !== 'checkout-draft');
  const order = all[index % all.length];
  if (!order) return;
  const wire = orders.get(order.id) as unknown as WireOrder;
  const left = decimal(wire.total).plus(sum(wire.refunds.map(({ total }) => total)));
  const [line] = wire.line_items;
  const inputs = {
    all: { amount: exactMoney(left) },
    half: { amount: exactMoney(left.div(2).round(2, 0)) },
    cents: { amount: '0.07' },
    nothing: { amount: '0.00', line_items: [{ id: line?.id, quantity: 1, refund_total: '0' }] },
    line: { line_items: [{ id: line?.id, quantity: 1, refund_total: exactMoney(decimal(line?.total ?? 0)) }] },
  };
  try {
    const { id } = refunds.create(order.id, inputs[share] as never) as { id: number };
    const at = order.createdAt + afterHours * 3_600_000;
    Object.assign(shop.refunds.get(id) ?? {}, { createdAt: at });
    order.modifiedAt = Math.max(order.createdAt, at);
  } catch {
    // The shop refuses what is more than is left of the order.
  }
}

/** Refunds that belong in the books, by the shop's own word. */
function refundsOf({ shop }: Tenant): Refund[] {
  return [...shop.shop.refunds.values()].filter(({ orderId, amount }) => {
    const order = shop.shop.orders.get(orderId);
    return amount > 0n && order !== undefined && posted.includes(order.status);
  });
}

async function synced(name: keyof typeof books, settings: Record<string, string>): Promise<Tenant> {
  const tenant = await world.tenant(name, books[name], settings);
  for (const entity of ['orders', 'refunds']) await world.sync(tenant, entity);
  return tenant;
}

const figuresOf = ({ cells }: Report, system: string) => cells.filter((cell) => cell.system === system);

/** Tax may be apart by what stands in rounding, and by nothing else. */
function tiedOut(report: Report): void {
  const exact = ({ day, currency, gross, net, refund_count, refunds, net_sales, ...cell }: Cell) => ({
    ...{ day, currency, gross, net, refund_count, refunds, net_sales },
    rest: exactMoney(sum([cell.tax, cell.rounding]).minus(decimal(cell.refund_tax))),
  });
  for (const system of systems) {
    expect(figuresOf(report, system).map(exact)).toEqual(figuresOf(report, 'woocommerce').map(exact));
  }
}

it('[F2] [I1] refunds and net sales tie out in all three systems, on the day of the refund in the zone of the shop', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('us', 'german'),
      fc.constantFrom('refund_receipt', 'credit_memo'),
      backs,
      async (name, refund_document, given) => {
        const simulator = world.shops[name];
        if (!simulator) throw new Error('no shop');
        for (const back of given) giveBack(simulator, back);
        const tenant = await synced(name, { refund_document });
        const report = await reconcile(world, tenant, days);
        expect(report.differences.map(({ kind, label, cause }) => [kind, label, cause])).toEqual([]);
        tiedOut(report);

        const zone = tenant.shop.shop.settings.timeZone;
        const own = refundsOf(tenant);
        const perDay = Map.groupBy(own, ({ createdAt }) => businessDay(instant(createdAt), zone));
        const expected = [...perDay]
          .map(([day, all]) => [day, all.length, exactMoney(sum(all.map(({ amount }) => String(amount))).div(1e6))])
          .sort();
        const found = report.cells
          .filter(({ system, refund_count }) => system === 'quickbooks' && refund_count > 0)
          .map(({ day, refund_count, refunds }) => [day, refund_count, refunds]);
        expect(found).toEqual(expected);
      },
    ),
    { numRuns: cases(3) },
  );
});

/** What somebody does to the document, the row or the shop's record of one refund, and what is to be found. */
interface Tampering {
  readonly does: (refund: Posted) => Promise<unknown> | unknown;
  readonly found: (refund: Posted) => readonly (readonly [system: string, kind: string, label: string])[];
}

interface Posted {
  readonly tenant: Tenant;
  readonly id: string;
  readonly order: number;
  readonly number: string;
  readonly entity: 'CreditMemo' | 'RefundReceipt';
  readonly row: Row;
}

const label = ({ entity }: Posted): string => (entity === 'CreditMemo' ? 'Credit memo' : 'Refund receipt');
const made = new Set(['Id', 'SyncToken', 'MetaData', 'domain', 'TotalAmt', 'Balance', 'RemainingCredit', 'DocNumber']);
const copyOf = (row: Row, more: Row): Row => ({
  ...Object.fromEntries(Object.entries(row).filter(([name]) => !made.has(name))),
  ...more,
});
/** The document with one line of another amount. */
function oneLine(row: Row, Amount: string): Row {
  const [line] = row.Line as { SalesItemLineDetail: { ItemRef: { value: string } } }[];
  const { ItemRef } = line?.SalesItemLineDetail ?? {};
  const detail = { ItemRef: { value: ItemRef?.value ?? '' } };
  return {
    CustomerRef: row.CustomerRef as never,
    Line: [{ DetailType: 'SalesItemLineDetail', Amount, SalesItemLineDetail: detail }],
  };
}
const inBooks =
  (kind: string): Tampering['found'] =>
  (refund) => [['quickbooks', kind, `Refund ${refund.number}`]];
const inWarehouse =
  (kind: string): Tampering['found'] =>
  (refund) => [['supabase', kind, `Refund ${refund.number}`]];
const rowOf =
  (set: string) =>
  ({ tenant, id }: Posted) =>
    world.supabase?.sql(`${set} where tenant_id = $1 and source_id = $2`, [tenant.id, id]);

const tamperings: Readonly<Record<string, Tampering>> = {
  'another amount': {
    does: ({ tenant, entity, row }) => tenant.company.edit(entity, String(row.Id), oneLine(row, '1234.56')),
    found: inBooks('amount_differs'),
  },
  'another day': {
    does: ({ tenant, entity, row }) => tenant.company.edit(entity, String(row.Id), { TxnDate: '2026-12-01' }),
    found: inBooks('day_differs'),
  },
  'a day of another month': {
    does: ({ tenant, entity, row }) => tenant.company.edit(entity, String(row.Id), { TxnDate: '2027-02-01' }),
    found: inBooks('day_differs'),
  },
  'a deletion': {
    does: ({ tenant, entity, row }) => tenant.company.remove(entity, String(row.Id)),
    found: inBooks('deleted_in_books'),
  },
  'a copy': {
    does: ({ tenant, entity, row }) => tenant.company.create(entity, copyOf(row, { DocNumber: `C${String(row.Id)}` })),
    found: (refund) => [['quickbooks', 'duplicate_in_books', `${label(refund)} C${String(refund.row.Id)}`]],
  },
  'a document of its own': {
    does: ({ tenant, entity, row }) =>
      tenant.company.create(entity, copyOf(row, { ...oneLine(row, '777.77'), DocNumber: `U${String(row.Id)}` })),
    found: (refund) => [['quickbooks', 'only_in_books', `${label(refund)} U${String(refund.row.Id)}`]],
  },
  'a refund that is deleted in the shop': {
    does: ({ tenant, order, id }) => tenant.shop.refunds.remove(order, Number(id.split(':')[1])),
    found: (refund) => [
      ['quickbooks', 'only_in_books', `${label(refund)} ${refund.number}`],
      ['supabase', 'only_in_warehouse', `Refund ${refund.number}`],
      ['supabase', 'amount_differs', `Order ${refund.number.split('-R')[0]}`],
    ],
  },
  'a row deleted': { does: rowOf('delete from refunds'), found: inWarehouse('missing_in_warehouse') },
  'a row of another amount': {
    does: rowOf('update refunds set total = total + 1'),
    found: inWarehouse('amount_differs'),
  },
  'a row of nothing': { does: rowOf('update refunds set total = 0'), found: inWarehouse('amount_differs') },
  'a row of another tax': {
    does: rowOf('update refunds set tax_total = tax_total + 0.01'),
    found: inWarehouse('amount_differs'),
  },
  'a row of another day': {
    does: rowOf("update refunds set business_day = date '2026-12-01'"),
    found: inWarehouse('day_differs'),
  },
  'a row marked as deleted': {
    does: rowOf('update refunds set deleted_at = now()'),
    found: inWarehouse('status_differs'),
  },
};

/** Refunds with their documents, one per order. */
function postedRefunds(tenant: Tenant): Posted[] {
  const entities = ['CreditMemo', 'RefundReceipt'] as const;
  const documents = entities.flatMap((entity) => tenant.company.list(entity).map((row) => [entity, row] as const));
  const all = documents.flatMap(([entity, row]): Posted[] => {
    const number = String(row.DocNumber);
    const refund = tenant.shop.shop.refunds.get(Number(number.split('-R')[1]));
    return refund ? [{ tenant, id: `${refund.orderId}:${refund.id}`, order: refund.orderId, number, entity, row }] : [];
  });
  return [...new Map(all.map((one) => [one.order, one])).values()];
}

it('[F2] [I1] whatever somebody does to a refund in books, warehouse or shop is found, and nothing else', async () => {
  const { tampered } = world.shops;
  if (!tampered) throw new Error('no shop');
  for (let order = 0; order < 20; order += 1) giveBack(tampered, { order, share: 'half', afterHours: 30 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('refund_receipt', 'credit_memo'),
      fc.shuffledSubarray(Object.keys(tamperings), { minLength: 4 }),
      async (refund_document, chosen) => {
        const tenant = await synced('tampered', { refund_document });
        expect((await reconcile(world, tenant, days)).differences).toEqual([]);
        const refunds = postedRefunds(tenant);
        const expected: string[][] = [];
        for (const [index, name] of chosen.entries()) {
          const [refund, tampering] = [refunds[index], tamperings[name]];
          if (!refund || !tampering) throw new Error('too few refunds');
          await tampering.does(refund);
          expected.push(...tampering.found(refund).map((one) => [...one]));
        }
        const { differences } = await reconcile(world, tenant, days);
        expect(differences.map((one) => [one.system, one.kind, one.label]).sort()).toEqual(expected.sort());
        for (const { cause, fix, records } of differences) {
          expect(cause).not.toBe('');
          expect(fix).not.toBe('');
          expect(Object.keys(records).length).toBeGreaterThan(0);
        }
      },
    ),
    { numRuns: cases(3) },
  );
});

it('[F2] names what to do with each: where it stands, and why it is wrong', async () => {
  const tenant = await synced('tampered', { refund_document: 'credit_memo' });
  const [gone, own] = postedRefunds(tenant) as [Posted, Posted];
  await tamperings['a refund that is deleted in the shop']?.does(gone);
  await tamperings['a document of its own']?.does(own);
  const { differences } = await reconcile(world, tenant, days);
  const inBooksOnly = differences.filter(({ kind }) => kind === 'only_in_books');
  expect(inBooksOnly.map(({ cause, fix }) => [cause, fix]).sort()).toEqual(
    [
      [
        `The refund behind Credit memo ${gone.number} was deleted in the shop.`,
        'Delete it in QuickBooks if nothing was paid back.',
      ],
      [
        `Credit memo U${String(own.row.Id)} was made in QuickBooks: no refund in the shop stands behind it.`,
        'Nothing, if it is of another channel; otherwise delete it.',
      ],
    ].sort(),
  );
  const side = inBooksOnly.find(({ label }) => label.endsWith(gone.number))?.records.quickbooks;
  expect(side?.url).toContain(`creditmemo?txnId=${String(gone.row.Id)}`);
});

it('[F2] finds the refunds of a shop that has no list of them', async () => {
  const { old } = world.shops;
  if (!old) throw new Error('no shop');
  for (let order = 0; order < 8; order += 1) giveBack(old, { order, share: 'cents', afterHours: order });
  const tenant = await synced('old', { refund_document: 'refund_receipt' });
  const report = await reconcile(world, tenant, days);
  expect(report.differences).toEqual([]);
  tiedOut(report);
  const count = figuresOf(report, 'woocommerce').reduce((all, cell) => all + cell.refund_count, 0);
  expect(count).toBe(refundsOf(tenant).length);
});
