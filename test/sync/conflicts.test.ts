import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '#local/platforms/quickbooks/values.ts';
import type { ConflictStrategy } from '#shared/model/flow-settings.ts';
import { readPlan } from '#shared/sync/read-plan.ts';
import { type TestClock, testClock } from '#test/support/clock.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

const routeId = 'woocommerce.customer-quickbooks';
let world: World;
let clock: TestClock;
beforeAll(async () => {
  clock = testClock(Date.parse('2026-11-20T12:00:00Z'));
  const names = ['source', 'target', 'newest', 'merge', 'manual', 'fields', 'removed', 'order', 'plan'];
  world = await startWorld({
    shops: Object.fromEntries(names.map((name, seed) => [name, shopOf('tax_exclusive', 20, seed)])),
    withoutSupabase: true,
    clock,
  });
});
afterAll(() => world.stop());

/** A tenant whose customers are in the books, and one of them on both sides. */
async function both(shop: string, conflict: ConflictStrategy) {
  const tenant = await world.tenant(shop);
  const { flows } = world.engine();
  await flows.save({ ...(await flows.settings(tenant.id)), flows: { [routeId]: { conflict } } });
  await world.sync(tenant, 'customers');
  clock.advance(60_000);
  const id = [...tenant.shop.shop.customers.keys()][0] ?? 0;
  const [link] = await world.engine().links.findMany(tenant.id, [
    {
      source: { connection: 'woocommerce', entity: 'customer', id: String(id) },
      target: { connection: 'quickbooks', entity: 'customer' },
    },
  ]);
  const targetId = link?.target_id ?? '';
  return {
    tenant,
    shop: (phone: string) => edit(() => tenant.shop.customers.edit(id, { billing: { phone } })),
    rename: (first_name: string) => edit(() => tenant.shop.customers.edit(id, { first_name })),
    books: (changes: Row) => edit(() => tenant.company.edit('Customer', targetId, changes)),
    row: () => tenant.company.list('Customer').find(({ Id }) => Id === targetId) ?? {},
    sync: () => world.sync(tenant, 'customers', { mode: 'incremental' }),
    ids: [String(id)],
  };
}
function edit<T>(change: () => T): T {
  clock.advance(60_000);
  const result = change();
  clock.advance(60_000);
  return result;
}
const phoneOf = (row: Row) => (row.PrimaryPhone as Row | undefined)?.FreeFormNumber;
const conflictsOf = async ({ id }: Tenant) => (await world.engine().conflicts.list(id, { limit: 100 })).conflicts;

