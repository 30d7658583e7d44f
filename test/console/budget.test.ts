import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { buildConsole, consoleFolder } from '../../scripts/console.ts';

const chunk = z.object({
  file: z.string(),
  isEntry: z.boolean().default(false),
  imports: z.array(z.string()).default([]),
  dynamicImports: z.array(z.string()).default([]),
  css: z.array(z.string()).default([]),
});
type Manifest = Record<string, z.output<typeof chunk>>;

const firstLoadKb = 250;
const styleKb = 25;
/** A page with what only it needs; charts and editors come after it has been drawn. */
const pageKb = 60;

let manifest: Manifest;
beforeAll(async () => {
  await buildConsole();
  const text = readFileSync(join(consoleFolder, '.vite/manifest.json'), 'utf8');
  manifest = z.record(z.string(), chunk).parse(JSON.parse(text));
});

/** A chunk and all that is loaded with it. */
function withImports(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const next of manifest[name]?.imports ?? []) withImports(next, found);
  return found;
}

const gzipped = (file: string) => gzipSync(readFileSync(join(consoleFolder, file))).length / 1024;
const scriptKb = (names: Iterable<string>) =>
  [...names].reduce((total, name) => total + gzipped(manifest[name]?.file ?? ''), 0);

describe('the weight of the console', () => {
  it(`is at most ${firstLoadKb} KB of script, gzipped, for the first page with all that it loads later`, () => {
    const entry = Object.keys(manifest).find((name) => manifest[name]?.isEntry) ?? '';
    const loaded = withImports(entry);
    const page = Object.keys(manifest).find((name) => name.endsWith('overview-page.tsx')) ?? '';
    withImports(page, loaded);
    for (const part of [...loaded].flatMap((name) => (name === entry ? [] : (manifest[name]?.dynamicImports ?? []))))
      withImports(part, loaded);
    expect([...loaded].some((name) => name.includes('day-chart-drawing'))).toBe(true);
    expect(scriptKb(loaded)).toBeGreaterThan(50);
    expect(scriptKb(loaded)).toBeLessThan(firstLoadKb);
    const styles = new Set([...loaded].flatMap((name) => manifest[name]?.css ?? []));
    expect([...styles].reduce((total, file) => total + gzipped(file), 0)).toBeLessThan(styleKb);
  });

  it(`is at most ${pageKb} KB more for any page or part that is loaded later`, () => {
    const entry = Object.keys(manifest).find((name) => manifest[name]?.isEntry) ?? '';
    const first = withImports(entry);
    const later = Object.keys(manifest).filter((name) => !first.has(name) && manifest[name]?.file.endsWith('.js'));
    const weights = later.map((name) => ({ name, kb: scriptKb(withImports(name).difference(first)) }));
    expect(weights.length).toBeGreaterThan(10);
    expect(weights.filter(({ kb }) => kb >= pageKb)).toEqual([]);
  });

  it('loads the sign-in of an identity provider only where there is one', () => {
    const entry = Object.keys(manifest).find((name) => manifest[name]?.isEntry) ?? '';
    const oidc = Object.keys(manifest).filter((name) => /oidc/.test(name));
    expect(oidc).not.toEqual([]);
    for (const name of oidc) expect([...withImports(entry)]).not.toContain(name);
  });
});
