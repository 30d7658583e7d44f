import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RetrySelection } from '#shared/model/retry.ts';
import { acknowledge } from '#shared/sync/acknowledge-failures.ts';
import { retryFailures } from '#shared/sync/retry-failures.ts';
import { startRun } from '#shared/sync/start-run.ts';
import { booksOf, totalsByNumber } from '#test/support/books.ts';
import { wooOrders } from '#test/support/shop-view.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({
    shops: {
      shop: shopOf('tax_exclusive', 40, 2),
      edited: shopOf('tax_exclusive', 12, 6),
      // More than a page.
      large: shopOf('tax_exclusive', 115, 7),
    },
    withoutSupabase: true,
  });
});
afterAll(() => world.stop());

const refusal = { Message: 'Business Validation Error', Detail: 'The books say no', code: '6000' };

async function retry(tenant: Tenant, ids?: readonly string[]) {
  const selection: RetrySelection = ids ? { by: 'ids', failure_ids: [...ids] } : { by: 'all' };
  const outcome = await retryFailures(world.engine(), { tenantId: tenant.id, requestedBy: 'tester', selection });
  await world.drain(world.work(world.engine()));
  return outcome;
}

const failuresOf = async (tenant: Tenant) => (await world.engine().failures.list(tenant.id, { limit: 100 })).failures;

describe('a record that the books refuse', () => {
  it('[E8] fails with what needs it, names the cause, stops nothing else, and one retry heals all', async () => {
    const tenant = await world.tenant('shop');
    tenant.company.failNext({ entity: 'Customer', operation: 'create', fault: refusal, times: 1 });
    const { run, failures, legs } = await world.sync(tenant, 'orders');
    expect(run.status).toBe('completed');
    const cause = failures.find(({ entity }) => entity === 'customers');
    const dependents = failures.filter(({ entity }) => entity === 'orders');
    expect(cause?.failure).toMatchObject({ category: 'validation', platform_code: '6000', fix: expect.any(String) });
    expect(dependents.length).toBeGreaterThan(0);
    for (const { failure, caused_by } of dependents) {
      expect(failure).toMatchObject({ code: 'sync.dependency_failed', platform_code: '6000' });
      expect(failure.reason).toContain('The books say no');
      expect(caused_by).toEqual({ entity: 'customer', source_id: cause?.source_id });
    }
    // The call is in the log under the id by which Intuit's support desk finds it.
    expect(cause?.failure.trace_id).toEqual(expect.any(String));
    expect(world.logLines.filter((line) => line.includes(cause?.failure.trace_id ?? '-'))).not.toEqual([]);
    expect(legs[0]?.counts.failed).toBe(dependents.length);
    expect(legs[0]?.counts.created).toBeGreaterThan(20);

    await retry(tenant, cause && [cause.failure_id]);
    await retry(tenant);
    expect(await failuresOf(tenant)).toEqual([]);
    const undisturbed = await world.tenant('shop');
    await world.sync(undisturbed, 'orders');
    expect(booksOf(tenant.company)).toEqual(booksOf(undisturbed.company));
  });

  it('counts its tries once a run and keeps an acknowledgement while the reason stays the same', async () => {
    const tenant = await world.tenant('edited');
    tenant.company.settings.bookCloseDate = '2030-01-01';
    await world.sync(tenant, 'orders');
    const [first] = await failuresOf(tenant);
    expect(first?.failure).toMatchObject({ category: 'conflict', code: 'quickbooks.closed_period' });
    await acknowledge(world.engine(), tenant.id, [first?.failure_id ?? ''], 'tester');
    await world.sync(tenant, 'orders');
    const again = await world.engine().failures.find(tenant.id, first?.failure_id ?? '');
    expect(again).toMatchObject({ attempts: 2, state: 'acknowledged', acknowledged_by: 'tester' });
    tenant.company.settings.bookCloseDate = undefined;
    await world.sync(tenant, 'orders');
    expect(await failuresOf(tenant)).toEqual([]);
  });
});

