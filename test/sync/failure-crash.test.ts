import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailureRecord } from '#shared/model/failure-record.ts';
import type { Run } from '#shared/model/run.ts';
import { retryFailures } from '#shared/sync/retry-failures.ts';
import { booksOf } from '#test/support/books.ts';
import { testClock } from '#test/support/clock.ts';
import { failureBooks } from '#test/support/failure-books.ts';
import { deaths, type KillSwitch, killSwitch } from '#test/support/kill-switch.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ shops: { small: shopOf('tax_exclusive', 6, 4) }, withoutSupabase: true });
});
afterAll(() => world.stop());

/** One that passes by itself: it is queued for a retry. */
const refusal = { Message: 'Business Validation Error', Detail: 'Wait a few minutes', code: '6000' };

/** Works the queue off; the first worker dies as told, those after it live. */
async function workOff(kill: KillSwitch): Promise<void> {
  const clock = testClock(Date.now());
  let deliveries = 0;
  await world.drain(async (message) => {
    deliveries += 1;
    if (deliveries > 60) throw new Error('the lane does not come to rest');
    await world.work(world.engine(kill.killed ? undefined : kill, clock))(message);
  });
}

/** What does not depend on the hour or on which tenant it is. */
const lasting = ({ route_id, source_id, attempts, tries, cause, parent, state, carried, failure }: FailureRecord) => ({
  key: `${route_id}/${source_id}`,
  attempts,
  tries: tries.map(({ code }) => code),
  cause,
  parent,
  state,
  carried,
  code: failure.code,
});

async function endState(tenant: Tenant, runs: readonly Run[]) {
  const results = await Promise.all(runs.map((run) => world.resultOf(run)));
  const { failures, kept, counted } = await failureBooks(world.table.table, tenant.id);
  expect(kept).toEqual(counted);
  return {
    legs: results.flatMap(({ legs }) => legs.map(({ route_id, status, counts }) => ({ route_id, status, counts }))),
    failures: failures.map(lasting).sort((a, b) => (a.key < b.key ? -1 : 1)),
    members: kept.members,
    retries: kept.retries.length,
    books: booksOf(tenant.company),
  };
}

type Scenario = (kill: KillSwitch) => Promise<Awaited<ReturnType<typeof endState>>>;

/** A sync whose customers are all refused, so that all their orders are parked. */
const failing: Scenario = async (kill) => {
  const tenant = await world.tenant('small');
  tenant.company.failNext({ entity: 'Customer', operation: 'create', fault: refusal, times: 1000 });
  const run = await world.start(tenant, 'orders');
  await workOff(kill);
  return endState(tenant, [run]);
};

/** A retry of all orders that were refused while the books were closed. */
const retrying: Scenario = async (kill) => {
  const tenant = await world.tenant('small');
  tenant.company.settings.bookCloseDate = '2030-01-01';
  await world.sync(tenant, 'orders');
  tenant.company.settings.bookCloseDate = undefined;
  const { runs } = await retryFailures(world.engine(), {
    tenantId: tenant.id,
    requestedBy: 'tester',
    selection: { by: 'all' },
  });
  await workOff(kill);
  return endState(tenant, runs);
};

describe.each([
  ['with records that fail', failing, (state: Awaited<ReturnType<Scenario>>) => state.failures.length > 5],
  ['with records that arrive at last', retrying, (state: Awaited<ReturnType<Scenario>>) => state.failures.length === 0],
])('a worker that dies %s', (_, scenario, isAsMeant) => {
  it('at any call leaves the same failures, attempts, counts and retries as one that lives', async () => {
    const counting = killSwitch();
    const undisturbed = await scenario(counting);
    expect(isAsMeant(undisturbed), JSON.stringify(undisturbed.failures)).toBe(true);
    expect(counting.calls.length).toBeGreaterThan(15);
    for (const { call, when } of deaths(counting)) {
      const kill = killSwitch({ call, when });
      const state = await scenario(kill);
      expect(kill.killed, `call ${call}`).toBe(true);
      expect(state, `died ${when} call ${call}, ${kill.calls.at(-1)}`).toEqual(undisturbed);
    }
  });
});
