import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConfirmationRepository } from '#shared/data/confirmation-repository.ts';
import { type Confirmed, confirmPlan, offerConfirmation } from '#shared/sync/confirm-plan.ts';
import { booksOf, totalsByNumber } from '#test/support/books.ts';
import { wooOrders } from '#test/support/shop-view.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ shops: { shop: shopOf('tax_exclusive', 30, 12) }, withoutSupabase: true });
});
afterAll(() => world.stop());

const userId = 'owner';
const deps = () => ({ ...world.engine(), confirmations: createConfirmationRepository(world.table.table) });
const confirm = (tenant: Tenant, token: string, user = userId) =>
  confirmPlan(deps(), { tenantId: tenant.id, userId: user, token });

/** A dry run of the orders, and the token to carry it out. */
async function planned(tenant: Tenant, entity = 'orders', ids?: readonly string[]) {
  const dry = await world.sync(tenant, entity, { dryRun: true, ids });
  const offer = await offerConfirmation(deps(), { tenantId: tenant.id, userId, planId: dry.run.run_id });
  if (offer.kind !== 'offered') throw new Error(`no token: ${offer.kind}`);
  return { dry, token: offer.token, expires: offer.expires };
}

async function carriedOut(outcome: Confirmed) {
  if (outcome.kind !== 'started') throw new Error(`not started: ${outcome.kind}`);
  await world.drain(world.work(world.engine()));
  return world.resultOf(outcome.run);
}

describe('a confirmed plan', () => {
  it('[E1] does what it said, and no more than an ordinary sync', async () => {
    const [tenant, ordinary] = [await world.tenant('shop'), await world.tenant('shop')];
    const { dry, token } = await planned(tenant);
    const { run, legs, failures } = await carriedOut(await confirm(tenant, token));
    expect(run).toMatchObject({ status: 'completed', plan_id: dry.run.run_id });
    expect(failures).toEqual([]);
    expect(legs[0]?.counts.created).toBe(dry.legs[0]?.counts.created);
    await world.sync(ordinary, 'orders');
    expect(booksOf(tenant.company)).toEqual(booksOf(ordinary.company));
    expect((await world.sync(tenant, 'orders')).legs[0]?.counts).toMatchObject({ created: 0, updated: 0 });
  });

  it('keeps the failures that the plan foresaw', async () => {
    const tenant = await world.tenant('shop');
    const order = wooOrders(tenant.shop).find(({ status }) => status === 'processing');
    const stored = tenant.shop.shop.orders.get(Number(order?.id)) as { currency: string } | undefined;
    if (!stored) throw new Error('the shop has no such order');
    stored.currency = 'EUR';
    try {
      const { dry, token } = await planned(tenant);
      expect(dry.failures).toEqual([]);
      const { legs, failures } = await carriedOut(await confirm(tenant, token));
      expect(legs[0]?.counts.failed).toBe(1);
      expect(failures).toMatchObject([{ source_id: order?.id, failure: { code: 'mapping.foreign_currency' } }]);
      tenant.shop.orders.edit(Number(order?.id), { status: 'cancelled' });
      const again = await planned(tenant);
      expect((await carriedOut(await confirm(tenant, again.token))).failures).toEqual([]);
    } finally {
      stored.currency = 'USD';
      tenant.shop.orders.edit(Number(order?.id), { status: 'processing' });
    }
  });

  it('keeps the failures of records that could not be read', async () => {
    const tenant = await world.tenant('shop');
    const headers = { 'x-wp-total': '1', 'x-wp-totalpages': '1' };
    tenant.shop.addFault({ kind: 'reply', path: 'orders', times: 1, status: 200, headers, body: [{ id: 999_999 }] });
    const { dry, token } = await planned(tenant);
    expect(dry.legs[0]?.counts).toMatchObject({ read: 1, failed: 1 });
    const { failures } = await carriedOut(await confirm(tenant, token));
    expect(failures).toMatchObject([{ source_id: '999999' }]);
  });

  it('lets the next incremental sync begin where the plan had read to', async () => {
    const tenant = await world.tenant('shop');
    const { token } = await planned(tenant);
    await carriedOut(await confirm(tenant, token));
    const all = wooOrders(tenant.shop).length;
    const { legs } = await world.sync(tenant, 'orders', { mode: 'incremental' });
    expect(legs[0]?.counts.read).toBeLessThan(all / 2);
    expect(legs[0]?.counts).toMatchObject({ created: 0, updated: 0, failed: 0 });
  });

  it('of given records treats them as the plan did', async () => {
    const tenant = await world.tenant('shop');
    const variable = [...tenant.shop.shop.products.values()].find(({ type }) => type === 'variable');
    const { dry, token } = await planned(tenant, 'products', [String(variable?.id)]);
    expect(dry.legs[0]?.counts.created).toBe(1);
    expect((await carriedOut(await confirm(tenant, token))).legs[0]?.counts).toEqual(dry.legs[0]?.counts);
  });

  it('of products with variations finds each as it was planned', async () => {
    const tenant = await world.tenant('shop');
    const { token } = await planned(tenant, 'products');
    const { legs, failures } = await carriedOut(await confirm(tenant, token));
    expect(failures).toEqual([]);
    expect((await world.sync(tenant, 'products')).legs.map(({ counts }) => counts.created + counts.updated)).toEqual(
      legs.map(() => 0),
    );
  });

  it('is not carried out in part when a platform was switched off', async () => {
    const tenant = await world.tenant('shop');
    const { token } = await planned(tenant);
    const { connections } = world.engine().connectionDeps;
    await connections.patch(tenant.id, 'quickbooks', { enabled: false });
    expect(await confirm(tenant, token)).toEqual({ kind: 'not_connected', platform: 'quickbooks' });
    await connections.patch(tenant.id, 'quickbooks', { enabled: true });
    expect((await carriedOut(await confirm(tenant, token))).failures).toEqual([]);
  });

  it('leaves out and reports what changed since, and writes the rest', async () => {
    const tenant = await world.tenant('shop');
    const { dry, token } = await planned(tenant);
    const order = wooOrders(tenant.shop).find(({ status }) => status === 'processing');
    tenant.shop.orders.edit(Number(order?.id), { customer_note: 'One more thing' });
    const { legs, failures } = await carriedOut(await confirm(tenant, token));
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({
      source_id: order?.id,
      failure: { code: 'plan.changed_since', category: 'conflict' },
    });
    expect(legs[0]?.counts.created).toBe((dry.legs[0]?.counts.created ?? 0) - 1);
    expect(totalsByNumber(tenant.company, 'Invoice').has(order?.number ?? '')).toBe(false);
  });

  it('does not write again what another sync wrote in the meantime', async () => {
    const tenant = await world.tenant('shop');
    const { token } = await planned(tenant);
    await world.sync(tenant, 'orders');
    const before = booksOf(tenant.company);
    const { failures } = await carriedOut(await confirm(tenant, token));
    expect(failures).toEqual([]);
    expect(booksOf(tenant.company)).toEqual(before);
  });
});