describe('a record that the shop cannot send', () => {
  it('[E3] [E8] is a failure of its own, stops no other, and comes by itself once the shop can', async () => {
    const tenant = await world.tenant('shop');
    const { shop } = tenant;
    const orders = [...shop.shop.orders.values()].filter(({ status }) => status === 'completed');
    const bad = String(orders[3]?.id);
    shop.orders.edit(Number(bad), { customer_note: 'x'.repeat(500_000) });
    shop.addFault({ kind: 'reply', status: 500, body: 'out of memory', longer_than: 490_000, times: 0 });
    const { run, failures, legs } = await world.sync(tenant, 'orders');
    expect(run.status).toBe('completed');
    expect(failures.map(({ source_id, failure }) => [source_id, failure.code])).toEqual([
      [bad, 'woocommerce.failing_record'],
    ]);
    expect(failures[0]?.next_retry_at).toEqual(expect.any(String));
    expect(legs[0]?.counts).toMatchObject({ failed: 1 });
    shop.clearFaults();
    await retry(tenant);
    expect(await failuresOf(tenant)).toEqual([]);
    const { failures: after, legs: again } = await world.sync(tenant, 'orders');
    expect([after, again[0]?.counts.created, again[0]?.counts.updated]).toEqual([[], 0, 0]);
  });
});

describe('an order that changes after it was posted', () => {
  it('[F1] moves invoice and payment to the new total, although payments have bumped the invoice', async () => {
    const tenant = await world.tenant('edited');
    await world.sync(tenant, 'orders');
    const paid = wooOrders(tenant.shop).find(
      ({ paidAt, total, status }) => paidAt && total !== '0.00' && status === 'processing',
    );
    const order = tenant.shop.orders.get(Number(paid?.id)) as unknown as {
      line_items: { id: number; quantity: number }[];
    };
    const [line] = order.line_items;
    tenant.shop.orders.edit(Number(paid?.id), { line_items: [{ id: line?.id, total: '77.77', subtotal: '77.77' }] });
    const { failures, legs } = await world.sync(tenant, 'orders', { mode: 'incremental' });
    expect(failures).toEqual([]);
    expect(legs[0]?.counts.updated).toBe(1);
    const now = wooOrders(tenant.shop).find(({ id }) => id === paid?.id);
    expect(now?.total).not.toBe(paid?.total);
    expect(totalsByNumber(tenant.company, 'Invoice').get(now?.number ?? '')).toBe(now?.total);
    const invoice = tenant.company.list('Invoice').find((row) => row.DocNumber === now?.number);
    expect(Number(invoice?.Balance)).toBe(0);
  });

  it('is not silently left behind when the settings no longer post it: a person decides', async () => {
    const tenant = await world.tenant('edited');
    await world.sync(tenant, 'orders');
    const order = wooOrders(tenant.shop).find(({ status }) => status === 'completed');
    const posting = async (statuses: string[]) => {
      const { connections } = world.engine().connectionDeps;
      const settings = { ...(await connections.find(tenant.id, 'quickbooks'))?.settings, post_statuses: statuses };
      await connections.patch(tenant.id, 'quickbooks', { settings });
      await world.sync(tenant, 'orders', { ids: [order?.id ?? ''] });
    };
    await posting(['processing']);
    const [failure] = await failuresOf(tenant);
    expect(failure).toMatchObject({
      source_id: order?.id,
      failure: { category: 'conflict', code: 'sync.excluded_after_write' },
    });
    await posting(['processing', 'completed']);
    expect(await failuresOf(tenant)).toEqual([]);
  });
});

describe('a connection in trouble', () => {
  it('[E3] makes the leg wait and resume by itself, with nothing lost or doubled', async () => {
    const tenant = await world.tenant('edited');
    const undisturbed = await world.tenant('edited');
    await world.sync(undisturbed, 'orders');
    world.quickbooks.addFault({
      kind: 'reply',
      path: `${tenant.company.realmId}/batch`,
      status: 503,
      body: 'down',
      times: 9,
    });
    const { run, legs, failures } = await world.sync(tenant, 'orders');
    expect(run.status).toBe('completed');
    expect(legs[0]).toMatchObject({ status: 'completed', pauses: 0 });
    expect(failures).toEqual([]);
    expect(world.logLines.filter((line) => line.includes('waits for its platform')).length).toBeGreaterThan(0);
    expect(booksOf(tenant.company)).toEqual(booksOf(undisturbed.company));
  });

  it('ends the run at once when the owner has withdrawn the grant', async () => {
    const tenant = await world.tenant('edited');
    world.quickbooks.revoke(tenant.company.realmId);
    const { run, legs } = await world.sync(tenant, 'orders');
    expect(run.status).toBe('failed');
    expect(legs[0]?.failure).toMatchObject({ category: 'authentication', fix: expect.stringMatching(/connect/i) });
    expect(
      await startRun(world.engine(), {
        tenantId: tenant.id,
        requestedBy: 'x',
        entity: 'orders',
        mode: 'full',
        dryRun: false,
        filters: {},
      }),
    ).not.toMatchObject({ kind: 'busy' });
  });
});

