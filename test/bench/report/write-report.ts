import { latencies } from '../latency.ts';
import { significant } from '../numbers.ts';
import type { LaneRow } from '../parts/lane.ts';
import { answerWithinMs } from '../parts/webhooks.ts';
import { ceiling } from '../settings.ts';
import type { Results } from './results.ts';
import { percent, table, times } from './table.ts';

/** The results as docs/performance.md. */
export function writeReport(results: Results): string {
  const { measured_at, seconds, machine } = results;
  const sections = [
    '# Performance',
    `Written by \`npm run bench\` on ${measured_at.slice(0, 10)} (${seconds} s; Node ${machine.node}, ${machine.platform}, ${machine.cores} cores); the same numbers as data are in [performance.json](performance.json). Do not edit: run it again. \`npm run bench -- --part webhooks\` measures one part (overhead, repeat, lane, webhooks) and keeps the other figures; \`-- --quick\` is a smoke run that writes nothing.`,
    ratios(results),
    lane(results),
    overhead(results),
    repeat(results),
    webhooks(results),
    method(results),
  ];
  return `${sections.join('\n\n')}\n`;
}

function ratios({ lane, overhead, repeat, webhooks }: Results): string {
  const quick = webhooks.rows.filter(({ p95_ms }) => p95_ms < answerWithinMs).length;
  const orders = lane.rows.find(({ entity }) => entity === 'orders');
  const again = repeat.rows.find(({ run }) => run === 'full_again');
  const first = repeat.rows.find(({ run }) => run === 'first');
  const { ratios: to } = overhead;
  return `## What holds on any machine

Counts, and ratios of programs that ran on the same machine in the same round.

${table(
  ['Measure', 'Value'],
  [
    [
      `Backfill of orders: documents a minute, of the ceiling of ${ceiling.documentsPerMinute}`,
      percent(orders?.of_ceiling ?? 0),
    ],
    ['Backfill of everything: least possible time at the limit, of the time taken', percent(lane.efficiency)],
    ['Calls refused by the rate limit', lane.all.throttled],
    ['QuickBooks documents written per order, its share of products and customers included', lane.writes_per_order],
    ['Metered QuickBooks reads per order', lane.metered_reads_per_order],
    ['Platform calls per order', lane.calls_per_order],
    ['QuickBooks calls, of those of a per-record script', percent(to.quickbooks_calls_of_per_record)],
    ['CPU, against the per-record script', times(to.cpu_of_per_record)],
    ['CPU, against posting prepared batches (lower bound)', times(to.cpu_of_prepared)],
    ['Peak memory, against the per-record script', times(to.memory_of_per_record)],
    ['AWS calls per order, first run', first?.aws_calls_per_order ?? 0],
    ['AWS calls per order, second run over unchanged orders', again?.aws_calls_per_order ?? 0],
    ['QuickBooks calls of the second run', again?.quickbooks_calls ?? 0],
    [`Kinds of webhooks whose 95th percentile is within ${answerWithinMs} ms`, `${quick} of ${webhooks.rows.length}`],
  ],
)}`;
}

function lane({ lane: result }: Results): string {
  const row = (name: string, entry: LaneRow) => [
    name,
    entry.records,
    entry.documents,
    entry.failed,
    entry.minutes,
    entry.documents_per_min,
    percent(entry.of_ceiling),
    entry.batches,
    percent(entry.batch_fill),
    entry.metered_reads,
    entry.platform_calls,
    entry.throttled,
  ];
  return `## Backfill at the documented limits

A shop with ${result.orders} orders into empty books: products, then customers, then orders. QuickBooks takes ${ceiling.batchesPerMinute} batches of ${ceiling.itemsPerBatch} a minute, 500 calls a minute and 10 a second, and answers as slowly as the real one.

${table(
  [
    'Sync',
    'Records',
    'Documents',
    'Failed',
    'Minutes',
    'Documents/min',
    'Of ceiling',
    'Batches',
    'Slots used',
    'Metered reads',
    'Platform calls',
    '429',
  ],
  [...result.rows.map((entry) => row(entry.entity, entry)), row('all', result.all)],
)}

- **${significant(result.orders_per_min)} orders a minute** over the whole backfill, products and customers included.
- The limit lets ${result.all.documents} documents through in no less than ${significant(result.least_minutes)} minutes: 40 full batches may leave at once, the next 40 a minute later. It took ${significant(result.all.minutes)}.
- Busiest minute: ${result.busiest_minute_batches} batches (limit 40). Busiest second: ${result.busiest_second_calls} calls (limit 10). Refused: ${result.all.throttled}.
- Products and customers cannot reach the ceiling: QuickBooks takes one name write at a time, so their batches go one after the other.
- The clock ran ${result.factor} times as fast as the machine's. The engine used ${percent(result.engine_cpu_share)} of one core, the platforms ${percent(result.platforms_cpu_share)}, and 99 % of timers fired less than ${significant(result.timer_lag_p99_clock_ms)} ms of that clock late: the result is one of limits and latencies, not of this machine.`;
}

const names = { engine: 'This engine', per_record: 'Per-record script', prepared: 'Prepared batches' } as const;

