import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usablePlatforms } from '#shared/connections/enabled.ts';
import { createRetryQueue } from '#shared/data/retry-queue.ts';
import { causeOfDependents, type FailureRecord } from '#shared/model/failure-record.ts';
import type { RetrySelection } from '#shared/model/retry.ts';
import { acknowledge } from '#shared/sync/acknowledge-failures.ts';
import { failureId } from '#shared/sync/failure-identity.ts';
import { retryDue } from '#shared/sync/retry-due.ts';
import { retryFailures } from '#shared/sync/retry-failures.ts';
import { maxAttempts } from '#shared/sync/retry-policy.ts';
import { totalsByNumber } from '#test/support/books.ts';
import { type TestClock, testClock } from '#test/support/clock.ts';
import { failureBooks } from '#test/support/failure-books.ts';
import { aFailure, keepFailures } from '#test/support/failures.ts';
import { wooOrders } from '#test/support/shop-view.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ shops: { shop: shopOf('tax_exclusive', 30, 2) }, withoutSupabase: true });
});
afterAll(() => world.stop());

const refusal = { Message: 'Business Validation Error', Detail: 'The books say no', code: '6000' };
const passing = { ...refusal, Detail: 'Wait a few minutes' };
const orderRoute = 'woocommerce.order-quickbooks';

const queue = async (tenant: Tenant) => failureBooks(world.table.table, tenant.id);
const failuresOf = async (tenant: Tenant): Promise<readonly FailureRecord[]> => (await queue(tenant)).failures;

/** Refuses every new customer until told otherwise. */
function refuseCustomers({ company }: Tenant, fault = refusal): () => void {
  company.failNext({ entity: 'Customer', operation: 'create', fault, times: 10_000 });
  return () => company.clearFailures();
}

async function retry(tenant: Tenant, selection: RetrySelection) {
  const outcome = await retryFailures(world.engine(), { tenantId: tenant.id, requestedBy: 'tester', selection });
  await world.drain(world.work(world.engine()));
  return outcome;
}

/** The schedule's call at this hour. */
async function retryOnly(tenant: Tenant, clock: TestClock) {
  const engine = world.engine(undefined, clock);
  const { connections, breakers } = engine.connectionDeps;
  const ofTenant = createRetryQueue(world.table.table);
  return retryDue(
    {
      ...engine,
      // Other tests' tenants wait in the same table.
      retries: {
        shards: ofTenant.shards,
        async next(shard, after) {
          let line = await ofTenant.next(shard, after);
          while (line && line.tenant_id !== tenant.id) line = await ofTenant.next(shard, line.position);
          return line;
        },
      },
      connections: { enabled: (id) => usablePlatforms({ connections, breakers, clock }, id) },
    },
    () => true,
  );
}

/** The same, and the work it starts. */
async function tick(tenant: Tenant, clock: TestClock) {
  const summary = await retryOnly(tenant, clock);
  await world.drain(world.work(world.engine(undefined, clock)));
  return summary;
}

describe('failures', () => {
  it('have one cause where they have one reason, and what waits for them is parked under them', async () => {
    const tenant = await world.tenant('shop');
    refuseCustomers(tenant);
    await world.sync(tenant, 'orders');
    const { failures, causes, kept, counted } = await queue(tenant);
    expect(kept).toEqual(counted);
    const customers = failures.filter(({ entity }) => entity === 'customers');
    expect(customers.length).toBeGreaterThan(5);
    expect(new Set(customers.map(({ cause }) => cause)).size).toBe(1);
    const orders = failures.filter(({ entity }) => entity === 'orders');
    for (const { parent, cause, caused_by, next_retry_at } of orders) {
      const found = customers.find(({ failure_id }) => failure_id === parent);
      expect(found?.source_id).toBe(caused_by?.source_id);
      expect(cause).toBe(causeOfDependents(parent ?? ''));
      expect(next_retry_at).toBeUndefined();
    }
    expect(causes.filter(({ parent }) => parent)).toHaveLength(customers.length);
  });

  it('keep who tried them when, and count a run once', async () => {
    const tenant = await world.tenant('shop');
    refuseCustomers(tenant);
    const runs = [];
    for (let round = 0; round < 3; round += 1) runs.push((await world.sync(tenant, 'orders')).run.run_id);
    for (const { attempts, tries } of await failuresOf(tenant)) {
      expect(attempts).toBe(3);
      expect(tries.map(({ run_id }) => run_id)).toEqual(runs);
    }
  });

  it('hold no secret that was in what was refused', async () => {
    const tenant = await world.tenant('shop');
    const secret = `sb_secret_${'x'.repeat(24)}`;
    const [order] = wooOrders(tenant.shop).filter(({ status }) => status === 'processing');
    tenant.shop.orders.edit(Number(order?.id), { customer_note: `My key is ${secret}` });
    tenant.company.settings.bookCloseDate = '2030-01-01';
    await world.sync(tenant, 'orders', { ids: [order?.id ?? ''] });
    const [failure] = await failuresOf(tenant);
    expect(JSON.stringify(failure?.payload)).toContain('My key is [redacted]');
    expect(JSON.stringify(failure)).not.toContain(secret);
  });
});

