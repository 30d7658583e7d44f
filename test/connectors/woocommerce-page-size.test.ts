import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault } from '#local/platforms/kit.ts';
import type { ConnectionContext } from '#shared/connectors/connector.ts';
import type { ReadPage, ReadQuery, RejectedRecord } from '#shared/connectors/source.ts';
import { woocommerce } from '#shared/connectors/woocommerce/index.ts';
import { type Failure, type Result, unwrap } from '#shared/core/failure.ts';
import { contentHash, type Json } from '#shared/core/json.ts';
import { createHostGuard } from '#shared/platform/host-guard.ts';
import { createHttpClient, type FetchLike } from '#shared/platform/http-client.ts';
import { createRateLimiter, type LimiterState } from '#shared/platform/rate-limiter.ts';
import { cases } from '#test/support/seed.ts';
import { changedSince, full, type OpenShop, openShop, shopSecret, startShop } from './shop.ts';
import { contextOf, opened } from './support.ts';

/** How hosting fails whose PHP ran out of memory or time. */
const ways = {
  'an error of WordPress': {
    kind: 'reply',
    status: 500,
    body: {
      code: 'internal_server_error',
      message: '<p>There has been a critical error on this website.</p>',
      data: { status: 500 },
      additional_errors: [],
    },
  },
  'a gateway that gave up': { kind: 'reply', status: 504, body: '<html><h1>504 Gateway Time-out</h1></html>' },
  'a message of PHP': {
    kind: 'reply',
    status: 200,
    body: '<br />\n<b>Fatal error</b>:  Allowed memory size of 134217728 bytes exhausted (tried to allocate [20480] bytes)',
  },
  'an answer cut off': { kind: 'cut' },
} as const satisfies Record<string, Fault>;
type Way = keyof typeof ways;
const anyWay = fc.constantFrom(...(Object.keys(ways) as Way[]));

/** From now on the shop sends no more than this many bytes at once. */
function weaken(shop: OpenShop, bytes: number, way: Way = 'an error of WordPress'): void {
  shop.simulator.clearFaults();
  shop.simulator.addFault({ ...ways[way], longer_than: bytes, times: 0 });
}

/** What one order takes of an answer, from the largest down. */
function weights({ simulator }: OpenShop): { readonly id: number; readonly bytes: number }[] {
  return [...simulator.shop.orders.keys()]
    .map((id) => ({ id, bytes: Buffer.byteLength(JSON.stringify([simulator.orders.get(id)])) }))
    .sort((a, b) => b.bytes - a.bytes);
}
const heaviest = (shop: OpenShop): number => weights(shop)[0]?.bytes ?? 0;

const idsOf = (records: readonly { readonly id: string }[]): string[] => records.map(({ id }) => id);

/** What listings of orders show. */
function listed({ simulator }: OpenShop): string[] {
  const hidden = new Set(['trash', 'auto-draft', 'checkout-draft']);
  return idsOf([...simulator.shop.orders.values()].filter(({ status }) => !hidden.has(status)).map(numbered));
}
const numbered = ({ id }: { readonly id: number }) => ({ id: String(id) });
const inOrder = (ids: readonly string[]): string[] => ids.toSorted((a, b) => Number(a) - Number(b));

/** A worker with what the one before it knew of the connection. */
function worker(shop: OpenShop, known: LimiterState = {}, fetch?: FetchLike): ConnectionContext {
  const { simulator, clock } = shop;
  const { settings } = simulator.shop;
  const profile = { store_url: simulator.url, currency: settings.currency, time_zone: settings.timeZone };
  const context = contextOf({ url: simulator.url, secret: shopSecret, profile, clock });
  const guard = createHostGuard([new URL(simulator.url).host]);
  return {
    ...context,
    limiter: createRateLimiter([], clock, known),
    ...(fetch ? { http: createHttpClient({ guard, clock, random: () => 0, fetch }) } : {}),
  };
}

