import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPosEventRepository, type PosEventRepository } from '#shared/data/pos-event-repository.ts';
import { createShelfRepository, type ShelfRepository } from '#shared/data/shelf-repository.ts';
import { acceptEvents } from '#shared/pos/accept-events.ts';
import { testClock } from '#test/support/clock.ts';
import { cases } from '#test/support/seed.ts';
import { startTable, type TestTable } from '#test/support/table.ts';
import { event, receipt, sale } from '#test/support/tills.ts';

let table: TestTable;
let events: PosEventRepository;
let shelf: ShelfRepository;
const clock = testClock(Date.parse('2026-11-21T00:00:00.000Z'));
let tenants = 0;
const newTenant = () => `tenant-${++tenants}`;
beforeAll(async () => {
  table = await startTable();
  events = createPosEventRepository(table.table);
  shelf = createShelfRepository(table.table);
});
afterAll(() => table.stop());

const send = (tenant: string, batch: readonly unknown[]) => acceptEvents({ events, shelf, clock }, tenant, batch);
const resultsOf = async (tenant: string, batch: readonly unknown[]) =>
  (await send(tenant, batch)).outcomes.map(({ result, faults }) => [
    result,
    ...faults.map(({ path, code }) => `${path} ${code}`),
  ]);
const thing = { sku: 'A', name: 'Thing', unit_price: '10.00' };

describe('a batch of events', () => {
  it('[F8] is taken in part: each event has its own answer, with every fault by path', async () => {
    const tenant = newTenant();
    const good = sale({ id: 'good', lines: [thing] });
    const batch = [
      good,
      { ...sale({ id: 'wrong', lines: [thing] }), occurred_at: 'yesterday', register: '', extra: 1 },
      event('sale.completed', {
        ...receipt({ id: 'x', lines: [thing] }),
        currency: 'usd',
        lines: [{ id: '1', name: 'x', quantity: '0', unit_price: 'much' }],
      }),
      event('stock.adjusted', { delta: '-1' }),
      'nonsense',
      null,
      event('nothing.known', {}),
    ];
    expect(await resultsOf(tenant, batch)).toEqual([
      ['applied'],
      [
        'rejected',
        'occurred_at invalid_format',
        'register too_small',
        'register invalid_format',
        'extra unknown_field',
      ],
      ['rejected', 'data.currency invalid_format', 'data.lines[0].quantity custom', 'data.lines[0].unit_price custom'],
      ['rejected', 'data.sku pos.goods_missing'],
      ['rejected', ' invalid_type'],
      ['rejected', ' invalid_type'],
      ['rejected', 'kind invalid_value'],
    ]);
    expect(await resultsOf(tenant, [good])).toEqual([['duplicate']]);
  });

  it.each([
    ['net', { net: '9.99' }, 'data.totals.net', '0.01 apart'],
    ['tax', { tax: '1.00' }, 'data.totals.tax', '-1.00 apart'],
    ['total', { total: '10.01' }, 'data.totals.total', '-0.01 apart'],
    ['change', { change: '0.50' }, 'data.tenders', '-0.50 apart'],
  ])(
    '[F8] does not take a receipt whose %s does not add up, and says by how much',
    async (_name, wrong, path, said) => {
      const data = receipt({ id: 'sum', lines: [thing] });
      const { outcomes } = await send(newTenant(), [
        event('sale.completed', { ...data, totals: { ...data.totals, ...wrong } }),
      ]);
      const [{ faults = [], result } = {}] = outcomes;
      expect(result).toBe('rejected');
      expect(faults.find((fault) => fault.path === path)?.message).toContain(said);
    },
  );

  it('[F8] refuses other content under an id that was taken, and takes a corrected event that was refused', async () => {
    const tenant = newTenant();
    const first = sale({ id: 'one', lines: [thing] });
    await send(tenant, [first]);
    const other = { ...first, data: receipt({ id: 'one', lines: [{ ...thing, quantity: '2' }] }) };
    expect(await resultsOf(tenant, [other])).toEqual([['rejected', 'client_id pos.event_changed']]);
    const refused = event('stock.counted', { sku: 'A', quantity: 'many' });
    expect(await resultsOf(tenant, [refused])).toEqual([['rejected', 'data.quantity custom']]);
    expect(await events.find(tenant, refused.client_id)).toMatchObject({ result: 'rejected', record: null });
    expect(await resultsOf(tenant, [{ ...refused, data: { sku: 'A', quantity: '7' } }])).toEqual([['applied']]);
    expect(await events.find(tenant, refused.client_id)).toMatchObject({ result: 'applied', faults: [], version: 2 });
  });

  it('[F8] does not let a clock that runs ahead win over what comes later', async () => {
    const tenant = newTenant();
    const ahead = event('customer.upserted', { id: 'c', first_name: 'Ahead' }, { occurred_at: '2030-01-01T00:00:00Z' });
    const { outcomes } = await send(tenant, [ahead]);
    expect(outcomes[0]?.effective_at).toBe('2026-11-21T00:00:00.000Z');
    clock.advance(60_000);
    await send(tenant, [
      event('customer.upserted', { id: 'c', first_name: 'Later' }, { occurred_at: '2026-11-21T00:00:30Z' }),
    ]);
    const [customer] = await shelf.findMany(tenant, [{ entity: 'customer', id: 'c' }]);
    expect(customer?.body.first_name).toBe('Later');
  });

  it('[F8] of the largest size is taken whole', async () => {
    const tenant = newTenant();
    const batch = Array.from({ length: 500 }, (_, index) => sale({ id: `s${index}`, lines: [thing] }));
    const { outcomes } = await send(tenant, batch);
    expect(outcomes.filter(({ result }) => result === 'applied')).toHaveLength(500);
    expect(new Set(outcomes.map(({ index }) => index)).size).toBe(500);
  });
});

