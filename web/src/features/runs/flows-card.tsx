import { StatusBadge } from '#web/components/badge.tsx';
import { Card } from '#web/components/card.tsx';
import { type Column, DataTable } from '#web/components/data-table.tsx';
import { FlowName, useFlows } from '#web/components/flow-name.tsx';
import { Progress } from '#web/components/progress.tsx';
import { entityName } from '#web/components/text.tsx';
import type { SyncDetail, SyncLeg } from '#web/lib/api.ts';
import { formatNumber } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';

type Counts = SyncLeg['counts'];

/** Nothing where there is none: what is there stands out. */
const some = (count: number): string => (count === 0 ? '' : formatNumber(count));

const numberColumn = (id: keyof Counts, header: string, from?: 'sm' | 'md' | 'lg'): Column<SyncLeg> => ({
  id,
  header,
  align: 'end',
  cell: ({ counts }) => some(counts[id]),
  ...(from ? { from } : {}),
});

const legColumns: readonly Column<SyncLeg>[] = [
  { id: 'flow', header: t('runs.flow'), cell: (leg) => <Leg leg={leg} /> },
  numberColumn('read', t('runs.readShort'), 'sm'),
  numberColumn('created', t('runs.created'), 'md'),
  numberColumn('updated', t('runs.updated'), 'md'),
  numberColumn('deleted', t('runs.deleted'), 'lg'),
  numberColumn('skipped', t('runs.skipped'), 'lg'),
  numberColumn('failed', t('runs.failed')),
  {
    id: 'status',
    header: t('runs.status'),
    align: 'end',
    cell: ({ status }) => <StatusBadge status={status} />,
    from: 'sm',
  },
];

/** How far each flow of the sync is, and why one waits or failed. */
export const FlowsCard = ({ legs }: Pick<SyncDetail, 'legs'>) => (
  <Card title={t('runs.flows')} isFlush>
    <DataTable label={t('runs.flows')} columns={legColumns} rows={legs} rowId={({ route_id }) => route_id} />
  </Card>
);

function Leg({ leg: { route_id, status, counts, total, failure } }: { readonly leg: SyncLeg }) {
  const entity = useFlows().get(route_id)?.source.entity;
  const isRunning = status === 'running' || status === 'paused';
  return (
    <span className="flex min-w-28 flex-col gap-1">
      <FlowName id={route_id} />
      {entity && <span className="text-xs text-ink-muted">{entityName(entity)}</span>}
      <span className="sm:hidden">
        <StatusBadge status={status} />
      </span>
      {isRunning && (
        <Progress
          label={t('runs.progressOf', { entity: route_id })}
          percent={total ? Math.min(100, Math.floor((100 * counts.read) / total)) : null}
        />
      )}
      {failure && <span className="text-xs break-words text-warn">{failure.reason}</span>}
    </span>
  );
}

type Documents = SyncDetail['progress']['documents'];
interface DocumentRow {
  readonly entity: string;
  readonly counts: Documents[string];
}

const documentColumns: readonly Column<DocumentRow>[] = [
  { id: 'document', header: t('runs.document'), cell: ({ entity }) => entityName(entity), grows: true },
  ...(['created', 'updated', 'deleted', 'linked', 'failed'] as const).map(
    (kind): Column<DocumentRow> => ({
      id: kind,
      header: t(`runs.${kind}`),
      align: 'end',
      cell: ({ counts }) => some(counts[kind]),
      ...(kind === 'linked' || kind === 'deleted' ? { from: 'sm' } : {}),
    }),
  ),
];

/** What was written, by kind of document; one record may come to several. */
export function DocumentsCard({ documents }: { readonly documents: Documents }) {
  const rows = Object.entries(documents).map(([entity, counts]) => ({ entity, counts }));
  if (rows.length === 0) return null;
  return (
    <Card title={t('runs.documents')} isFlush>
      <DataTable label={t('runs.documents')} columns={documentColumns} rows={rows} rowId={({ entity }) => entity} />
    </Card>
  );
}
