import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunks } from '#shared/core/chunks.ts';
import { createHistoryRepository } from '#shared/data/history-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { type HistoryEntry, historyStatuses } from '#shared/model/history-entry.ts';
import type { HistoryRepository } from '#shared/sync/ports.ts';
import { type HistoryFilters, readHistory } from '#shared/sync/read-history.ts';
import { entityNames } from '#shared/sync/route-table.ts';
import { routes } from '#shared/sync/routes.ts';
import { anEntry, entriesFrom, historyStart, meteredTable } from '#test/support/history.ts';
import { cases } from '#test/support/seed.ts';
import { startTable, type TestTable } from '#test/support/table.ts';

let table: TestTable;
let history: HistoryRepository;
beforeAll(async () => {
  table = await startTable();
  history = createHistoryRepository(table.table);
});
afterAll(() => table.stop());

const numbersOf = (entries: readonly HistoryEntry[]) => entries.map(({ source }) => Number(source.id));
const byTime = (a: HistoryEntry, b: HistoryEntry) => (`${b.at}#${b.entry_id}` < `${a.at}#${a.entry_id}` ? -1 : 1);

describe('the history', () => {
  it('is walked newest first, each entry once, while others arrive', async () => {
    const tenant_id = 'walker';
    const there = entriesFrom(0, 60, { tenant_id });
    await history.append(there);
    const seen: number[] = [];
    let later = 60;
    for (let after: string | undefined, more = true; more; ) {
      const page = await history.list(tenant_id, { limit: 7, after });
      seen.push(...numbersOf(page.entries));
      after = page.next;
      more = after !== undefined;
      await history.append(entriesFrom(later, 5, { tenant_id }));
      later += 5;
    }
    expect(seen).toEqual(numbersOf(there).toReversed());
  });

  it('has one entry per run, route and record, however often the window is worked on', async () => {
    const tenant_id = 'repeater';
    const entry = anEntry(1, { tenant_id, status: 'failed' });
    const better: HistoryEntry = { ...entry, status: 'created', at: '2026-03-02T00:00:00.000Z' };
    await history.append([entry, anEntry(2, { tenant_id })]);
    await history.append([entry, better]);
    const routeIds = routes.map(({ id }) => id);
    expect((await history.list(tenant_id, { routeIds, status: 'failed', limit: 9 })).entries).toEqual([]);
    expect((await history.list(tenant_id, { limit: 9 })).entries).toEqual([better, anEntry(2, { tenant_id })]);
  });

  it('gives the entries of one record, newest run first, and no link of it', async () => {
    const source = { connection: 'woocommerce', entity: 'order', id: '7#1' };
    const runs = Array.from({ length: 5 }, (_, run) => anEntry(run * 6 + 2, { source, run_id: `run-${run}` }));
    await history.append([...runs, anEntry(9)]);
    const first = await history.ofRecord('shop-1', source, { limit: 3 });
    const rest = await history.ofRecord('shop-1', source, { limit: 3, after: first.next });
    expect([...first.entries, ...rest.entries]).toEqual(runs.toReversed());
    expect(rest.next).toBeUndefined();
    expect((await history.ofRecord('shop-2', source, { limit: 3 })).entries).toEqual([]);
  });

  it('shows a tenant its own entries only', async () => {
    await history.append([anEntry(1, { tenant_id: 'own' })]);
    expect((await history.list('own%', { limit: 9 })).entries).toEqual([]);
    expect((await history.list('own#HISTORY', { limit: 9 })).entries).toEqual([]);
  });
});

