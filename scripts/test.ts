import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

/**
 * Runs the whole suite and closes with the plain line `N passed, N failed`. Arguments go to vitest:
 * `npm test -- --project unit`.
 */
const resultSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numFailedTestSuites: z.number(),
});

const folder = await mkdtemp(join(tmpdir(), 'easysale-test-'));
const report = join(folder, 'report.json');
const child = spawn(
  process.execPath,
  [
    join(import.meta.dirname, '../node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
const code = await new Promise<number>((resolve) => child.on('close', (exit) => resolve(exit ?? 1)));
const text = await readFile(report, 'utf8').catch(() => undefined);
await rm(folder, { recursive: true, force: true });
const result = text === undefined ? undefined : resultSchema.safeParse(JSON.parse(text)).data;
const passed = result?.numPassedTests ?? 0;
// A file that cannot even be loaded counts as a failure, and so does a run without a report.
const failed = Math.max(result?.numFailedTests ?? 1, code === 0 ? 0 : 1);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = code === 0 && passed > 0 ? 0 : 1;
