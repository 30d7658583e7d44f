import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWatch } from '#shared/connections/watch.ts';
import type { EngineDeps, SliceMessage } from '#shared/sync/ports.ts';
import { booksOf } from '#test/support/books.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ shops: { shop: shopOf('tax_exclusive', 12, 6) }, withoutSupabase: true });
});
afterAll(() => world.stop());

/** An engine whose paused legs come back when they are due, as those of the scheduler do. */
function patientEngine(): EngineDeps {
  const engine = world.engine();
  return {
    ...engine,
    lane: {
      send: engine.lane.send,
      async sendAt(message: SliceMessage, connection: string, at: string) {
        await engine.clock.sleep(Math.max(0, Date.parse(at) - engine.clock.now()));
        await engine.lane.send(message, connection);
      },
    },
  };
}

const ends = { source: 'woocommerce', target: 'quickbooks' };
const breakerOf = (tenant: Pick<Tenant, 'id'>) => world.engine().connectionDeps.breakers.find(tenant.id, 'quickbooks');
describe('a platform that is down', () => {
  it('[E5] is left alone once it stopped five slices, and is found again by one try, with nothing lost or doubled', async () => {
    const undisturbed = await world.tenant('shop');
    await world.sync(undisturbed, 'orders');
    const tenant = await world.tenant('shop');
    const other = await world.tenant('shop');
    world.quickbooks.addFault({
      kind: 'reply',
      path: `${tenant.company.realmId}/`,
      status: 503,
      body: 'down',
      times: 0,
    });
    const run = await world.start(tenant, 'orders');
    const engine = patientEngine();
    const seen: string[] = [];
    await world.drain(async (message) => {
      await world.work(engine)(message);
      const breaker = await breakerOf(tenant);
      seen.push(breaker ? `${breaker.state} ${breaker.failures} ${breaker.cooldown_ms / 1000} s` : 'none');
      if (breaker?.failures === 7) world.quickbooks.clearFaults();
      if (breaker?.state === 'open') expect((await engine.connections.open(other.id, ends, true)).ok).toBe(true);
    });
    const { run: ended, failures } = await world.resultOf(run);
    const counting = [1, 2, 3, 4].map((count) => `closed ${count} 0 s`);
    const trying = ['open 5 30 s', 'open 6 60 s', 'open 7 120 s'];
    expect(seen).toEqual([...counting, ...trying, 'none']);
    expect(ended.status).toBe('completed');
    expect(failures).toEqual([]);
    expect(booksOf(tenant.company)).toEqual(booksOf(undisturbed.company));
  });
});

describe('an open breaker', () => {
  const open = async (tenant: Tenant, retryAt: string) => {
    const { breakers } = world.engine().connectionDeps;
    await breakers.reset(tenant.id, 'quickbooks');
    const stored = await breakers.store({
      tenant_id: tenant.id,
      platform: 'quickbooks',
      state: 'open',
      failures: 5,
      failure: { category: 'network', code: 'network.timeout', reason: 'Late.', fix: 'Wait.', retryable: true },
      cooldown_ms: 30_000,
      opened_at: '2026-01-01T00:00:00.000Z',
      retry_at: retryAt,
      version: 1,
    });
    expect(stored).toBe(true);
  };

  it('[E5] lets one of many workers through when its wait is over', async () => {
    const tenant = await world.tenant('shop');
    await open(tenant, '2026-01-01T00:00:30.000Z');
    const { connections } = world.engine();
    const opened = await Promise.all(Array.from({ length: 6 }, () => connections.open(tenant.id, ends, true)));
    expect(opened.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await breakerOf(tenant)).toMatchObject({ state: 'half_open', version: 2 });
    // The one let through asks nothing and leaves: the try is free again.
    for (const each of opened) if (each.ok) await each.value.settle();
    expect((await connections.open(tenant.id, ends, true)).ok).toBe(true);
  });

  it('[E5] costs no call to the platform, and the run waits for it', async () => {
    const tenant = await world.tenant('shop');
    await open(tenant, '2099-01-01T00:00:00.000Z');
    tenant.company.resetMeters();
    const run = await world.start(tenant, 'orders');
    let left = 1;
    await world.drain(async (message) => {
      if (left-- > 0) await world.work(world.engine())(message);
    });
    const { run: waiting, legs } = await world.resultOf(run);
    expect(waiting.status).toBe('paused');
    expect(legs[0]).toMatchObject({
      resume_at: expect.stringMatching(/^2099-01-01T00:00:00/),
      failure: { code: 'connection.waiting' },
    });
    expect(tenant.company.meters.calls).toBe(0);
  });
});

describe('the failures of a slice', () => {
  it('count against the connection they came from, and only when it is down or throttled', async () => {
    const failure = { category: 'network', code: 'x', reason: '', fix: '', retryable: true } as const;
    const refusal = { ...failure, category: 'validation', retryable: false } as const;
    const [mine, other] = [createWatch(), createWatch()];
    const target = (result: typeof failure | typeof refusal) =>
      mine.writer({ write: async () => ({ ok: false, failure: result }) }).write('invoice', 'batch', []);
    await target(failure);
    await target(refusal);
    expect([mine.isTrouble(failure), mine.isTrouble(refusal), other.isTrouble(failure)]).toEqual([true, false, false]);
  });
});