function overhead({ overhead: result, lane }: Results): string {
  const rows = (Object.keys(names) as (keyof typeof names)[]).map((subject) => {
    const of = result.medians[subject];
    return [
      names[subject],
      of.orders_per_s,
      of.documents_per_s,
      of.cpu_ms_per_order,
      of.rss_peak_mb,
      of.rss_growth_mb,
      of.quickbooks_calls,
      of.metered_reads,
      of.documents,
      of.failed,
    ];
  });
  const { per_record, engine } = result.medians;
  const scriptMinutes = sequentialMinutes(per_record.metered_reads, per_record.documents + per_record.failed);
  return `## What the programs themselves cost

${result.orders} orders into empty books, no latency, no limits; medians of ${result.rounds.length} rounds, each program in a fresh process, CPU and memory of that process alone.

${table(
  [
    'Program',
    'Orders/s',
    'Documents/s',
    'CPU ms/order',
    'Peak MiB',
    'of it growth',
    'QuickBooks calls',
    'Metered reads',
    'Documents',
    'Refused',
  ],
  rows,
)}

- **Per-record script**: the two usual client libraries (\`@woocommerce/woocommerce-rest-api\`, \`node-quickbooks\`), order by order: find or create customer and items, create invoice, create payment. It keeps no links, no journal and no checkpoint, so it can neither resume nor run twice; what QuickBooks refuses is lost (the shop has awkward records on purpose).
- **Prepared batches**: a bare \`fetch\` loop that reads the same pages and posts batches prepared beforehand. It decides nothing; its refused items are taken names, which the engine sends again under a free one. No program that maps and records can be as cheap.
- This engine's figures hold everything it does besides: claims, links, journal, checkpoints (${engine.documents} documents, none lost).
- CPU is not what a sync waits for. At the latencies of the backfill above, the script's calls one after the other take ${significant(scriptMinutes)} minutes for this shop, ${significant(per_record.orders / scriptMinutes)} orders a minute (computed from its counted calls and the mean latencies, not run), against ${significant(lane.orders_per_min)} measured for the engine.`;
}

/** Minutes that reads and single writes take one after the other at the mean latencies. */
function sequentialMinutes(reads: number, writes: number): number {
  const mean = ([low, high]: readonly [number, number]): number => (low + high) / 2;
  return (reads * mean(latencies.quickbooks_read) + writes * mean(latencies.quickbooks_write)) / 60_000;
}

const runNames = {
  first: 'First, empty books',
  full_again: 'Full again, nothing changed',
  incremental: 'Incremental, nothing changed',
};

function repeat({ repeat: result }: Results): string {
  return `## What a second run costs

${result.orders} orders, no latency, no limits; the three runs follow each other in one process, so memory adds up.

${table(
  [
    'Run',
    'Documents',
    'ms',
    'CPU ms/order',
    'Peak MiB',
    'Shop calls',
    'QuickBooks calls',
    'AWS calls',
    'AWS calls/order',
    'Read units/order',
    'Write units/order',
  ],
  result.rows.map((row) => [
    runNames[row.run],
    row.documents,
    Math.round(row.wall_ms),
    row.cpu_ms_per_order,
    row.rss_peak_mb,
    row.woocommerce_calls,
    row.quickbooks_calls,
    row.aws_calls,
    row.aws_calls_per_order,
    row.read_units_per_order,
    row.write_units_per_order,
  ]),
)}

AWS calls are counted in the SDK clients (DynamoDB, S3, SQS, Secrets Manager); receiving and deleting the queue's messages is done by Lambda and not among them. Capacity units are what the DynamoDB emulator reports for the single table and its indexes.`;
}

function webhooks({ webhooks: { rows } }: Results): string {
  const slowest = Math.max(...rows.map(({ p95_ms }) => p95_ms));
  return `## How soon webhooks are answered

The whole product in the embedded cloud: functions from their bundles, every call to AWS through the gateway that checks the role. Time from the post to the end of the answer. The bodies of the shop are recorded ones.

${table(
  ['Delivery', 'Bytes', 'At once', 'Posts', 'p50 ms', 'p95 ms', 'Worst ms'],
  rows.map((row) => [row.delivery, row.bytes, row.at_once, row.posts, row.p50_ms, row.p95_ms, row.worst_ms]),
)}

- Answers are to come within ${answerWithinMs} ms; the slowest kind has its 95th percentile at ${significant(slowest)} ms.
- An answer says that the signature is right and that what was told is stored. The syncs that follow run meanwhile, on the same machine.
- Ten at once are worked on by one function, one after the other; Lambda has one for each.`;
}

function method({ lane, overhead: { rounds } }: Results): string {
  const range = ([low, high]: readonly [number, number]): string => `${low}-${high} ms`;
  return `## How it is measured, and how to read it

- Three processes: the benchmark, the platforms (simulators of QuickBooks and WooCommerce, the emulators of SQS, S3 and Secrets Manager, DynamoDB as a program of its own), and the program that is measured. The shop is generated from a fixed seed.
- Latencies, drawn from a fixed seed: QuickBooks reads ${range(latencies.quickbooks_read)}, writes of one ${range(latencies.quickbooks_write)}, batches of 30 ${range(latencies.quickbooks_batch_of_30)} (in between by size), shop ${range(latencies.woocommerce_per_100_rows)} per 100 rows. ${range(latencies.way_there)} of it pass before a call is counted against a limit.
- The clock of limiter, engine and platforms is one; it runs faster than the machine's (x ${lane.factor}). The factor is the largest at which the engine's CPU stays a small share, from what an order was found to cost.
- Ratios are taken within a round and then their median over ${rounds.length} rounds, so that a slow moment of the machine hits both sides. Absolute times and orders a second depend on the machine and on what else it does; ratios and counts do not.
- Memory is resident memory sampled every 50 ms; the growth is what the work added to a process that had loaded its code.
- Simulated platforms answer in their documented way, but nobody measured this against the real ones: the backfill's rate is a statement about limits and latencies as assumed here.`;
}
