import type { HistoryEntry, HistoryStatus } from '../model/history-entry.ts';
import type { HistoryQuery, HistoryRepository, RunRepository } from './ports.ts';
import { routes as allRoutes, type Route } from './routes.ts';

/** Any combination of them; all must fit. */
export interface HistoryFilters {
  /** As the API spells it: `orders`. */
  readonly entity?: string | undefined;
  readonly status?: HistoryStatus | undefined;
  /** A platform at either end. */
  readonly connection?: string | undefined;
  /** Epoch ms, both inclusive. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly runId?: string | undefined;
  /** Id of a record on its source. */
  readonly sourceId?: string | undefined;
}

export interface HistoryDeps {
  readonly history: Pick<HistoryRepository, 'walk'>;
  readonly runs: Pick<RunRepository, 'find'>;
}

/** An entry with its place in the list, or a place where an entry does not fit. */
interface Step {
  readonly entry: HistoryEntry | undefined;
  readonly position: string;
}

/** Entries a page may look at to be filled, where filters have no key of their own (one sync, one record). */
const readLimit = 1000;

/** A worker's clock may be this far from the one that stamped the run. */
const clockSlackMs = 60_000;

/** A page of the history. It may be short while there is more. */
export async function readHistory(
  deps: HistoryDeps,
  tenantId: string,
  filters: HistoryFilters,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<{ entries: HistoryEntry[]; next?: string }> {
  const entries: HistoryEntry[] = [];
  let last: string | undefined;
  let read = 0;
  // One more than the page has tells whether there is another.
  for await (const { entry, position } of steps(deps, tenantId, filters, { chunk: limit + 1, after })) {
    const isFull = (entry !== undefined && entries.length === limit) || read === readLimit;
    if (isFull && last !== undefined) return { entries, next: last };
    if (entry) entries.push(entry);
    last = position;
    read += 1;
  }
  return { entries };
}

/** Every entry that fits behind `after`, with the position behind it; reads `chunk` of each partition at a time. */
export async function* walkHistory(
  deps: HistoryDeps,
  tenantId: string,
  filters: HistoryFilters,
  from: { readonly chunk: number; readonly after?: string | undefined },
): AsyncGenerator<{ readonly entry: HistoryEntry; readonly position: string }> {
  for await (const { entry, position } of steps(deps, tenantId, filters, from)) if (entry) yield { entry, position };
}

async function* steps(
  deps: HistoryDeps,
  tenantId: string,
  filters: HistoryFilters,
  from: { readonly chunk: number; readonly after?: string | undefined },
): AsyncGenerator<Step> {
  const query = await queryOf(deps, tenantId, filters);
  if (!query) return;
  for await (const { entry, position } of deps.history.walk(tenantId, query, from)) {
    yield { entry: fits(entry, filters) ? entry : undefined, position };
  }
}

/** The partitions that hold what fits and as little else as there can be; undefined when nothing can fit. */
async function queryOf(
  { runs }: Pick<HistoryDeps, 'runs'>,
  tenantId: string,
  filters: HistoryFilters,
): Promise<HistoryQuery | undefined> {
  const { status, runId, sourceId } = filters;
  const routes = routesOf(filters);
  if (routes.length === 0) return undefined;
  if (sourceId !== undefined) return { records: recordsOf(routes, sourceId) };
  const run = runId === undefined ? undefined : await runs.find(tenantId, runId);
  if (runId !== undefined && !run) return undefined;
  const chosen = run ? routes.filter(({ id }) => run.routes.includes(id)) : routes;
  const startMs = run && Date.parse(run.started_at) - clockSlackMs;
  const endMs = run?.finished_at === undefined ? undefined : Date.parse(run.finished_at) + clockSlackMs;
  const isAll = chosen.length === allRoutes.length && status === undefined;
  return {
    routeIds: isAll ? undefined : chosen.map(({ id }) => id),
    status,
    fromMs: latest(filters.fromMs, startMs),
    toMs: earliest(filters.toMs, endMs),
  };
}

function routesOf({ entity, connection }: HistoryFilters): readonly Route[] {
  return allRoutes.filter(
    ({ name, source, target }) =>
      (entity === undefined || name === entity) &&
      (connection === undefined || source.platform === connection || target.platform === connection),
  );
}

/** The records this id may name: a product, a customer and an order may share it. */
function recordsOf(routes: readonly Route[], id: string): HistoryEntry['source'][] {
  const sources = new Map(routes.map(({ source }) => [`${source.platform} ${source.entity}`, source]));
  return [...sources.values()].map(({ platform, entity }) => ({ connection: platform, entity, id }));
}

function fits(entry: HistoryEntry, { entity, status, connection, fromMs, toMs, runId }: HistoryFilters): boolean {
  const at = Date.parse(entry.at);
  return (
    (entity === undefined || entry.entity === entity) &&
    (status === undefined || entry.status === status) &&
    (connection === undefined || [entry.source.connection, entry.target_connection].includes(connection)) &&
    (runId === undefined || entry.run_id === runId) &&
    (fromMs === undefined || at >= fromMs) &&
    (toMs === undefined || at <= toMs)
  );
}

function latest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
