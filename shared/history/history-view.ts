import type * as z from 'zod';
import type { historyAnswerSchema } from '../api/history.ts';
import type { HistoryEntry } from '../model/history-entry.ts';

type HistoryAnswer = z.output<typeof historyAnswerSchema>;

/** An entry as lists and JSON exports show it. */
export function historyView(entry: HistoryEntry): HistoryAnswer {
  const { entry_id, at, run_id, entity, route_id, source, label, status, requested_by } = entry;
  return {
    id: entry_id,
    at,
    sync_id: run_id,
    entity,
    route: route_id,
    source,
    label,
    status,
    documents: entry.documents.map(({ entity, action, target_id = null, total = null, currency = null }) => ({
      entity,
      action,
      target_id,
      total,
      currency,
    })),
    reason: entry.reason ?? null,
    failure: entry.failure ?? null,
    requested_by,
  };
}
