import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enabledPlatforms, usablePlatforms } from '#shared/connections/enabled.ts';
import { decimal, money, sum } from '#shared/core/money.ts';
import type { FailureRecord } from '#shared/model/failure-record.ts';
import { type DrainDeps, drainTenant } from '#shared/sync/drain-changes.ts';
import { noteChanges } from '#shared/sync/pending-changes.ts';
import { seeded } from '#test/support/chance.ts';
import { leftInBooks, leftInShop } from '#test/support/refunds.ts';
import { seed } from '#test/support/seed.ts';
import { wooOrders } from '#test/support/shop-view.ts';
import { connectTills, sale, sendEvents } from '#test/support/tills.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

/** A longer day: BUSY_ORDERS=<number>. */
const orders = Number(process.env.BUSY_ORDERS ?? 300);
const hours = 10;
const posted = new Set(['on-hold', 'processing', 'completed', 'refunded']);

let world: World;
let tenant: Tenant;
const chance = seeded(seed);
/** What the shop no longer has at all. */
const vanished = new Set<number>();
const tillSales = new Map<string, string>();
let failures: FailureRecord[] = [];

beforeAll(async () => {
  console.info(`busy day: ${orders} orders, seed ${seed}`);
  world = await startWorld({ shops: { shop: shopOf('tax_exclusive', 40, 9) } });
  tenant = await world.tenant('shop', { template: 'us' });
  await connectTills(world, tenant, { time_zone: 'America/New_York' });
  const { flows } = world.engine();
  await flows.save({
    ...(await flows.settings(tenant.id)),
    delete_policy: { all: 'archive_remote', entities: {} },
    delete_brake: 1000,
    flows: { 'woocommerce.customer-quickbooks': { conflict: 'merge' } },
  });
  await live();
}, 1_800_000);
afterAll(() => world.stop());

function depsFor(): DrainDeps {
  const engine = world.engine();
  const { connections, breakers, clock } = engine.connectionDeps;
  return {
    ...engine,
    connections: {
      enabled: (tenantId) => enabledPlatforms(connections, tenantId),
      usable: (tenantId) => usablePlatforms({ connections, breakers, clock }, tenantId),
    },
  };
}

type Told = { readonly entity: string; readonly id: string };

/** The shop tells of its changes: a fifth is lost, a tenth comes twice, and all come in any order. */
async function tell(changes: readonly Told[]): Promise<void> {
  const arriving = changes.filter(() => !chance.is(0.2));
  const doubled = chance.shuffled([...arriving, ...arriving.filter(() => chance.is(0.1))]);
  const deps = { ...depsFor(), bell: { ring: async () => undefined } };
  for (let start = 0; start < doubled.length; start += 50) {
    const told = { tenantId: tenant.id, platform: 'woocommerce', toldBy: 'webhook:woocommerce' };
    await noteChanges(deps, { ...told, changes: doubled.slice(start, start + 50) });
  }
  while ((await drainTenant(depsFor(), tenant.id)).started > 0) await world.drain(world.work(world.engine()));
}

