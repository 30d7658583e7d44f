import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { significant } from './numbers.ts';
import { factorFor, measureLane } from './parts/lane.ts';
import { measureOverhead } from './parts/overhead.ts';
import { measureRepeat } from './parts/repeat.ts';
import type { Results } from './report/results.ts';
import { writeReport } from './report/write-report.ts';
import { type BenchSizes, fullSizes, quickSizes } from './settings.ts';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const docs = new URL('../../docs/', import.meta.url);

/** Each part says when it begins: the whole takes minutes. */
async function part<T>(name: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  process.stderr.write(`${name} ...`);
  const result = await work();
  process.stderr.write(` ${Math.round((performance.now() - start) / 1000)} s\n`);
  return result;
}

async function measureAll(sizes: BenchSizes): Promise<Results> {
  const start = performance.now();
  const overhead = await part(`own cost, ${sizes.overhead} orders x ${sizes.rounds} rounds x 3 programs`, () =>
    measureOverhead(sizes.overhead, sizes.rounds),
  );
  const repeat = await part(`second run, ${sizes.repeat} orders`, () => measureRepeat(sizes.repeat));
  const factor = factorFor(sizes.lane, overhead.medians.engine.cpu_ms_per_order);
  const lane = await part(`lane at the documented limits, ${sizes.lane} orders, clock x ${factor}`, () =>
    measureLane(sizes.lane, factor),
  );
  return {
    measured_at: new Date().toISOString(),
    seconds: Math.round((performance.now() - start) / 1000),
    machine: { node: process.version, platform: `${process.platform}-${process.arch}`, cores: availableParallelism() },
    lane,
    overhead,
    repeat,
  };
}

const results = await measureAll(options.quick ? quickSizes : fullSizes);
const report = writeReport(results);
console.log(report);
if (options.quick) {
  process.stderr.write('A smoke run: docs/performance.* are left as they are.\n');
} else {
  const rounded = (_name: string, value: unknown): unknown => (typeof value === 'number' ? significant(value) : value);
  await writeFile(new URL('performance.json', docs), `${JSON.stringify(results, rounded, 2)}\n`);
  await writeFile(new URL('performance.md', docs), report);
}
