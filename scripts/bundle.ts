import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { build, type Metafile, version } from 'esbuild';
import * as z from 'zod';
import { functions } from '#lib/functions.ts';

export interface BundleOptions {
  /** Entry module by function id. */
  readonly entries: Readonly<Record<string, string>>;
  /** Gets one folder per function id with `index.mjs` and `index.mjs.map`, and `.inputs` to know what is up to date. */
  readonly outdir: string;
}

export interface BundleResult {
  readonly id: string;
  /** Size of `index.mjs`. */
  readonly bytes: number;
  /** False when nothing it is made of has changed since the last time. */
  readonly built: boolean;
}

const repository = resolve(import.meta.dirname, '..');

/** Dependencies are known by the lockfile, settings by the files that hold them. */
const settingsFiles = ['package-lock.json', 'package.json', 'tsconfig.json', 'scripts/bundle.ts'];

/** Packages that are still CommonJS call `require`, which a module does not have. */
const requireBanner = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

const inputsSchema = z.record(z.string(), z.string());
type Inputs = z.output<typeof inputsSchema>;

const hash = async (file: string) =>
  createHash('sha256')
    .update(await readFile(join(repository, file)).catch(() => 'missing'))
    .digest('base64url');

async function hashAll(files: readonly string[]): Promise<Inputs> {
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file, await hash(file)] as const)));
}

const isOurs = (file: string) => !file.includes('node_modules/') && !file.startsWith('<');

/**
 * Everything an entry imports, directly or not, also what its bundle does not need as it is now. esbuild names inputs
 * relative to its working directory, which is the repository.
 */
function inputFiles({ inputs }: Metafile, entry: string): string[] {
  const found = new Set([entry]);
  for (const file of found) {
    for (const { path, external } of inputs[file]?.imports ?? []) if (!external) found.add(path);
  }
  return [...[...found].filter(isOurs), ...settingsFiles];
}

async function isCurrent(record: string, output: string): Promise<boolean> {
  if (!existsSync(record) || !existsSync(output)) return false;
  const before = inputsSchema.safeParse(JSON.parse(await readFile(record, 'utf8')));
  if (!before.success || before.data['<esbuild>'] !== version) return false;
  const { '<esbuild>': _, ...files } = before.data;
  const now = await hashAll(Object.keys(files));
  return Object.entries(files).every(([file, digest]) => now[file] === digest);
}

/** Builds these entries, all in one go: what several of them import is parsed once. */
async function buildAll(ids: readonly string[], { entries, outdir }: BundleOptions): Promise<void> {
  await Promise.all(ids.map((id) => rm(join(outdir, id), { recursive: true, force: true })));
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: ids.map((id) => ({ in: resolve(repository, entries[id] ?? ''), out: `${id}/index` })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // The AWS SDK's ES modules shake down to what is used; its CommonJS does not.
    mainFields: ['module', 'main'],
    minify: true,
    // Errors are told apart by class name in logs.
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    banner: { js: requireBanner },
    metafile: true,
    logLevel: 'silent',
  });
  for (const id of ids) {
    const hashes = await hashAll(inputFiles(metafile, relative(repository, resolve(repository, entries[id] ?? ''))));
    await writeFile(recordOf(outdir, id), JSON.stringify({ '<esbuild>': version, ...hashes }));
  }
}

const recordOf = (outdir: string, id: string): string => join(outdir, '.inputs', `${id}.json`);
const outputOf = (outdir: string, id: string): string => join(outdir, id, 'index.mjs');

/** Bundles every entry that is not up to date. Throws before the first when an entry is missing. */
export async function bundle(options: BundleOptions): Promise<readonly BundleResult[]> {
  const { entries, outdir } = options;
  const missing = Object.entries(entries).filter(([, entry]) => !existsSync(resolve(repository, entry)));
  if (missing.length > 0) {
    throw new Error(`missing entry: ${missing.map(([id, entry]) => `${entry} (${id})`).join(', ')}`);
  }
  await mkdir(join(outdir, '.inputs'), { recursive: true });
  const looked = await Promise.all(
    Object.keys(entries).map(async (id) => ({
      id,
      built: !(await isCurrent(recordOf(outdir, id), outputOf(outdir, id))),
    })),
  );
  const stale = looked.filter(({ built }) => built).map(({ id }) => id);
  if (stale.length > 0) await buildAll(stale, options);
  return Promise.all(looked.map(async (each) => ({ ...each, bytes: (await stat(outputOf(outdir, each.id))).size })));
}

/** Entries of all functions, from their table. */
export const functionEntries: Readonly<Record<string, string>> = Object.fromEntries(
  functions.map(({ id, entry }) => [id, entry]),
);

async function main(): Promise<void> {
  const start = performance.now();
  const outdir = join(repository, 'dist');
  const results = await bundle({ entries: functionEntries, outdir });
  const kilobytes = Math.round(results.reduce((total, { bytes }) => total + bytes, 0) / 1024);
  const built = results.filter((result) => result.built).length;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `bundled ${built} of ${results.length} functions into ${relative(process.cwd(), outdir)}, ${kilobytes} KB in all, ${seconds} s`,
  );
}

if (import.meta.main) {
  await main().catch((cause: unknown) => {
    console.error(`bundle: ${cause instanceof Error ? cause.message : String(cause)}`);
    process.exitCode = 1;
  });
}
