import { useParams } from '@tanstack/react-router';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { Card, Stat, StatList } from '#web/components/card.tsx';
import { TextLink } from '#web/components/link.tsx';
import { Page } from '#web/components/page.tsx';
import { Progress } from '#web/components/progress.tsx';
import { ErrorState, Loaded } from '#web/components/states.tsx';
import { Money, platformName } from '#web/components/text.tsx';
import { live, type ReconciliationDetail, useApi } from '#web/lib/api.ts';
import { formatDay } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { CloseMonth } from './close-month.tsx';
import { DaysCard } from './days-card.tsx';
import { DifferencesCard } from './differences-card.tsx';

const isGoingOn = ({ status }: ReconciliationDetail): boolean => status === 'queued' || status === 'running';

/** One comparison: totals, days and whatever does not agree. */
export function ReportPage() {
  const { id } = useParams({ from: '/reconciliation/$id' });
  const report = useApi('getReconciliation', { report_id: id }, { every: live(isGoingOn) });
  const { data } = report;
  return (
    <Page
      title={
        data
          ? t('reconciliation.range', { from: formatDay(data.start_date), to: formatDay(data.end_date) })
          : t('reconciliation.one')
      }
      intro={data && t('reconciliation.zone', { store: data.store, zone: data.time_zone })}
      breadcrumb={<TextLink to="/reconciliation">{t('reconciliation.title')}</TextLink>}
      actions={data?.status === 'completed' && <CloseMonth report={data} />}
    >
      <Loaded query={report}>
        {(found) => (
          <>
            {isGoingOn(found) && (
              <Card>
                <Progress label={t('reconciliation.reading')} percent={null} />
              </Card>
            )}
            {found.failure && <ErrorState error={new Error(`${found.failure.reason} ${found.failure.fix}`)} isInline />}
            {found.status === 'completed' && <Completed report={found} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Completed({ report }: { readonly report: ReconciliationDetail }) {
  const { open, totals } = report;
  const agrees = open === 0;
  const Icon = agrees ? CircleCheck : TriangleAlert;
  return (
    <>
      <Card>
        <p className="flex items-center gap-3">
          <Icon aria-hidden size={22} className={agrees ? 'shrink-0 text-good' : 'shrink-0 text-bad'} />
          <span className="font-medium">
            {agrees ? t('reconciliation.allAgree') : t('reconciliation.openDifferences', { count: open ?? 0 })}
          </span>
        </p>
      </Card>
      <StatList>
        {totals.map(({ system, currency, net_sales, count, refund_count }) => (
          <Stat
            key={`${system} ${currency}`}
            label={t('reconciliation.netSalesOf', { system: platformName(system) })}
            value={<Money amount={net_sales} currency={currency} />}
            hint={t('reconciliation.counts', { sales: count, refunds: refund_count })}
          />
        ))}
      </StatList>
      <DifferencesCard report={report} />
      <DaysCard report={report} />
    </>
  );
}
