import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deaths, type KillSwitch, killSwitch } from '#test/support/kill-switch.ts';
import { leftInBooks, leftInShop, refundable } from '#test/support/refunds.ts';
import { wooOrders } from '#test/support/shop-view.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({
    shops: {
      us: shopOf('tax_exclusive', 150, 31),
      eur: shopOf('tax_inclusive', 150, 32),
      small: shopOf('tax_exclusive', 14, 33),
      cancelled: shopOf('tax_exclusive', 14, 34),
      deleted: shopOf('tax_exclusive', 14, 35),
    },
    withoutSupabase: true,
  });
});
afterAll(() => world.stop());

const failuresOf = async (tenant: Pick<Tenant, 'id'>) =>
  (await world.engine().failures.list(tenant.id, { limit: 100 })).failures.map(
    ({ label, failure }) => `${label}: ${failure.code} ${failure.reason}`,
  );
const posted = new Set(['on-hold', 'processing', 'completed', 'refunded']);
const numberOf = ({ shop }: Tenant, id: number): string =>
  wooOrders(shop).find((order) => order.id === String(id))?.number ?? '';

describe.each([
  ['us', {}, 'refund_receipt'],
  ['us', {}, 'credit_memo'],
  ['eur', { template: 'eur' }, 'refund_receipt'],
  ['eur', { template: 'eur' }, 'credit_memo'],
] as const)('the refunds of the %s shop', (shop, company, refund_document) => {
  it(`[F2] [I1] leave the books with each order's total less its refunds, as ${refund_document}; again writes nothing`, async () => {
    const tenant = await world.tenant(shop, company, { refund_document });
    await world.sync(tenant, 'orders');
    const first = await world.sync(tenant, 'refunds');

    expect(first.run.status).toBe('completed');
    expect(await failuresOf(tenant)).toEqual([]);
    let refunded = 0;
    for (const { id, number, status, lines } of wooOrders(tenant.shop)) {
      if (!posted.has(status) || lines === 0) continue;
      const left = leftInShop(tenant.shop, Number(id));
      expect([number, leftInBooks(tenant.company, number)]).toEqual([number, left]);
      if (left !== wooOrders(tenant.shop).find((order) => order.id === id)?.total) refunded += 1;
    }
    expect(refunded).toBeGreaterThan(5);

    tenant.company.resetMeters();
    for (const mode of ['full', 'incremental', 'sweep'] as const) {
      expect((await world.sync(tenant, 'refunds', { mode })).run.status).toBe('completed');
    }
    expect(tenant.company.meters).toMatchObject({ writes: 0, batches: 0 });
  });
});

describe('a refund', () => {
  it('[F2] [E8] brings its order along, customer and items too', async () => {
    const tenant = await world.tenant('small');
    const order = refundable(tenant.shop);
    const { id } = tenant.shop.refunds.create(order, { amount: '2.50' });
    await world.sync(tenant, 'refunds', { ids: [`${order}:${String(id)}`] });

    expect(await failuresOf(tenant)).toEqual([]);
    expect(leftInBooks(tenant.company, numberOf(tenant, order))).toBe(leftInShop(tenant.shop, order));
  });

  it('[F2] of an order that is not in the books fails with the reason of that, and one retry heals both', async () => {
    const tenant = await world.tenant('small');
    const order = refundable(tenant.shop, 1);
    const { id } = tenant.shop.refunds.create(order, { amount: '1.00' });
    const refusal = { Message: 'Business Validation Error', Detail: 'The books say no', code: '6000' };
    tenant.company.failNext({ entity: 'Invoice', operation: 'create', fault: refusal, times: 1 });
    await world.sync(tenant, 'refunds', { ids: [`${order}:${String(id)}`] });
    const { failures } = await world.engine().failures.list(tenant.id, { limit: 100 });
    const own = failures.find(({ entity }) => entity === 'refunds');

    expect(own?.failure).toMatchObject({
      code: 'sync.dependency_failed',
      reason: expect.stringContaining('The books say no'),
    });
    expect(tenant.company.list('RefundReceipt')).toEqual([]);
    await world.sync(tenant, 'refunds', { ids: [`${order}:${String(id)}`] });
    expect(leftInBooks(tenant.company, numberOf(tenant, order))).toBe(leftInShop(tenant.shop, order));
  });

  it('[F2] of an unpaid order is a credit memo set off against its invoice, which then is settled', async () => {
    const tenant = await world.tenant('small');
    const open = wooOrders(tenant.shop).find(({ status, paidAt }) => status === 'on-hold' && paidAt === null);
    tenant.shop.orders.edit(Number(open?.id), { status: 'refunded' });
    await world.sync(tenant, 'orders', { ids: [open?.id ?? ''] });
    await world.sync(tenant, 'refunds');
    const invoice = tenant.company.list('Invoice').find(({ DocNumber }) => DocNumber === open?.number);
    const memo = tenant.company
      .list('CreditMemo')
      .find(({ DocNumber }) => String(DocNumber).startsWith(`${open?.number}-R`));

    expect(await failuresOf(tenant)).toEqual([]);
    expect([Number(invoice?.Balance), Number(memo?.Balance)]).toEqual([0, 0]);
    expect(Number(memo?.TotalAmt)).toBe(Number(invoice?.TotalAmt));
  });

  it('[F2] [F-INCREMENTAL] that is made later is found by the change of its order', async () => {
    const tenant = await world.tenant('small');
    await world.sync(tenant, 'orders');
    await world.sync(tenant, 'refunds');
    const order = refundable(tenant.shop, 2);
    tenant.shop.refunds.create(order, { amount: '3.00', reason: 'Late' });
    const { legs } = await world.sync(tenant, 'refunds', { mode: 'incremental' });

    expect(legs.map(({ counts }) => counts.created)).toEqual([1]);
    expect(leftInBooks(tenant.company, numberOf(tenant, order))).toBe(leftInShop(tenant.shop, order));
  });
});

