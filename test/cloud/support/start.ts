import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll } from 'vitest';
import { type Cloud, type CloudOptions, startCloud } from '#local/cloud/cloud.ts';
import type { LogLine } from '#local/cloud/runtime/types.ts';
import { template } from './template.ts';

export interface TestCloud extends Cloud {
  /** Everything functions printed. */
  readonly lines: readonly LogLine[];
  /** The structured lines that have a member of this name, in order. */
  printed(member: string): readonly Readonly<Record<string, unknown>>[];
  /** Forgets what functions printed so far. */
  clearLines(): void;
  /** What the cloud itself had to say. */
  readonly reports: readonly string[];
}

let bundled: Promise<string> | undefined;
afterAll(async () => {
  const folder = await bundled;
  if (folder !== undefined) await rm(folder, { recursive: true });
});

/** Folder of an assembly whose one asset holds all test functions; built once per test file. */
function testAssets(): Promise<string> {
  bundled ??= bundleHandlers();
  return bundled;
}

async function bundleHandlers(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-assets-'));
  await build({
    entryPoints: [fileURLToPath(new URL('./handlers.ts', import.meta.url))],
    outfile: join(folder, 'asset.all', 'index.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
  return folder;
}

export async function startTestCloud(options: Partial<CloudOptions> = {}): Promise<TestCloud> {
  const lines: LogLine[] = [];
  const reports: string[] = [];
  const cloud = await startCloud({
    template,
    assets: await testAssets(),
    mode: 'workers',
    ticking: false,
    visibilityScale: 1 / 1000,
    log: (line) => lines.push(line),
    report: (line) => reports.push(line),
    ...options,
  });
  const structured = (): Readonly<Record<string, unknown>>[] =>
    lines.filter(({ line }) => line.startsWith('{')).map(({ line }) => JSON.parse(line));
  const clearLines = (): void => {
    lines.length = 0;
  };
  return { ...cloud, lines, reports, clearLines, printed: (member) => structured().filter((line) => member in line) };
}
