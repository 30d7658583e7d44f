import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freeName, freeNumber } from '#shared/connectors/quickbooks/find.ts';
import { resourceOf } from '#shared/connectors/quickbooks/resources.ts';
import { cases } from '#test/support/seed.ts';
import { ann, candidate, create, find, invoice, openBooks, type Platform, startPlatform, write } from './books.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.simulator.close());

const spelt = fc.constantFrom('Ann Smith', 'ann smith', 'ANN SMITH', 'Bob', 'bob', 'x'.repeat(100));
const people = fc.uniqueArray(
  fc.record({
    key: fc.oneof(
      fc.nat(9999).map(String),
      fc.emailAddress().map((email) => `guest:${email.toLowerCase()}`),
    ),
    name: spelt,
  }),
  { minLength: 1, maxLength: 12, selector: ({ key }) => key },
);
/** Whose names are taken before anybody comes: by a vendor, or by a customer who is inactive. */
const taken = fc.record({
  vendors: fc.subarray(['Ann Smith', 'Bob']),
  inactive: fc.subarray(['BOB', 'x'.repeat(100)]),
});

it('[I9] [F3] names that are taken get a suffix that is the record’s own, whatever comes first and however often', async () => {
  await fc.assert(
    fc.asyncProperty(people, taken, fc.nat(), fc.integer({ min: 1, max: 5 }), async (all, before, turn, size) => {
      const books = await openBooks(platform);
      for (const name of before.vendors) books.company.create('Vendor', { DisplayName: name });
      for (const name of before.inactive.filter(
        (one) => !before.vendors.some((v) => v.toLowerCase() === one.toLowerCase()),
      )) {
        const { Id } = books.company.create('Customer', { DisplayName: name });
        books.company.edit('Customer', String(Id), { Active: false });
      }
      const others = new Set(books.company.list('Customer').map(({ Id }) => Id));
      const order = [...all.slice(turn % all.length), ...all.slice(0, turn % all.length)];
      const names = new Map<string, string>();
      for (let at = 0; at < order.length; at += size) {
        const group = order.slice(at, at + size);
        const payloadOf = ({ key, name }: (typeof all)[number]) => ({
          DisplayName: name,
          PrimaryEmailAddr: { Address: `${Buffer.from(key).toString('hex').slice(-40)}@example.com` },
        });
        const found = await find(books, 'customer', ...group.map((one) => candidate(payloadOf(one), { key: one.key })));
        const items = group.map((one, index) => {
          const answer = found[index];
          const assigned = answer?.kind === 'renamed' ? answer.assigned : {};
          return create({ ...payloadOf(one), ...assigned }, { key: one.key, item_id: String(index + 1) });
        });
        const first = await write(books, 'customer', `b-${at}`, ...items);
        const again = await write(books, 'customer', `b-${at}`, ...items);
        first.forEach((outcome, index) => {
          const repeat = again[index];
          if (outcome.kind !== 'written' || !repeat || !('target' in repeat)) throw new Error(JSON.stringify(outcome));
          expect(repeat.target.id).toBe(outcome.target.id);
          const key = group[index]?.key ?? '';
          names.set(key, String(books.company.get('Customer', outcome.target.id)?.DisplayName));
        });
      }
      const { naming } = resourceOf('customer');
      if (!naming) throw new Error('customers have names');
      for (const { key, name } of all) {
        const free = freeName(naming, candidate({ DisplayName: name }, { key }))[naming.name];
        expect([name, free]).toContain(names.get(key));
        expect(String(free).length).toBeLessThanOrEqual(naming.maxLength);
      }
      const folded = [...names.values()].map((name) => name.toLowerCase());
      expect(new Set(folded).size).toBe(all.length);
      expect(books.company.list('Customer').filter(({ Id }) => !others.has(Id))).toHaveLength(all.length);
    }),
    { numRuns: cases(60) },
  );
});

it('[I9] a number that another document has gets a suffix of the record’s own by setting, and is found by it', async () => {
  const books = await openBooks(platform, {}, { settings: { duplicate_numbers: 'suffix' } });
  ann(books);
  books.company.create('Invoice', invoice('1001', '99.00') as never);
  const settlement = { total: '10.00', currency: 'USD', adjustment_id: null };
  const wanted = candidate(invoice('1001', '10.00'), { key: '1001', settlement });
  const [answer] = await find(books, 'invoice', wanted);
  const assigned = { DocNumber: freeNumber('1001', '1001') };
  expect(answer).toEqual({ kind: 'renamed', assigned });
  const payload = { ...wanted.payload, ...assigned };
  const [made] = await write(books, 'invoice', 'b-1', create(payload, { settlement }));
  expect(made?.kind).toBe('written');
  expect(await find(books, 'invoice', wanted)).toMatchObject([{ kind: 'match', assigned }]);
  expect(books.company.list('Invoice').map(({ DocNumber }) => DocNumber)).toEqual(['1001', assigned.DocNumber]);
});

it('[I9] a number stays within its length and belongs to one record, whatever it was', async () => {
  await fc.assert(
    fc.property(fc.string({ maxLength: 21 }), fc.string(), fc.string(), (number, key, other) => {
      const free = freeNumber(number, key);
      expect(free.length).toBeLessThanOrEqual(21);
      expect(freeNumber(free, key)).toBe(free);
      if (key !== other) expect(freeNumber(number, other)).not.toBe(free);
    }),
  );
});

it('[I9] [F1] the same document that somebody entered by hand is adopted, and one that QuickBooks refuses is too', async () => {
  const books = await openBooks(
    platform,
    { warnDuplicateDocNumber: true },
    { settings: { duplicate_numbers: 'suffix' } },
  );
  ann(books);
  const byHand = books.company.create('Invoice', invoice('1001', '10.00') as never);
  books.company.create('Invoice', invoice('1002', '11.00') as never);
  const settlement = { total: '10.00', currency: 'USD', adjustment_id: null };
  expect(await find(books, 'invoice', candidate(invoice('1001', '10.00'), { settlement }))).toMatchObject([
    { kind: 'match', match: { id: byHand.Id } },
  ]);
  const outcomes = await write(
    books,
    'invoice',
    'b-1',
    create(invoice('1001', '10.00'), { settlement }),
    create(invoice('1002', '10.00'), { key: '8', item_id: '2', settlement }),
  );
  expect(outcomes).toMatchObject([
    { kind: 'adopted', target: { id: byHand.Id } },
    { kind: 'written', assigned: { DocNumber: freeNumber('1002', '8') } },
  ]);
});
