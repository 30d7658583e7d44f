import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild } from '../child.ts';
import type { Cost } from '../meter.ts';
import { median } from '../numbers.ts';
import { control, type Place, type Sightings } from '../platforms/place.ts';
import type { BaselineReport } from '../subjects/task.ts';
import { documentsWritten, recordsThere, runEngine, seenBetween } from './engine-run.ts';
import { withPlatforms } from './platforms.ts';

const perRecordModule = new URL('../baselines/per-record.ts', import.meta.url);
const preparedModule = new URL('../baselines/prepared-batches.ts', import.meta.url);

export type Subject = 'engine' | 'per_record' | 'prepared';

/** One subject in one round. */
export interface Effort {
  readonly orders: number;
  readonly documents: number;
  readonly failed: number;
  readonly orders_per_s: number;
  readonly documents_per_s: number;
  readonly cpu_ms_per_order: number;
  readonly rss_peak_mb: number;
  /** Of that, what the work added to the process that had loaded everything. */
  readonly rss_growth_mb: number;
  readonly quickbooks_calls: number;
  readonly platform_calls: number;
  readonly metered_reads: number;
}

export interface Overhead {
  readonly orders: number;
  readonly rounds: readonly Readonly<Record<Subject, Effort>>[];
  readonly medians: Readonly<Record<Subject, Effort>>;
  /** Medians of the ratios within each round. */
  readonly ratios: {
    readonly cpu_of_per_record: number;
    readonly cpu_of_prepared: number;
    readonly time_of_per_record: number;
    readonly time_of_prepared: number;
    readonly memory_of_per_record: number;
    readonly quickbooks_calls_of_per_record: number;
  };
}

/** Everything without latency and limits: what remains is what the programs themselves cost. */
export async function measureOverhead(orders: number, rounds: number): Promise<Overhead> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    return await withPlatforms(orders, async (place) => {
      const recording = join(folder, 'requests.json');
      await runEngine(place, { syncs: [{ entity: 'orders', mode: 'full' }], recordTo: recording });
      const done: Record<Subject, Effort>[] = [];
      for (let round = 0; round < rounds; round += 1) {
        done.push({
          engine: await engineEffort(place),
          per_record: await baselineEffort(place, perRecordModule),
          prepared: await baselineEffort(place, preparedModule, recording),
        });
      }
      return { orders, rounds: done, medians: mediansOf(done), ratios: ratiosOf(done) };
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function engineEffort(place: Place): Promise<Effort> {
  const [report] = await runEngine(place, { syncs: [{ entity: 'orders', mode: 'full' }] });
  if (!report) throw new Error('the engine reported nothing');
  const { cost, before, after, failures } = report;
  return effortOf(
    cost,
    { orders: recordsThere(report), documents: documentsWritten(report), failed: failures },
    before,
    after,
  );
}

async function baselineEffort(place: Place, module: URL, recording?: string): Promise<Effort> {
  const company = await control.newCompany(place);
  const { cost, before, after, ...counts } = await runChild<BaselineReport>(module, { place, company, recording });
  return effortOf(cost, counts, before, after);
}

function effortOf(
  cost: Cost,
  { orders, documents, failed }: Pick<Effort, 'orders' | 'documents' | 'failed'>,
  before: Sightings,
  after: Sightings,
): Effort {
  const { quickbooks_calls, platform_calls, metered_reads } = seenBetween(before, after);
  return {
    orders,
    documents,
    failed,
    orders_per_s: (orders / cost.wall_ms) * 1000,
    documents_per_s: (documents / cost.wall_ms) * 1000,
    cpu_ms_per_order: cost.cpu_ms / orders,
    rss_peak_mb: cost.rss_peak_mb,
    rss_growth_mb: cost.rss_peak_mb - cost.rss_before_mb,
    quickbooks_calls,
    platform_calls,
    metered_reads,
  };
}

function mediansOf(rounds: readonly Record<Subject, Effort>[]): Record<Subject, Effort> {
  const middle = (subject: Subject): Effort => {
    const efforts = rounds.map((round) => round[subject]);
    const names = Object.keys(efforts[0] ?? {}) as (keyof Effort)[];
    return Object.fromEntries(
      names.map((name) => [name, median(efforts.map((effort) => effort[name]))]),
    ) as unknown as Effort;
  };
  return { engine: middle('engine'), per_record: middle('per_record'), prepared: middle('prepared') };
}

function ratiosOf(rounds: readonly Record<Subject, Effort>[]): Overhead['ratios'] {
  const ratio = (of: (round: Record<Subject, Effort>) => number): number => median(rounds.map(of));
  const time = ({ orders_per_s }: Effort): number => 1 / orders_per_s;
  return {
    cpu_of_per_record: ratio(({ engine, per_record }) => engine.cpu_ms_per_order / per_record.cpu_ms_per_order),
    cpu_of_prepared: ratio(({ engine, prepared }) => engine.cpu_ms_per_order / prepared.cpu_ms_per_order),
    time_of_per_record: ratio(({ engine, per_record }) => time(engine) / time(per_record)),
    time_of_prepared: ratio(({ engine, prepared }) => time(engine) / time(prepared)),
    memory_of_per_record: ratio(({ engine, per_record }) => engine.rss_peak_mb / per_record.rss_peak_mb),
    quickbooks_calls_of_per_record: ratio(
      ({ engine, per_record }) => engine.quickbooks_calls / per_record.quickbooks_calls,
    ),
  };
}
