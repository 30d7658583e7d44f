import { businessDay, instant } from '../core/clock.ts';
import { bucketOf } from '../core/histogram.ts';
import type { MetricIncrement } from '../model/metric.ts';
import { isFinal, type Leg, type Run } from '../model/run.ts';

/**
 * What a checkpoint adds to the counters of its flow and day: the difference of the leg to the one stored before. It is
 * stored with the leg or not at all, so a window that is worked on again counts once. Undefined when nothing changed.
 */
export function legMetric(
  before: Leg,
  after: Leg,
  { dry_run }: Pick<Run, 'dry_run'>,
  nowMs: number,
): MetricIncrement | undefined {
  const ended = isFinal(after.status) && !isFinal(before.status);
  const add = {
    ...differences('calls.', before.calls, after.calls),
    ...(ended ? { [`${dry_run ? 'dry_runs' : 'runs'}.${after.status}`]: 1 } : {}),
    ...(dry_run ? {} : written(before, after, ended)),
  };
  if (Object.keys(add).length === 0) return undefined;
  return { day: businessDay(instant(nowMs), after.time_zone ?? 'UTC'), add };
}

function written(before: Leg, after: Leg, ended: boolean): Record<string, number> {
  const documents = Object.entries(after.documents).map(([entity, counts]) =>
    differences(`documents.${entity}.`, before.documents[entity] ?? {}, counts),
  );
  return {
    ...differences('records.', before.counts, after.counts),
    ...Object.assign({}, ...documents),
    ...(after.status === 'paused' ? { pauses: 1 } : {}),
    ...(ended && after.status === 'completed' ? duration(after) : {}),
  };
}

function differences(
  prefix: string,
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Record<string, number> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const difference = (after[name] ?? 0) - (before[name] ?? 0);
      return difference === 0 ? [] : [[`${prefix}${name}`, difference]];
    }),
  );
}

function duration({ started_at, finished_at }: Leg): Record<string, number> {
  if (started_at === undefined || finished_at === undefined) return {};
  const ms = Math.max(0, Date.parse(finished_at) - Date.parse(started_at));
  return { 'duration.ms': ms, [`duration.b${bucketOf(ms)}`]: 1 };
}
