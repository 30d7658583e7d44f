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
type DayFigure = ReconciliationDetail['sold']['days'][number];
type TotalFigure = ReconciliationDetail['sold']['totals'][number];

interface Column {
  readonly name: string;
  readonly title: string;
  /** Whether it has to agree with what was sold. */
  readonly isTold: boolean;
  readonly days: readonly DayFigure[];
  readonly totals: readonly TotalFigure[];
}

/** Who sells, what they sold together where they are several, and who is told of it. */
function columnsOf({ systems, days, totals, sold }: ReconciliationDetail): Column[] {
  const ofSystem = (name: string): Column => ({
    name,
    title: platformName(name),
    isTold: sold.systems.length > 0 && !sold.systems.includes(name),
    days: days.filter(({ system }) => system === name),
    totals: totals.filter(({ system }) => system === name),
  });
  const together = { name: 'sold', title: t('reconciliation.soldTogether'), isTold: false, ...sold };
  return [
    ...sold.systems.map(ofSystem),
    ...(sold.systems.length > 1 ? [together] : []),
    ...systems.filter((name) => !sold.systems.includes(name)).map(ofSystem),
  ];
}

const labels = {
  gross: t('reconciliation.gross'),
  refunds: t('reconciliation.refunds'),
  net_sales: t('reconciliation.netSales'),
  tax: t('reconciliation.tax'),
} as const;

/** Days down, systems across: a cell that is not what was sold stands out and leads to what differs on that day. */
export function DaysCard({ report }: { readonly report: ReconciliationDetail }) {
  const [figure, setFigure] = useState<Figure>('gross');
  const { days, totals, report_id } = report;
  const columns = columnsOf(report);
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
                {columns.map(({ name, title }) => (
                  <th key={name} scope="col" className="px-4 py-2 text-right font-medium">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => {
                const [day = '', currency = ''] = row.split(' ');
                const isOfRow = (each: Pick<DayFigure, 'day' | 'currency'>): boolean =>
                  each.day === day && each.currency === currency;
                const sold = amountOf(report.sold.days.find(isOfRow), figure);
                return (
                  <tr key={row} className="border-b border-line last:border-0 hover:bg-hover">
                    <th scope="row" className="px-4 py-1.5 text-left font-normal">
                      <BusinessDay day={day} />
                      {currencies.length > 1 && <span className="ml-1 text-xs text-ink-muted">{currency}</span>}
                    </th>
                    {columns.map(({ name, isTold, days: own }) => {
                      const amount = amountOf(own.find(isOfRow), figure);
                      return (
                        <Cell
                          key={name}
                          reportId={report_id}
                          system={name}
                          day={day}
                          currency={currency}
                          amount={amount}
                          expected={isTold ? sold : amount}
                        />
                      );
                    })}
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
                  {columns.map(({ name, totals: own }) => {
                    const total = own.find((each) => each.currency === currency);
                    return (
                      <td key={name} className="px-4 py-2 text-right">
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