const ordersOf = ({ id }: Tenant) =>
  ({ tenantId: id, requestedBy: 'x', entity: 'orders', mode: 'full', dryRun: false, filters: {} }) as const;

describe('starting a run', () => {
  it('[E4] answers the same run for the same key, and the running one for a busy route', async () => {
    const tenant = await world.tenant('edited');
    const run = await world.start(tenant, 'orders', { idempotencyKey: 'morning' });
    const request = ordersOf(tenant);
    expect(await startRun(world.engine(), { ...request, idempotencyKey: 'morning' })).toMatchObject({
      kind: 'repeated',
      run: { run_id: run.run_id },
    });
    expect(await startRun(world.engine(), request)).toMatchObject({ kind: 'busy', run_id: run.run_id });
    await world.drain(world.work(world.engine()));
    expect(await startRun(world.engine(), request)).toMatchObject({ kind: 'started' });
    await world.drain(world.work(world.engine()));
  });

  it('[E4] of which many arrive at once starts one', async () => {
    const tenant = await world.tenant('edited');
    const request = ordersOf(tenant);
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => startRun(world.engine(), request)));
    expect(outcomes.filter(({ kind }) => kind === 'started')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'busy')).toHaveLength(5);
    await world.drain(world.work(world.engine()));
  });

  it('as a dry run counts what it would do and writes nothing anywhere', async () => {
    const tenant = await world.tenant('edited');
    const before = tenant.company.snapshot();
    tenant.company.resetMeters();
    const { legs, failures } = await world.sync(tenant, 'orders', { dryRun: true });
    expect(legs[0]?.counts.created).toBeGreaterThan(5);
    expect(tenant.company.snapshot()).toEqual(before);
    expect(tenant.company.meters.writes).toBe(0);
    expect(failures).toEqual([]);
    const real = await world.sync(tenant, 'orders');
    expect(real.legs[0]?.counts).toEqual(legs[0]?.counts);
  });

  it('[F-INCREMENTAL] with filters or ids takes those records and leaves the watermark alone', async () => {
    const tenant = await world.tenant('edited');
    const some = wooOrders(tenant.shop)
      .filter(({ status }) => status === 'processing')
      .slice(0, 2);
    const byIds = await world.sync(tenant, 'orders', { ids: [...some.map(({ id }) => id), '999999'] });
    expect(byIds.legs[0]?.counts).toMatchObject({ read: 3, created: some.length, failed: 1 });
    expect(byIds.failures[0]?.failure).toMatchObject({ category: 'not_found', code: 'source.not_found' });
    const completed = await world.sync(tenant, 'orders', { filters: { status: ['completed'] } });
    const expected = wooOrders(tenant.shop).filter(({ status }) => status === 'completed');
    expect(completed.legs[0]?.counts.read).toBe(expected.length);
    expect(await world.engine().runs.watermark(tenant.id, 'woocommerce.order-quickbooks')).toBeNull();
  });

  it('[E3] that is cancelled in the middle ends before its next window, and another one does the rest, once', async () => {
    const [tenant, undisturbed] = [await world.tenant('large'), await world.tenant('large')];
    const run = await world.start(tenant, 'orders');
    const work = world.work(world.engine(), { sliceMs: 0, windowRecords: 1 });
    let slices = 0;
    await world.drain(async (message) => {
      await work(message);
      slices += 1;
      if (slices === 1) await world.engine().runs.requestCancel(tenant.id, run.run_id);
    });
    const { run: ended, legs } = await world.resultOf(run);
    expect(ended.status).toBe('cancelled');
    expect(legs).toMatchObject([{ status: 'cancelled', window: 1 }]);
    const written = totalsByNumber(tenant.company, 'Invoice').size;
    expect(written).toBeGreaterThan(0);

    const later = await world.sync(tenant, 'orders');
    await world.sync(undisturbed, 'orders');
    expect(later.run.status).toBe('completed');
    expect(totalsByNumber(tenant.company, 'Invoice').size).toBeGreaterThan(written);
    expect(booksOf(tenant.company)).toEqual(booksOf(undisturbed.company));
  });

  it('[E3] can be cancelled while it waits', async () => {
    const tenant = await world.tenant('edited');
    const run = await world.start(tenant, 'orders');
    await world.engine().runs.requestCancel(tenant.id, run.run_id);
    await world.drain(world.work(world.engine()));
    const { run: ended, legs } = await world.resultOf(run);
    expect(ended.status).toBe('cancelled');
    expect(legs[0]?.counts.created).toBe(0);
    expect(await world.engine().runs.find('tenant-of-somebody-else', run.run_id)).toBeUndefined();
  });
});
