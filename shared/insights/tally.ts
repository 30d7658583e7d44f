import { percentile } from '../core/histogram.ts';
import type { Counters, Metric } from '../model/metric.ts';
import { type Counts, type DocumentCounts, documentCountsSchema, noCounts } from '../model/run.ts';

/** Counters added up; see shared/model/metric.ts for their names. */
export function addUp(metrics: readonly Metric[]): Counters {
  const sum: Record<string, number> = {};
  for (const { counters } of metrics) {
    for (const [name, value] of Object.entries(counters)) sum[name] = (sum[name] ?? 0) + value;
  }
  return sum;
}

export interface Totals {
  readonly records: Counts;
  readonly documents: DocumentCounts;
  readonly runs: { readonly completed: number; readonly failed: number; readonly cancelled: number };
  readonly dry_runs: Totals['runs'];
  readonly pauses: number;
  readonly success_rate: number | null;
}

export function totalsOf(counters: Counters): Totals {
  const records = { ...noCounts, ...within(counters, 'records.') };
  const { read, failed } = records;
  return {
    records,
    documents: documentsOf(counters),
    runs: endsOf(counters, 'runs.'),
    dry_runs: endsOf(counters, 'dry_runs.'),
    pauses: counters.pauses ?? 0,
    success_rate: read > 0 ? Math.round((1 - failed / read) * 10_000) / 10_000 : null,
  };
}

function endsOf(counters: Counters, prefix: string): Totals['runs'] {
  return { completed: 0, failed: 0, cancelled: 0, ...within(counters, prefix) };
}

const noDocuments = Object.fromEntries(
  Object.keys(documentCountsSchema.valueType.shape).map((outcome) => [outcome, 0]),
) as DocumentCounts[string];

function documentsOf(counters: Counters): DocumentCounts {
  const documents: Record<string, DocumentCounts[string]> = {};
  for (const [name, value] of Object.entries(within(counters, 'documents.'))) {
    const [entity = '', outcome = ''] = name.split('.');
    documents[entity] = { ...noDocuments, ...documents[entity], [outcome]: value };
  }
  return documents;
}

export interface Durations {
  readonly count: number;
  readonly mean_seconds: number | null;
  readonly p50_seconds: number | null;
  readonly p95_seconds: number | null;
  readonly p99_seconds: number | null;
}

/** Of completed runs of flows, from start to end, waits included. */
export function durationsOf(counters: Counters): Durations {
  const buckets = new Map(
    Object.entries(within(counters, 'duration.b')).map(([bucket, count]) => [Number(bucket), count]),
  );
  const count = [...buckets.values()].reduce((sum, each) => sum + each, 0);
  const seconds = (ms: number | undefined) => (ms === undefined ? null : Math.round(ms) / 1000);
  return {
    count,
    mean_seconds: count > 0 ? seconds((counters['duration.ms'] ?? 0) / count) : null,
    p50_seconds: seconds(percentile(buckets, 0.5)),
    p95_seconds: seconds(percentile(buckets, 0.95)),
    p99_seconds: seconds(percentile(buckets, 0.99)),
  };
}

/** Counters whose name begins so, by the rest of their name. */
export function within(counters: Counters, prefix: string): Counters {
  return Object.fromEntries(
    Object.entries(counters).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}
