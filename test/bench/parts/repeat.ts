import { total } from '../numbers.ts';
import type { SyncReport } from '../subjects/task.ts';
import { documentsWritten, recordsThere, runEngine, seenBetween } from './engine-run.ts';
import { withPlatforms } from './platforms.ts';

/** What one run over the shop's orders cost. */
export interface RepeatRow {
  readonly run: 'first' | 'full_again' | 'incremental';
  readonly documents: number;
  readonly wall_ms: number;
  readonly cpu_ms_per_order: number;
  readonly rss_peak_mb: number;
  readonly woocommerce_calls: number;
  readonly quickbooks_calls: number;
  readonly aws_calls: number;
  readonly aws_calls_per_order: number;
  /** DynamoDB capacity as the emulator reports it. */
  readonly read_units_per_order: number;
  readonly write_units_per_order: number;
  readonly aws_by_command: Readonly<Record<string, number>>;
}

export interface RepeatResult {
  readonly orders: number;
  readonly rows: readonly RepeatRow[];
}

const runs = [
  { run: 'first', sync: { entity: 'orders', mode: 'full' } },
  { run: 'full_again', sync: { entity: 'orders', mode: 'full' } },
  { run: 'incremental', sync: { entity: 'orders', mode: 'incremental' } },
] as const;

/** A shop synced again with nothing changed, without latency and limits. */
export async function measureRepeat(orders: number): Promise<RepeatResult> {
  return withPlatforms(orders, async (place) => {
    const reports = await runEngine(place, { syncs: runs.map(({ sync }) => sync), capacity: true });
    const [first] = reports;
    const there = first ? recordsThere(first) : orders;
    return { orders: there, rows: reports.map((report, index) => rowOf(runs[index]?.run ?? 'first', report, there)) };
  });
}

function rowOf(run: RepeatRow['run'], report: SyncReport, orders: number): RepeatRow {
  const { aws, cost, before, after } = report;
  const { woocommerce_calls, quickbooks_calls } = seenBetween(before, after);
  const calls = total(Object.values(aws.calls));
  return {
    run,
    documents: documentsWritten(report),
    wall_ms: cost.wall_ms,
    cpu_ms_per_order: cost.cpu_ms / orders,
    rss_peak_mb: cost.rss_peak_mb,
    woocommerce_calls,
    quickbooks_calls,
    aws_calls: calls,
    aws_calls_per_order: calls / orders,
    read_units_per_order: aws.read_units / orders,
    write_units_per_order: aws.write_units / orders,
    aws_by_command: aws.calls,
  };
}