/** One hour in the shop: new orders, edits, refunds, cancellations, deletions. */
function hour(): Told[] {
  const { shop } = tenant;
  const told: Told[] = [];
  const products = [...shop.shop.products.values()].filter(({ type }) => type === 'simple').map(({ id }) => id);
  const open = () => wooOrders(shop).filter(({ status }) => posted.has(status) && status !== 'refunded');
  for (let count = 0; count < orders / hours; count += 1) {
    const status = chance.one(['processing', 'completed', 'completed', 'on-hold', 'pending']);
    const line_items = Array.from({ length: 1 + chance.below(3) }, () => ({
      product_id: chance.one(products),
      quantity: 1 + chance.below(3),
    }));
    const email = `guest-${chance.below(orders / 8)}@example.com`;
    const billing = { first_name: 'Guest', last_name: email.split('@')[0], email, country: 'US', state: 'NY' };
    const paid = status === 'processing' || status === 'completed';
    const { id } = shop.orders.create({ status, line_items, billing, ...(paid ? { set_paid: true } : {}) });
    told.push({ entity: 'order', id: String(id) });
  }
  const some = chance.shuffled(open());
  const take = (share: number) => some.splice(0, Math.ceil((orders / hours) * share));
  for (const { id } of take(0.05)) {
    shop.orders.edit(Number(id), { customer_note: `Ring ${chance.below(9)} times` });
    told.push({ entity: 'order', id });
  }
  for (const { id } of take(0.04)) {
    const [line] = (shop.orders.get(Number(id)) as { line_items: { id: number; quantity: number }[] }).line_items;
    if (line) shop.orders.edit(Number(id), { line_items: [{ id: line.id, quantity: line.quantity + 1 }] });
    told.push({ entity: 'order', id });
  }
  for (const { id } of take(0.05)) {
    const left = leftInShop(shop, Number(id));
    const amount = money(decimal(left).times(chance.one(['0.25', '0.5', '1'])));
    if (amount === '0.00') continue;
    const refund = shop.refunds.create(Number(id), { amount });
    told.push({ entity: 'order', id }, { entity: 'refund', id: `${id}:${String(refund.id)}` });
  }
  for (const { id } of take(0.02)) {
    shop.orders.edit(Number(id), { status: 'cancelled' });
    told.push({ entity: 'order', id });
  }
  for (const { id } of take(0.01)) {
    // Nobody is told of an order that is deleted for good.
    shop.orders.remove(Number(id), true);
    vanished.add(Number(id));
  }
  for (const { id } of take(0.01)) {
    shop.orders.remove(Number(id));
    told.push({ entity: 'order', id });
  }
  return told;
}

/** Somebody edits the books while the shop edits the same customer. */
function bothEdit(): void {
  const customer = chance.one([...tenant.shop.shop.customers.values()]);
  const row = tenant.company
    .list('Customer')
    .find(({ PrimaryEmailAddr }) => JSON.stringify(PrimaryEmailAddr ?? '').includes(customer.email));
  tenant.shop.customers.edit(customer.id, { billing: { phone: `555-${chance.below(9999)}` } });
  if (row) tenant.company.edit('Customer', String(row.Id), { Notes: `Called at ${chance.below(24)}` });
}

async function live(): Promise<void> {
  for (const entity of ['products', 'customers', 'orders', 'refunds']) await world.sync(tenant, entity);
  const offline: Parameters<typeof sendEvents>[2][number][] = [];
  for (let time = 0; time < hours; time += 1) {
    const told = hour();
    bothEdit();
    for (let count = 0; count < 10; count += 1) {
      const id = `${time}-${count}`;
      const made = sale({
        id,
        lines: [{ sku: `TILL-${chance.below(5)}`, unit_price: `${1 + chance.below(40)}.${chance.below(9)}5` }],
      });
      tillSales.set(id, String((made.data as { totals: { total: string } }).totals.total));
      offline.push(made);
    }
    await tell(told);
    // By schedule, every second hour.
    if (time % 2 === 1) {
      for (const entity of ['customers', 'orders', 'refunds'])
        await world.sync(tenant, entity, { mode: 'incremental' });
    }
    // The tills were offline all morning; then everything comes at once, in any order, and some of it twice.
    if (time === 6) {
      await sendEvents(world, tenant, chance.shuffled([...offline, ...offline.slice(0, 20)]));
      offline.length = 0;
    }
  }
  await sendEvents(world, tenant, offline);
  await sendEvents(world, tenant, chance.shuffled(offline));
  for (const entity of ['customers', 'orders', 'refunds']) await world.sync(tenant, entity, { mode: 'sweep' });
  await world.sync(tenant, 'sales', { mode: 'incremental' });
  ({ failures } = await world.sync(tenant, 'orders', { mode: 'incremental' }));
  const codes = Map.groupBy(failures, ({ route_id, failure }) => `${route_id} ${failure.code}`);
  const made = (['Invoice', 'Payment', 'CreditMemo', 'RefundReceipt', 'SalesReceipt'] as const).map(
    (entity) => `${documents(entity).length} ${entity}`,
  );
  console.info(`${made.join(', ')}; failures: ${[...codes].map(([code, own]) => `${own.length} ${code}`).join(', ')}`);
}

