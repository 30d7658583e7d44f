import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { money, sum } from '#shared/core/money.ts';
import type { PlannedChange } from '#shared/model/plan.ts';
import { readPlan } from '#shared/sync/read-plan.ts';
import { wooOrders } from '#test/support/shop-view.ts';
import { type RunResult, shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ shops: { shop: shopOf('tax_exclusive', 30, 9) }, withoutSupabase: true });
});
afterAll(() => world.stop());

async function changesOf(tenant: Tenant, { run }: RunResult, limit = 7): Promise<PlannedChange[]> {
  const all: PlannedChange[] = [];
  let after: string | undefined;
  do {
    const page = await readPlan(world.engine(), tenant.id, run.run_id, { limit, after });
    expect(page.changes.length).toBeLessThanOrEqual(limit);
    all.push(...page.changes);
    after = page.next;
  } while (after !== undefined);
  return all;
}

describe('a plan', () => {
  it('of a first sync lists every document with its fields, what it needs, and the money it brings', async () => {
    const tenant = await world.tenant('shop');
    const before = tenant.company.snapshot();
    const dry = await world.sync(tenant, 'orders', { dryRun: true });
    const changes = await changesOf(tenant, dry);
    expect(tenant.company.snapshot()).toEqual(before);
    expect(await world.engine().links.openBatches(tenant.id, 'quickbooks')).toEqual([]);

    const invoices = changes.filter(({ entity, action }) => entity === 'invoice' && action === 'create');
    const orders = wooOrders(tenant.shop).filter(({ number }) =>
      invoices.some(({ label }) => label === `Order ${number}`),
    );
    expect(invoices).toHaveLength(orders.length);
    const expected = money(sum(orders.map(({ total }) => total)));
    expect(dry.legs[0]?.plan?.money.invoice).toEqual({ USD: { created: expected, updated: '0.00', deleted: '0.00' } });

    const accounts = Object.fromEntries(
      Object.entries(dry.legs[0]?.plan?.accounts ?? {}).map(([account, { USD = '0' }]) => [account, USD]),
    );
    expect(money(sum(Object.values(accounts)))).toBe('0.00');
    const paid = changes.filter(({ entity, action }) => entity === 'payment' && action === 'create');
    const owed = money(sum([expected, ...paid.map(({ total = '0' }) => `-${total}`)]));
    expect(accounts['Accounts Receivable'] ?? '0.00').toBe(owed);
    expect(accounts['Sales Tax Payable']).toBe(money(sum(orders.map(({ totalTax }) => `-${totalTax}`))));
    expect(dry.legs[0]?.plan?.write_seconds).toBeGreaterThan(0);

    const [invoice] = invoices;
    expect(invoice?.fields).toContainEqual({ path: 'DocNumber', after: orders[0]?.number });
    for (const { entity, source_id } of invoice?.depends_on ?? []) {
      expect(changes.some((change) => change.source_entity === entity && change.source_id === source_id)).toBe(true);
    }
    const skipped = changes.find(({ action, reasons }) => action === 'skip' && reasons[0]?.includes('not posted'));
    expect(skipped?.fields).toEqual([]);
    expect(changes.map(({ entity }) => entity)).toContain('customer');
  });

  it('[E1] is what then happens', async () => {
    const tenant = await world.tenant('shop');
    const dry = await world.sync(tenant, 'orders', { dryRun: true });
    const real = await world.sync(tenant, 'orders');
    const { changes = {}, write_calls = {} } = dry.legs[0]?.plan ?? {};
    for (const [entity, counts] of Object.entries(real.legs[0]?.documents ?? {})) {
      // Two products of one name become one item only when the books refuse the second name.
      expect(counts.created + counts.linked, entity).toBe(
        (changes[entity]?.create ?? 0) + (changes[entity]?.link ?? 0),
      );
    }
    expect(tenant.company.meters.batches).toBeGreaterThanOrEqual(Object.values(write_calls).reduce((a, b) => a + b, 0));
  });

  it('of an edited order shows the fields that change, before and after, and by how much the books move', async () => {
    const tenant = await world.tenant('shop');
    await world.sync(tenant, 'orders');
    const order = wooOrders(tenant.shop).find(({ status, total }) => status === 'processing' && total !== '0.00');
    const wire = tenant.shop.orders.get(Number(order?.id)) as unknown as { line_items: { id: number }[] };
    tenant.shop.orders.edit(Number(order?.id), {
      line_items: [{ id: wire.line_items[0]?.id, total: '12.34', subtotal: '12.34' }],
    });
    const now = wooOrders(tenant.shop).find(({ id }) => id === order?.id);
    const dry = await world.sync(tenant, 'orders', { dryRun: true });
    const [update, ...others] = (await changesOf(tenant, dry, 100)).filter(
      ({ entity, action }) => entity === 'invoice' && action === 'update',
    );
    expect(others).toEqual([]);
    expect(update).toMatchObject({ label: `Order ${order?.number}`, total: now?.total, total_before: order?.total });
    expect(update?.fields).toContainEqual({ path: 'Line[0].Amount', before: expect.any(String), after: '12.34' });
    expect(update?.fields.some(({ path }) => path === 'DocNumber')).toBe(false);
    const moved = money(sum([now?.total, `-${order?.total}`]));
    expect(dry.legs[0]?.plan?.money.invoice?.USD?.updated).toBe(moved);
  });

  it('has the same hash for the same shop and another for another', async () => {
    const tenant = await world.tenant('shop');
    const hashes = [];
    for (let round = 0; round < 2; round += 1) {
      const dry = await world.sync(tenant, 'orders', { dryRun: true });
      hashes.push(dry.legs[0]?.plan?.hash);
    }
    const [order] = tenant.shop.shop.orders.keys();
    tenant.shop.orders.edit(Number(order), { customer_note: `note ${hashes.length}` });
    hashes.push((await world.sync(tenant, 'orders', { dryRun: true })).legs[0]?.plan?.hash);
    expect(hashes[0]).toBe(hashes[1]);
    expect(new Set(hashes).size).toBe(2);
  });
});
