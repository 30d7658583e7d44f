import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { contracts } from '#shared/api/contracts.ts';
import { openApiDocument } from '#shared/api/openapi.ts';
import { generate } from './client/generate.ts';
import type { OpenApi } from './client/openapi-types.ts';

const repository = resolve(import.meta.dirname, '..');
const sources = join(repository, 'client/src');

/** Runs a tool of node_modules and gives what it prints; when it fails, that is the error's message. */
function run(script: string, args: readonly string[], input = ''): string {
  const command = [join(repository, 'node_modules', script), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: repository, encoding: 'utf8', input });
  if (status !== 0) throw new Error(`${script} failed\n${stdout}${stderr}`);
  return stdout;
}

/** The generated sources of the client as they should be, by path. */
function generatedFiles(): Readonly<Record<string, string>> {
  const files = generate(openApiDocument(contracts) as OpenApi);
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => {
      const path = join(sources, name);
      return [path, run('@biomejs/biome/bin/biome', ['check', '--write', `--stdin-file-path=${path}`], text)];
    }),
  );
}

/** Paths of generated sources that are not what the contracts say. */
export function outdated(): readonly string[] {
  return Object.entries(generatedFiles())
    .filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text)
    .map(([path]) => path);
}

/**
 * Makes the package's JavaScript and declarations in `outdir`. The compiler sees the types of browsers only there, so what
 * just Node has fails.
 *
 * @throws Error with the compiler's messages.
 */
export async function buildPackage(outdir: string): Promise<void> {
  await build({
    entryPoints: [join(sources, 'index.ts')],
    outfile: join(outdir, 'index.js'),
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    logLevel: 'silent',
  });
  run('typescript/bin/tsc', ['-p', 'client', '--outDir', outdir]);
  await Promise.all((await readdir(outdir)).filter((name) => name.endsWith('.d.ts')).map(nameJavaScript));

  // The compiler leaves the names of sources in declarations, and those are not shipped.
  async function nameJavaScript(name: string): Promise<void> {
    const file = join(outdir, name);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'"));
  }
}

async function main(): Promise<void> {
  if (process.argv.includes('--check')) {
    if (outdated().length === 0) return console.log('the client is up to date');
    throw new Error('client/ is not what the contracts say: npm run client');
  }
  await mkdir(sources, { recursive: true });
  await Promise.all(Object.entries(generatedFiles()).map(([path, text]) => writeFile(path, text)));
  await buildPackage(join(repository, 'client/dist'));
  console.log('wrote client/src and built client/dist');
}

if (import.meta.main) {
  await main().catch((cause: unknown) => {
    console.error(`client: ${cause instanceof Error ? cause.message : String(cause)}`);
    process.exitCode = 1;
  });
}
