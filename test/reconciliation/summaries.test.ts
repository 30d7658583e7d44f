import { afterAll, beforeAll, expect, it } from 'vitest';
import { generateShop } from '#local/platforms/generator/shop.ts';
import { businessDay } from '#shared/core/clock.ts';
import { reconcile } from '#test/support/reconcile.ts';
import { startWorld, type Tenant, type World } from '#test/support/world.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const month = { start_date: '2026-11-01', end_date: '2026-11-30' } as const;
const border = '2026-11-15';
const fromBorder = { posting: [{ from: border, mode: 'daily_summary' }] };

let world: World;
beforeAll(async () => {
  const shop = (seed: number) => generateShop({ seed, orders: 60, style: 'tax_exclusive', now, days: 15 });
  world = await startWorld({ shops: { shop: shop(31), edited: shop(32) }, withoutSupabase: true });
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
