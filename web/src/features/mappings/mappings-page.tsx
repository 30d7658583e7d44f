import { getRouteApi } from '@tanstack/react-router';
import { Download, Upload } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { type Column, DataTable } from '#web/components/data-table.tsx';
import { FileInput, Input } from '#web/components/field.tsx';
import { TextLink } from '#web/components/link.tsx';
import { mappingName, systemsOf } from '#web/components/mapping-name.ts';
import { Page } from '#web/components/page.tsx';
import { SegmentedControl } from '#web/components/segmented-control.tsx';
import { EmptyState, Loaded } from '#web/components/states.tsx';
import { DateTime, entityName } from '#web/components/text.tsx';
import { toast, toastError } from '#web/components/toast.tsx';
import { type ImportMappings, type MappingInfo, useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import { exportFile, readExport } from './exchange.ts';
import { StateBadge } from './state-badge.tsx';

const ImportDialog = lazy(async () => ({ default: (await import('./import-dialog.tsx')).ImportDialog }));

const route = getRouteApi('/mappings');

/** Every mapping by the systems it connects, and whether it is the one of the product or a version of one's own. */
export function MappingsPage() {
  const { q = '', state } = route.useSearch();
  const navigate = route.useNavigate();
  const mappings = useApi('listMappings', {});
  const [imported, setImported] = useState<ImportMappings>();
  const file = useRef<HTMLInputElement>(null);
  const take = async (chosen: File) => {
    const read = await readExport(chosen);
    if (read.ok) setImported(read.body);
    else toast(read.reason, 'bad');
  };
  const wanted = q.trim().toLowerCase();
  const isShown = (info: MappingInfo) =>
    (state === undefined || info.is_default === (state === 'default')) &&
    `${mappingName(info)} ${systemsOf(info)} ${entityName(info.entity)}`.toLowerCase().includes(wanted);
  return (
    <Page
      title={t('mappings.title')}
      intro={t('mappings.intro')}
      actions={
        <>
          <Button icon={Download} onClick={() => void exportFile().catch(toastError)}>
            {t('mappings.exportAll')}
          </Button>
          <Button icon={Upload} needs="importMappings" onClick={() => file.current?.click()}>
            {t('mappings.import')}
          </Button>
          <FileInput
            ref={file}
            accept="application/json,.json"
            label={t('mappings.importFile')}
            onFile={(chosen) => void take(chosen)}
          />
        </>
      }
    >
      <div className="flex flex-wrap gap-3">
        <Input
          type="search"
          aria-label={t('common.search')}
          placeholder={t('mappings.searchHint')}
          value={q}
          onChange={({ target }) =>
            void navigate({ search: (before) => ({ ...before, q: target.value || undefined }), replace: true })
          }
          className="sm:max-w-xs"
        />
        <SegmentedControl
          label={t('mappings.state')}
          value={state ?? 'all'}
          onChange={(next) =>
            void navigate({
              search: (before) => ({ ...before, state: next === 'all' ? undefined : next }),
              replace: true,
            })
          }
          options={[
            { value: 'all', label: t('common.all') },
            { value: 'own', label: t('mappings.own') },
            { value: 'default', label: t('mappings.default') },
          ]}
        />
      </div>
      <Loaded query={mappings}>
        {({ items }) => {
          const shown = items.filter(isShown);
          const groups = Map.groupBy(shown, systemsOf);
          if (shown.length === 0) return <EmptyState title={t('mappings.noMatch')} hint={t('mappings.noMatchHint')} />;
          return [...groups].map(([systems, group]) => (
            <Card key={systems} title={systems} isFlush>
              <DataTable label={systems} columns={columns} rows={group} rowId={({ mapping_id }) => mapping_id} />
            </Card>
          ));
        }}
      </Loaded>
      <Suspense fallback={null}>
        {imported && (
          <ImportDialog body={imported} known={mappings.data?.items ?? []} onClose={() => setImported(undefined)} />
        )}
      </Suspense>
    </Page>
  );
}

const columns: readonly Column<MappingInfo>[] = [
  {
    id: 'name',
    header: t('mappings.mapping'),
    sortBy: mappingName,
    grows: true,
    cell: (info) => (
      <TextLink to="/mappings/edit" search={{ mapping: info.mapping_id }} className="font-medium">
        {mappingName(info)}
      </TextLink>
    ),
  },
  {
    id: 'entity',
    header: t('mappings.flow'),
    from: 'md',
    sortBy: ({ entity }) => entityName(entity),
    cell: ({ entity }) => <span className="whitespace-nowrap">{entityName(entity)}</span>,
  },
  {
    id: 'changed',
    header: t('mappings.changed'),
    from: 'lg',
    cell: ({ changed_at, changed_by }) =>
      changed_at && (
        <span className="whitespace-nowrap">
          <DateTime value={changed_at} /> <span className="text-ink-muted">{changed_by}</span>
        </span>
      ),
  },
  { id: 'state', header: t('mappings.state'), align: 'end', cell: (info) => <StateBadge info={info} /> },
];
