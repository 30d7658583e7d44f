import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { Card } from '#web/components/card.tsx';
import { ScrollArea } from '#web/components/scroll-area.tsx';
import { SegmentedControl } from '#web/components/segmented-control.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { BusinessDay, Money, platformName } from '#web/components/text.tsx';
import type { ReconciliationDetail } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

const figures = ['gross', 'refunds', 'net_sales', 'tax'] as const;
type Figure = (typeof figures)[number];
type DayFigure = ReconciliationDetail['days'][number];

const labels = {
  gross: t('reconciliation.gross'),
  refunds: t('reconciliation.refunds'),
  net_sales: t('reconciliation.netSales'),
  tax: t('reconciliation.tax'),
} as const;

/** Days down, systems across: a cell that is not as the first system's stands out and leads to what differs on that day. */
export function DaysCard({ report }: { readonly report: ReconciliationDetail }) {
  const [figure, setFigure] = useState<Figure>('gross');
  const { systems, days, totals, report_id } = report;
  const rows = [...new Set(days.map(({ day, currency }) => `${day} ${currency}`))].sort().reverse();
  const currencies = [...new Set(totals.map(({ currency }) => currency))];
  return (
    <Card
      title={t('reconciliation.byDay')}
      description={t('reconciliation.byDayHint')}
      isFlush
      actions={
        <SegmentedControl
          label={t('reconciliation.figure')}
          value={figure}
          onChange={setFigure}
          options={figures.map((value) => ({ value, label: labels[value] }))}
        />
      }
    >
      {rows.length === 0 ? (
        <EmptyState title={t('reconciliation.noSales')} />
      ) : (
        <ScrollArea label={t('reconciliation.byDay')}>
          <table aria-label={t('reconciliation.byDay')} className="w-full border-collapse">
            <thead className="text-xs text-ink-muted">
              <tr className="border-b border-line">
                <th scope="col" className="px-4 py-2 text-left font-medium">
                  {t('common.day')}
                </th>
                {systems.map((system) => (
                  <th key={system} scope="col" className="px-4 py-2 text-right font-medium">
                    {platformName(system)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => {
                const [day = '', currency = ''] = row.split(' ');
                const of = (system: string) =>
                  days.find((each) => each.day === day && each.system === system && each.currency === currency);
                return (
                  <tr key={row} className="border-b border-line last:border-0 hover:bg-hover">
                    <th scope="row" className="px-4 py-1.5 text-left font-normal">
                      <BusinessDay day={day} />
                      {currencies.length > 1 && <span className="ml-1 text-xs text-ink-muted">{currency}</span>}
                    </th>
                    {systems.map((system) => (
                      <Cell
                        key={system}
                        reportId={report_id}
                        system={system}
                        day={day}
                        currency={currency}
                        amount={amountOf(of(system), figure)}
                        expected={amountOf(of(systems[0] ?? system), figure)}
                      />
                    ))}
                  </tr>
                );
              })}
            </tbody>
            <tfoot>
              {currencies.map((currency) => (
                <tr key={currency} className="border-t border-line-strong font-medium">
                  <th scope="row" className="px-4 py-2 text-left">
                    {t('reconciliation.total')}
                  </th>
                  {systems.map((system) => {
                    const total = totals.find((each) => each.system === system && each.currency === currency);
                    return (
                      <td key={system} className="px-4 py-2 text-right">
                        <Money amount={total?.[figure] ?? '0.00'} currency={currency} />
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tfoot>
          </table>
        </ScrollArea>
      )}
    </Card>
  );
}

const amountOf = (day: DayFigure | undefined, figure: Figure): string => day?.[figure] ?? '0.00';

/** Amounts are exact texts: what reads the same is the same, but for zeros at the end. */
const isSame = (a: string, b: string): boolean => plain(a) === plain(b);
const plain = (amount: string): string => (amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount);

interface CellProps {
  readonly reportId: string;
  readonly system: string;
  readonly day: string;
  readonly currency: string;
  readonly amount: string;
  readonly expected: string;
}

function Cell({ reportId, system, day, currency, amount, expected }: CellProps) {
  const { day: shown } = useSearch({ from: '/reconciliation/$id' });
  if (isSame(amount, expected)) {
    return (
      <td className="px-4 py-1.5 text-right">
        <Money amount={amount} currency={currency} />
      </td>
    );
  }
  return (
    <td className="bg-bad-soft px-4 py-1.5 text-right">
      <Link
        to="/reconciliation/$id"
        params={{ id: reportId }}
        search={shown === day ? {} : { day, system }}
        className="rounded-sm font-medium text-bad underline underline-offset-2"
      >
        <Money amount={amount} currency={currency} />
        <span className="sr-only"> {t('reconciliation.differs')}</span>
      </Link>
    </td>
  );
}
