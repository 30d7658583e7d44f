import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WooCommerceSimulator } from '#local/platforms/woocommerce/simulator.ts';
import type { Run } from '#shared/model/run.ts';
import { booksOf } from '#test/support/books.ts';
import { testClock } from '#test/support/clock.ts';
import { type KillSwitch, killSwitch } from '#test/support/kill-switch.ts';
import { reconcile } from '#test/support/reconcile.ts';
import { type Interceptor, shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
let shop: WooCommerceSimulator;
beforeAll(async () => {
  world = await startWorld({ shops: { shop: shopOf('tax_exclusive', 60, 4) }, withoutSupabase: true });
  shop = world.shops.shop as WooCommerceSimulator;
});
afterAll(() => world.stop());
afterEach(() => shop.clearFaults());

const critical = {
  code: 'internal_server_error',
  message: '<p>There has been a critical error.</p>',
  data: { status: 500 },
};

/** From now on the shop sends six orders at once or so. */
function weaken(): void {
  const largest = [...shop.shop.orders.keys()].map((id) => JSON.stringify([shop.orders.get(id)]).length);
  shop.addFault({ kind: 'reply', status: 500, body: critical, longer_than: 6 * Math.max(...largest), times: 0 });
  shop.resetCalls();
}

/** Sizes of pages of orders that the shop failed at. */
const failed = (): number[] =>
  shop.calls
    .filter(({ status, target }) => status === 500 && target.startsWith('/wp-json/wc/v3/orders?'))
    .map(({ target }) => Number(new URL(`http://x${target}`).searchParams.get('per_page')));

/** Works a run off; a worker that dies is followed by one that lives. */
async function workOff(run: Run, kill: KillSwitch = killSwitch()) {
  const clock = testClock(Date.now());
  await world.drain((message) => world.work(world.engine(kill.killed ? undefined : kill, clock))(message));
  return world.resultOf(run);
}

const breakerOf = ({ id }: Tenant) => world.engine().connectionDeps.breakers.find(id, 'woocommerce');

describe('a shop that sends a few orders at once', () => {
  it('[E3] leads to the same books as a strong one, wherever the worker dies', async () => {
    const strong = await world.tenant('shop');
    const undisturbed = await world.sync(strong, 'orders', { target: 'quickbooks' });
    weaken();
    const counting = killSwitch();
    const first = await world.tenant('shop');
    const { run } = await workOff(await world.start(first, 'orders', { target: 'quickbooks' }), counting);
    expect(run.status).toBe('completed');
    expect(booksOf(first.company)).toEqual(booksOf(strong.company));
    const reads = counting.calls.flatMap((name, call) => (name.endsWith('/wc/v3/orders') ? [call] : []));
    expect(reads.length).toBeGreaterThan(15);
    for (const call of reads.filter((_, index) => index % 5 === 0)) {
      const kill = killSwitch({ call, when: 'after' });
      const tenant = await world.tenant('shop');
      const died = await workOff(await world.start(tenant, 'orders', { target: 'quickbooks' }), kill);

      expect(kill.killed, `call ${call}`).toBe(true);
      expect(died.run.status).toBe('completed');
      expect(died.legs[0]?.counts.read).toBe(undisturbed.legs[0]?.counts.read);
      expect(booksOf(tenant.company), `died after call ${call}`).toEqual(booksOf(strong.company));
    }
  });

  it('[E5] fails no more than it takes to find that out, once for all who read it', async () => {
    weaken();
    const tenant = await world.tenant('shop');
    const first = await world.sync(tenant, 'orders', { target: 'quickbooks' });
    const read = first.legs[0]?.counts.read ?? 0;
    expect(failed().slice(0, 3)).toEqual([100, 50, 25]);
    expect(new Set(failed()).size).toBe(failed().length);
    expect(await breakerOf(tenant)).toBeUndefined();
    shop.resetCalls();

    const again = await world.sync(tenant, 'orders', { target: 'quickbooks' });
    expect(again.legs[0]?.counts).toMatchObject({ read, skipped: read });
    const days = [...shop.shop.orders.values()].map(({ createdAt }) => new Date(createdAt).toISOString().slice(0, 10));
    const [start = '', end = ''] = [days.toSorted()[0], days.toSorted().at(-1)];
    const asked = { start_date: start, end_date: end };
    const weak = await reconcile(world, tenant, asked);
    expect(shop.calls.length).toBeGreaterThan(30);
    // After ten good pages it is tried whether more at once work by now.
    expect(failed().length).toBeLessThanOrEqual(2);
    shop.clearFaults();
    const strong = await reconcile(world, tenant, asked);
    expect([weak.cells, weak.differences]).toEqual([strong.cells, strong.differences]);
    expect(weak.cells.length).toBeGreaterThan(20);
  });

  it('[E3] and is slow besides has its slices end in time', async () => {
    weaken();
    const tenant = await world.tenant('shop');
    const known = await world.sync(tenant, 'orders', { target: 'quickbooks' });
    const clock = testClock(Date.now());
    const slow: Interceptor = {
      around: (name, call) => {
        if (name.endsWith('/wc/v3/orders')) clock.advance(10_000);
        return call();
      },
    };
    const run = await world.start(tenant, 'orders', { target: 'quickbooks' });
    const took: number[] = [];
    await world.drain(async (message) => {
      const began = clock.now();
      await world.work(world.engine(slow, clock))(message);
      took.push(clock.now() - began);
    });

    expect((await world.resultOf(run)).legs[0]).toMatchObject({
      status: 'completed',
      counts: { read: known.legs[0]?.counts.read },
    });
    expect(took.length).toBeGreaterThan(1);
    expect(Math.max(...took)).toBeLessThanOrEqual(90_000);
  });
});

describe('a shop in maintenance', () => {
  it('[E5] is asked once, and again when it said', async () => {
    const tenant = await world.tenant('shop');
    const clock = testClock(Date.now());
    shop.addFault({ kind: 'reply', status: 503, headers: { 'retry-after': '600' }, body: '<html>', times: 1 });
    shop.resetCalls();
    const run = await world.start(tenant, 'orders', { target: 'quickbooks' });
    const waits: number[] = [];
    await world.drain(async (message) => {
      await world.work(world.engine(undefined, clock))(message);
      const [leg] = (await world.resultOf(run)).legs;
      if (leg?.status !== 'paused') return;
      waits.push(Date.parse(leg.resume_at ?? '') - clock.now());
      expect(shop.calls.length).toBe(1);
    });

    expect(waits).toEqual([600_000]);
    expect((await world.resultOf(run)).run.status).toBe('completed');
    expect(shop.calls.filter(({ target }) => target.includes('per_page=50'))).toEqual([]);
  });
});