describe('a customer that was changed in the shop and in the books', () => {
  it('[F-CONFLICT] source_wins: becomes what the shop says, without a look at the books', async () => {
    const { tenant, shop, books, row, sync } = await both('source', 'source_wins');
    shop('555-1');
    books({ PrimaryPhone: { FreeFormNumber: '555-2' } });
    expect((await sync()).legs[0]?.counts).toMatchObject({ updated: 1, failed: 0 });
    expect(phoneOf(row())).toBe('555-1');
    expect(await conflictsOf(tenant)).toEqual([]);
  });

  it('[F-CONFLICT] target_wins: stays as the books have it until the shop changes it again', async () => {
    const { tenant, shop, books, row, sync } = await both('target', 'target_wins');
    shop('555-1');
    books({ PrimaryPhone: { FreeFormNumber: '555-2' } });
    expect((await sync()).legs[0]?.counts).toMatchObject({ updated: 0, failed: 0 });
    expect(phoneOf(row())).toBe('555-2');
    const [conflict] = await conflictsOf(tenant);
    expect(conflict).toMatchObject({
      state: 'settled',
      winner: 'target',
      strategy: 'target_wins',
      label: expect.any(String),
    });
    expect(conflict?.fields.find(({ path }) => path === 'PrimaryPhone')).toMatchObject({
      source: { FreeFormNumber: '555-1' },
      target: { FreeFormNumber: '555-2' },
      contested: true,
      winner: 'target',
    });
    const calls = await sync();
    expect(calls.legs[0]?.counts).toMatchObject({ updated: 0 });
    expect(await conflictsOf(tenant)).toHaveLength(1);
    shop('555-3');
    await sync();
    expect(phoneOf(row())).toBe('555-3');
  });

  it('[F-CONFLICT] newest_wins: becomes what was changed last', async () => {
    const { tenant, shop, books, row, sync } = await both('newest', 'newest_wins');
    shop('555-1');
    books({ PrimaryPhone: { FreeFormNumber: '555-2' } });
    await sync();
    expect(phoneOf(row())).toBe('555-2');
    books({ PrimaryPhone: { FreeFormNumber: '555-3' } });
    shop('555-4');
    await sync();
    expect(phoneOf(row())).toBe('555-4');
    expect((await conflictsOf(tenant)).map(({ winner }) => winner).toSorted()).toEqual(['source', 'target']);
  });

  it('[F-CONFLICT] merge: gets both changes, keeps them, and where both changed the same the newer one', async () => {
    const { tenant, shop, rename, books, row, sync } = await both('merge', 'merge');
    shop('555-1');
    books({ GivenName: 'Bookish' });
    await sync();
    expect(phoneOf(row())).toBe('555-1');
    expect(row().GivenName).toBe('Bookish');
    expect((await conflictsOf(tenant)).map(({ winner }) => winner)).toEqual(['both']);
    shop('555-2');
    await sync();
    expect([phoneOf(row()), row().GivenName]).toEqual(['555-2', 'Bookish']);
    expect(await conflictsOf(tenant)).toHaveLength(1);
    rename('Shoppish');
    await sync();
    expect([phoneOf(row()), row().GivenName]).toEqual(['555-2', 'Shoppish']);
    books({ PrimaryPhone: { FreeFormNumber: '555-8' } });
    shop('555-9');
    await sync();
    expect(phoneOf(row())).toBe('555-9');
    expect((await sync()).legs[0]?.counts).toMatchObject({ updated: 0, failed: 0 });
  });

  it('[F-CONFLICT] manual: waits with both versions and what they had in common, and does as it is told', async () => {
    const { tenant, shop, books, row, sync, ids } = await both('manual', 'manual');
    const before = phoneOf(row());
    shop('555-1');
    books({ PrimaryPhone: { FreeFormNumber: '555-2' } });
    await sync();
    await world.sync(tenant, 'customers', { ids });
    expect(phoneOf(row())).toBe('555-2');
    const open = await conflictsOf(tenant);
    expect(open).toHaveLength(1);
    const [conflict] = open;
    expect(conflict).toMatchObject({ state: 'open', target_missing: false });
    expect(conflict?.winner).toBeUndefined();
    expect(conflict?.fields.find(({ path }) => path === 'PrimaryPhone')).toMatchObject({
      base: { FreeFormNumber: before ?? '' },
      source: { FreeFormNumber: '555-1' },
      target: { FreeFormNumber: '555-2' },
    });
    if (!conflict) return;
    const { conflicts } = world.engine();
    const said = { keep: 'source' as const, fields: {}, by: 'owner', at: '2026-11-20T13:00:00.000Z' };
    expect(await conflicts.resolve(conflict, said)).toBeDefined();
    expect(await conflicts.resolve(conflict, said)).toBeUndefined();
    await world.sync(tenant, 'customers', { ids });
    expect(phoneOf(row())).toBe('555-1');
    expect((await conflictsOf(tenant))[0]).toMatchObject({ state: 'resolved', resolution: { by: 'owner' } });
    shop('555-3');
    books({ PrimaryPhone: { FreeFormNumber: '555-4' } });
    await sync();
    expect((await conflictsOf(tenant)).filter(({ state }) => state === 'open')).toHaveLength(1);
  });

  it('[F-CONFLICT] manual: takes a member from one side and a member from the other', async () => {
    const { tenant, shop, books, row, rename, ids, sync } = await both('fields', 'manual');
    shop('555-1');
    rename('Shoppish');
    books({ PrimaryPhone: { FreeFormNumber: '555-2' }, GivenName: 'Bookish' });
    await sync();
    const [conflict] = await conflictsOf(tenant);
    if (!conflict) throw new Error('no conflict');
    await world.engine().conflicts.resolve(conflict, {
      keep: 'target',
      fields: { PrimaryPhone: 'source' },
      by: 'owner',
      at: '2026-11-20T13:00:00.000Z',
    });
    await world.sync(tenant, 'customers', { ids });
    expect([phoneOf(row()), row().GivenName]).toEqual(['555-1', 'Bookish']);
  });

  it('[F-CONFLICT] a plan says how it ends, keeps no conflict, and changes nothing', async () => {
    const { tenant, shop, books, row } = await both('plan', 'newest_wins');
    books({ PrimaryPhone: { FreeFormNumber: '555-2' } });
    shop('555-1');
    const { run } = await world.sync(tenant, 'customers', { mode: 'incremental', dryRun: true });
    const plan = await readPlan(world.engine(), tenant.id, run.run_id, { limit: 50 });
    const planned = plan?.changes.filter(({ action }) => action === 'update') ?? [];
    expect(planned).toHaveLength(1);
    expect(planned[0]?.reasons.join(' ')).toContain('was changed on both sides');
    expect(phoneOf(row())).toBe('555-2');
    expect(await conflictsOf(tenant)).toEqual([]);
  });
});

describe('an invoice that somebody deleted in the books', () => {
  it('[F-CONFLICT] is made anew where the source wins a look, and stays away where the target wins', async () => {
    const tenant = await world.tenant('removed');
    const { flows } = world.engine();
    const strategy = async (conflict: ConflictStrategy) =>
      flows.save({
        ...(await flows.settings(tenant.id)),
        flows: { 'woocommerce.order-quickbooks': { conflict } },
      });
    await strategy('target_wins');
    await world.sync(tenant, 'orders');
    const [invoice] = tenant.company.list('Invoice').filter(({ Balance, TotalAmt }) => Balance === TotalAmt);
    const number = String(invoice?.DocNumber);
    const order = [...tenant.shop.shop.orders.values()].find((each) => String(each.id) === number);
    const count = tenant.company.list('Invoice').length;
    tenant.company.remove('Invoice', String(invoice?.Id));
    edit(() => tenant.shop.orders.edit(Number(order?.id), { customer_note: 'Ring twice' }));
    await world.sync(tenant, 'orders', { mode: 'incremental' });
    expect(tenant.company.list('Invoice')).toHaveLength(count - 1);
    await strategy('newest_wins');
    edit(() => tenant.shop.orders.edit(Number(order?.id), { customer_note: 'Ring thrice' }));
    const { failures } = await world.sync(tenant, 'orders', { mode: 'incremental' });
    expect(failures).toEqual([]);
    expect(tenant.company.list('Invoice').filter(({ DocNumber }) => DocNumber === number)).toHaveLength(1);
    expect((await conflictsOf(tenant)).every(({ target_missing }) => target_missing)).toBe(true);
  });
});
