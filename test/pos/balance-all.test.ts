import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '#shared/core/clock.ts';
import { createLimiterRepository } from '#shared/data/limiter-repository.ts';
import { createShelfRepository } from '#shared/data/shelf-repository.ts';
import { createStockRepository } from '#shared/data/stock-repository.ts';
import { balanceAll } from '#shared/stock/balance-all.ts';
import { keeperOpener } from '#shared/stock/open-keepers.ts';
import { connectTills, sale, sendEvents } from '#test/support/tills.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  const shops = { one: shopOf('tax_exclusive', 0, 1), other: shopOf('tax_exclusive', 0, 2) };
  world = await startWorld({ shops, withoutSupabase: true });
});
afterAll(() => world.stop());

/** A turn over all tenants, as the schedule has it. */
function turn(hasTime = () => true) {
  const { connectionDeps, log } = world.engine();
  const stock = createStockRepository(world.table.table);
  const shelf = createShelfRepository(world.table.table);
  const openKeepers = keeperOpener(connectionDeps, createLimiterRepository(world.table.table));
  return balanceAll({ ...connectionDeps, stock, shelf, openKeepers, log }, hasTime);
}

/** Products of the shop that keep stock and that a till can name, all with this many pieces. */
function stocked({ shop }: Tenant, pieces: number) {
  return [...shop.shop.products.values()]
    .filter(({ type, status, sku }) => type === 'simple' && status !== 'trash' && /^[\w-]+$/.test(sku))
    .map(({ id, sku }) => {
      shop.products.edit(id, { manage_stock: true, stock_quantity: pieces });
      return { id, sku };
    });
}

describe('a turn over all tenants', () => {
  it('[F7] brings every SKU of every tenant together; one that is locked, off or down keeps nobody from theirs', async () => {
    const tenants = [await world.tenant('one'), await world.tenant('other'), await world.tenant('one')];
    const [first, second, off] = tenants as [Tenant, Tenant, Tenant];
    for (const tenant of tenants) await connectTills(world, tenant);
    const { connections, oauth, clock } = world.engine().connectionDeps;
    await connections.patch(off.id, 'pos', { enabled: false });
    const goods = [stocked(first, 9), stocked(second, 5)] as const;
    expect(Math.min(goods[0].length, goods[1].length)).toBeGreaterThan(10);
    expect(await turn()).toEqual({ balanced: 2, failed: 0, busy: 0 });

    for (const [index, tenant] of [first, second].entries()) {
      const lines = (goods[index] ?? []).map(({ sku }) => ({ sku, quantity: '2' }));
      const now = { occurred_at: instant(clock.now()) };
      const { outcomes } = await sendEvents(world, tenant, [sale({ id: `all-${index}`, lines }, now)]);
      expect(outcomes).toMatchObject([{ result: 'applied' }]);
    }
    const inShop = ({ shop }: Tenant, index: 0 | 1) =>
      new Set(goods[index].map(({ id }) => shop.shop.products.get(id)?.stockQuantity));
    const lock = { tenantId: second.id, platform: 'stock', owner: 'another worker' };
    await oauth.acquireLock(lock, clock.now(), clock.now() + 60_000);
    expect(await turn()).toEqual({ balanced: 1, failed: 0, busy: 1 });
    expect([inShop(first, 0), inShop(second, 1)]).toEqual([new Set([7]), new Set([5])]);

    await oauth.releaseLock(lock);
    expect(await turn(() => false)).toEqual({ balanced: 0, failed: 0, busy: 0 });
    await connections.patch(first.id, 'woocommerce', { profile: { store_url: 'https://shop.invalid' } });
    expect(await turn()).toEqual({ balanced: 1, failed: 1, busy: 0 });
    expect(inShop(second, 1)).toEqual(new Set([3]));
    const levels = await createShelfRepository(world.table.table).findMany(
      second.id,
      goods[1].map(({ sku }) => ({ entity: 'stock_level', id: sku })),
    );
    expect(new Set(levels.map((level) => level?.body.on_hand))).toEqual(new Set(['3']));
  });
});
