import { parseArgs } from 'node:util';
import { createHistoryRepository } from '#shared/data/history-repository.ts';
import { routes } from '#shared/sync/routes.ts';
import { entriesFrom, meteredTable } from '#test/support/history.ts';
import { startTable } from '#test/support/table.ts';

/**
 * What the first page of the history costs as the history grows: `npm run bench:history -- --entries
 * 1000000`. The emulator takes up to 2,000 entries a second, and about 7 KB of memory for each.
 */
const { values } = parseArgs({ options: { entries: { type: 'string', default: '100000' } } });
const most = Number(values.entries);
const limit = 50;
const routeIds = routes.map(({ id }) => id);
const shapes = {
  'no filter': {},
  'an entity': { routeIds: routes.filter(({ name }) => name === 'orders').map(({ id }) => id) },
  'a status': { routeIds, status: 'created' },
  'an entity and a status': { routeIds: routeIds.slice(0, 2), status: 'failed' },
} as const;

const table = await startTable();
try {
  const history = createHistoryRepository(table.table);
  const tenant_id = 'bench';
  // The same number of digits throughout, so that all items are of one size.
  let next = 10_000_000;
  const first = next;
  for (const size of [2000, 10_000, 100_000, 1_000_000].filter((count) => count <= most)) {
    while (next < first + size) {
      const count = Math.min(1000, first + size - next);
      await history.append(entriesFrom(next, count, { tenant_id }));
      next += count;
    }
    for (const [name, query] of Object.entries(shapes)) {
      const metered = meteredTable(table.table);
      const page = await createHistoryRepository(metered.table).list(tenant_id, { ...query, limit });
      const cost = `${metered.calls.length} queries, ${metered.units()} read units`;
      console.log(`${String(size).padStart(9)} entries, ${name}: ${page.entries.length} shown, ${cost}`);
    }
  }
} finally {
  await table.stop();
}