const sourceOf = (context: ConnectionContext) => opened(woocommerce.openSource, context);
const asStored = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** All pages, with whatever happens before each; every page by another worker if so wished. */
async function readAll(
  shop: OpenShop,
  query: ReadQuery,
  { before = () => undefined, fetch }: { before?: (page: number) => LimiterState | undefined; fetch?: FetchLike } = {},
): Promise<{ ids: string[]; known: LimiterState }> {
  const ids: string[] = [];
  let cursor: Json | null = null;
  let known: LimiterState = {};
  for (let page = 0; ; page += 1) {
    if (page > 3000) throw new Error('the read does not end');
    known = before(page) ?? known;
    const context = worker(shop, asStored(known), fetch);
    const { records, rejected, next }: ReadPage = unwrap(await sourceOf(context).read('order', { ...query, cursor }));
    expect(rejected).toEqual([]);
    ids.push(...idsOf(records.filter(({ gone }) => gone === undefined)));
    known = context.limiter.snapshot();
    if (next === null) return { ids, known };
    cursor = asStored(next);
  }
}

const since = '2020-01-01T00:00:00.000Z';

/** All pages of a read, each place as it is stored. */
async function allOf<P extends { readonly next: Json | null }, T>(
  read: (cursor: Json | null) => Promise<Result<P>>,
  take: (page: P) => readonly T[],
): Promise<string[]> {
  const found: T[] = [];
  let cursor: Json | null = null;
  do {
    const page: P = unwrap(await read(cursor));
    found.push(...take(page));
    cursor = asStored(page.next);
  } while (cursor !== null);
  return found.map(contentHash).sort();
}

/** Whatever the connector can read of a shop, by how. */
async function everythingOf(
  context: ConnectionContext,
  orders: readonly string[],
  goods: readonly string[],
): Promise<Map<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  const source = sourceOf(context);
  const known = new Map<string, Set<string>>();
  for (const entity of source.entities) {
    const ids = new Set<string>();
    known.set(entity, ids);
    for (const mode of ['full', 'incremental', 'sweep'] as const) {
      const read = (cursor: Json | null) => source.read(entity, { mode, since, filters: {}, cursor });
      const records = await allOf(read, ({ records: page, rejected }) => {
        for (const { id } of page) ids.add(id);
        return [...page, ...rejected];
      });
      found.set(`${entity}, ${mode}`, records);
    }
  }
  const asked = { order: orders, product: goods, refund: [...(known.get('refund') ?? [])] };
  for (const [entity, ids] of Object.entries(asked)) {
    found.set(
      `${entity}, by id`,
      await allOf(
        () => source.readByIds(entity, ids),
        ({ records }) => records,
      ),
    );
    const absent = await source.absent?.(entity, [...ids, entity === 'refund' ? `${orders[0]}:9` : '99999999']);
    found.set(`${entity}, absent`, unwrap(absent as Result<readonly string[]>));
  }
  const ledger = woocommerce.openLedger?.(context, { sources: ['woocommerce'], parts: {} });
  const stock = opened(woocommerce.openStock, context);
  const days = { from: '2026-01-01', to: '2026-12-31' };
  found.set(
    'ledger',
    await allOf(
      (cursor) => ledger?.read({ ...days, cursor }) ?? Promise.reject(new Error('no ledger')),
      ({ records, rejected }) => [...records, ...rejected],
    ),
  );
  found.set(
    'movements',
    await allOf(
      (cursor) => stock.movements({ since, cursor }),
      ({ documents }) => documents,
    ),
  );
  for (const from of [null, since]) {
    const levels = await allOf(
      (cursor) => stock.levels({ since: from, cursor }),
      (page) => page.levels,
    );
    found.set(`levels since ${from}`, levels);
  }
  return found;
}

/** Rows asked for in the requests for orders so far, those for ids only apart. */
function sizes({ simulator }: OpenShop): { readonly size: number; readonly status: number }[] {
  return simulator.calls
    .map(({ target, status }) => ({ query: new URL(`http://x${target}`).searchParams, status }))
    .filter(({ query }) => query.get('_fields') !== 'id')
    .map(({ query, status }) => ({ size: Number(query.get('per_page')), status }));
}

function failureOf(result: Result<unknown>): Failure {
  if (result.ok) throw new Error('it succeeded');
  return result.failure;
}

/** Gives all orders one modified second. */
function share({ simulator, clock }: OpenShop): void {
  for (const order of simulator.shop.orders.values()) order.modifiedAt = clock.now() - 60_000;
  simulator.store.touch('orders');
}

