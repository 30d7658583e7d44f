import { getRouteApi } from '@tanstack/react-router';
import { StatusBadge } from '#web/components/badge.tsx';
import { Button, LinkButton } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { type Column, DataTable } from '#web/components/data-table.tsx';
import { TextLink } from '#web/components/link.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { isGoingOn, requester, SyncKind, scopeOf } from '#web/components/sync-run.tsx';
import { DateTime, entityName } from '#web/components/text.tsx';
import { type Sync, useApiList } from '#web/lib/api.ts';
import { formatDuration } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { filled } from '#web/lib/search.ts';
import { EntityFilter, FilterSelect } from './filter-fields.tsx';
import { statuses } from './filters.ts';

const route = getRouteApi('/runs');

/** Syncs, newest first, by what and by state. */
export function RunList() {
  const { entity, status } = route.useSearch();
  const navigate = route.useNavigate();
  const filter = (search: { entity?: string | undefined; status?: Sync['status'] | undefined }) =>
    void navigate({ search: filled({ entity, status, ...search }), replace: true });
  const syncs = useApiList('listSyncs', { entity, status }, { every: 4000 });
  const isFiltered = entity !== undefined || status !== undefined;
  return (
    <Card isFlush>
      <div className="flex flex-wrap items-end gap-3 px-4 pt-2 pb-3 *:w-full sm:*:w-44">
        <EntityFilter value={entity} onChange={(next) => filter({ entity: next })} />
        <FilterSelect
          label={t('runs.status')}
          any={t('runs.anyStatus')}
          value={status}
          onChange={(next) => filter({ status: next })}
          options={statuses.map((value) => ({ value, label: t(`status.${value}`) }))}
        />
      </div>
      <DataTable
        label={t('runs.list')}
        columns={columns}
        rowId={({ sync_id }) => sync_id}
        {...syncs}
        empty={
          isFiltered ? (
            <EmptyState
              title={t('runs.noneFound')}
              hint={t('runs.noneFoundHint')}
              action={
                <Button onClick={() => filter({ entity: undefined, status: undefined })}>
                  {t('common.clearFilters')}
                </Button>
              }
            />
          ) : (
            <EmptyState
              title={t('runs.none')}
              hint={t('runs.noneHint')}
              action={<LinkButton to="/sync">{t('runs.syncNow')}</LinkButton>}
            />
          )
        }
      />
    </Card>
  );
}

const columns: readonly Column<Sync>[] = [
  { id: 'entity', header: t('runs.entity'), cell: (sync) => <What sync={sync} /> },
  { id: 'scope', header: t('runs.scope'), cell: scopeOf, from: 'md' },
  { id: 'by', header: t('runs.askedBy'), cell: (sync) => requester(sync.requested_by), from: 'lg' },
  { id: 'started', header: t('runs.started'), cell: ({ started_at }) => <DateTime value={started_at} />, from: 'sm' },
  {
    id: 'took',
    header: t('runs.took'),
    cell: (sync) => <span className="whitespace-nowrap">{tookOf(sync)}</span>,
    align: 'end',
    from: 'md',
  },
  { id: 'status', header: t('runs.status'), cell: ({ status }) => <StatusBadge status={status} />, align: 'end' },
];

/** A plan is looked at, a sync is followed: each has its own page. */
function What({ sync }: { readonly sync: Sync }) {
  const name = entityName(sync.entity);
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
      {sync.dry_run ? (
        <TextLink to="/sync/plan/$planId" params={{ planId: sync.sync_id }}>
          {name}
        </TextLink>
      ) : (
        <TextLink to="/runs/$syncId" params={{ syncId: sync.sync_id }}>
          {name}
        </TextLink>
      )}
      <SyncKind sync={sync} />
      <span className="w-full text-xs text-ink-muted sm:hidden">
        <DateTime value={sync.started_at} />
      </span>
    </span>
  );
}

function tookOf(sync: Sync): string {
  if (isGoingOn(sync) || !sync.finished_at) return '';
  return formatDuration((Date.parse(sync.finished_at) - Date.parse(sync.started_at)) / 1000);
}
