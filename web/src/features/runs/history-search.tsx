import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { Field, Input } from '#web/components/field.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { entityName, platformName } from '#web/components/text.tsx';
import { SyncProblem, useApi, useApiList } from '#web/lib/api.ts';
import { formatInstant } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { filled } from '#web/lib/search.ts';
import { useStoreZone } from '#web/lib/store-zone.ts';
import { ExportHistory } from './export-history.tsx';
import { EntityFilter, FilterSelect, OutcomeFilter } from './filter-fields.tsx';
import { HistoryTable } from './history-table.tsx';

const route = getRouteApi('/runs');
type Search = ReturnType<typeof route.useSearch>;

/** What became of every record, by any combination of filters, and as a file. */
export function HistorySearch() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = (part: { readonly [Name in keyof Search]?: Search[Name] | undefined }) =>
    void navigate({ search: filled({ ...search, ...part, view: 'history' as const }), replace: true });
  const filters = filtersOf(search);
  const entries = useApiList('listHistory', filters);
  // A page that the filters left nothing of is no end.
  const { hasMore, isLoadingMore, loadMore, rows, error } = entries;
  useEffect(() => {
    if (rows.length === 0 && hasMore && !isLoadingMore) loadMore();
  }, [rows.length, hasMore, isLoadingMore, loadMore]);
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <Card isFlush>
      <div className="grid grid-cols-2 items-start gap-3 px-4 pt-2 pb-4 lg:grid-cols-4">
        <EntityFilter value={search.entity} onChange={(entity) => filter({ entity })} />
        <OutcomeFilter value={search.outcome} onChange={(outcome) => filter({ outcome })} />
        <ConnectionFilter value={search.connection} onChange={(connection) => filter({ connection })} />
        <TextFilter label={t('runs.recordId')} value={search.record} onChange={(record) => filter({ record })} />
        <Field label={t('runs.from')}>
          <Input
            type="date"
            value={search.from ?? ''}
            onChange={(event) => filter({ from: event.target.value || undefined })}
          />
        </Field>
        <Field label={t('runs.to')} error={faultOfDays(error)}>
          <Input
            type="date"
            value={search.to ?? ''}
            onChange={(event) => filter({ to: event.target.value || undefined })}
          />
        </Field>
        <SyncFilter value={search.sync} onChange={(sync) => filter({ sync })} />
        <div className="flex flex-wrap gap-2 self-end">
          <ExportHistory filters={filters} />
          {isFiltered && (
            <Button variant="ghost" onClick={() => void navigate({ search: { view: 'history' }, replace: true })}>
              {t('common.clearFilters')}
            </Button>
          )}
        </div>
      </div>
      <HistoryTable
        isOfMany
        {...entries}
        isPending={entries.isPending || (rows.length === 0 && hasMore)}
        empty={
          isFiltered ? (
            <EmptyState title={t('runs.recordsNoneFound')} hint={t('runs.noneFoundHint')} />
          ) : (
            <EmptyState title={t('runs.historyNone')} hint={t('runs.historyNoneHint')} />
          )
        }
      />
    </Card>
  );
}

/** The filters of the address as the API takes them. */
function filtersOf({ entity, outcome, connection, from, to, sync, record }: Search) {
  return filled({
    entity,
    status: outcome,
    connection,
    start_date: from,
    end_date: to,
    sync_id: sync,
    source_id: record,
  });
}

function faultOfDays(error: Error | null): string | undefined {
  return error instanceof SyncProblem ? error.errors[0]?.message : undefined;
}

function ConnectionFilter(props: {
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}) {
  const flows = useApi('listFlows', {});
  const ends = flows.data?.items.flatMap(({ source, target }) => [source.platform, target.platform]) ?? [];
  return (
    <FilterSelect
      {...props}
      label={t('runs.connection')}
      any={t('runs.anyConnection')}
      options={[...new Set(ends)].map((value) => ({ value, label: platformName(value) }))}
    />
  );
}

/** By one of the latest syncs that wrote, named as one remembers it. */
function SyncFilter(props: {
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}) {
  const zone = useStoreZone();
  const syncs = useApi('listSyncs', { limit: 100 });
  const wrote = syncs.data?.items.filter(({ dry_run: isPlan }) => !isPlan) ?? [];
  const options = wrote.map(({ sync_id: value, entity, started_at }) => ({
    value,
    label: `${entityName(entity)}, ${formatInstant(started_at, zone)}`,
  }));
  const isOlder = props.value !== undefined && options.every(({ value }) => value !== props.value);
  return (
    <FilterSelect
      {...props}
      label={t('runs.sync')}
      any={t('runs.anySync')}
      options={isOlder ? [...options, { value: props.value, label: t('runs.historySync') }] : options}
    />
  );
}

interface TextFilterProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

/** Searches once one has finished writing: on Enter, or on leaving it. */
function TextFilter({ label, value = '', onChange }: TextFilterProps) {
  const [written, setWritten] = useState(value);
  useEffect(() => setWritten(value), [value]);
  const apply = () => {
    const next = written.trim();
    if (next !== value) onChange(next || undefined);
  };
  return (
    <Field label={label}>
      <Input
        value={written}
        onChange={(event) => setWritten(event.target.value)}
        onBlur={apply}
        onKeyDown={(event) => event.key === 'Enter' && apply()}
      />
    </Field>
  );
}