/** What a till may say of three sales and two customers, in minutes of one day. */
const said = fc.record({
  kind: fc.constantFrom('sale', 'sale', 'void', 'customer', 'customer gone', 'adjusted'),
  record: fc.integer({ min: 0, max: 2 }),
  minute: fc.integer({ min: 0, max: 5 }),
  sequence: fc.integer({ min: 0, max: 2 }),
  amount: fc.integer({ min: 1, max: 5 }),
  due: fc.constantFrom('0.00', '0.00', '5.00'),
});
type Said = typeof said extends fc.Arbitrary<infer T> ? T : never;

function eventOf({ kind, record, minute, sequence, amount, due }: Said, index: number) {
  const more = {
    client_id: `said-${index}`,
    sequence,
    occurred_at: `2026-11-20T12:0${minute}:00.000Z`,
  };
  switch (kind) {
    case 'sale':
      return sale({ id: `s${record}`, due, lines: [{ ...thing, quantity: String(amount) }] }, more);
    case 'void':
      return event('sale.voided', { sale_id: `s${record}`, reason: 'Mistake' }, more);
    case 'customer':
      return event('customer.upserted', { id: `c${record}`, first_name: `Ada ${amount}` }, more);
    case 'customer gone':
      return event('customer.deleted', { id: `c${record}` }, more);
    default:
      return event('stock.adjusted', { sku: 'A', delta: String(amount) }, more);
  }
}

/** Everything on the shelf, without how often and when it was written. */
async function contentOf(tenant: string) {
  const lists = await Promise.all(
    ['sale', 'customer', 'stock_movement'].map((entity) => shelf.list(tenant, entity, { limit: 100 })),
  );
  return lists.flatMap(({ records }) =>
    records.map(({ entity, id, gone, body: { voided, order, ...body } }) => {
      const left = gone ? null : body;
      return { entity, id, gone, body: left, voided: voided !== undefined, order };
    }),
  );
}

it('[F8] the end is the same in whatever order, batches, repeats and from however many tills at once events come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(said, { minLength: 1, maxLength: 14 }),
      fc.infiniteStream(fc.nat()),
      fc.integer({ min: 1, max: 6 }),
      async (all, random, size) => {
        const story = all.map(eventOf);
        const [straight, shuffled] = [newTenant(), newTenant()];
        await send(straight, story);
        const order = (list: typeof story) =>
          list
            .map((each) => ({ each, key: random.next().value }))
            .sort((a, b) => a.key - b.key)
            .map(({ each }) => each);
        const twice = order([...story, ...story]);
        const batches = Array.from({ length: Math.ceil(twice.length / size) }, (_, index) =>
          twice.slice(index * size, (index + 1) * size),
        );
        const outcomes = (await Promise.all(batches.map((batch) => send(shuffled, batch)))).flatMap(
          (each) => each.outcomes,
        );
        expect(await contentOf(shuffled)).toEqual(await contentOf(straight));
        // Each was taken once, and the other time known.
        for (const { client_id } of story) {
          const own = outcomes.filter((each) => each.client_id === client_id).map(({ result }) => result);
          expect(own.filter((result) => result === 'duplicate')).toHaveLength(1);
        }
      },
    ),
    { numRuns: cases(40) },
  );
});

it('[F8] no body crashes it, whatever a till sends', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue({ maxDepth: 4 }), { minLength: 1, maxLength: 5 }), async (batch) => {
      const { outcomes } = await send('hostile', batch);
      expect(outcomes.map(({ result }) => result)).toEqual(batch.map(() => 'rejected'));
    }),
    { numRuns: cases(200) },
  );
});
