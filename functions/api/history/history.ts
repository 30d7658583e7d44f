import * as contract from '#shared/api/history.ts';
import { historyView } from '#shared/history/history-view.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { readPage } from '#shared/http/paging.ts';
import type { HistoryStatus } from '#shared/model/history-entry.ts';
import { type HistoryFilters, readHistory } from '#shared/sync/read-history.ts';
import type { HistoryApiDeps } from './deps.ts';

/** The filters as the query spells them. */
export interface FilterQuery {
  readonly entity?: string | undefined;
  readonly status?: HistoryStatus | undefined;
  readonly connection?: string | undefined;
  readonly start_date?: number | undefined;
  readonly end_date?: number | undefined;
  readonly sync_id?: string | undefined;
  readonly source_id?: string | undefined;
}

/** In one order, and without those that are not given: equal filters are equal as text. */
export function filtersOf(query: FilterQuery): HistoryFilters {
  const { entity, status, connection, start_date, end_date, sync_id, source_id } = query;
  const given = {
    entity,
    status,
    connection,
    fromMs: start_date,
    toMs: end_date,
    runId: sync_id,
    sourceId: source_id,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

export const listHistory = endpoint(
  contract.listHistory,
  async ({ query, caller: { tenantId } }, deps: Pick<HistoryApiDeps, 'history' | 'runs'>) => {
    const filters = filtersOf(query);
    const page = await readPage(query, [tenantId, 'history', filters], async (limit, after) => {
      const { entries, next } = await readHistory(deps, tenantId, filters, { limit, after });
      return { items: entries, next };
    });
    return answer(200, { ...page, items: page.items.map(historyView) });
  },
);
