import { useState } from 'react';
import { Card } from '#web/components/card.tsx';
import { DayChart } from '#web/components/day-chart.tsx';
import { SegmentedControl } from '#web/components/segmented-control.tsx';
import { Skeleton } from '#web/components/skeleton.tsx';
import { Loaded } from '#web/components/states.tsx';
import { platformName } from '#web/components/text.tsx';
import { type Metrics, type ReconciliationDetail, useApi } from '#web/lib/api.ts';
import { formatMoney } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { daysUpTo } from './days.ts';
import { useComparison } from './use-comparison.ts';

const colors = ['accent', 'good', 'warn'] as const;

/** The last 30 days: records that were written and that failed, or sales as each system has them. */
export function ActivityCard() {
  const [chosen, setView] = useState<'records' | 'money'>();
  const { latest } = useComparison();
  const view = chosen ?? (latest ? 'money' : 'records');
  return (
    <Card
      title={t('overview.activity')}
      actions={
        latest && (
          <SegmentedControl
            label={t('overview.activity')}
            value={view}
            onChange={setView}
            options={[
              { value: 'records', label: t('overview.records') },
              { value: 'money', label: t('overview.amounts') },
            ]}
          />
        )
      }
    >
      {view === 'money' && latest ? <MoneyChart reportId={latest.report_id} /> : <RecordsChart />}
    </Card>
  );
}

function RecordsChart() {
  const metrics = useApi('getMetrics', {}, { every: 15_000 });
  return (
    <Loaded query={metrics} skeleton={<Skeleton className="h-56 w-full" />}>
      {({ end_date, time_series }) => (
        <DayChart
          label={t('overview.chartRecords')}
          isStacked
          series={[
            { id: 'written', label: t('overview.written'), color: 'accent' },
            { id: 'failed', label: t('overview.failedRecords'), color: 'bad' },
          ]}
          days={daysUpTo(end_date).map((day) => ({ day, values: recordsOf(time_series, day) }))}
        />
      )}
    </Loaded>
  );
}

function recordsOf(series: Metrics['time_series'], day: string): Readonly<Record<string, number>> {
  const records = series.find((entry) => entry.day === day)?.records;
  return { written: written(records), failed: records?.failed ?? 0 };
}

/** Records that changed something on the other side. */
export const written = (records: Metrics['totals']['records'] | undefined): number =>
  records ? records.created + records.updated + records.deleted : 0;

function MoneyChart({ reportId }: { readonly reportId: string }) {
  const report = useApi('getReconciliation', { report_id: reportId });
  return (
    <Loaded query={report} skeleton={<Skeleton className="h-56 w-full" />}>
      {({ days, end_date, systems, totals }) => {
        // One chart has one currency; the others are on the page of reconciliations.
        const currency = totals[0]?.currency ?? 'USD';
        return (
          <DayChart
            label={t('overview.chartMoney')}
            format={(value) => formatMoney(value, currency)}
            series={systems.map((id, index) => ({ id, label: platformName(id), color: colors[index] ?? 'muted' }))}
            days={daysUpTo(end_date).map((day) => ({ day, values: amountsOf(days, day, currency) }))}
          />
        );
      }}
    </Loaded>
  );
}

/** Heights of bars; the exact amounts are in the tables. */
function amountsOf(
  days: ReconciliationDetail['days'],
  day: string,
  currency: string,
): Readonly<Record<string, number>> {
  const ofDay = days.filter((figure) => figure.day === day && figure.currency === currency);
  return Object.fromEntries(ofDay.map(({ system, gross }) => [system, Number(gross)]));
}
