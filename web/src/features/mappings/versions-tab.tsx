import { GitCompareArrows, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '#web/components/badge.tsx';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { type Column, DataTable } from '#web/components/data-table.tsx';
import { ConfirmDialog, Dialog } from '#web/components/dialog.tsx';
import { DiffRows } from '#web/components/diff.tsx';
import { EmptyState, Loaded } from '#web/components/states.tsx';
import { DateTime } from '#web/components/text.tsx';
import { toast } from '#web/components/toast.tsx';
import { type Mapping, type MappingVersionInfo, useAction, useApi, useApiList } from '#web/lib/api.ts';
import type { Document } from '#web/lib/document.ts';
import { t } from '#web/lib/i18n/index.ts';
import { changesBetween } from './model.ts';

export interface VersionsTabProps {
  readonly mapping: Mapping;
  readonly isChanged: boolean;
  readonly onRestored: (mapping: Mapping) => void;
}

const shippedVersion = (mappingId: string): MappingVersionInfo => ({
  mapping_id: mappingId,
  version: 0,
  is_default: true,
  comment: null,
  created_at: null,
  created_by: null,
  restored_from: null,
});

export const versionName = (version: number): string =>
  version === 0 ? t('mappings.versionShipped') : t('mappings.version', { number: String(version) });

/** Every version there ever was: who, when, why; what it differs in, and back to it. */
export function VersionsTab({ mapping, isChanged, onRestored }: VersionsTabProps) {
  const { mapping_id, version: current } = mapping;
  const list = useApiList('listMappingVersions', { mapping_id });
  const [compared, setCompared] = useState<number>();
  const [restored, setRestored] = useState<number>();
  const rows = list.isPending || list.hasMore ? list.rows : [...list.rows, shippedVersion(mapping_id)];
  const columns: readonly Column<MappingVersionInfo>[] = [
    {
      id: 'version',
      header: t('mappings.versionColumn'),
      cell: ({ version }) => (
        <span className="inline-flex flex-wrap items-center gap-x-2 whitespace-nowrap sm:flex-nowrap">
          {versionName(version)}
          {version === current && <Badge tone="good">{t('mappings.inUse')}</Badge>}
        </span>
      ),
    },
    {
      id: 'when',
      header: t('mappings.savedAt'),
      from: 'sm',
      cell: ({ created_at, created_by }) =>
        created_at && (
          <>
            <DateTime value={created_at} /> <span className="text-ink-muted">{created_by}</span>
          </>
        ),
    },
    {
      id: 'why',
      header: t('mappings.why'),
      from: 'md',
      grows: true,
      cell: ({ comment, restored_from }) =>
        comment ?? (restored_from === null ? '' : t('mappings.restoredFrom', { version: versionName(restored_from) })),
    },
    {
      id: 'actions',
      header: '',
      align: 'end',
      cell: ({ version }) =>
        version !== current && (
          <span className="inline-flex flex-wrap justify-end gap-1.5 sm:flex-nowrap">
            <Button
              size="small"
              icon={GitCompareArrows}
              aria-label={t('mappings.compareWith', { version: versionName(version) })}
              onClick={() => setCompared(version)}
            >
              {t('mappings.compare')}
            </Button>
            <Button
              size="small"
              icon={RotateCcw}
              needs="restoreMappingVersion"
              whyDisabled={isChanged ? t('mappings.changedFirst') : undefined}
              aria-label={t('mappings.restoreOf', { version: versionName(version) })}
              onClick={() => setRestored(version)}
            >
              {t('mappings.restore')}
            </Button>
          </span>
        ),
    },
  ];
  return (
    <Card title={t('mappings.tab_versions')} description={t('mappings.versionsHint')} isFlush>
      <DataTable
        {...list}
        label={t('mappings.tab_versions')}
        columns={columns}
        rows={rows}
        rowId={({ version }) => String(version)}
      />
      {compared !== undefined && (
        <Comparison mapping={mapping} version={compared} onClose={() => setCompared(undefined)} />
      )}
      {restored !== undefined && (
        <Restore
          mapping={mapping}
          version={restored}
          onClose={() => setRestored(undefined)}
          onRestored={(next) => {
            setRestored(undefined);
            onRestored(next);
          }}
        />
      )}
    </Card>
  );
}

interface VersionProps {
  readonly mapping: Mapping;
  readonly version: number;
  readonly onClose: () => void;
}

function Comparison({ mapping: { mapping_id, document, version: current }, version, onClose }: VersionProps) {
  const other = useApi('getMappingVersion', { mapping_id, version });
  return (
    <Dialog
      open
      onClose={onClose}
      size="large"
      title={t('mappings.compareTitle', { before: versionName(version), after: versionName(current) })}
    >
      <Loaded query={other}>{(found) => <Differences before={found.document} after={document} />}</Loaded>
    </Dialog>
  );
}

/** Where two documents differ. */
export function Differences({ before, after }: { readonly before: Document; readonly after: Document }) {
  const changes = changesBetween(before, after);
  return changes.length === 0 ? (
    <EmptyState title={t('mappings.noDifference')} />
  ) : (
    <DiffRows isPlain fields={changes} />
  );
}

function Restore({
  mapping: { mapping_id, version: expected_version },
  version,
  onClose,
  onRestored,
}: VersionProps & { readonly onRestored: (mapping: Mapping) => void }) {
  const restore = useAction('restoreMappingVersion', {
    changes: ['listMappings', 'listMappingVersions', 'getMapping'],
    onSuccess: (mapping) => {
      toast(t('mappings.restored', { version: versionName(version) }));
      onRestored(mapping);
    },
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      onConfirm={() => restore.mutate({ mapping_id, version, body: { expected_version } })}
      title={t('mappings.restoreTitle', { version: versionName(version) })}
      description={t('mappings.restoreHint')}
      confirmLabel={t('mappings.restore')}
      busy={restore.isPending}
      error={restore.error}
    />
  );
}
