import { byteOrderMark, csvLines } from '../files/csv.ts';
import type { HistoryDocument, HistoryEntry } from '../model/history-entry.ts';
import { historyView } from './history-view.ts';

/** How a file of the history is written, piece by piece. */
export interface HistoryFormat {
  readonly contentType: string;
  readonly open: string;
  /** @param isFirst whether these are the first rows of the file. */
  rows(entries: readonly HistoryEntry[], isFirst: boolean): string;
  readonly close: string;
}

/** Columns of the CSV file, in order. */
const columns: Readonly<Record<string, (entry: HistoryEntry) => string | undefined>> = {
  id: ({ entry_id }) => entry_id,
  at: ({ at }) => at,
  sync_id: ({ run_id }) => run_id,
  entity: ({ entity }) => entity,
  route: ({ route_id }) => route_id,
  source: ({ source }) => source.connection,
  source_entity: ({ source }) => source.entity,
  source_id: ({ source }) => source.id,
  target: ({ target_connection }) => target_connection,
  label: ({ label }) => label,
  status: ({ status }) => status,
  documents: ({ documents }) => documents.map(documentText).join('; '),
  reason: ({ reason }) => reason,
  failure_code: ({ failure }) => failure?.code,
  failure_reason: ({ failure }) => failure?.reason,
  failure_fix: ({ failure }) => failure?.fix,
  requested_by: ({ requested_by }) => requested_by,
};

/** `invoice created 145 (59.40 USD)`. */
function documentText({ entity, action, target_id, total, currency }: HistoryDocument): string {
  const amount = total === undefined ? undefined : `(${[total, currency].filter(Boolean).join(' ')})`;
  return [entity, action, target_id, amount].filter(Boolean).join(' ');
}

/** One JSON array, an entry per line. */
const json: HistoryFormat = {
  contentType: 'application/json',
  open: '[',
  rows: (entries, isFirst) =>
    entries
      .map((entry, index) => `${isFirst && index === 0 ? '\n' : ',\n'}${JSON.stringify(historyView(entry))}`)
      .join(''),
  close: '\n]\n',
};

const csv: HistoryFormat = {
  contentType: 'text/csv; charset=utf-8',
  open: `${byteOrderMark}${csvLines([Object.keys(columns)])}`,
  rows: (entries) => csvLines(entries.map((entry) => Object.values(columns).map((cell) => cell(entry) ?? ''))),
  close: '',
};

export const historyFormats = { csv, json } as const;
