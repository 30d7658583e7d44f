import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const repository = resolve(import.meta.dirname, '..');
export const consoleFolder = join(repository, 'web/dist');
const record = join(consoleFolder, '.inputs');

/** What the console is made from. */
const inputs = [
  'web/{src,public}/**/*',
  'web/*.*',
  'scripts/console.ts',
  'client/src/*',
  'shared/{core,api}/*',
  'package-lock.json',
];

async function inputKey(): Promise<string> {
  const files = globSync(inputs, { cwd: repository, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(await readFile(file));
  return hash.digest('hex');
}

/**
 * Builds the console into `web/dist`, unless nothing it is made of has changed since the last time.
 *
 * @returns Whether it was built.
 * @throws Error of the bundler, in its own words.
 */
export async function buildConsole(): Promise<boolean> {
  const key = await inputKey();
  if (existsSync(record) && (await readFile(record, 'utf8')) === key) return false;
  // Made aside and put in place whole: several processes may want it at once, and each sees one that is complete.
  const aside = join(repository, 'cdk.out', `console-${process.pid}`);
  await viteBuild(aside);
  await writeFile(join(aside, '.inputs'), key);
  await rm(consoleFolder, { recursive: true, force: true });
  await rename(aside, consoleFolder).catch(() => rm(aside, { recursive: true, force: true }));
  return true;
}

/** Builds the gallery of the kit into a folder, for its tests. */
export const buildGallery = (outDir: string): Promise<void> => viteBuild(outDir, { GALLERY: '1' });

/** In a process of its own: in that of the tests, React would be built as for development. */
async function viteBuild(outDir: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
  const vite = join(repository, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', 'web', '--outDir', outDir, '--logLevel', 'warn'];
  const env = { ...process.env, ...more, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, args, { cwd: repository, env });
}

if (import.meta.main) {
  const start = performance.now();
  const built = await buildConsole();
  console.log(
    built ? `built the console, ${((performance.now() - start) / 1000).toFixed(1)} s` : 'the console is up to date',
  );
}
