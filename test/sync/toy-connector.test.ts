import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { establish } from '#shared/connections/establish.ts';
import { unwrap } from '#shared/core/failure.ts';
import type { ConflictStrategy } from '#shared/model/flow-settings.ts';
import { routes } from '#shared/sync/routes.ts';
import { type TestClock, testClock } from '#test/support/clock.ts';
import { cases } from '#test/support/seed.ts';
import { toyMappings, toyRoutes } from '#test/support/toy/flows.ts';
import { Notebook, type Person, toyConnector } from '#test/support/toy/index.ts';
import { shopOf, startWorld, type World } from '#test/support/world.ts';

let world: World;
let clock: TestClock;
const notebooks = new Map<string, Notebook>();
const notebookOf = (platform: string) => (tenantId: string) => {
  const key = `${platform} ${tenantId}`;
  const book = notebooks.get(key) ?? new Notebook(clock.now);
  notebooks.set(key, book);
  return book;
};
const toys = ['left', 'right'].map((platform) => toyConnector(platform, notebookOf(platform)));
beforeAll(async () => {
  clock = testClock();
  world = await startWorld({
    shops: { shop: shopOf('tax_exclusive', 1) },
    withoutSupabase: true,
    clock,
    more: { connectors: toys, routes: [...routes, ...toyRoutes], mappings: toyMappings },
  });
});
afterAll(() => world.stop());

async function setting(conflict: ConflictStrategy = 'newest_wins') {
  const tenant = await world.tenant('shop');
  const { connectionDeps, flows } = world.engine();
  for (const toy of toys) {
    unwrap(await establish(connectionDeps, toy, tenant.id, { secret: {}, identity: { name: tenant.id }, masked: {} }));
  }
  const own = { 'left.person-right': { conflict }, 'right.person-left': { conflict } };
  await flows.save({ ...(await flows.settings(tenant.id)), flows: own });
  const [left, right] = [notebookOf('left')(tenant.id), notebookOf('right')(tenant.id)];
  const one = async (source: string, target: string, mode: 'full' | 'incremental' | 'sweep') => {
    clock.advance(5 * 60_000);
    return world.sync(tenant, 'people', { source, target, mode });
  };
  return {
    tenant,
    left,
    right,
    one,
    both: async (mode: 'full' | 'incremental' | 'sweep' = 'incremental') => {
      const there = await one('left', 'right', mode);
      return [there, await one('right', 'left', mode)];
    },
  };
}
const people = ({ pages }: Notebook): Person[] =>
  [...pages.values()]
    .map(({ email, name, phone }) => ({ email, name, phone }))
    .toSorted((a, b) => a.email.localeCompare(b.email));
const ada: Person = { email: 'ada@example.com', name: 'Ada', phone: '1' };

describe('a fifth connector', () => {
  it('[E1] syncs into the books by its folder and rows of the registry alone', async () => {
    const { tenant, left } = await setting();
    left.put(ada);
    const first = await world.sync(tenant, 'people', { target: 'quickbooks' });
    expect(first.legs[0]?.counts).toMatchObject({ read: 1, created: 1, failed: 0 });
    expect(tenant.company.list('Customer').map(({ DisplayName }) => DisplayName)).toEqual(['Ada']);
    expect((await world.sync(tenant, 'people', { target: 'quickbooks' })).legs[0]?.counts).toMatchObject({
      created: 0,
      updated: 0,
      skipped: 1,
    });
  });
});

