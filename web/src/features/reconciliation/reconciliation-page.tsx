import { Badge, StatusBadge } from '#web/components/badge.tsx';
import { Card } from '#web/components/card.tsx';
import { type Column, DataTable } from '#web/components/data-table.tsx';
import { TextLink } from '#web/components/link.tsx';
import { Page } from '#web/components/page.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { DateTime } from '#web/components/text.tsx';
import { type Reconciliation, useApiList } from '#web/lib/api.ts';
import { formatDay } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { MonthsCard } from './months-card.tsx';
import { StartCard } from './start-card.tsx';

/** Compares what each system itself says, and closes months on it. */
export function ReconciliationPage() {
  const list = useApiList('listReconciliations', {}, { every: 3_000 });
  return (
    <Page title={t('reconciliation.title')} intro={t('reconciliation.intro')}>
      <div className="grid min-w-0 gap-5 lg:grid-cols-2">
        <StartCard />
        <MonthsCard />
      </div>
      <Card title={t('reconciliation.reports')} isFlush>
        <DataTable
          {...list}
          label={t('reconciliation.reports')}
          columns={columns}
          rowId={({ report_id }) => report_id}
          empty={<EmptyState title={t('reconciliation.noReports')} hint={t('reconciliation.noReportsHint')} />}
        />
      </Card>
    </Page>
  );
}

const columns: readonly Column<Reconciliation>[] = [
  {
    id: 'days',
    header: t('reconciliation.days'),
    sortBy: ({ start_date }) => start_date,
    cell: ({ report_id, start_date, end_date }) => (
      <TextLink to="/reconciliation/$id" params={{ id: report_id }}>
        {t('reconciliation.range', { from: formatDay(start_date), to: formatDay(end_date) })}
      </TextLink>
    ),
  },
  { id: 'status', header: t('reconciliation.status'), cell: ({ status }) => <StatusBadge status={status} /> },
  {
    id: 'open',
    header: t('reconciliation.differences'),
    from: 'sm',
    sortBy: ({ open }) => open ?? -1,
    cell: ({ open }) => <Verdict open={open} />,
  },
  {
    id: 'by',
    header: t('reconciliation.requestedBy'),
    from: 'lg',
    sortBy: ({ requested_by }) => requested_by,
    cell: ({ requested_by }) => requested_by,
  },
  {
    id: 'at',
    header: t('reconciliation.startedAt'),
    from: 'md',
    sortBy: ({ started_at }) => started_at,
    cell: ({ started_at }) => <DateTime value={started_at} as="ago" />,
  },
];

/** Whether everything agrees, once that is known. */
function Verdict({ open }: { readonly open: number | null }) {
  if (open === null) return null;
  return open === 0 ? (
    <Badge tone="good">{t('reconciliation.agrees')}</Badge>
  ) : (
    <Badge tone="bad">{t('reconciliation.openDifferences', { count: open })}</Badge>
  );
}