describe('a retry', () => {
  const selections: readonly [string, (failures: readonly FailureRecord[]) => RetrySelection][] = [
    ['of all', () => ({ by: 'all' })],
    ['of a cause', (all) => ({ by: 'cause', cause: all.find(({ parent }) => !parent)?.cause ?? '' })],
    ['of an entity', () => ({ by: 'entity', entity: 'customers' })],
    [
      'of named ones',
      (all) => ({ by: 'ids', failure_ids: all.filter(({ parent }) => !parent).map(({ failure_id }) => failure_id) }),
    ],
  ];
  it.each(selections)('%s tries what is parked under them too, and leaves nothing', async (_, selectionOf) => {
    const tenant = await world.tenant('shop');
    const relent = refuseCustomers(tenant);
    await world.sync(tenant, 'orders');
    relent();
    const selection = selectionOf(await failuresOf(tenant));
    const { runs, busy } = await retry(tenant, selection);
    expect(busy).toEqual([]);
    expect(new Set(runs.flatMap(({ routes }) => routes))).toEqual(
      new Set(['woocommerce.customer-quickbooks', orderRoute]),
    );
    expect((await queue(tenant)).kept).toEqual({ members: {}, retries: [] });
    const undisturbed = await world.tenant('shop');
    await world.sync(undisturbed, 'orders');
    // Customers of one name arrived in another order, so another of them has it alone.
    const totals = totalsByNumber(tenant.company, 'Invoice');
    expect(totals).toEqual(totalsByNumber(undisturbed.company, 'Invoice'));
    expect(await world.engine().runs.watermark(tenant.id, 'woocommerce.customer-quickbooks')).toBeNull();
  });

  /** Failures of orders that the shop does not have, for one cause. */
  async function manyFailures(tenant: Tenant, count: number, shared: Pick<FailureRecord, 'cause' | 'parent'>) {
    const records = Array.from({ length: count }, (_, index) =>
      aFailure(tenant.id, String(900_000 + index), {
        failure_id: failureId(orderRoute, String(900_000 + index)),
        route_id: orderRoute,
        entity: 'orders',
        ...shared,
      }),
    );
    await keepFailures(world.table.table, records);
  }

  it.each<[string, boolean, RetrySelection]>([
    ['of one cause', false, { by: 'cause', cause: 'many' }],
    ['parked under a guest that is named', true, { by: 'ids', failure_ids: ['failure-guest'] }],
    ['parked under what is due', true, { by: 'due', before: '2026-03-02T00:00:00.000Z' }],
  ])('takes any number of records, each once: %s', async (_, isParked, selection) => {
    const tenant = await world.tenant('shop');
    if (isParked) {
      const guest = { route_id: 'woocommerce.customer-quickbooks', carried: true };
      await keepFailures(world.table.table, [aFailure(tenant.id, 'guest', guest)]);
    }
    const parent = isParked ? 'failure-guest' : undefined;
    await manyFailures(tenant, 423, { cause: parent ? causeOfDependents(parent) : 'many', parent });
    if (selection.by === 'due') {
      const gone = [{ failureId: 'failure-guest' }];
      await world.engine().failures.change(tenant.id, '2026-03-01T12:00:00.000Z', gone, () => undefined);
    }
    const { runs, more } = await retry(tenant, selection);
    expect(more).toBe(true);
    const [run] = runs;
    if (!run) throw new Error('no run');
    // The shop has none of them, so all stay, for another cause.
    expect((await world.resultOf(run)).legs[0]?.counts).toMatchObject({ read: 423, failed: 423 });
    const { failures, kept, counted } = await queue(tenant);
    expect(kept).toEqual(counted);
    const orders = failures.filter(({ route_id }) => route_id === orderRoute);
    expect(new Set(orders.map(({ cause }) => cause)).size).toBe(1);
    expect(orders.every(({ attempts, failure }) => attempts === 2 && failure.code === 'source.not_found')).toBe(true);
  });
});

