import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { functions } from '#lib/functions.ts';
import { bundle, functionEntries } from '../../scripts/bundle.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'easysale-bundle-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const source = (answer: string) =>
  `import { createHash } from 'node:crypto';\nexport const handler = (): string => '${answer}' + createHash('md5').update('').digest('hex').length;\n`;

describe('bundling', () => {
  it('knows an entry for every function', () => {
    expect(Object.keys(functionEntries)).toEqual(functions.map(({ id }) => id));
  });

  it('names every entry that is missing, in one line', async () => {
    const entries = { one: 'functions/none/one.ts', two: 'functions/none/two.ts' };
    const expected = 'missing entry: functions/none/one.ts (one), functions/none/two.ts (two)';
    await expect(bundle({ entries, outdir: await folder() })).rejects.toThrow(expected);
  });

  it('makes a module that runs, with a map that holds no sources', async () => {
    const root = await folder();
    const entry = join(root, 'entry.ts');
    await writeFile(entry, source('hello'));
    const [result] = await bundle({ entries: { one: entry }, outdir: root });
    expect(result).toMatchObject({ id: 'one', built: true, bytes: expect.any(Number) });
    const file = join(root, 'one', 'index.mjs');
    const { handler } = z
      .object({ handler: z.custom<() => string>((value) => typeof value === 'function') })
      .parse(await import(/* @vite-ignore */ pathToFileURL(file).href));
    expect(handler()).toBe('hello32');
    expect(JSON.parse(await readFile(`${file}.map`, 'utf8'))).not.toHaveProperty('sourcesContent');
  });

  it('leaves alone what has not changed and builds again what has', async () => {
    const root = await folder();
    const [one, two] = [join(root, 'one.ts'), join(root, 'two.ts')];
    await writeFile(one, source('one'));
    await writeFile(two, source('two'));
    const run = () => bundle({ entries: { one, two }, outdir: join(root, 'out') });
    await run();
    expect((await run()).map(({ built }) => built)).toEqual([false, false]);
    await writeFile(two, source('changed'));
    expect((await run()).map(({ built }) => built)).toEqual([false, true]);
  });
});
