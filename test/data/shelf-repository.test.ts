import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createShelfRepository, type ShelfRepository } from '#shared/data/shelf-repository.ts';
import { largestBody, type ShelfRecord } from '#shared/model/shelf.ts';
import { cases } from '#test/support/seed.ts';
import { startTable, type TestTable } from '#test/support/table.ts';

let table: TestTable;
let shelf: ShelfRepository;
let tenants = 0;
const newTenant = () => `tenant-${++tenants}`;
beforeAll(async () => {
  table = await startTable();
  shelf = createShelfRepository(table.table);
});
afterAll(() => table.stop());

const at = (second: number) => new Date(Date.parse('2026-03-01T00:00:00Z') + second * 1000).toISOString();
const draft = (body: Record<string, unknown>, gone = false) => ({ gone, origin: 'test', body });
const put = (tenant: string, id: string, body: Record<string, unknown>, second = 0) =>
  shelf.change(tenant, at(second), [{ entity: 'thing', id }], () => draft(body));

/** Everything after a position, page by page. */
async function readOn(tenant: string, from: number, limit: number): Promise<{ seen: ShelfRecord[]; position: number }> {
  const seen: ShelfRecord[] = [];
  for (let position = from; ; ) {
    const page = await shelf.changes(tenant, { limit, after: position });
    seen.push(...page.records);
    position = page.position;
    if (!page.more) return { seen, position };
  }
}

it('[I5] gives every change the next number, and equal content none', async () => {
  const tenant = newTenant();
  await put(tenant, 'a', { n: 1 });
  await put(tenant, 'b', { n: 1 });
  await put(tenant, 'a', { n: 1 });
  await put(tenant, 'a', { n: 2 });
  const { seen, position } = await readOn(tenant, 0, 10);
  expect(seen.map(({ id, version, sequence }) => [id, version, sequence])).toEqual([
    ['b', 1, 2],
    ['a', 2, 3],
  ]);
  expect(position).toBe(3);
});

it('[I5] refuses a body that no item could hold, and stores nothing of its transaction', async () => {
  const tenant = newTenant();
  const addresses = [
    { entity: 'thing', id: 'small' },
    { entity: 'thing', id: 'large' },
  ];
  const change = shelf.change(tenant, at(0), addresses, (_before, index) =>
    draft({ text: 'x'.repeat(index === 0 ? 1 : largestBody) }),
  );
  await expect(change).rejects.toThrow(RangeError);
  expect(await shelf.findMany(tenant, addresses)).toEqual([undefined, undefined]);
});

it('[I5] finds the position of an instant', async () => {
  const tenant = newTenant();
  for (const second of [10, 20, 30]) await put(tenant, `at ${second}`, { second }, second);
  const positions = await Promise.all([5, 10, 15, 20, 31].map((second) => shelf.positionAt(tenant, at(second))));
  expect(positions).toEqual([0, 0, 1, 1, 3]);
});

it('[F8] a reader with a cursor sees every record as it was last, however many write meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.nat(3)), { maxLength: 6 }), {
        minLength: 2,
        maxLength: 5,
      }),
      fc.integer({ min: 1, max: 4 }),
      async (writers, limit) => {
        const tenant = newTenant();
        const known = new Map<string, ShelfRecord>();
        let position = 0;
        let isWriting = true;
        const reader = async () => {
          for (let last = false; ; ) {
            last = !isWriting;
            const page = await readOn(tenant, position, limit);
            for (const record of page.seen) {
              // A later number never brings an older version.
              expect(record.version).toBeGreaterThan(known.get(record.id)?.version ?? 0);
              known.set(record.id, record);
            }
            position = page.position;
            if (last) return;
          }
        };
        const writing = Promise.all(
          writers.map(async (writes) => {
            for (const [id, n] of writes) await put(tenant, `record ${id}`, { n });
          }),
        ).then(() => {
          isWriting = false;
        });
        await Promise.all([writing, reader()]);
        const { records } = await shelf.list(tenant, 'thing', { limit: 100 });
        expect([...known.values()].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(records);
      },
    ),
    { numRuns: cases(12) },
  );
});

it('[F8] counts nothing twice that several change at once', async () => {
  const tenant = newTenant();
  const add = () =>
    shelf.change(tenant, at(0), [{ entity: 'thing', id: 'sum' }], (before) =>
      draft({ n: Number(before?.body.n ?? 0) + 1 }),
    );
  await Promise.all(Array.from({ length: 20 }, add));
  const [sum] = await shelf.findMany(tenant, [{ entity: 'thing', id: 'sum' }]);
  expect(sum).toMatchObject({ version: 20, sequence: 20, body: { n: 20 } });
});

it('[F7] finds a customer by the address it has now, in whatever letters, and nobody else', async () => {
  const [tenant, other] = [newTenant(), newTenant()];
  const customer = (owner: string, id: string, email: string | undefined, gone = false) =>
    shelf.change(owner, at(0), [{ entity: 'customer', id }], () => draft(email === undefined ? {} : { email }, gone));
  await customer(tenant, 'c#2', ' Ada@Shop.example ');
  await customer(tenant, 'c#1', 'ada@shop.example');
  await customer(tenant, 'c#3', 'bob@shop.example');
  await customer(tenant, 'c#4', undefined);
  await customer(other, 'c#5', 'carl@shop.example');
  const found = async (...emails: string[]) =>
    (await shelf.findByKey(tenant, 'customer', emails)).map((record) => record?.id);
  const wanted = [
    'ADA@shop.example',
    'bob@shop.example',
    'carl@shop.example',
    'ada@shop.exampl',
    '',
    'ada@shop.example',
  ];
  expect(await found(...wanted)).toEqual(['c#1', 'c#3', undefined, undefined, undefined, 'c#1']);
  await customer(tenant, 'c#1', 'ada@elsewhere.example');
  await customer(tenant, 'c#3', 'bob@shop.example', true);
  expect(await found(...wanted, 'ada@elsewhere.example')).toEqual([
    'c#2',
    undefined,
    undefined,
    undefined,
    undefined,
    'c#2',
    'c#1',
  ]);
  expect(await shelf.findByKey(tenant, 'thing', ['ada@shop.example'])).toEqual([undefined]);
});