describe('an order that is cancelled', () => {
  it('[F2] [F-DELETE] voids its payment and its invoice; one that comes back has them again', async () => {
    const tenant = await world.tenant('cancelled');
    const order = refundable(tenant.shop);
    await world.sync(tenant, 'orders');
    const number = numberOf(tenant, order);
    const state = () => ({
      invoices: tenant.company
        .list('Invoice')
        .filter(({ DocNumber }) => DocNumber === number)
        .map((row) => [row.Id, Number(row.TotalAmt), Number(row.Balance), row.PrivateNote === 'Voided']),
      payments: tenant.company
        .list('Payment')
        .filter(({ PaymentRefNum }) => PaymentRefNum === number)
        .map((row) => [row.Id, Number(row.TotalAmt), row.PrivateNote === 'Voided']),
    });
    const before = state();
    for (const status of ['cancelled', 'failed', 'pending']) {
      tenant.shop.orders.edit(order, { status });
      await world.sync(tenant, 'orders', { mode: 'incremental' });
      const [invoice] = before.invoices;
      const [payment] = before.payments;
      expect(state()).toEqual({ invoices: [[invoice?.[0], 0, 0, true]], payments: [[payment?.[0], 0, true]] });

      tenant.shop.orders.edit(order, { status: 'processing' });
      await world.sync(tenant, 'orders', { mode: 'incremental' });
      expect(state()).toEqual(before);
    }
    expect(await failuresOf(tenant)).toEqual([]);
  });

  it('[F2] takes what was paid back of it along', async () => {
    const tenant = await world.tenant('cancelled');
    const order = refundable(tenant.shop, 1);
    tenant.shop.refunds.create(order, { amount: '4.00' });
    for (const entity of ['orders', 'refunds']) await world.sync(tenant, entity);
    const number = numberOf(tenant, order);
    expect(leftInBooks(tenant.company, number)).toBe(leftInShop(tenant.shop, order));

    tenant.shop.orders.edit(order, { status: 'cancelled' });
    for (const entity of ['orders', 'refunds']) await world.sync(tenant, entity, { mode: 'incremental' });
    expect(leftInBooks(tenant.company, number)).toBe('0.00');

    tenant.shop.orders.edit(order, { status: 'completed' });
    for (const entity of ['orders', 'refunds']) await world.sync(tenant, entity, { mode: 'incremental' });
    expect(leftInBooks(tenant.company, number)).toBe(leftInShop(tenant.shop, order));
    expect(await failuresOf(tenant)).toEqual([]);
  });
});

describe('a refund that is deleted in the shop', () => {
  it('[F2] [F-DELETE] [I1] keeps its document by default, and has it taken back by policy once a sweep finds it gone', async () => {
    const tenant = await world.tenant('deleted');
    const order = refundable(tenant.shop);
    const { id } = tenant.shop.refunds.create(order, { amount: '6.00' });
    for (const entity of ['orders', 'refunds']) await world.sync(tenant, entity);
    const number = numberOf(tenant, order);
    const before = leftInBooks(tenant.company, number);
    tenant.shop.refunds.remove(order, Number(id));
    for (const mode of ['incremental', 'sweep'] as const) await world.sync(tenant, 'refunds', { mode });
    expect(leftInBooks(tenant.company, number)).toBe(before);

    const { flows } = world.engine();
    await flows.save({ ...(await flows.settings(tenant.id)), delete_policy: { all: 'archive_remote', entities: {} } });
    await world.sync(tenant, 'refunds', { mode: 'sweep' });
    expect(await failuresOf(tenant)).toEqual([]);
    expect(leftInBooks(tenant.company, number)).toBe(leftInShop(tenant.shop, order));
  });
});

describe('a worker that dies while it posts a refund', () => {
  it('[F2] [E3] at any call leaves it posted once', async () => {
    const { small } = world.shops;
    if (!small) throw new Error('no shop');
    const order = refundable(small);
    const { id } = small.refunds.create(order, { amount: '1.25' });
    const postOne = async (kill: KillSwitch) => {
      const tenant = await world.tenant('small');
      await world.sync(tenant, 'orders', { ids: [String(order)] });
      await world.start(tenant, 'refunds', { ids: [`${order}:${String(id)}`] });
      await world.drain((message) => world.work(world.engine(kill.killed ? undefined : kill))(message));
      return { receipts: tenant.company.list('RefundReceipt').length, failures: await failuresOf(tenant) };
    };
    const counting = killSwitch();
    expect(await postOne(counting)).toEqual({ receipts: 1, failures: [] });
    for (const { call, when } of deaths(counting)) {
      const kill = killSwitch({ call, when });
      expect(await postOne(kill), `died ${when} call ${call}, ${kill.calls.at(-1)}`).toEqual({
        receipts: 1,
        failures: [],
      });
    }
  });
});
