import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import * as z from 'zod';

/**
 * Runs the whole suite and closes with a line of each failed test and the plain line `N passed, N failed`: whoever sees
 * only the end of a long output knows what failed. Arguments go to vitest: `npm test -- --project unit`. `SEED=random`
 * draws other random cases than those of every run, and prints the seed that repeats them.
 */
const resultSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

const drawn = process.env.SEED === 'random' ? { SEED: String(randomInt(2 ** 31)) } : {};
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
  { stdio: 'inherit', env: { ...process.env, ...drawn } },
);
const code = await new Promise<number>((resolve) => child.on('close', (exit) => resolve(exit ?? 1)));
const text = await readFile(report, 'utf8').catch(() => undefined);
await rm(folder, { recursive: true, force: true });
const result = text === undefined ? undefined : resultSchema.safeParse(JSON.parse(text)).data;
const passed = result?.numPassedTests ?? 0;
// A file that cannot even be loaded counts as a failure, and so does a run without a report.
const failed = Math.max(result?.numFailedTests ?? 1, code === 0 ? 0 : 1);
for (const line of failures(result?.testResults ?? [])) console.log(line);
if (drawn.SEED) console.log(`SEED=${drawn.SEED}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = code === 0 && passed > 0 ? 0 : 1;

/** `failed: file: test: first line of why`, and what replays a property. */
function failures(files: z.output<typeof resultSchema>['testResults']): string[] {
  const lineOf = (...parts: readonly string[]) => `failed: ${parts.join(': ').slice(0, 500)}`;
  return files.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(process.cwd(), name);
    const tests = assertionResults.filter((test) => test.status === 'failed');
    if (tests.length === 0) return status === 'failed' ? [lineOf(file, firstLine(message))] : [];
    return tests.map(({ fullName, failureMessages }) => {
      const text = failureMessages.join('\n');
      const [seed = ''] = /\{ seed: .+\}/.exec(text) ?? [];
      return lineOf(file, fullName, ...(seed ? [seed] : []), firstLine(text));
    });
  });
}

function firstLine(text: string): string {
  return stripVTControlCharacters(text).split('\n', 1)[0] ?? '';
}
