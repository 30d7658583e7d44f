import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { booksOf } from '#test/support/books.ts';
import { testClock } from '#test/support/clock.ts';
import { deaths, type KillSwitch, killSwitch } from '#test/support/kill-switch.ts';
import { connectTills, event, refund, sale, sendEvents } from '#test/support/tills.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
let tenant: Tenant;
beforeAll(async () => {
  world = await startWorld({ shops: { empty: shopOf('tax_exclusive', 0) }, withoutSupabase: true });
  tenant = await world.tenant('empty');
  await connectTills(world, tenant);
});
afterAll(() => world.stop());

let dealings = 0;
/** A sale of two pieces of which one comes back, with item and customer of its own; `told` what tills say of it. */
function newDealing() {
  dealings += 1;
  const name = `d${dealings}.`;
  const at = (time: string) => ({ occurred_at: `2026-11-20T${time}:00.000Z` });
  const mug = { sku: `mug-${name}`, name: `Mug ${name}`, unit_price: '12.50', tax: '1.00', tax_percent: '8' };
  const more = { customer: { email: `${name}x@example.com`, first_name: `Ada ${name}` } };
  return {
    name,
    sale: `s-${name}`,
    refund: `r-${name}`,
    told: [
      sale({ id: `s-${name}`, lines: [mug, mug], more }, at('10:00')),
      refund({ id: `r-${name}`, of: `s-${name}`, lines: [mug] }, at('11:00')),
    ],
    voiding: event('sale.voided', { sale_id: `s-${name}` }, at('12:00')),
  };
}

/** A run of one record; its first worker dies as told, those after it live. The engine's own waits take no time. */
async function workOff(entity: string, id: string, name: string, kill: KillSwitch) {
  const run = await world.start(tenant, entity, { ids: [id], source: 'pos' });
  const clock = testClock(Date.now());
  await world.drain((message) => world.work(world.engine(kill.killed ? undefined : kill, clock))(message));
  const { run: ended, legs, failures } = await world.resultOf(run);
  const books = Object.entries(booksOf(tenant.company)).map(
    ([entity, rows]) => [entity, rows.filter((row) => JSON.stringify(row).includes(name))] as const,
  );
  return {
    status: ended.status,
    legs: legs.map(({ counts, documents }) => ({ counts, documents })),
    failures,
    books: JSON.parse(JSON.stringify(Object.fromEntries(books)).replaceAll(name, '')) as Record<string, unknown[]>,
    open: (await world.engine().links.openBatches(tenant.id, 'quickbooks')).length,
  };
}

describe('a worker that dies while it carries what a till told', () => {
  it('[E2] [F7] at any call leaves sale and refund posted once', async () => {
    // The refund brings its sale along, with items and customer.
    const post = async (kill: KillSwitch) => {
      const { name, told, refund: id } = newDealing();
      await sendEvents(world, tenant, told);
      return workOff('refunds', id, name, kill);
    };
    await post(killSwitch());
    const counting = killSwitch();
    const undisturbed = await post(counting);
    expect(undisturbed).toMatchObject({ status: 'completed', failures: [], open: 0 });
    expect(undisturbed.books).toMatchObject({
      customers: [{}],
      items: [{}],
      receipts: [{ total: '27.00' }],
      refunds: [{ total: '13.50' }],
    });
    for (const death of deaths(counting)) {
      const kill = killSwitch(death);
      expect(await post(kill), `died ${death.when} call ${death.call}, ${kill.calls.at(-1)}`).toEqual(undisturbed);
      expect(kill.killed).toBe(true);
    }
  }, 60_000);

  it.each([
    ['sales', 'sale', { receipts: [{ total: '0', note: 'Voided' }] }],
    ['refunds', 'refund', { refunds: [] }],
  ] as const)(
    '[E2] [F7] at any call has voided %s taken back, once',
    async (entity, record, books) => {
      const takeBack = async (kill: KillSwitch) => {
        const { name, told, voiding, ...ids } = newDealing();
        await sendEvents(world, tenant, told);
        await workOff('refunds', ids.refund, name, killSwitch());
        await sendEvents(world, tenant, [voiding]);
        return workOff(entity, ids[record], name, kill);
      };
      const counting = killSwitch();
      const undisturbed = await takeBack(counting);
      expect(undisturbed).toMatchObject({ status: 'completed', failures: [], open: 0, books });
      for (const death of deaths(counting)) {
        const kill = killSwitch(death);
        expect(await takeBack(kill), `died ${death.when} call ${death.call}, ${kill.calls.at(-1)}`).toEqual(
          undisturbed,
        );
        expect(kill.killed).toBe(true);
      }
    },
    60_000,
  );
});