describe('any combination of filters', () => {
  const tenant_id = 'filters';
  const all = entriesFrom(0, 400, { tenant_id });
  const runs = () => createRunRepository(table.table);
  beforeAll(async () => {
    await history.append(all);
    const repository = runs();
    for (const run of new Set(all.map(({ run_id }) => run_id))) {
      const own = all.filter(({ run_id }) => run_id === run);
      await repository.start(
        {
          tenant_id,
          run_id: run,
          entity: 'orders',
          mode: 'full',
          dry_run: false,
          filters: {},
          routes: routes.map(({ id }) => id),
          status: 'completed',
          requested_by: 'ann',
          started_at: own[0]?.at ?? '',
          finished_at: own.at(-1)?.at,
        },
        [],
        undefined,
      );
      for (const { id } of routes) await repository.releaseLease(tenant_id, id, run);
    }
  });

  const platforms = [...new Set(routes.flatMap(({ source, target }) => [source.platform, target.platform]))];
  const some = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
  const moment = fc.option(
    fc.integer({ min: -5, max: 405 }).map((number) => historyStart + number * 1000),
    { nil: undefined },
  );
  const filters: fc.Arbitrary<HistoryFilters> = fc.record({
    entity: some([...entityNames(), 'nothing']),
    status: some(historyStatuses),
    connection: some([...platforms, 'nowhere']),
    fromMs: moment,
    toMs: moment,
    runId: some(['run-0', 'run-2', 'run-9']),
    sourceId: some(['0', '17', '203', 'x']),
  });

  function expected({ entity, status, connection, fromMs, toMs, runId, sourceId }: HistoryFilters): HistoryEntry[] {
    return all
      .filter((entry) => entity === undefined || entry.entity === entity)
      .filter((entry) => status === undefined || entry.status === status)
      .filter((entry) => connection === undefined || entry.route_id.includes(connection))
      .filter((entry) => fromMs === undefined || Date.parse(entry.at) >= fromMs)
      .filter((entry) => toMs === undefined || Date.parse(entry.at) <= toMs)
      .filter((entry) => runId === undefined || entry.run_id === runId)
      .filter((entry) => sourceId === undefined || entry.source.id === sourceId)
      .sort(byTime);
  }

  it('finds exactly what fits, in order, over pages of any size', async () => {
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 1, max: 150 }), async (chosen, limit) => {
        const found: HistoryEntry[] = [];
        let after: string | undefined;
        do {
          const page = await readHistory({ history, runs: runs() }, tenant_id, chosen, { limit, after });
          expect(page.entries.length).toBeLessThanOrEqual(limit);
          found.push(...page.entries);
          after = page.next;
        } while (after !== undefined && found.length < 3 * limit);
        const wanted = expected(chosen);
        expect(found).toEqual(after === undefined ? wanted : wanted.slice(0, found.length));
      }),
      { numRuns: cases(150) },
    );
  });
});

describe('the first page', () => {
  const limit = 10;
  // Enough that the first page of each route and status is full in both.
  const few = 12 * historyStatuses.length * routes.length;
  const many = 2 * few;
  const routeIds = routes.map(({ id }) => id);
  const orders = routes.filter(({ name }) => name === 'orders').map(({ id }) => id);
  const shapes = {
    'no filter': {},
    'all routes': { routeIds },
    'an entity': { routeIds: orders },
    'a status': { routeIds, status: 'created' },
    'an entity and a status': { routeIds: orders, status: 'failed' },
    'a time span': { fromMs: historyStart, toMs: Date.parse('2026-12-31T00:00:00Z') },
  } as const;

  async function costOf(tenantId: string, query: (typeof shapes)[keyof typeof shapes]) {
    const metered = meteredTable(table.table);
    const page = await createHistoryRepository(metered.table).list(tenantId, { ...query, limit });
    return { entries: page.entries.length, calls: metered.calls.length, units: metered.units() };
  }

  it('costs the same at some entries and at twice as many, whatever the filters', async () => {
    // The newest are the same in both, so that the pages are of the same size.
    const fill = async (tenant_id: string, first: number) => {
      const entries = entriesFrom(first, 200_000 + many - first, { tenant_id });
      for (const some of chunks(entries, 2000)) await history.append(some);
    };
    await fill('few1', 200_000 + many - few);
    await fill('many', 200_000);
    for (const [name, query] of Object.entries(shapes)) {
      const cost = await costOf('few1', query);
      expect(cost, name).toMatchObject({ entries: limit });
      expect(cost.units, name).toBeGreaterThan(0);
      expect(cost.calls, name).toBe('routeIds' in query ? query.routeIds.length : 1);
      expect(await costOf('many', query), name).toEqual(cost);
    }
  });
});
