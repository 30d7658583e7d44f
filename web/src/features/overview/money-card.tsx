import { Scale } from 'lucide-react';
import { Badge } from '#web/components/badge.tsx';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { TextLink } from '#web/components/link.tsx';
import { EmptyState, ErrorState, Loaded } from '#web/components/states.tsx';
import { DateTime, Money, platformName } from '#web/components/text.tsx';
import { type Reconciliation, type ReconciliationDetail, useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import { useComparison } from './use-comparison.ts';

/** Sales of today and of the last days as each system has them: the same everywhere, or it is shown. */
export function MoneyCard() {
  const { reports, latest, hasFailed, isComparing, error, compare } = useComparison();
  const button = (
    <Button size="small" icon={Scale} needs="startReconciliation" busy={isComparing} onClick={compare}>
      {isComparing ? t('overview.comparing') : t('overview.compare')}
    </Button>
  );
  return (
    <Card title={t('overview.money')} description={t('overview.moneyHint')} actions={latest && button}>
      <Loaded query={reports}>
        {() => (
          <>
            {latest ? (
              <Figures report={latest} />
            ) : (
              <EmptyState
                icon={Scale}
                title={t('overview.compareFirst')}
                hint={hasFailed?.failure?.reason ?? t('overview.compareFirstHint')}
                action={button}
              />
            )}
            {error && <ErrorState error={error} isInline />}
          </>
        )}
      </Loaded>
    </Card>
  );
}

type Figure = ReconciliationDetail['days'][number];

function Figures({ report }: { readonly report: Reconciliation }) {
  const { today } = useComparison();
  const detail = useApi('getReconciliation', { report_id: report.report_id });
  return (
    <Loaded query={detail}>
      {({ days, totals, open }) => (
        <div className="flex flex-col gap-3">
          <table className="w-full">
            <thead className="text-xs text-ink-muted">
              <tr>
                <th scope="col" className="pb-1 text-left font-medium">
                  {t('overview.system')}
                </th>
                <th scope="col" className="pb-1 text-right font-medium">
                  {t('overview.today')}
                </th>
                <th scope="col" className="pb-1 text-right font-medium">
                  {t('overview.days30')}
                </th>
              </tr>
            </thead>
            <tbody>
              {totals.map(({ system, currency, gross, count }) => (
                <tr key={`${system} ${currency}`} className="border-t border-line align-top">
                  <th scope="row" className="py-1.5 pr-2 text-left font-normal">
                    {platformName(system)}
                  </th>
                  <td className="py-1.5 pr-2 text-right">
                    <Money amount={figureOf(days, today, system, currency)?.gross ?? '0'} currency={currency} />
                  </td>
                  <td className="py-1.5 text-right">
                    <Money amount={gross} currency={currency} />
                    <span className="block text-xs text-ink-muted">{t('overview.orders', { count })}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <div className="flex flex-wrap items-center justify-between gap-2 text-xs text-ink-muted">
            {open ? (
              <TextLink to="/reconciliation">{t('overview.differs', { count: open })}</TextLink>
            ) : (
              <Badge tone="good">{t('overview.agrees')}</Badge>
            )}
            <span>
              {t('overview.compared')} <DateTime value={report.finished_at} as="ago" />
            </span>
          </div>
        </div>
      )}
    </Loaded>
  );
}

const figureOf = (days: readonly Figure[], day: string, system: string, currency: string): Figure | undefined =>
  days.find((figure) => figure.day === day && figure.system === system && figure.currency === currency);
