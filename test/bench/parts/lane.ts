import { latencies } from '../latency.ts';
import { total } from '../numbers.ts';
import { control } from '../platforms/place.ts';
import { ceiling } from '../settings.ts';
import type { PlatformCall, SyncReport } from '../subjects/task.ts';
import { documentsWritten, recordsThere, runEngine, seenBetween } from './engine-run.ts';
import { withPlatforms } from './platforms.ts';

/** One entity, or all of them together. Times are of the platform clock. */
export interface LaneRow {
  readonly entity: string;
  readonly records: number;
  readonly documents: number;
  readonly failed: number;
  readonly minutes: number;
  readonly documents_per_min: number;
  /** Share of 1,200 documents a minute. Above 1 is possible for a while: a minute's batches may leave in its first seconds. */
  readonly of_ceiling: number;
  readonly platform_calls: number;
  readonly batches: number;
  /** Share of the batches' slots that ended as a document. */
  readonly batch_fill: number;
  readonly writes: number;
  readonly metered_reads: number;
  readonly throttled: number;
}

export interface LaneResult {
  readonly orders: number;
  readonly factor: number;
  /** Share of one core: the measured process, and that of the platforms. */
  readonly engine_cpu_share: number;
  readonly platforms_cpu_share: number;
  /** 99th percentile of how late timers fired, in ms of the platform clock. */
  readonly timer_lag_p99_clock_ms: number;
  readonly rows: readonly LaneRow[];
  readonly all: LaneRow;
  readonly orders_per_min: number;
  readonly writes_per_order: number;
  readonly metered_reads_per_order: number;
  readonly calls_per_order: number;
  /** Least minutes in which the limit lets that many documents through, in batches that are all full. */
  readonly least_minutes: number;
  /** Least minutes over the minutes it took. */
  readonly efficiency: number;
  readonly busiest_minute_batches: number;
  readonly busiest_second_calls: number;
}

/** CPU share of one core that the engine may use before its own work would show in the platform clock. */
const wantedCpuShare = 0.15;
const maxFactor = 8;

/** The largest whole factor that keeps the engine's CPU share low, from what an order costs it. */
export function factorFor(orders: number, cpuMsPerOrder: number): number {
  const clockMs = ((orders * 2) / ceiling.documentsPerMinute) * 60_000;
  const factor = Math.floor((wantedCpuShare * clockMs) / (orders * cpuMsPerOrder));
  return Math.max(1, Math.min(maxFactor, factor));
}

/** A backfill from empty books at the documented limits, with realistic latency, on a compressed clock. */
export async function measureLane(orders: number, factor: number): Promise<LaneResult> {
  const spec = { factor, origin: Date.now() };
  return withPlatforms(
    orders,
    async (place) => {
      await control.limits(place, 'documented');
      const syncs = ['products', 'customers', 'orders'].map((entity) => ({ entity, mode: 'full' as const }));
      const reports = await runEngine(place, { syncs, clock: spec, slow: true, limited: true });
      return resultOf(
        orders,
        factor,
        syncs.map(({ entity }) => entity),
        reports,
      );
    },
    spec,
  );
}

function resultOf(
  orders: number,
  factor: number,
  entities: readonly string[],
  reports: readonly SyncReport[],
): LaneResult {
  const rows = reports.map((report, index) => rowOf(entities[index] ?? '', report));
  const all = sumOf(rows);
  const wall = total(reports.map(({ cost }) => cost.wall_ms));
  const calls = reports.flatMap((report) => report.calls.filter(({ platform }) => platform === 'quickbooks'));
  const shopOrders = rows.at(-1)?.records ?? 0;
  const least = leastMinutes(all.documents);
  return {
    orders,
    factor,
    engine_cpu_share: total(reports.map(({ cost }) => cost.cpu_ms)) / wall,
    platforms_cpu_share: total(reports.map(({ before, after }) => after.cpu_ms - before.cpu_ms)) / wall,
    timer_lag_p99_clock_ms: Math.max(...reports.map(({ cost }) => cost.timer_lag_p99_ms)) * factor,
    rows,
    all,
    orders_per_min: shopOrders / all.minutes,
    writes_per_order: all.writes / shopOrders,
    metered_reads_per_order: all.metered_reads / shopOrders,
    calls_per_order: all.platform_calls / shopOrders,
    least_minutes: least,
    efficiency: least / all.minutes,
    busiest_minute_batches: busiest(
      calls.filter(({ kind }) => kind === 'batch'),
      60_000,
    ),
    busiest_second_calls: busiest(calls, 1000),
  };
}

function rowOf(entity: string, report: SyncReport): LaneRow {
  const seen = seenBetween(report.before, report.after);
  const documents = documentsWritten(report);
  const minutes = report.clock_ms / 60_000;
  return {
    entity,
    records: recordsThere(report),
    documents,
    failed: report.failures,
    minutes,
    documents_per_min: documents / minutes,
    of_ceiling: documents / minutes / ceiling.documentsPerMinute,
    platform_calls: seen.platform_calls,
    batches: seen.batches,
    batch_fill: documents / (seen.batches * ceiling.itemsPerBatch),
    writes: seen.writes,
    metered_reads: seen.metered_reads,
    throttled: seen.throttled,
  };
}

function sumOf(rows: readonly LaneRow[]): LaneRow {
  const sum = (of: (row: LaneRow) => number): number => total(rows.map(of));
  const [documents, minutes, batches] = [
    sum((row) => row.documents),
    sum((row) => row.minutes),
    sum((row) => row.batches),
  ];
  return {
    entity: 'all',
    records: sum((row) => row.records),
    documents,
    failed: sum((row) => row.failed),
    minutes,
    documents_per_min: documents / minutes,
    of_ceiling: documents / minutes / ceiling.documentsPerMinute,
    platform_calls: sum((row) => row.platform_calls),
    batches,
    batch_fill: documents / (batches * ceiling.itemsPerBatch),
    writes: sum((row) => row.writes),
    metered_reads: sum((row) => row.metered_reads),
    throttled: sum((row) => row.throttled),
  };
}

/** The first 40 batches may leave at once; each further one waits until a batch is a minute old; the last is answered. */
function leastMinutes(documents: number): number {
  const batches = Math.ceil(documents / ceiling.itemsPerBatch);
  const [low, high] = latencies.quickbooks_batch_of_30;
  return Math.floor(Math.max(0, batches - 1) / ceiling.batchesPerMinute) + (low + high) / 2 / 60_000;
}

/** Most calls that left within any window of that length. */
function busiest(calls: readonly PlatformCall[], windowMs: number): number {
  const times = calls.map(({ sent_at }) => sent_at).sort((a, b) => a - b);
  let most = 0;
  for (let start = 0, end = 0; end < times.length; end += 1) {
    while ((times[start] ?? 0) <= (times[end] ?? 0) - windowMs) start += 1;
    most = Math.max(most, end - start + 1);
  }
  return most;
}
