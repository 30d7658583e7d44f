import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { formatDay, formatDayShort, formatShort } from '#web/lib/format.ts';
import { colorOf, type DayChartProps } from './day-chart.tsx';

/** Drawn with the chart library; loaded by `DayChart` and by nothing else. */
export function DayChartDrawing({ series, days, isStacked = false, format = String }: DayChartProps) {
  const rows = days.map(({ day, values }) => ({ day, ...values }));
  const tick = { fill: 'var(--color-ink-muted)', fontSize: 11 };
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart
        data={rows}
        margin={{ top: 8, right: 4, bottom: 0, left: 0 }}
        barCategoryGap="22%"
        accessibilityLayer={false}
      >
        <CartesianGrid vertical={false} stroke="var(--color-line)" />
        <XAxis
          dataKey="day"
          tickFormatter={formatDayShort}
          tick={tick}
          tickLine={false}
          axisLine={false}
          minTickGap={28}
        />
        <YAxis
          tickFormatter={formatShort}
          tick={tick}
          tickLine={false}
          axisLine={false}
          width={40}
          allowDecimals={false}
        />
        <Tooltip
          cursor={{ fill: 'var(--color-hover)' }}
          labelFormatter={(day) => formatDay(String(day))}
          formatter={(value, name) => [format(Number(value)), name]}
          contentStyle={{
            background: 'var(--color-raised)',
            border: '1px solid var(--color-line)',
            borderRadius: 8,
            color: 'var(--color-ink)',
            fontSize: 12,
          }}
          itemStyle={{ color: 'var(--color-ink)' }}
          isAnimationActive={false}
        />
        {series.map(({ id, label, color }, index) => (
          <Bar
            key={id}
            dataKey={id}
            name={label}
            fill={colorOf(color)}
            maxBarSize={22}
            isAnimationActive={false}
            radius={!isStacked || index === series.length - 1 ? [3, 3, 0, 0] : 0}
            {...(isStacked ? { stackId: 'all' } : {})}
          />
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}
