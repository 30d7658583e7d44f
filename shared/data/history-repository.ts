import { type HistoryEntry, historyEntrySchema } from '../model/history-entry.ts';
import type { HistoryQuery, HistoryRepository } from '../sync/ports.ts';
import { writeMany } from './batches.ts';
import { newestFirst, type Partition } from './history-partitions.ts';
import { keys } from './keys.ts';
import type { Item, Key, Table } from './table.ts';

/** Below and above every instant there is, as text. */
const instants = { first: -62_167_219_200_000, last: 253_402_300_799_999 };

/**
 * What happened to records. Whatever the filters, a page costs one query per partition that fits them, of the page's
 * size: nothing is read past.
 */
export function createHistoryRepository(table: Table): HistoryRepository {
  async function* walk(
    tenantId: string,
    query: HistoryQuery,
    { chunk, after }: { readonly chunk: number; readonly after?: string | undefined },
  ) {
    const partitions = 'records' in query ? recordPartitions(tenantId, query.records) : timePartitions(tenantId, query);
    for await (const { item, position } of newestFirst(table, partitions, chunk, after)) {
      yield { entry: historyEntrySchema.parse(item), position };
    }
  }

  const page = async (tenantId: string, query: HistoryQuery, limit: number, after: string | undefined) => {
    const entries: HistoryEntry[] = [];
    let last: string | undefined;
    // One more than asked for tells whether there is another page.
    for await (const { entry, position } of walk(tenantId, query, { chunk: limit + 1, after })) {
      if (entries.length === limit && last !== undefined) return { entries, next: last };
      entries.push(entry);
      last = position;
    }
    return { entries };
  };

  return {
    walk,
    async append(entries) {
      // A batch may not name a key twice; the last counts.
      const items = new Map(entries.map(historyItem).map((item) => [`${item.pk} ${item.sk}`, item]));
      await writeMany(
        table,
        [...items.values()].map((Item) => ({ PutRequest: { Item } })),
      );
    },
    list: (tenantId, { limit, after, ...query }) => page(tenantId, query, limit, after),
    ofRecord: (tenantId, source, { limit, after }) => page(tenantId, { records: [source] }, limit, after),
  };
}

function recordPartitions(tenantId: string, records: readonly HistoryEntry['source'][]): readonly Partition[] {
  const { historyPrefix: low } = keys;
  return records.map((source) => {
    const { pk } = keys.history(tenantId, source, '', '');
    return { pkName: 'pk', skName: 'sk', pk, low, high: `${low}~` };
  });
}

function timePartitions(
  tenantId: string,
  { routeIds, status, fromMs, toMs }: Exclude<HistoryQuery, { records: unknown }>,
): readonly Partition[] {
  const low = instantKey(fromMs ?? instants.first);
  const high = `${instantKey(toMs ?? instants.last)}#~`;
  if (routeIds === undefined) {
    if (status !== undefined) throw new Error('history by status wants its routes named');
    const { gsi1pk: pk } = keys.historyByTime(tenantId);
    return [{ IndexName: 'gsi1', pkName: 'gsi1pk', skName: 'gsi1sk', pk, low, high }];
  }
  return routeIds.map((routeId) => {
    if (status === undefined) {
      const { gsi2pk: pk } = keys.historyByRoute(tenantId, routeId);
      return { IndexName: 'gsi2', pkName: 'gsi2pk', skName: 'gsi2sk', pk, low, high };
    }
    const { gsi3pk: pk } = keys.historyByRouteAndStatus(tenantId, routeId, status);
    return { IndexName: 'gsi3', pkName: 'gsi3pk', skName: 'gsi3sk', pk, low, high };
  });
}

/** Years outside of 0 to 9999 would not sort as text. */
function instantKey(epochMs: number): string {
  return new Date(Math.min(Math.max(epochMs, instants.first), instants.last)).toISOString();
}

function historyItem(entry: HistoryEntry): Item & Key {
  const { tenant_id, source, run_id, route_id, status, at, entry_id } = entry;
  return {
    ...keys.history(tenant_id, source, run_id, route_id),
    ...keys.historyByTime(tenant_id, at, entry_id),
    ...keys.historyByRoute(tenant_id, route_id, at, entry_id),
    ...keys.historyByRouteAndStatus(tenant_id, route_id, status, at, entry_id),
    type: 'history',
    ...entry,
  };
}
