import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentHash, type JsonObject } from '#shared/core/json.ts';
import { cases } from '#test/support/seed.ts';
import { changedSince, full, idsOf, type OpenShop, openShop, readAllPages, startShop } from './shop.ts';

/** What an order listing shows: neither trash nor drafts. */
function listed(shop: OpenShop): string[] {
  const hidden = new Set(['trash', 'auto-draft', 'checkout-draft']);
  const orders = [...shop.simulator.shop.orders.values()].filter(({ status }) => !hidden.has(status));
  return orders.map(({ id }) => String(id)).sort((a, b) => Number(a) - Number(b));
}

const second = (ms: number): string => new Date(ms).toISOString().slice(0, 19);

describe('a full read', () => {
  it('has every order once, by rising id, and says how many there are', async () => {
    const shop = await startShop({ orders: 350 });
    const first = await shop.source.read('order', full);
    const ids = idsOf(await readAllPages(shop.source, 'order', full));

    expect(ids).toEqual(listed(shop));
    expect(first.ok && first.value.total).toBeGreaterThanOrEqual(ids.length);
  });

  it('skips nothing when orders go and come meanwhile, even as many as go', async () => {
    for (const style of ['tax_exclusive', 'tax_inclusive'] as const) {
      const shop = await startShop({ orders: 320, style });
      const before = listed(shop);
      const read = await readAllPages(shop.source, 'order', full, (page) => {
        if (page > 3) return;
        for (const id of before.slice(page * 7, page * 7 + 5)) shop.simulator.orders.remove(Number(id), true);
        for (let made = 0; made < 5; made += 1) shop.simulator.orders.create({ billing: { first_name: 'New' } });
      });
      const gone = before.filter((id) => !shop.simulator.shop.orders.has(Number(id)));

      expect(gone.length).toBe(15);
      expect(before.filter((id) => !gone.includes(id)).every((id) => idsOf(read).includes(id))).toBe(true);
    }
  });

  it('never skips, repeats or runs forever, whatever happens between two pages', async () => {
    const step = fc.record({ removed: fc.array(fc.nat({ max: 400 }), { maxLength: 130 }), made: fc.nat({ max: 20 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('tax_exclusive', 'tax_inclusive'),
        fc.array(step, { maxLength: 4 }),
        async (style, steps) => {
          const shop = await openShop({ orders: 330, style });
          try {
            const before = listed(shop);
            const read = await readAllPages(shop.source, 'order', full, (page) => {
              const { removed = [], made = 0 } = steps[page - 1] ?? {};
              for (const index of removed) {
                const id = Number(before[index]);
                if (shop.simulator.shop.orders.get(id)?.status !== 'trash' && shop.simulator.shop.orders.has(id))
                  shop.simulator.orders.remove(id);
              }
              for (let count = 0; count < made; count += 1) shop.simulator.orders.create({});
            });
            const ids = idsOf(read);

            expect(new Set(ids).size).toBe(ids.length);
            const still = listed(shop).filter((id) => before.includes(id));
            expect(still.filter((id) => !ids.includes(id))).toEqual([]);
          } finally {
            await shop.close();
          }
        },
      ),
      { numRuns: cases(12) },
    );
  });

  it('takes only the statuses and the days asked for, both ends included', async () => {
    const shop = await startShop();
    const orders = [...shop.simulator.shop.orders.values()].filter(
      ({ status }) => status === 'completed' || status === 'processing',
    );
    const day = new Date(orders[20]?.createdAt ?? 0).toISOString().slice(0, 10);
    const last = new Date(orders[60]?.createdAt ?? 0).toISOString().slice(0, 10);
    const filters = { status: ['completed', 'processing'], date_range: { start: day, end: last } };
    const expected = orders.filter(
      ({ createdAt }) => second(createdAt).slice(0, 10) >= day && second(createdAt).slice(0, 10) <= last,
    );

    expect(idsOf(await readAllPages(shop.source, 'order', { ...full, filters })).sort()).toEqual(
      expected.map(({ id }) => String(id)).sort(),
    );
    expect(expected.length).toBeGreaterThan(10);
  });

  it('does not show drafts of checkouts never finished', async () => {
    const shop = await startShop();
    const made = shop.simulator.orders.create({});
    shop.simulator.orders.edit(Number(made.id), { status: 'checkout-draft' });

    expect(idsOf(await readAllPages(shop.source, 'order', full))).not.toContain(String(made.id));
  });
});

describe('what changed', () => {
  /** Gives all orders of the shop one modified second. */
  function share(shop: OpenShop, at: number): void {
    for (const order of shop.simulator.shop.orders.values()) order.modifiedAt = at;
    shop.simulator.store.touch('orders');
  }

  it('is read whole when hundreds of orders share one second', async () => {
    const shop = await startShop({ orders: 450 });
    const at = shop.clock.now() - 3_600_000;
    share(shop, at);
    const read = await readAllPages(shop.source, 'order', changedSince(new Date(at).toISOString()));
    const ids = idsOf(read.filter(({ gone }) => gone === undefined));

    expect(read.length).toBe(new Set(idsOf(read)).size);
    expect(ids.sort()).toEqual(listed(shop).sort());
    for (const { target } of shop.simulator.calls) expect(target.length).toBeLessThan(2000);
  });

  it('includes the very second of the watermark and nothing before it', async () => {
    const shop = await startShop({ orders: 30 });
    const at = shop.clock.now() - 60_000;
    share(shop, at - 1000);
    const [first, second_] = listed(shop);
    for (const id of [first, second_]) {
      const order = shop.simulator.shop.orders.get(Number(id));
      if (order) order.modifiedAt = at;
    }
    shop.simulator.store.touch('orders');

    expect(idsOf(await readAllPages(shop.source, 'order', changedSince(new Date(at).toISOString())))).toEqual([
      first,
      second_,
    ]);
    expect(await readAllPages(shop.source, 'order', changedSince(new Date(at + 1000).toISOString()))).toEqual([]);
  });

  it('is the same in shops east and west of Greenwich', async () => {
    for (const timeZone of ['America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Pacific/Kiritimati']) {
      const shop = await startShop({ orders: 40, settings: { timeZone } });
      const times = [...shop.simulator.shop.orders.values()].map(({ modifiedAt }) => modifiedAt).sort((a, b) => a - b);
      const since = times[25] ?? 0;
      const expected = [...shop.simulator.shop.orders.values()].filter(
        ({ modifiedAt, id }) => modifiedAt >= since && listed(shop).includes(String(id)),
      );

      expect(idsOf(await readAllPages(shop.source, 'order', changedSince(new Date(since).toISOString()))).length).toBe(
        expected.length,
      );
    }
  });

  it('is read whole while orders change and come between the pages; the next read has what changed meanwhile', async () => {
    const edit = fc.record({
      touched: fc.array(fc.nat({ max: 299 }), { maxLength: 60 }),
      made: fc.nat({ max: 5 }),
      /** Zero: within the second of the page before. */
      later: fc.constantFrom(0, 0, 1000, 5000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { maxLength: 6 }), fc.boolean(), async (edits, oneSecond) => {
        const shop = await openShop({ orders: 300 });
        try {
          if (oneSecond) share(shop, shop.clock.now());
          const before = listed(shop);
          const touch = (index: number): void => {
            const id = Number(before[index]);
            shop.simulator.orders.edit(id, { customer_note: `changed at ${shop.clock.now()}` });
          };
          const started = shop.clock.now();
          const read = await readAllPages(shop.source, 'order', changedSince(null), (page) => {
            const { touched = [], made = 0, later = 0 } = edits[page - 1] ?? {};
            shop.clock.advance(later);
            for (const index of touched) if (index < before.length) touch(index);
            for (let count = 0; count < made; count += 1) shop.simulator.orders.create({});
          });
          const next = await readAllPages(shop.source, 'order', changedSince(new Date(started).toISOString()));

          expect(before.filter((id) => !idsOf(read).includes(id))).toEqual([]);
          const seen = new Map([...read, ...next].map(({ id, modified_at }) => [id, modified_at]));
          for (const id of listed(shop)) {
            const modified = shop.simulator.shop.orders.get(Number(id))?.modifiedAt ?? 0;
            expect([id, seen.get(id)]).toEqual([id, new Date(modified).toISOString()]);
          }
        } finally {
          await shop.close();
        }
      }),
      { numRuns: cases(12) },
    );
  });
});

describe('records by id', () => {
  let shop: OpenShop;
  beforeAll(async () => {
    shop = await openShop({ orders: 160 });
  });
  afterAll(() => shop.close());

  const read = async (entity: string, ids: readonly (string | number | undefined)[]) => {
    const page = await shop.source.readByIds(entity, ids.map(String));
    if (!page.ok) throw new Error(page.failure.reason);
    return page.value.records;
  };

  it('are read in hundreds, and those that do not exist are left out', async () => {
    const ids = listed(shop);
    const records = await read('order', [...ids, 99_999_999, 'guest:ann@example.com', ids[0]]);

    expect(idsOf(records).sort()).toEqual(ids.toSorted());
    expect(await read('order', ['not-a-number'])).toEqual([]);
  });

  it('[F-DELETE] tell of trashed orders, which no listing shows, that they went and when', async () => {
    const [id] = listed(shop);
    shop.simulator.orders.remove(Number(id));
    const [record] = await read('order', [id]);

    expect(idsOf(await readAllPages(shop.source, 'order', full))).not.toContain(id);
    expect(record).toMatchObject({ id, gone: 'trashed', modified_at: expect.stringMatching(/Z$/), data: {}, raw: {} });
  });

  it('include variations, named after their parent', async () => {
    const variation = [...shop.simulator.shop.variations.values()].find(({ parentId }) =>
      shop.simulator.shop.products.has(parentId),
    );
    const parent = shop.simulator.shop.products.get(variation?.parentId ?? 0);
    const [record] = await read('product', [variation?.id]);

    expect(record).toMatchObject({
      id: String(variation?.id),
      data: { kind: 'variation', parent_source_id: String(parent?.id) },
    });
    expect(record?.label.startsWith(record.label.split(' - ')[0] ?? '')).toBe(true);
    expect(record?.label).toContain(' - ');
  });

  it('read one by one are the same as in the listing, down to the raw form', async () => {
    const [, , id] = listed(shop);
    const [one] = await read('order', [id]);
    const all = await readAllPages(shop.source, 'order', full);

    expect(contentHash(one)).toBe(contentHash(all.find((record) => record.id === id)));
  });
});

describe('products and customers', () => {
  it('come with the variations of variable products', async () => {
    const shop = await startShop();
    const { products, variations } = shop.simulator.shop;
    const ids = idsOf(await readAllPages(shop.source, 'product', full));
    const shown = [...products.values()].filter(({ status }) => status !== 'trash').map(({ id }) => String(id));

    expect(shown.every((id) => ids.includes(id))).toBe(true);
    expect(
      [...variations.values()]
        .filter(({ parentId }) => products.has(parentId))
        .every(({ id }) => ids.includes(String(id))),
    ).toBe(true);
  });

  it('of every role are read; changed ones are told by their date, undated ones are always included', async () => {
    const shop = await startShop({ orders: 60 });
    const { customers } = shop.simulator.shop;
    const all = [...customers.values()];
    const times = all.flatMap(({ modifiedAt }) => (modifiedAt === null ? [] : [modifiedAt])).sort((a, b) => a - b);
    const since = times[Math.floor(times.length / 2)] ?? 0;
    const [undated] = all;
    if (undated) undated.modifiedAt = null;
    const expected = all
      .filter(({ modifiedAt }) => modifiedAt === null || modifiedAt >= since)
      .map(({ id }) => String(id));

    expect(idsOf(await readAllPages(shop.source, 'customer', full)).length).toBe(all.length);
    expect(
      idsOf(await readAllPages(shop.source, 'customer', changedSince(new Date(since).toISOString()))).sort(),
    ).toEqual(expected.sort());
  });

  it('keep their content hash from one read to the next', async () => {
    const shop = await startShop({ orders: 40 });
    for (const entity of shop.source.entities) {
      const once = await readAllPages(shop.source, entity, full);
      shop.clock.advance(60_000);
      expect((await readAllPages(shop.source, entity, full)).map(contentHash)).toEqual(once.map(contentHash));
    }
  });

  it('carry no float: every amount is exact text', async () => {
    const shop = await startShop({ orders: 60 });
    const fractions: unknown[] = [];
    const visit = (value: unknown): void => {
      if (typeof value === 'number' && !Number.isSafeInteger(value)) fractions.push(value);
      else if (value !== null && typeof value === 'object')
        for (const member of Object.values(value as JsonObject)) visit(member);
    };
    for (const entity of shop.source.entities) visit(await readAllPages(shop.source, entity, full));

    expect(fractions).toEqual([]);
  });
});
