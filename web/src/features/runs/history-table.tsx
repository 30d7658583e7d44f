import { ActionBadge } from '#web/components/badge.tsx';
import { type Column, DataTable, type DataTableProps } from '#web/components/data-table.tsx';
import { FlowName } from '#web/components/flow-name.tsx';
import { TextLink } from '#web/components/link.tsx';
import { DateTime, entityName, Money } from '#web/components/text.tsx';
import type { HistoryEntry } from '#web/lib/api.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';

type Table = DataTableProps<HistoryEntry>;

export interface HistoryTableProps
  extends Pick<
    Table,
    'rows' | 'empty' | 'selection' | 'isPending' | 'error' | 'refetch' | 'hasMore' | 'loadMore' | 'isLoadingMore'
  > {
  /** True where the rows are of many syncs: each links to its own. */
  readonly isOfMany: boolean;
}

/** What became of records, one line each. */
export function HistoryTable({ isOfMany, ...table }: HistoryTableProps) {
  return (
    <DataTable
      label={t('runs.records')}
      columns={isOfMany ? [...columns, syncColumn] : columns}
      rowId={({ id }) => id}
      rowName={({ label }) => label}
      {...table}
    />
  );
}

const columns: readonly Column<HistoryEntry>[] = [
  {
    id: 'record',
    header: t('runs.record'),
    cell: ({ label, route, source: { connection, entity, id } }) => (
      <>
        <TextLink
          to="/records/$connection/$entity/$id"
          params={{ connection, entity, id }}
          className="block max-w-32 truncate sm:max-w-56 xl:max-w-40 2xl:max-w-56"
        >
          {label}
        </TextLink>
        <span className="block text-xs text-ink-muted xl:hidden">
          <FlowName id={route} />
        </span>
      </>
    ),
  },
  { id: 'flow', header: t('runs.flow'), cell: ({ route }) => <FlowName id={route} />, from: 'xl' },
  { id: 'outcome', header: t('runs.outcome'), cell: ({ status }) => <ActionBadge action={status} /> },
  {
    id: 'documents',
    header: t('runs.document'),
    cell: ({ documents }) => <Documents documents={documents} />,
    from: 'md',
  },
  { id: 'note', header: t('runs.note'), cell: noteOf, grows: true, from: '2xl' },
  { id: 'when', header: t('runs.when'), cell: ({ at }) => <DateTime value={at} />, from: 'sm' },
];

const syncColumn: Column<HistoryEntry> = {
  id: 'sync',
  header: t('runs.sync'),
  cell: ({ sync_id: syncId }) => (
    <TextLink to="/runs/$syncId" params={{ syncId }} className="whitespace-nowrap">
      {t('runs.openSync')}
    </TextLink>
  ),
  from: 'xl',
};

/** What was written and what it comes to; what it is called in the other system says nothing to people. */
function Documents({ documents }: Pick<HistoryEntry, 'documents'>) {
  return documents.map(({ entity, action, target_id: id, total, currency }) => (
    <span key={`${entity} ${id}`} className="block whitespace-nowrap">
      {entityName(entity)} <span className="text-xs text-ink-muted">{maybe('action', action)?.toLowerCase()}</span>
      {total !== null && currency !== null && (
        <>
          {' '}
          <Money amount={total} currency={currency} />
        </>
      )}
    </span>
  ));
}

function noteOf({ failure, reason }: HistoryEntry): string {
  return failure?.reason ?? reason ?? '';
}
