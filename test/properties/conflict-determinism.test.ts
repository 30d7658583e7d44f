import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConfirmationRepository } from '#shared/data/confirmation-repository.ts';
import type { Run } from '#shared/model/run.ts';
import { confirmPlan, offerConfirmation } from '#shared/sync/confirm-plan.ts';
import { booksOf } from '#test/support/books.ts';
import { cases } from '#test/support/seed.ts';
import { wooOrders } from '#test/support/shop-view.ts';
import { type RunResult, type SliceSize, shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';
import { editOrder } from './shop-history.ts';
import { beginUndo, decisionsOf, touch, touches } from './undone.ts';

let world: World;
let names: { readonly people: string[]; readonly products: string[] };
beforeAll(async () => {
  world = await startWorld({ shops: { shop: shopOf('tax_exclusive', 14, 41) }, withoutSupabase: true });
  // What the books call them when nothing is in the way.
  const tenant = await world.tenant('shop');
  await world.sync(tenant, 'orders');
  names = {
    people: tenant.company.list('Customer').map((row) => String(row.DisplayName)),
    products: tenant.company.list('Item').map((row) => String(row.Name)),
  };
});
afterAll(() => world.stop());

/** Who has a name before the shop comes: a customer is adopted if it is the same person, a vendor never. */
const occupied = fc.array(
  fc.record({ entity: fc.constantFrom('Customer' as const, 'Vendor' as const), place: fc.nat(40) }),
  { minLength: 1, maxLength: 6 },
);
type Occupied = readonly { readonly entity: 'Customer' | 'Vendor'; readonly place: number }[];

function occupy(tenant: Tenant, taken: Occupied): void {
  const used = new Set<string>();
  for (const { entity, place } of taken) {
    const DisplayName = names.people[place % names.people.length] ?? '';
    if (used.has(DisplayName)) continue;
    used.add(DisplayName);
    tenant.company.create(entity, { DisplayName });
  }
}

/** How the work is cut and how often its messages come: nothing of it may show in the end. */
const ways = fc.record({
  size: fc.constantFrom<SliceSize>({}, { sliceMs: 0, windowRecords: 1 }, { windowRecords: 3 }),
  deliveries: fc.integer({ min: 1, max: 2 }),
});
type Way = { readonly size: SliceSize; readonly deliveries: number };

async function workOff({ size, deliveries }: Way): Promise<void> {
  await world.drain(async (message) => {
    for (let time = 0; time < deliveries; time += 1) await world.work(world.engine(), size)(message);
  });
}

function outcomeOf(tenant: Tenant, { run, failures }: RunResult) {
  return {
    status: run.status,
    books: booksOf(tenant.company),
    vendors: tenant.company.list('Vendor').map((row) => String(row.DisplayName)),
    failures: failures.map(({ source_id, failure }) => `${source_id} ${failure.code} ${failure.reason}`).toSorted(),
  };
}

describe('the same shop and the same books', () => {
  it('come to the same names, adoptions and failures, however the work is cut and repeated', async () => {
    let vendors = 0;
    await fc.assert(
      fc.asyncProperty(occupied, ways, fc.boolean(), async (taken, way, twice) => {
        const [plain, other] = [await world.tenant('shop'), await world.tenant('shop')];
        for (const tenant of [plain, other]) occupy(tenant, taken);
        const expected = outcomeOf(plain, await world.sync(plain, 'orders'));
        const run = await world.start(other, 'orders');
        await workOff(way);
        if (twice) await world.sync(other, 'orders');
        expect(outcomeOf(other, await world.resultOf(run))).toEqual(expected);
        vendors += expected.vendors.length;
      }),
      { numRuns: cases(6) },
    );
    expect(vendors).toBeGreaterThan(0);
  });

  it('come to the same, whatever the order in which records are asked for', async () => {
    const ids = wooOrders((await world.tenant('shop')).shop).map(({ id }) => id);
    await fc.assert(
      fc.asyncProperty(occupied, fc.shuffledSubarray(ids, { minLength: 5 }), async (taken, asked) => {
        const [sorted, shuffled] = [await world.tenant('shop'), await world.tenant('shop')];
        for (const tenant of [sorted, shuffled]) occupy(tenant, taken);
        const inOrder = asked.toSorted((a, b) => Number(a) - Number(b));
        const expected = outcomeOf(sorted, await world.sync(sorted, 'orders', { ids: inOrder }));
        expect(outcomeOf(shuffled, await world.sync(shuffled, 'orders', { ids: asked }))).toEqual(expected);
      }),
      { numRuns: cases(5) },
    );
  });
});

describe('a confirmed plan whose source moved', () => {
  it('leaves out the same records, however the work is cut and repeated', async () => {
    const moves = fc.array(fc.record({ order: fc.nat(30), cents: fc.integer({ min: 1, max: 99_999 }) }), {
      minLength: 1,
      maxLength: 3,
    });
    let leftOut = 0;
    await fc.assert(
      fc.asyncProperty(occupied, moves, ways, async (taken, edits, way) => {
        const tenants = [await world.tenant('shop'), await world.tenant('shop')];
        const deps = { ...world.engine(), confirmations: createConfirmationRepository(world.table.table) };
        const tokens: string[] = [];
        for (const tenant of tenants) {
          occupy(tenant, taken);
          const dry = await world.sync(tenant, 'orders', { dryRun: true });
          const offer = await offerConfirmation(deps, { tenantId: tenant.id, userId: 'u', planId: dry.run.run_id });
          if (offer.kind !== 'offered') throw new Error(`no token: ${offer.kind}`);
          tokens.push(offer.token);
        }
        const [shop] = tenants;
        for (const edit of edits) if (shop) editOrder(shop, { kind: 'price', ...edit });
        const outcomes = [];
        for (const [index, tenant] of tenants.entries()) {
          const started = await confirmPlan(deps, { tenantId: tenant.id, userId: 'u', token: tokens[index] ?? '' });
          if (started.kind !== 'started') throw new Error(`not started: ${started.kind}`);
          await workOff(index === 0 ? { size: {}, deliveries: 1 } : way);
          outcomes.push(outcomeOf(tenant, await world.resultOf(started.run)));
        }
        expect(outcomes[1]).toEqual(outcomes[0]);
        leftOut += outcomes[0]?.failures.filter((text) => text.includes('plan.changed_since')).length ?? 0;
      }),
      { numRuns: cases(5) },
    );
    expect(leftOut).toBeGreaterThan(0);
  });
});

describe('an undo', () => {
  const undoneWith = async (tenant: Tenant, run: Run, way: Way, ids?: readonly string[]) => {
    const started = await beginUndo(world, run, { ids });
    await workOff(way);
    const result = await world.resultOf(started);
    const counts = result.legs.map((leg) => leg.counts);
    const active = (entity: 'Customer' | 'Item') =>
      tenant.company.list(entity).map(({ DisplayName, Name, Active }) => `${DisplayName ?? Name} ${Active !== false}`);
    return {
      counts,
      ...outcomeOf(tenant, result),
      active: [...active('Customer'), ...active('Item')].toSorted(),
      decisions: await decisionsOf(world, started),
    };
  };
  const plain: Way = { size: {}, deliveries: 1 };
  /** Of orders that were changed once they were synced, so that there is something to put back too. */
  const prepared = async (edits: readonly { order: number; cents: number }[]) => {
    const tenants = [await world.tenant('shop'), await world.tenant('shop')] as const;
    for (const tenant of tenants) await world.sync(tenant, 'orders');
    for (const edit of edits) editOrder(tenants[0], { kind: 'price', ...edit });
    return tenants;
  };
  const edits = fc.array(fc.record({ order: fc.nat(30), cents: fc.integer({ min: 1, max: 99_999 }) }), {
    minLength: 1,
    maxLength: 3,
  });

  it('of the same journal over the same books decides the same, however the work is cut and repeated', async () => {
    let left = 0;
    const property = fc.asyncProperty(edits, touches, touches, ways, async (changes, before, after, way) => {
      const tenants = await prepared(changes);
      const outcomes = [];
      for (const [index, tenant] of tenants.entries()) {
        const [first] = (await world.engine().runs.list(tenant.id, { limit: 1 })).runs;
        if (!first) throw new Error('nothing was synced');
        touch(tenant, before);
        const { run: second } = await world.sync(tenant, 'orders');
        touch(tenant, after);
        const cut = index === 0 ? plain : way;
        // The later one first, then the earlier one, then both again: by then there is nothing left to decide.
        const ends = [];
        for (const run of [second, first, second, first]) ends.push(await undoneWith(tenant, run, cut));
        expect(ends.slice(2).map(({ counts }) => counts.map(({ deleted, updated }) => deleted + updated))).toEqual([
          [0],
          [0],
        ]);
        outcomes.push(ends);
      }
      expect(outcomes[1]).toEqual(outcomes[0]);
      left += outcomes[0]?.flatMap(({ decisions }) => decisions).filter((text) => /Somebody/.test(text)).length ?? 0;
    });
    await fc.assert(property, { numRuns: cases(4) });
    expect(left).toBeGreaterThan(0);
  });

  it('of some records decides the same, whatever the order in which they are named', async () => {
    const ids = wooOrders((await world.tenant('shop')).shop).map(({ id }) => id);
    const named = fc.shuffledSubarray(ids, { minLength: 4 });
    await fc.assert(
      fc.asyncProperty(touches, named, ways, async (after, asked, way) => {
        const outcomes = [];
        for (const order of [asked.toSorted(), asked]) {
          const tenant = await world.tenant('shop');
          const { run } = await world.sync(tenant, 'orders');
          touch(tenant, after);
          outcomes.push(await undoneWith(tenant, run, order === asked ? way : plain, order));
        }
        expect(outcomes[1]).toEqual(outcomes[0]);
        expect(outcomes[0]?.decisions.length).toBeGreaterThan(0);
      }),
      { numRuns: cases(4) },
    );
  });
});