describe('records that go both ways', () => {
  it('[F-LOOP] what we wrote does not come back as a change', async () => {
    const { left, right, both } = await setting();
    left.put(ada);
    right.put({ email: 'bob@example.com', name: 'Bob', phone: '2' });
    await both('full');
    expect(people(left)).toEqual(people(right));
    expect(people(left)).toHaveLength(2);
    const writes = left.writes + right.writes;
    for (const mode of ['full', 'incremental', 'sweep'] as const) await both(mode);
    expect(left.writes + right.writes).toBe(writes);
  });

  it('[F-LOOP] an edit goes across once, from either side', async () => {
    const { left, right, both } = await setting();
    const id = left.put(ada);
    await both();
    left.edit(id, { phone: '10' });
    const before = left.writes + right.writes;
    for (const _ of [1, 2, 3]) await both();
    expect(left.writes + right.writes).toBe(before + 1);
    const other = right.byEmail(ada.email)?.id ?? '';
    right.edit(other, { phone: '20' });
    for (const _ of [1, 2, 3]) await both();
    expect(left.writes + right.writes).toBe(before + 2);
    expect([left.byEmail(ada.email)?.phone, right.byEmail(ada.email)?.phone]).toEqual(['20', '20']);
    right.edit(other, { phone: '10' });
    await both();
    expect(left.byEmail(ada.email)?.phone).toBe('10');
  });

  it('[F-CONFLICT] the same person entered on both sides is one', async () => {
    const { left, right, both } = await setting();
    left.put(ada);
    right.put({ ...ada, name: 'A. Lovelace' });
    await both('full');
    await both('full');
    expect([left.pages.size, right.pages.size]).toEqual([1, 1]);
  });

  it('[F-CONFLICT] merge brings both edits to both sides', async () => {
    const { tenant, left, right, both } = await setting('merge');
    const id = left.put(ada);
    await both();
    const other = right.byEmail(ada.email)?.id ?? '';
    left.edit(id, { phone: '10' });
    clock.advance(1000);
    right.edit(other, { name: 'Countess' });
    await both();
    await both();
    expect(people(left)).toEqual([{ ...ada, phone: '10', name: 'Countess' }]);
    expect(people(right)).toEqual(people(left));
    const { conflicts } = await world.engine().conflicts.list(tenant.id, { limit: 10 });
    expect(conflicts.map(({ winner }) => winner)).toEqual(['both']);
  });

  it('[F-DELETE] a record gone from one side goes from the other by a sweep, once, and does not come back', async () => {
    const { tenant, left, right, both } = await setting();
    const { flows } = world.engine();
    await flows.save({ ...(await flows.settings(tenant.id)), delete_policy: { all: 'archive_remote', entities: {} } });
    const id = left.put(ada);
    left.put({ email: 'bob@example.com', name: 'Bob', phone: '2' });
    await both();
    left.pages.delete(id);
    await both();
    expect(right.pages.size).toBe(2);
    await both('sweep');
    expect(people(right).map(({ name }) => name)).toEqual(['Bob']);
    for (const mode of ['sweep', 'full'] as const) await both(mode);
    expect([left.pages.size, right.pages.size]).toEqual([1, 1]);
  });

  const edit = fc.record({
    side: fc.constantFrom('left' as const, 'right' as const),
    person: fc.nat(2),
    field: fc.constantFrom('name' as const, 'phone' as const),
    value: fc.string({ minLength: 1, maxLength: 5, unit: fc.constantFrom('a', 'b', 'c') }),
  });
  const step = fc.oneof(
    { weight: 3, arbitrary: edit },
    { weight: 1, arbitrary: fc.constantFrom('left-right' as const, 'right-left' as const) },
  );

  it('[F-CONFLICT] whatever is edited and synced in whatever order, both sides end alike and then stay', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<ConflictStrategy>('source_wins', 'newest_wins', 'merge'),
        fc.array(step, { maxLength: 10 }),
        async (strategy, steps) => {
          const { left, right, one, both } = await setting(strategy);
          const emails = ['a', 'b', 'c'].map((name) => `${name}@example.com`);
          for (const email of emails) left.put({ email, name: 'x', phone: 'x' });
          await both('full');
          for (const each of steps) {
            clock.advance(1000);
            if (typeof each === 'string') {
              const [source = '', target = ''] = each.split('-');
              await one(source, target, 'incremental');
            } else {
              const book = each.side === 'left' ? left : right;
              book.edit(book.byEmail(emails[each.person] ?? '')?.id ?? '', { [each.field]: each.value });
            }
          }
          await both();
          await both();
          expect(people(left)).toEqual(people(right));
          const writes = left.writes + right.writes;
          await both('full');
          expect(left.writes + right.writes).toBe(writes);
        },
      ),
      { numRuns: cases(15) },
    );
  });
});