describe('what may pass by itself', () => {
  /** A tenant whose customers fail for now, and a clock that follows. */
  async function inPassing(): Promise<{ tenant: Tenant; clock: TestClock; relent: () => void }> {
    const tenant = await world.tenant('shop');
    const relent = refuseCustomers(tenant, passing);
    await world.sync(tenant, 'customers');
    return { tenant, clock: testClock(world.engine().clock.now() + 60_000), relent };
  }

  it('is tried again when its time has come, not before', async () => {
    const { tenant, clock, relent } = await inPassing();
    relent();
    const { failures } = await queue(tenant);
    expect(failures.length).toBeGreaterThan(5);
    const times = failures.map(({ next_retry_at }) => Date.parse(next_retry_at ?? ''));
    expect(new Set(times).size).toBeGreaterThan(failures.length / 2);
    const early = testClock(Math.min(...times) - 1000);
    expect(await tick(tenant, early)).toMatchObject({ started: 0 });
    clock.advance(10 * 60_000);
    expect(await tick(tenant, clock)).toMatchObject({ started: 1, complete: true });
    expect((await queue(tenant)).kept).toEqual({ members: {}, retries: [] });
    const { runs } = await world.engine().runs.list(tenant.id, { limit: 1 });
    expect(runs[0]).toMatchObject({ requested_by: 'automatic retry', status: 'completed' });
  });

  it('is given up after as many attempts as it says, each later than the one before can be', async () => {
    const { tenant, clock } = await inPassing();
    for (let hours = 0; hours < 200; hours += 2) {
      clock.advance(2 * 3600_000);
      await tick(tenant, clock);
      const open = (await failuresOf(tenant)).filter(({ attempts }) => attempts < maxAttempts);
      if (open.length === 0) break;
    }
    const { failures, kept, counted } = await queue(tenant);
    expect(kept).toEqual(counted);
    expect(kept.retries).toEqual([]);
    for (const { attempts, next_retry_at, tries } of failures) {
      expect({ attempts, next_retry_at }).toEqual({ attempts: maxAttempts, next_retry_at: undefined });
      expect(tries).toHaveLength(maxAttempts);
    }
  });

  it('is left alone once it is acknowledged, and where a person has to do something first', async () => {
    const { tenant, clock } = await inPassing();
    const ids = (await failuresOf(tenant)).map(({ failure_id }) => failure_id);
    await acknowledge(world.engine(), tenant.id, ids, 'tester');
    tenant.company.settings.bookCloseDate = '2030-01-01';
    clock.advance(24 * 3600_000);
    expect(await tick(tenant, clock)).toMatchObject({ started: 0, skipped: 0 });
    expect((await queue(tenant)).kept.retries).toEqual([]);
  });

  it('waits while its route is busy or its connection is of no use, and comes then', async () => {
    const { tenant, clock, relent } = await inPassing();
    relent();
    clock.advance(3600_000);
    const { connectionDeps, runs } = world.engine();
    const { connections } = connectionDeps;
    await connections.patch(tenant.id, 'quickbooks', { status: 'reauth_required' });
    expect(await tick(tenant, clock)).toMatchObject({ started: 0, skipped: 1 });
    await connections.patch(tenant.id, 'quickbooks', { status: 'connected', enabled: false });
    expect(await tick(tenant, clock)).toMatchObject({ started: 0, skipped: 1 });
    await connections.patch(tenant.id, 'quickbooks', { enabled: true });
    await connectionDeps.breakers.store({
      tenant_id: tenant.id,
      platform: 'quickbooks',
      state: 'open',
      failures: 5,
      failure: { category: 'network', code: 'network.timeout', reason: 'No.', fix: 'Wait.', retryable: true },
      cooldown_ms: 30_000,
      retry_at: new Date(clock.now() + 30_000).toISOString(),
      version: 1,
    });
    expect(await tick(tenant, clock)).toMatchObject({ started: 0, skipped: 1 });
    await connectionDeps.breakers.reset(tenant.id, 'quickbooks');
    const run = await world.start(tenant, 'customers', { ids: ['1'] });
    const [busy] = [await retryOnly(tenant, clock)];
    expect(busy).toMatchObject({ started: 0, skipped: 1 });
    await runs.requestCancel(tenant.id, run.run_id);
    await world.drain(world.work(world.engine()));
    expect(await tick(tenant, clock)).toMatchObject({ started: 1, skipped: 0 });
    expect(await failuresOf(tenant)).toEqual([]);
  });

  it('is not started twice by calls that come twice, nor time and again by a run that ends at once', async () => {
    const { tenant, clock } = await inPassing();
    clock.advance(3600_000);
    const both = await Promise.all([retryOnly(tenant, clock), retryOnly(tenant, clock)]);
    const { runs } = await world.engine().runs.list(tenant.id, { limit: 100 });
    expect(runs.filter(({ requested_by }) => requested_by === 'automatic retry')).toHaveLength(1);
    expect(both.every(({ failed }) => failed === 0)).toBe(true);
    await world.engine().runs.requestCancel(tenant.id, runs[0]?.run_id ?? '');
    await world.drain(world.work(world.engine(undefined, clock)));
    expect(await tick(tenant, clock)).toMatchObject({ started: 0, skipped: 1 });
    clock.advance(3600_000);
    expect(await tick(tenant, clock)).toMatchObject({ started: 1 });
  });
});