const documents = (entity: 'Invoice' | 'Payment' | 'CreditMemo' | 'RefundReceipt' | 'SalesReceipt') =>
  tenant.company.list(entity);

describe('a busy day', () => {
  it('[E2] [F1] [F2] leaves books and shop alike to the cent, or the difference in the queue with its reason', () => {
    const explained = new Map(failures.map(({ source_id, failure }) => [source_id.split(':')[0], failure.reason]));
    const differences: unknown[] = [];
    let compared = 0;
    for (const { id, number, status, lines } of wooOrders(tenant.shop)) {
      const inShop = posted.has(status) && lines > 0 ? leftInShop(tenant.shop, Number(id)) : '0.00';
      const inBooks = leftInBooks(tenant.company, number);
      compared += 1;
      if (inShop !== inBooks && !explained.has(id)) differences.push({ id, status, inShop, inBooks });
    }
    for (const id of vanished) {
      const inBooks = leftInBooks(tenant.company, String(id));
      if (inBooks !== '0.00' && !explained.has(String(id))) differences.push({ id, gone: true, inBooks });
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(orders * 0.9);
    for (const { failure } of failures) expect(failure.reason).not.toBe('');
  });

  it('[E2] [F8] books every sale of the tills once, whatever came twice', () => {
    const receipts = documents('SalesReceipt').filter(({ DocNumber }) => String(DocNumber).startsWith('POS-'));
    const numbers = receipts.map(({ DocNumber }) => String(DocNumber));
    expect(numbers.toSorted()).toEqual([...tillSales.keys()].map((id) => `POS-R-${id}`).toSorted());
    expect(money(sum(receipts.map(({ TotalAmt }) => String(TotalAmt))))).toBe(money(sum([...tillSales.values()])));
  });

  it('[E2] has no document twice', () => {
    for (const entity of ['Invoice', 'CreditMemo', 'RefundReceipt', 'SalesReceipt'] as const) {
      const numbers = documents(entity).map(({ DocNumber }) => String(DocNumber));
      expect([entity, numbers.length]).toEqual([entity, new Set(numbers).size]);
    }
    const payments = documents('Payment')
      .filter(({ TotalAmt }) => !decimal(String(TotalAmt)).eq(0))
      .map(({ PaymentRefNum }) => String(PaymentRefNum));
    expect(payments.length).toBe(new Set(payments).size);
  });

  it('[F5] leaves the warehouse with every order as the shop has it', async () => {
    const rows = (await world.supabase?.sql(
      "select source_id, status, total::text as total, deleted_at from orders where tenant_id = $1 and source = 'woocommerce'",
      [tenant.id],
    )) as { source_id: string; status: string; total: string; deleted_at: string | null }[];
    const stored = new Map(rows.map((row) => [row.source_id, row]));
    const wrong = wooOrders(tenant.shop).filter(({ id, status, total }) => {
      const row = stored.get(id);
      if (status === 'checkout-draft') return false;
      if (status === 'trash') return row !== undefined && row.deleted_at === null && row.status !== 'trash';
      return row?.status !== status || money(row.total) !== money(total);
    });
    expect(wrong).toEqual([]);
    for (const id of vanished) expect(stored.get(String(id))?.deleted_at ?? 'never there').not.toBeNull();
  });

  it('[F-CONFLICT] keeps what both sides edited', () => {
    const called = tenant.company.list('Customer').filter(({ Notes }) => String(Notes ?? '').startsWith('Called'));
    expect(called.length).toBeGreaterThan(0);
    for (const row of called) expect(JSON.stringify(row.PrimaryPhone ?? '')).toContain('555-');
  });

  it('[F-INCREMENTAL] is quiet in the end: another round writes nothing', async () => {
    tenant.company.resetMeters();
    for (const entity of ['customers', 'orders', 'refunds', 'sales']) {
      await world.sync(tenant, entity, { mode: 'incremental', target: 'quickbooks' });
    }
    expect(tenant.company.meters).toMatchObject({ writes: 0, batches: 0 });
  });
});
