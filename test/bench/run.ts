import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { significant } from './numbers.ts';
import { factorFor, measureLane } from './parts/lane.ts';
import { measureOverhead } from './parts/overhead.ts';
import { measureRepeat } from './parts/repeat.ts';
import { measureWebhooks } from './parts/webhooks.ts';
import type { Results } from './report/results.ts';
import { writeReport } from './report/write-report.ts';
import { type BenchSizes, fullSizes, quickSizes } from './settings.ts';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, part: { type: 'string' } },
});
const docs = new URL('../../docs/', import.meta.url);

/** Each part says when it begins: the whole takes minutes. */
async function part<T>(name: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  process.stderr.write(`${name} ...`);
  const result = await work();
  process.stderr.write(` ${Math.round((performance.now() - start) / 1000)} s\n`);
  return result;
}

type Part = 'overhead' | 'repeat' | 'lane' | 'webhooks';
type Found = Partial<Pick<Results, Part>>;

/** In this order: the lane's clock depends on what an order was found to cost. */
const parts: Readonly<Record<Part, (sizes: BenchSizes, found: Found) => Promise<Found>>> = {
  overhead: async ({ overhead, rounds }) => ({
    overhead: await part(`own cost, ${overhead} orders x ${rounds} rounds x 3 programs`, () =>
      measureOverhead(overhead, rounds),
    ),
  }),
  repeat: async ({ repeat }) => ({
    repeat: await part(`second run, ${repeat} orders`, () => measureRepeat(repeat)),
  }),
  lane: async ({ lane }, { overhead }) => {
    const factor = factorFor(lane, overhead?.medians.engine.cpu_ms_per_order ?? Number.POSITIVE_INFINITY);
    return {
      lane: await part(`lane at the documented limits, ${lane} orders, clock x ${factor}`, () =>
        measureLane(lane, factor),
      ),
    };
  },
  webhooks: async ({ webhooks }) => ({
    webhooks: await part(`answers to webhooks, ${webhooks} of each kind`, () => measureWebhooks(webhooks)),
  }),
};

/** All parts; or one, with the figures that the others had last. */
async function measureAll(sizes: BenchSizes, only: string | undefined): Promise<Results> {
  if (only !== undefined && !Object.hasOwn(parts, only)) {
    throw new Error(`there is no part ${only}, but ${Object.keys(parts).join(', ')}`);
  }
  const start = performance.now();
  const kept = only === undefined ? undefined : (JSON.parse(await readFile(figures, 'utf8')) as Results);
  let found: Found = { ...kept };
  for (const [name, measure] of Object.entries(parts)) {
    if (only === undefined || only === name) found = { ...found, ...(await measure(sizes, found)) };
  }
  return {
    measured_at: new Date().toISOString(),
    seconds: Math.round((performance.now() - start) / 1000),
    machine: { node: process.version, platform: `${process.platform}-${process.arch}`, cores: availableParallelism() },
    ...kept,
    ...(found as Required<Found>),
  };
}

const figures = new URL('performance.json', docs);
const results = await measureAll(options.quick ? quickSizes : fullSizes, options.part);
const report = writeReport(results);
console.log(report);
if (options.quick) {
  process.stderr.write('A smoke run: docs/performance.* are left as they are.\n');
} else {
  const rounded = (_name: string, value: unknown): unknown => (typeof value === 'number' ? significant(value) : value);
  await writeFile(figures, `${JSON.stringify(results, rounded, 2)}\n`);
  await writeFile(new URL('performance.md', docs), report);
}
