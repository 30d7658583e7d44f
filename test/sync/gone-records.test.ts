import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { noFlowSettings } from '#shared/model/flow-settings.ts';
import { readPlan } from '#shared/sync/read-plan.ts';
import { wooOrders } from '#test/support/shop-view.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({
    shops: Object.fromEntries(
      ['stay', 'delay', 'comeback', 'brake', 'filter', 'off'].map((name, seed) => [
        name,
        shopOf('tax_exclusive', 30, seed),
      ]),
    ),
    withoutSupabase: true,
  });
});
afterAll(() => world.stop());

type Choice = Partial<ReturnType<typeof noFlowSettings>>;
const choose = async (tenant: Tenant, choice: Choice) => {
  const { flows } = world.engine();
  await flows.save({ ...(await flows.settings(tenant.id)), ...choice });
};
const invoices = (tenant: Tenant) => tenant.company.list('Invoice').map(({ DocNumber }) => String(DocNumber));

/** Ids of orders that are in the books. */
async function posted(tenant: Tenant, count: number): Promise<string[]> {
  await world.sync(tenant, 'orders');
  const numbers = new Set(invoices(tenant));
  return wooOrders(tenant.shop)
    .filter(({ number }) => numbers.has(String(number)))
    .slice(0, count)
    .map(({ id }) => String(id));
}

describe('records that the source has no more', () => {
  it('[F-DELETE] leave their documents alone by default, and say so', async () => {
    const tenant = await world.tenant('stay');
    const [id = ''] = await posted(tenant, 1);
    const before = invoices(tenant);
    tenant.shop.orders.remove(Number(id), true);
    const { legs, failures } = await world.sync(tenant, 'orders', { ids: [id] });
    expect(failures).toEqual([]);
    expect(legs[0]?.counts).toMatchObject({ read: 1, skipped: 1, deleted: 0, failed: 0 });
    expect(invoices(tenant)).toEqual(before);
    const [link] = await world.engine().links.findMany(tenant.id, [
      {
        source: { connection: 'woocommerce', entity: 'order', id },
        target: { connection: 'quickbooks', entity: 'invoice' },
      },
    ]);
    expect(link).toMatchObject({ state: 'linked', gone: { kind: 'deleted' } });
    expect((await world.sync(tenant, 'orders', { ids: ['999999'] })).failures[0]?.failure.code).toBe(
      'source.not_found',
    );
  });

  it('[F-DELETE] are deleted on the target only after the delay, payment and invoice, and never twice', async () => {
    const tenant = await world.tenant('delay');
    await choose(tenant, { delete_policy: { all: 'delete_remote', entities: {} }, delete_delay_hours: 24 });
    const [id = ''] = await posted(tenant, 1);
    const before = invoices(tenant);
    tenant.shop.orders.remove(Number(id), true);
    const first = await world.sync(tenant, 'orders', { ids: [id] });
    expect(first.legs[0]?.counts).toMatchObject({ skipped: 1, deleted: 0 });
    expect(invoices(tenant)).toEqual(before);
    await choose(tenant, { delete_delay_hours: 0 });
    const plan = await world.sync(tenant, 'orders', { ids: [id], dryRun: true });
    const planned = await readPlan(world.engine(), tenant.id, plan.run.run_id, { limit: 10 });
    expect(planned?.changes.filter(({ action }) => action === 'delete').map(({ entity }) => entity)).toEqual(
      expect.arrayContaining(['invoice']),
    );
    expect(invoices(tenant)).toEqual(before);
    const second = await world.sync(tenant, 'orders', { ids: [id] });
    expect(second.legs[0]?.counts).toMatchObject({ deleted: 1, failed: 0 });
    expect(invoices(tenant)).toHaveLength(before.length - 1);
    expect((await world.sync(tenant, 'orders', { ids: [id] })).legs[0]?.counts).toMatchObject({
      deleted: 0,
      skipped: 1,
    });
  });

  it('[F-DELETE] that come back within the delay keep their documents', async () => {
    const tenant = await world.tenant('comeback');
    await choose(tenant, { delete_policy: { all: 'local_only', entities: { orders: 'delete_remote' } } });
    const [id = ''] = await posted(tenant, 1);
    const before = invoices(tenant);
    const kept = tenant.shop.shop.orders.get(Number(id));
    tenant.shop.orders.remove(Number(id), true);
    await world.sync(tenant, 'orders', { ids: [id] });
    if (kept) tenant.shop.shop.orders.set(Number(id), kept);
    expect((await world.sync(tenant, 'orders', { ids: [id] })).legs[0]?.counts.failed).toBe(0);
    await choose(tenant, { delete_delay_hours: 0 });
    tenant.shop.orders.remove(Number(id), true);
    await choose(tenant, { delete_delay_hours: 24 });
    await world.sync(tenant, 'orders', { ids: [id] });
    expect(invoices(tenant)).toEqual(before);
  });

  it('[F-DELETE] are not taken away in masses unless somebody confirmed it', async () => {
    const tenant = await world.tenant('brake');
    await choose(tenant, {
      delete_policy: { all: 'delete_remote', entities: {} },
      delete_delay_hours: 0,
      delete_brake: 3,
    });
    const ids = await posted(tenant, 5);
    const before = invoices(tenant);
    for (const id of ids) tenant.shop.orders.remove(Number(id), true);
    const run = await world.sync(tenant, 'orders', { ids });
    expect(invoices(tenant)).toEqual(before);
    expect(new Set(run.failures.map(({ failure }) => failure.code))).toEqual(new Set(['sync.delete_brake']));
    const plan = await world.sync(tenant, 'orders', { ids, dryRun: true });
    const done = await world.sync(tenant, 'orders', { ids, planId: plan.run.run_id, routeIds: plan.run.routes });
    expect(done.failures).toEqual([]);
    expect(invoices(tenant)).toHaveLength(before.length - ids.length);
  });
});

describe('the settings of a flow', () => {
  it('[F-DIRECTION] leave out what its filter leaves out, also when asked for by id', async () => {
    const tenant = await world.tenant('filter');
    await choose(tenant, {
      flows: { 'woocommerce.order-quickbooks': { filter: { path: 'status', equals: 'completed' } } },
    });
    const { legs } = await world.sync(tenant, 'orders');
    const completed = wooOrders(tenant.shop).filter(({ status }) => status === 'completed');
    expect(invoices(tenant).length).toBeGreaterThan(0);
    expect(invoices(tenant).length).toBeLessThanOrEqual(completed.length);
    expect(legs[0]?.counts.failed).toBe(0);
    const other = wooOrders(tenant.shop).find(({ status }) => status === 'processing');
    expect((await world.sync(tenant, 'orders', { ids: [String(other?.id)] })).legs[0]?.counts.skipped).toBe(1);
  });

  it('[F-DIRECTION] start nothing against the direction, or where it is switched off', async () => {
    const tenant = await world.tenant('off');
    for (const choice of [
      { direction: { all: 'pull', entities: {} } },
      { direction: { entities: { orders: 'disabled' } } },
      { direction: { entities: {} }, flows: { 'woocommerce.order-quickbooks': { enabled: false } } },
    ] satisfies Choice[]) {
      await choose(tenant, choice);
      await expect(world.start(tenant, 'orders', { target: 'quickbooks' })).rejects.toThrow('no_route');
    }
    await choose(tenant, { flows: {}, direction: { all: 'pull', entities: { orders: 'push' } } });
    expect((await world.sync(tenant, 'orders')).legs).toHaveLength(1);
  });
});