describe('a confirmation token', () => {
  it('works once: of many at the same time one starts the run', async () => {
    const tenant = await world.tenant('shop');
    const { token } = await planned(tenant);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => confirm(tenant, token)));
    expect(outcomes.filter(({ kind }) => kind === 'started')).toHaveLength(1);
    const [started] = outcomes.filter((outcome) => outcome.kind === 'started');
    await world.drain(world.work(world.engine()));
    expect(await confirm(tenant, token)).toEqual({ kind: 'used', run_id: started?.run.run_id });
  });

  it('is for its user and tenant: for everybody else there is none', async () => {
    const [tenant, other] = [await world.tenant('shop'), await world.tenant('shop')];
    const { token } = await planned(tenant);
    expect(await confirm(tenant, token, 'somebody')).toEqual({ kind: 'unknown' });
    expect(await confirm(other, token)).toEqual({ kind: 'unknown' });
    expect(await confirm(tenant, `${token.slice(1)}A`)).toEqual({ kind: 'unknown' });
  });

  it('expires after five minutes', async () => {
    const tenant = await world.tenant('shop');
    const { token, expires } = await planned(tenant);
    const later = { ...deps().clock, now: () => Date.parse(expires) };
    const outcome = await confirmPlan({ ...deps(), clock: later }, { tenantId: tenant.id, userId, token });
    expect(outcome).toEqual({ kind: 'expired', expires });
  });

  it('is there for completed dry runs only', async () => {
    const tenant = await world.tenant('shop');
    const run = await world.start(tenant, 'orders', { dryRun: true });
    const ask = (planId: string) => offerConfirmation(deps(), { tenantId: tenant.id, userId, planId });
    expect(await ask(run.run_id)).toMatchObject({ kind: 'not_ready' });
    await world.drain(world.work(world.engine()));
    const real = await world.sync(tenant, 'orders');
    expect(await ask(real.run.run_id)).toEqual({ kind: 'no_plan' });
    expect(await ask('01ABSENT')).toEqual({ kind: 'no_plan' });
  });
});
