import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { booksOf } from '#test/support/books.ts';
import { testClock } from '#test/support/clock.ts';
import { deaths, type KillSwitch, killSwitch } from '#test/support/kill-switch.ts';
import { countersOfLegs, storedCounters } from '#test/support/metrics.ts';
import { type RunResult, type SliceSize, shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({
    shops: { small: shopOf('tax_exclusive', 6, 4), larger: shopOf('tax_exclusive', 130, 5) },
  });
});
afterAll(() => world.stop());

/** Works the queue off; the first worker dies as told, those after it live. The engine's own waits take no time. */
async function workOff(kill: KillSwitch, size?: SliceSize): Promise<void> {
  const clock = testClock(Date.now());
  let deliveries = 0;
  await world.drain(async (message) => {
    deliveries += 1;
    if (deliveries > 60) throw new Error('the lane does not come to rest');
    await world.work(world.engine(kill.killed ? undefined : kill, clock), size)(message);
  });
}

async function endState(tenant: Tenant, result: RunResult) {
  const rows = await world.supabase?.sql(
    `select o.source_id, o.total, o.status, (select count(*)::int from order_lines l where l.tenant_id = o.tenant_id and l.order_source_id = o.source_id) as lines
       from orders o where o.tenant_id = $1 order by 1`,
    [tenant.id],
  );
  return {
    status: result.run.status,
    legs: result.legs.map(({ route_id, status, counts, documents }) => ({ route_id, status, counts, documents })),
    failures: result.failures.map(({ route_id, source_id, attempts, failure }) => ({
      route_id,
      source_id,
      attempts,
      code: failure.code,
    })),
    books: booksOf(tenant.company),
    rows,
    open: (await world.engine().links.openBatches(tenant.id, 'quickbooks')).length,
  };
}

async function runWith(shop: string, kill: KillSwitch, target: string, size?: SliceSize) {
  const tenant = await world.tenant(shop);
  const run = await world.start(tenant, 'orders', { target });
  await workOff(kill, size);
  const result = await world.resultOf(run);
  // However often a window was worked on, the metrics have what the legs have.
  expect(await storedCounters(world.table.table, tenant.id)).toEqual(countersOfLegs(result.legs));
  return { tenant, state: await endState(tenant, result) };
}

describe.each(['quickbooks', 'supabase'])('a worker for %s that dies', (target) => {
  it('[E2] at any call, before or after it took effect, leaves the same end as one that lives', async () => {
    const counting = killSwitch();
    const undisturbed = await runWith('small', counting, target);
    expect(undisturbed.state.status).toBe('completed');
    expect(counting.calls.length).toBeGreaterThan(15);
    for (const { call, when } of deaths(counting)) {
      const kill = killSwitch({ call, when });
      const { state } = await runWith('small', kill, target);
      expect(kill.killed, `call ${call}`).toBe(true);
      expect(state, `died ${when} call ${call}, ${kill.calls.at(-1)}`).toEqual(undisturbed.state);
    }
  });
});

it('[E3] dying in the middle of many slices, time and again, changes nothing', async () => {
  const size = { sliceMs: 0, windowRecords: 1 };
  const undisturbed = await runWith('larger', killSwitch(), 'quickbooks', size);
  for (const call of [9, 31, 47, 66, 83, 101]) {
    const { state } = await runWith('larger', killSwitch({ call, when: 'after' }), 'quickbooks', size);
    expect(state, `died after call ${call}`).toEqual(undisturbed.state);
  }
});

describe('a platform that has forgotten the request ids', () => {
  let forgetful: World;
  beforeAll(async () => {
    forgetful = await startWorld({
      shops: { small: shopOf('tax_exclusive', 6, 4) },
      withoutSupabase: true,
      requestIdMs: 0,
    });
  });
  afterAll(() => forgetful.stop());

  it('[E2] is asked what arrived, and nothing is written twice', async () => {
    const runOn = async (kill: KillSwitch) => {
      const tenant = await forgetful.tenant('small');
      await forgetful.start(tenant, 'orders');
      await forgetful.drain((message) => {
        const clock = testClock(Date.now() + (kill.killed ? 86_400_000 : 0));
        return forgetful.work(forgetful.engine(kill.killed ? undefined : kill, clock))(message);
      });
      return booksOf(tenant.company);
    };
    const counting = killSwitch();
    const undisturbed = await runOn(counting);
    const batches = counting.calls.flatMap((name, index) => (name.endsWith('/batch') ? [index] : []));
    expect(batches.length).toBeGreaterThan(3);
    for (const call of batches) {
      expect(await runOn(killSwitch({ call, when: 'after' })), `died after call ${call}`).toEqual(undisturbed);
    }
  });
});
