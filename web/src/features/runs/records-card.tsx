import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Card } from '#web/components/card.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { isGoingOn } from '#web/components/sync-run.tsx';
import { type SyncDetail, useApiList } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import { filled } from '#web/lib/search.ts';
import { ExportHistory } from './export-history.tsx';
import { OutcomeFilter } from './filter-fields.tsx';
import { HistoryTable } from './history-table.tsx';
import { UndoSync } from './undo-sync.tsx';

const route = getRouteApi('/runs/$syncId');

/** What this sync did with each record; some of them can be chosen and taken back. */
export function RecordsCard({ sync }: { readonly sync: SyncDetail }) {
  const { outcome } = route.useSearch();
  const navigate = route.useNavigate();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const isLive = isGoingOn(sync);
  const filters = filled({ sync_id: sync.sync_id, status: outcome });
  const entries = useApiList('listHistory', filters, isLive ? { every: 2000 } : {});
  // What came after the last look while it went on.
  const [wasLive] = useState(isLive);
  const { refetch } = entries;
  useEffect(() => {
    if (wasLive && !isLive) void refetch();
  }, [wasLive, isLive, refetch]);
  const records = [...new Set(entries.rows.filter(({ id }) => chosen.has(id)).map(({ source }) => source.id))];
  return (
    <Card
      title={t('runs.records')}
      description={t('runs.recordsHint')}
      isFlush
      actions={
        <div className="flex flex-wrap items-end gap-2">
          {records.length > 0 && <UndoSync sync={sync} records={records} />}
          <OutcomeFilter
            value={outcome}
            onChange={(next) => void navigate({ search: filled({ outcome: next }), replace: true, resetScroll: false })}
          />
          <ExportHistory filters={filters} />
        </div>
      }
    >
      <HistoryTable
        isOfMany={false}
        {...entries}
        {...(isLive ? {} : { selection: { ids: chosen, onChange: setChosen } })}
        empty={<NoRecords isLive={isLive} isFiltered={outcome !== undefined} />}
      />
    </Card>
  );
}

function NoRecords({ isLive, isFiltered }: { readonly isLive: boolean; readonly isFiltered: boolean }) {
  if (isFiltered) return <EmptyState title={t('runs.recordsNoneFound')} hint={t('runs.noneFoundHint')} />;
  return isLive ? (
    <EmptyState title={t('runs.recordsNoneYet')} hint={t('runs.recordsNoneYetHint')} />
  ) : (
    <EmptyState title={t('runs.recordsNone')} hint={t('runs.recordsNoneHint')} />
  );
}
