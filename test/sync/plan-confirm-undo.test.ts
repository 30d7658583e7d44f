import { afterAll, beforeAll, expect, it } from 'vitest';
import { createConfirmationRepository } from '#shared/data/confirmation-repository.ts';
import type { Run } from '#shared/model/run.ts';
import { type Confirmed, confirmPlan, offerConfirmation } from '#shared/sync/confirm-plan.ts';
import { startRun } from '#shared/sync/start-run.ts';
import { undoRequest } from '#shared/sync/undo-run.ts';
import { testClock } from '#test/support/clock.ts';
import { type KillSwitch, killSwitch } from '#test/support/kill-switch.ts';
import { stateOf, warehouseOf } from '#test/support/snapshots.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

const records = 500;
const userId = 'owner';

let world: World;
beforeAll(async () => {
  world = await startWorld({ shops: { shop: shopOf('tax_exclusive', records, 21) } });
});
afterAll(() => world.stop());

const deps = () => ({ ...world.engine(), confirmations: createConfirmationRepository(world.table.table) });

/** Works the queue off; the first worker dies as told. The engine's own waits take no time. */
async function workOff(kill?: KillSwitch): Promise<void> {
  const clock = testClock(Date.now());
  await world.drain((message) => world.work(world.engine(kill?.killed ? undefined : kill, clock))(message));
}

/** Confirms a plan as often as asked, and carries it out. */
async function carriedOut(tenant: Tenant, plan: Run, kill: KillSwitch, asked: number): Promise<Run> {
  const confirm = (token: string): Promise<Confirmed> => confirmPlan(deps(), { tenantId: tenant.id, userId, token });
  const offer = await offerConfirmation(deps(), { tenantId: tenant.id, userId, planId: plan.run_id });
  if (offer.kind !== 'offered') throw new Error(`no token: ${offer.kind}`);
  expect(offer.confirmations).toBe(asked);
  let outcome = await confirm(offer.token);
  if (outcome.kind === 'once_more') outcome = await confirm(outcome.offer.token);
  if (outcome.kind !== 'started') throw new Error(`not started: ${outcome.kind}`);
  await workOff(kill);
  expect(kill.killed, `${kill.calls.length} calls were made`).toBe(true);
  const { run, legs } = await world.resultOf(outcome.run);
  expect(run.status).toBe('completed');
  expect(legs.map(({ counts }) => counts.failed)).toEqual([0, 0]);
  return run;
}

it('500 orders that are planned, confirmed and taken back leave everything as it was, also when workers die', async () => {
  const tenant = await world.tenant('shop');
  await world.sync(tenant, 'products');
  await world.sync(tenant, 'customers');
  // Names that only orders bring along stay behind as inactive, because the platform deletes none: have them first.
  const first = await world.sync(tenant, 'orders');
  const wanted = await undoRequest(world.engine(), {
    tenantId: tenant.id,
    requestedBy: userId,
    runId: first.run.run_id,
    dryRun: false,
  });
  if (!('tenantId' in wanted)) throw new Error(wanted.kind);
  await startRun(world.engine(), wanted);
  await workOff();
  const states = async () => ({ books: stateOf(tenant.company), warehouse: await warehouseOf(world, tenant) });
  const before = await states();
  const names = before.books.Customer?.length;

  const calls = [40, 170, 330];
  for (const [round, call] of calls.entries()) {
    const dry = await world.sync(tenant, 'orders', { dryRun: true });
    expect(await states(), 'a plan writes nothing').toEqual(before);
    const run = await carriedOut(tenant, dry.run, killSwitch({ call, when: round % 2 ? 'before' : 'after' }), 1);
    expect(tenant.company.list('Invoice').length).toBeGreaterThan(records * 0.7);
    const look = await undoRequest(world.engine(), {
      tenantId: tenant.id,
      requestedBy: userId,
      runId: run.run_id,
      dryRun: true,
    });
    if (!('tenantId' in look)) throw new Error(look.kind);
    const planned = await startRun(world.engine(), look);
    if (planned.kind !== 'started') throw new Error(planned.kind);
    await workOff();
    await carriedOut(tenant, planned.run, killSwitch({ call: call / 2, when: round % 2 ? 'after' : 'before' }), 2);
    const after = await states();
    expect(after.books.Customer).toHaveLength(names ?? 0);
    expect(after, `after round ${round}`).toEqual(before);
  }
});