describe('[E3] a shop that fails when it is asked for too much', () => {
  it('is read whole and once in smaller pages, whatever it can send, however it fails and however that changes', async () => {
    const run = fc.record({
      orders: fc.integer({ min: 1, max: 130 }),
      way: anyWay,
      /** What the shop can send beyond its largest order, from page to page. */
      spare: fc.array(fc.oneof(fc.integer({ min: 0, max: 6000 }), fc.integer({ min: 0, max: 200_000 })), {
        minLength: 1,
        maxLength: 6,
      }),
      reading: fc.constantFrom('everything', 'what changed', 'what changed, all in one second'),
      /** Pages after which what was learnt is lost with the worker. */
      killed: fc.array(fc.nat({ max: 12 }), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(run, async ({ orders, way, spare, reading, killed }) => {
        const shop = await openShop({ orders });
        try {
          if (reading === 'what changed, all in one second') share(shop);
          const most = heaviest(shop);
          const query = reading === 'everything' ? full : changedSince('2020-01-01T00:00:00.000Z');
          const { ids } = await readAll(shop, query, {
            before: (page) => {
              const bytes = most + (spare[Math.floor(page / 3) % spare.length] ?? 0);
              weaken(shop, bytes, way);
              return killed.includes(page) ? {} : undefined;
            },
          });

          expect(new Set(ids).size).toBe(ids.length);
          expect(inOrder(ids)).toEqual(inOrder(listed(shop)));
        } finally {
          await shop.close();
        }
      }),
      { numRuns: cases(25) },
    );
  });

  it('hides no order behind one that went or that the key may not read, whatever the size', async () => {
    /** Runs of orders that are left out of every page. */
    const hidden = fc.array(fc.record({ from: fc.nat({ max: 60 }), count: fc.integer({ min: 1, max: 9 }) }), {
      maxLength: 4,
    });
    const removed = fc.array(fc.record({ page: fc.nat({ max: 30 }), index: fc.nat({ max: 59 }) }), { maxLength: 12 });
    const run = fc.record({
      spare: fc.integer({ min: 0, max: 30_000 }),
      // Not both at once: orders that nobody may see cannot show that the list moved.
      gaps: fc.oneof(
        fc.record({ hidden, removed: fc.constant<{ page: number; index: number }[]>([]) }),
        fc.record({ hidden: fc.constant<{ from: number; count: number }[]>([]), removed }),
      ),
      reading: fc.constantFrom('everything', 'what changed', 'what changed, all in one second'),
    });
    await fc.assert(
      fc.asyncProperty(run, async ({ spare, gaps, reading }) => {
        const shop = await openShop({ orders: 60 });
        try {
          if (reading === 'what changed, all in one second') share(shop);
          const all = inOrder(listed(shop));
          const kept = new Set(gaps.hidden.flatMap(({ from, count }) => all.slice(from, from + count)));
          const query = reading === 'everything' ? full : changedSince('2020-01-01T00:00:00.000Z');
          const { ids } = await readAll(shop, query, {
            fetch: hiding(kept),
            before: (page) => {
              const removed = gaps.removed.filter((each) => each.page === page);
              for (const { index } of removed) {
                const id = Number(all[index]);
                if (listed(shop).includes(String(id))) shop.simulator.orders.remove(id);
              }
              // In the trash an order has notes of where it was: it takes more than before.
              if (page === 0 || removed.length > 0) weaken(shop, heaviest(shop) + spare);
              return undefined;
            },
          });

          expect(new Set(ids).size).toBe(ids.length);
          const still = listed(shop).filter((id) => !kept.has(id) && !ids.includes(id));
          expect(still).toEqual([]);
        } finally {
          await shop.close();
        }
      }),
      { numRuns: cases(25) },
    );
  });

  it('gives the same records, ids, days and numbers as a strong one, by every way they are read', async () => {
    const shop = await startShop({ orders: 150 });
    const { products, variations } = shop.simulator.shop;
    const goods = [...products.keys(), ...variations.keys()].map(String);
    const heaviestProduct = [...products.keys()].map((id) =>
      Buffer.byteLength(JSON.stringify([shop.simulator.products.get(id)])),
    );
    const strong = await everythingOf(worker(shop), listed(shop), goods);
    for (const bytes of [Math.max(heaviest(shop), ...heaviestProduct), 40_000]) {
      weaken(shop, bytes);
      const context = worker(shop);
      const weak = await everythingOf(context, listed(shop), goods);

      expect(weak).toEqual(strong);
      expect(Object.keys(context.limiter.snapshot()).length).toBeGreaterThan(2);
    }
    for (const [name, found] of strong) expect([name, found.length]).not.toEqual([name, 0]);
  });

  it('is asked for less at once, not for the same again; the next worker begins with what is known', async () => {
    const shop = await startShop({ orders: 150 });
    weaken(shop, 20 * heaviest(shop));
    const { known } = await readAll(shop, full);
    const asked = sizes(shop);
    expect(asked.filter(({ status }) => status === 500).map(({ size }) => size)).toEqual(
      [100, 50, 25].slice(0, asked.filter(({ status }) => status === 500).length),
    );
    expect(asked[0]).toEqual({ size: 100, status: 500 });

    shop.simulator.resetCalls();
    await readAll(shop, changedSince('2020-01-01T00:00:00.000Z'), {
      before: (page) => (page === 0 ? known : undefined),
    });
    expect(sizes(shop).filter(({ status }) => status === 500)).toEqual([]);
  });

  it('is asked for more again after ten full pages, and near what failed only after fifty', async () => {
    const shop = await startShop({ orders: 700 });
    weaken(shop, 3_000_000, 'an error of WordPress');
    shop.simulator.clearFaults();
    // What a worker knows of a shop that sent 6 and not 12.
    const known = { 'note/page/wc/v3/orders?': [6], 'note/page/wc/v3/orders?_failed': [12] };
    const { ids } = await readAll(shop, full, { before: (page) => (page === 0 ? known : undefined) });
    const pages = sizes(shop).map(({ size }) => size);
    const turns = pages.flatMap((size, index) => (size === pages[index - 1] ? [] : [[size, index]]));

    expect(inOrder(ids)).toEqual(inOrder(listed(shop)));
    expect(turns).toEqual([[6, 0], [9, 10], [14, 60], [21, 70].slice(0, 2)].slice(0, turns.length));
    expect(turns.length).toBeGreaterThan(2);
  });
});

/** What an answer leaves out: rows that the key may not read. */
function hiding(ids: ReadonlySet<string>): FetchLike {
  return async (url, init) => {
    const reply = await fetch(url, init);
    if (reply.status !== 200) return reply;
    const rows = (await reply.json()) as { id: number }[];
    const headers = new Headers(reply.headers);
    headers.delete('content-length');
    return new Response(JSON.stringify(rows.filter(({ id }) => !ids.has(String(id)))), { status: 200, headers });
  };
}

describe('[E3] a record that the shop cannot send even alone', () => {
  /** Everything a shop sends, and what it cannot send; by workers of whom each knows what the one before knew. */
  async function readPast(shop: OpenShop, query: ReadQuery) {
    const found: { records: string[]; rejected: RejectedRecord[] } = { records: [], rejected: [] };
    let cursor: Json | null = null;
    let known: LimiterState = {};
    do {
      const context = worker(shop, asStored(known));
      const page: ReadPage = unwrap(await sourceOf(context).read('order', { ...query, cursor }));
      found.records.push(...idsOf(page.records.filter(({ gone }) => gone === undefined)));
      found.rejected.push(...page.rejected);
      known = context.limiter.snapshot();
      cursor = page.next === null ? null : asStored(page.next);
    } while (cursor !== null);
    return { ...found, known };
  }

  /** Makes orders so large that the shop cannot send them, and everything else still. */
  function bloat(shop: OpenShop, ids: readonly string[], spare = 0): void {
    const most = heaviest(shop) + spare;
    for (const id of ids) {
      const modifiedAt = shop.simulator.shop.orders.get(Number(id))?.modifiedAt ?? 0;
      shop.simulator.orders.edit(Number(id), { customer_note: 'x'.repeat(most) });
      // They do not follow each other because they were edited together.
      Object.assign(shop.simulator.shop.orders.get(Number(id)) ?? {}, { modifiedAt });
    }
    shop.simulator.store.touch('orders');
    weaken(shop, most);
  }

  it.each([
    ['everything', full],
    ['what changed', changedSince(since)],
  ])(
    'is a failure of its own that says where to look; %s else is read, in pages as large as before',
    async (_, query) => {
      const shop = await startShop({ orders: 150 });
      const all = inOrder(listed(shop));
      const bad = all[60] ?? '';
      bloat(shop, [bad], 3_000_000);
      const { records, rejected, known } = await readPast(shop, query);

      expect(inOrder(records)).toEqual(all.filter((id) => id !== bad));
      expect(rejected).toMatchObject([
        {
          entity: 'order',
          id: bad,
          dated_at: expect.stringMatching(/^20/),
          failure: { code: 'woocommerce.failing_record', category: 'network', retryable: true },
        },
      ]);
      expect(rejected[0]?.failure.reason).toContain(`order ${bad}, also alone`);
      expect(known['note/page/wc/v3/orders?']).toEqual([100]);

      const again = unwrap(await sourceOf(worker(shop)).readByIds('order', [bad, all[0] ?? '']));
      expect([idsOf(again.records), idsOf(again.rejected)]).toEqual([[all[0]], [bad]]);
      shop.simulator.clearFaults();
      const healed = unwrap(await sourceOf(worker(shop)).readByIds('order', [bad]));
      expect(idsOf(healed.records)).toEqual([bad]);
    },
  );

  it('hides no other, wherever such records are and however many fit beside them', async () => {
    const run = fc.record({
      orders: fc.integer({ min: 1, max: 60 }),
      bad: fc.uniqueArray(fc.nat({ max: 59 }), { maxLength: 6 }),
      spare: fc.integer({ min: 0, max: 60_000 }),
      reading: fc.constantFrom('everything', 'what changed', 'what changed, all in one second'),
    });
    await fc.assert(
      fc.asyncProperty(run, async ({ orders, bad, spare, reading }) => {
        const shop = await openShop({ orders });
        try {
          const all = inOrder(listed(shop));
          // Not three in a row: that would be a broken shop. By their changes orders have another order than by id.
          const some = all.filter((_, index) => bad.includes(index) && index % 3 < 2);
          const ids = reading === 'what changed' ? some.slice(0, 2) : some;
          bloat(shop, ids, spare);
          if (reading === 'what changed, all in one second') share(shop);
          const { records, rejected } = await readPast(shop, reading === 'everything' ? full : changedSince(since));
          expect(inOrder(idsOf(rejected))).toEqual(ids);
          expect(inOrder(records)).toEqual(all.filter((id) => !ids.includes(id)));
        } finally {
          await shop.close();
        }
      }),
      { numRuns: cases(25) },
    );
  });

  it('takes its refunds along, with the reason', async () => {
    const shop = await startShop({ orders: 150 });
    const refunded = [...shop.simulator.shop.orders.values()].find(({ refundIds }) => refundIds.length > 0);
    const bad = String(refunded?.id);
    bloat(shop, [bad], 3_000_000);
    const { rejected } = unwrap(await sourceOf(worker(shop)).read('refund', full));
    expect(rejected.map(({ id, failure }) => [id, failure.code])).toEqual(
      refunded?.refundIds.map((id) => [`${bad}:${id}`, 'woocommerce.failing_record']),
    );
  });

  it('is the shop where one follows the other: the read stops, and goes on once it can', async () => {
    const shop = await startShop({ orders: 40 });
    const all = inOrder(listed(shop));
    bloat(shop, all.slice(5));
    const { limiter } = worker(shop);
    const found: string[] = [];
    const rejected: string[] = [];
    let cursor: Json | null = null;
    const read = async () => {
      const page = await sourceOf({ ...worker(shop), limiter }).read('order', { ...full, cursor });
      if (!page.ok) return page.failure;
      found.push(...idsOf(page.value.records));
      rejected.push(...idsOf(page.value.rejected));
      cursor = page.value.next;
      return undefined;
    };
    let failure: Failure | undefined;
    while (!failure) failure = await read();
    expect(failure).toMatchObject({ code: 'woocommerce.failing_record', category: 'network', retryable: true });
    expect([found, rejected]).toEqual([all.slice(0, 5), all.slice(5, 8)]);
    const tries = () => sizes(shop).filter(({ status }) => status === 500).length;
    // Once down to a single record, then each twice.
    expect(tries()).toBe(14);
    const before = tries();
    expect(await read()).toMatchObject({ code: 'woocommerce.failing_record' });
    expect(tries() - before).toBe(2);

    shop.simulator.clearFaults();
    do {
      expect(await read()).toBeUndefined();
    } while (cursor !== null);
    expect(inOrder([...found, ...rejected])).toEqual(all);
    expect(rejected).toHaveLength(3);
  });
});

describe('[E5] a shop in trouble', () => {
  const readOnce = async (shop: OpenShop, fetch?: FetchLike) => {
    const context = worker(shop, {}, fetch);
    const failure = failureOf(await sourceOf(context).read('order', full));
    return { failure, known: context.limiter.snapshot() };
  };

  it('is not asked for ever smaller pages when it answers nothing', async () => {
    const shop = await startShop({ orders: 150 });
    shop.simulator.addFault({ kind: 'reply', status: 500, body: '', times: 0 });
    const { failure, known } = await readOnce(shop);

    expect(failure).toMatchObject({ code: 'woocommerce.unavailable', retryable: true });
    // The page once, a single id as often as any call.
    expect(shop.simulator.calls.length).toBe(5);
    expect(known).toEqual({});
  });

  it('is left alone for as long as it asks for', async () => {
    const shop = await startShop({ orders: 150 });
    shop.simulator.addFault({ kind: 'reply', status: 503, headers: { 'retry-after': '600' }, body: '', times: 0 });
    const started = shop.clock.now();
    const { failure, known } = await readOnce(shop);

    expect(failure).toMatchObject({ code: 'woocommerce.unavailable', retryable: true, retry_after_ms: 600_000 });
    expect(shop.simulator.calls.length).toBe(1);
    expect(shop.clock.now()).toBe(started);
    expect(known).toEqual({});
  });

  it('that is asked too often is waited for, with the same page', async () => {
    const shop = await startShop({ orders: 150 });
    shop.simulator.addFault({ kind: 'reply', status: 429, headers: { 'retry-after': '7' }, body: '', times: 2 });
    const { ids } = await readAll(shop, full);

    expect(inOrder(ids)).toEqual(inOrder(listed(shop)));
    expect(sizes(shop).map(({ size }) => size)).toEqual([100, 100, 100, 100]);
  });

  it('that cannot be reached is tried as often as ever', async () => {
    const shop = await startShop({ orders: 150 });
    const refused: FetchLike = async () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) });
    };
    let tries = 0;
    const { failure, known } = await readOnce(shop, (...call) => {
      tries += 1;
      return refused(...call);
    });

    expect(failure.code).toBe('network.unreachable');
    expect(tries).toBe(4);
    expect(known).toEqual({});
  });

  it('that lets time run out costs two time-outs a slice at most, and the next slice asks for less', async () => {
    const shop = await startShop({ orders: 100 });
    const slow: FetchLike = async (url, init) => {
      if (Number(new URL(url).searchParams.get('per_page')) <= 12) return fetch(url, init);
      shop.clock.advance(30_000);
      throw new DOMException('', 'TimeoutError');
    };
    const { failure, known } = await readOnce(shop, slow);
    expect(failure.code).toBe('network.timeout');
    const started = shop.clock.now();
    const { ids } = await readAll(shop, full, { fetch: slow, before: (page) => (page === 0 ? known : undefined) });

    expect(shop.clock.now() - started).toBe(30_000);
    expect(inOrder(ids)).toEqual(inOrder(listed(shop)));
  });
});