describe('what is parked', () => {
  it('is released when the record it needs arrives by whatever run, and then goes by itself', async () => {
    const tenant = await world.tenant('shop');
    const relent = refuseCustomers(tenant);
    await world.sync(tenant, 'orders');
    relent();
    const clock = testClock(world.engine().clock.now() + 60_000);
    expect(await tick(tenant, clock)).toMatchObject({ started: 0, skipped: 0 });
    // Registered customers arrive; guests are known from their orders only.
    await world.sync(tenant, 'customers');
    const { failures, causes, kept, counted } = await queue(tenant);
    expect(kept).toEqual(counted);
    const released = causes.filter(({ released_at }) => released_at);
    const waiting = failures.filter(({ cause }) => released.some((group) => group.cause === cause));
    expect(waiting.length).toBeGreaterThan(2);
    const guests = failures.filter(({ carried }) => carried);
    expect(guests.length).toBeGreaterThan(0);
    expect(await tick(tenant, clock)).toMatchObject({ started: 1 });
    const left = await failuresOf(tenant);
    expect(left.filter(({ failure_id }) => waiting.some((one) => one.failure_id === failure_id))).toEqual([]);
    expect(left.filter(({ carried }) => carried)).toHaveLength(guests.length);
  });

  it('is parked again when it fails again for the same', async () => {
    const tenant = await world.tenant('shop');
    refuseCustomers(tenant);
    await world.sync(tenant, 'orders');
    const before = await queue(tenant);
    await retry(tenant, { by: 'entity', entity: 'orders' });
    const after = await queue(tenant);
    expect(after.kept).toEqual(before.kept);
    expect(after.failures.every(({ attempts }) => attempts === 2)).toBe(true);
  });

  it('under a guest that may pass by itself is tried with its order', async () => {
    const tenant = await world.tenant('shop');
    const relent = refuseCustomers(tenant, passing);
    await world.sync(tenant, 'orders');
    relent();
    const guests = (await failuresOf(tenant)).filter(({ carried }) => carried);
    expect(guests.every(({ next_retry_at }) => next_retry_at === undefined)).toBe(true);
    const clock = testClock(world.engine().clock.now() + 3600_000);
    await tick(tenant, clock);
    expect((await failuresOf(tenant)).filter(({ carried }) => carried)).toEqual([]);
    // What waited for registered customers was released by that.
    clock.advance(60_000);
    await tick(tenant, clock);
    expect((await queue(tenant)).kept).toEqual({ members: {}, retries: [] });
  });
});
