import { lazy, Suspense } from 'react';
import { formatDay, formatNumber } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { Skeleton } from './skeleton.tsx';

export interface ChartSeries {
  readonly id: string;
  readonly label: string;
  readonly color: 'accent' | 'good' | 'warn' | 'bad' | 'muted';
}

export interface ChartDay {
  readonly day: string;
  /** Height by series; amounts are drawn from a rounded number and said by `format` from nothing but that. */
  readonly values: Readonly<Record<string, number>>;
}

export interface DayChartProps {
  /** What is shown, in a sentence. */
  readonly label: string;
  readonly series: readonly ChartSeries[];
  readonly days: readonly ChartDay[];
  /** Bars stand on each other, or next to each other. */
  readonly isStacked?: boolean;
  readonly format?: (value: number) => string;
}

// The chart library is larger than everything else: it comes when the page has been drawn.
const Drawing = lazy(() =>
  import('./day-chart-drawing.tsx').then(({ DayChartDrawing }) => ({ default: DayChartDrawing })),
);

/** Bars by business day, with the same numbers as a table for those who do not see them. */
export function DayChart(props: DayChartProps) {
  const { label, series, days, format = formatNumber } = props;
  return (
    <figure aria-label={label} className="min-w-0">
      <div aria-hidden className="h-56">
        <Suspense fallback={<Skeleton className="h-full w-full" />}>
          <Drawing {...props} format={format} />
        </Suspense>
      </div>
      <ul aria-hidden className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-muted">
        {series.map(({ id, label: name, color }) => (
          <li key={id} className="flex items-center gap-1.5">
            <span className="size-2.5 rounded-[3px]" style={{ background: colorOf(color) }} />
            {name}
          </li>
        ))}
      </ul>
      <div className="sr-only">
        <table>
          <caption>{label}</caption>
          <thead>
            <tr>
              <th scope="col">{t('common.day')}</th>
              {series.map(({ id, label: name }) => (
                <th key={id} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, values }) => (
              <tr key={day}>
                <th scope="row">{formatDay(day)}</th>
                {series.map(({ id }) => (
                  <td key={id}>{format(values[id] ?? 0)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

export const colorOf = (color: ChartSeries['color']): string =>
  color === 'muted' ? 'var(--color-line-strong)' : `var(--color-${color})`;
