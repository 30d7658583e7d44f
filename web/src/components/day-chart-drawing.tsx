import { AxisBottom, AxisLeft } from '@visx/axis';
import { Group } from '@visx/group';
import { useParentSize } from '@visx/responsive';
import { scaleBand, scaleLinear } from '@visx/scale';
import { BarGroup, BarStack } from '@visx/shape';
import { useState } from 'react';
import { formatDay, formatDayShort, formatShort } from '#web/lib/format.ts';
import { type ChartDay, type ChartSeries, colorOf, type DayChartProps } from './day-chart.tsx';

const margin = { top: 8, right: 4, bottom: 24, left: 44 } as const;
const label = { fill: 'var(--color-ink-muted)', fontSize: 11, fontFamily: 'var(--font-sans)' } as const;
/** Room that the label of a day needs. */
const dayWidth = 64;

/** Drawn with the chart library; loaded by `DayChart` and by nothing else. */
export function DayChartDrawing({ series, days, isStacked = false, format = String }: DayChartProps) {
  const { parentRef, width, height } = useParentSize({ debounceTime: 50 });
  const [pointed, setPointed] = useState<ChartDay>();
  const inner = {
    width: Math.max(0, width - margin.left - margin.right),
    height: Math.max(0, height - margin.top - margin.bottom),
  };
  const x = scaleBand({ domain: days.map(({ day }) => day), range: [0, inner.width], padding: 0.25 });
  const y = scaleLinear({ domain: [0, highest(days, series, isStacked)], range: [inner.height, 0], nice: true });
  const each = Math.max(1, Math.ceil(dayWidth / Math.max(1, x.step())));
  // From the last day backwards, so that today has its label.
  const labelled = days.map(({ day }) => day).filter((_, index) => (days.length - 1 - index) % each === 0);
  return (
    <div ref={parentRef} className="relative h-full w-full overflow-hidden">
      <svg width={width} height={height} className="block overflow-visible">
        <title>{series.map((one) => one.label).join(', ')}</title>
        <Group left={margin.left} top={margin.top}>
          <AxisLeft
            scale={y}
            numTicks={4}
            tickFormat={(value) => formatShort(Number(value))}
            tickLabelProps={{ ...label, dx: -4, dy: 4, textAnchor: 'end' }}
            tickLineProps={{ x1: 0, x2: inner.width, stroke: 'var(--color-line)' }}
            hideAxisLine
          />
          <AxisBottom
            scale={x}
            top={inner.height}
            tickValues={labelled}
            tickFormat={formatDayShort}
            tickLabelProps={{ ...label, dy: 4, textAnchor: 'middle' }}
            stroke="var(--color-line)"
            hideTicks
          />
          {pointed && (
            <rect
              x={(x(pointed.day) ?? 0) - (x.step() - x.bandwidth()) / 2}
              width={x.step()}
              height={inner.height}
              fill="var(--color-hover)"
            />
          )}
          <Bars series={series} days={days} isStacked={isStacked} x={x} y={y} height={inner.height} />
          {days.map((day) => (
            <rect
              key={day.day}
              x={x(day.day)}
              width={x.step()}
              height={inner.height}
              fill="transparent"
              onPointerEnter={() => setPointed(day)}
              onPointerLeave={() => setPointed(undefined)}
            />
          ))}
        </Group>
      </svg>
      {pointed && (
        <Bubble
          day={pointed}
          series={series}
          format={format}
          left={margin.left + (x(pointed.day) ?? 0)}
          width={width}
        />
      )}
    </div>
  );
}

/** At least 1, so that an empty chart has a scale. */
function highest(days: readonly ChartDay[], series: readonly ChartSeries[], isStacked: boolean): number {
  const of = ({ values }: ChartDay) => {
    const all = series.map(({ id }) => values[id] ?? 0);
    return isStacked ? all.reduce((total, value) => total + value, 0) : Math.max(...all);
  };
  return Math.max(1, ...days.map(of));
}

interface BarsProps {
  readonly series: readonly ChartSeries[];
  readonly days: readonly ChartDay[];
  readonly isStacked: boolean;
  readonly x: ReturnType<typeof scaleBand<string>>;
  readonly y: ReturnType<typeof scaleLinear<number>>;
  readonly height: number;
}

function Bars({ series, days, isStacked, x, y, height }: BarsProps) {
  const keys = series.map(({ id }) => id);
  const fill = (id: string) => colorOf(series.find((one) => one.id === id)?.color ?? 'muted');
  const rows = days.map(({ day, values }) => ({ ...values, day }) as { readonly day: string });
  const heightOf = (row: object, id: string): number => (row as Readonly<Record<string, number>>)[id] ?? 0;
  if (isStacked) {
    return (
      <BarStack data={rows} keys={keys} x={({ day }) => day} xScale={x} yScale={y} value={heightOf} color={fill}>
        {(stacks) =>
          stacks.flatMap(({ key, bars }) =>
            bars.map((bar) => (
              <rect
                key={`${key} ${bar.index}`}
                x={bar.x}
                y={bar.y}
                width={bar.width}
                height={Math.max(0, bar.height)}
                rx={1.5}
                fill={bar.color}
              />
            )),
          )
        }
      </BarStack>
    );
  }
  const within = scaleBand({ domain: keys, range: [0, x.bandwidth()], padding: 0.1 });
  return (
    <BarGroup
      data={rows}
      keys={keys}
      height={height}
      x0={({ day }) => day}
      x0Scale={x}
      x1Scale={within}
      yScale={y}
      color={fill}
    >
      {(groups) =>
        groups.flatMap(({ index, x0, bars }) =>
          bars
            .filter(({ value }) => value > 0)
            .map((bar) => (
              <rect
                key={`${index} ${bar.key}`}
                x={x0 + bar.x}
                y={bar.y}
                width={bar.width}
                height={Math.max(0, bar.height)}
                rx={1.5}
                fill={bar.color}
              />
            )),
        )
      }
    </BarGroup>
  );
}

interface BubbleProps {
  readonly day: ChartDay;
  readonly series: readonly ChartSeries[];
  readonly format: (value: number) => string;
  readonly left: number;
  readonly width: number;
}

/** The numbers of the day under the pointer, on whichever side there is room. */
function Bubble({ day, series, format, left, width }: BubbleProps) {
  const side = left > width / 2 ? { right: width - left + 8 } : { left: left + 24 };
  return (
    <div
      className="pointer-events-none absolute top-2 z-10 rounded-control border border-line bg-raised px-3 py-2 text-xs shadow-float"
      style={side}
    >
      <p className="mb-1 font-medium">{formatDay(day.day)}</p>
      {series.map(({ id, label: name, color }) => (
        <p key={id} className="flex items-center gap-2 whitespace-nowrap">
          <span className="size-2 rounded-[2px]" style={{ background: colorOf(color) }} />
          <span className="text-ink-muted">{name}</span>
          <span className="ml-auto pl-3 tabular">{format(day.values[id] ?? 0)}</span>
        </p>
      ))}
    </div>
  );
}