describe('[E3] places that earlier versions stored', () => {
  it.each([
    ['of a scan', full, { phase: 0, at: { offset: 99, last: 0 } }],
    ['of a scan that looked for its place', full, { phase: 0, at: { offset: 0, last: 0, missing: 99 } }],
  ] as const)('%s are gone on from', async (_what, query, stored) => {
    const shop = await startShop({ orders: 150 });
    weaken(shop, 10 * heaviest(shop));
    const first = inOrder(listed(shop));
    const last = Number(first['missing' in stored.at ? 50 : 99]);
    const ids: string[] = [];
    let cursor: Json | null = { ...stored, at: { ...stored.at, last } };
    while (cursor !== null) {
      const page: ReadPage = unwrap(await sourceOf(worker(shop)).read('order', { ...query, cursor }));
      ids.push(...idsOf(page.records));
      cursor = page.next;
    }

    expect(inOrder(ids)).toEqual(first.filter((id) => Number(id) > last));
  });

  it('in a crowded second are gone on from', async () => {
    const shop = await startShop({ orders: 260 });
    share(shop);
    weaken(shop, 10 * heaviest(shop));
    const all = inOrder(listed(shop));
    const at = new Date(shop.clock.now() - 60_000).toISOString().slice(0, 19);
    const seen = all.slice(0, 200).map(Number);
    const ids: string[] = [];
    let cursor: Json | null = { phase: 0, at: { at, seen, offset: 199 } };
    while (cursor !== null) {
      const page: ReadPage = unwrap(await sourceOf(worker(shop)).read('order', { ...changedSince(at), cursor }));
      ids.push(...idsOf(page.records.filter(({ gone }) => gone === undefined)));
      cursor = page.next;
    }

    expect(inOrder(ids)).toEqual(all.slice(200));
  });
});
