import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { serve, type TestServer } from '#test/support/http.ts';
import { buildPackage, outdated } from '../../scripts/client.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

it('client/src is what the contracts say; else npm run client', () => {
  expect(outdated()).toEqual([]);
});

/** The package as it is installed, in the node_modules of somebody else's project. */
describe('the package', () => {
  let project: string;
  let server: TestServer;
  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'easysale-client-'));
    const folder = join(project, 'node_modules/@easysale/sync-client');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), await readFile(join(root, 'client/package.json')));
    await buildPackage(join(folder, 'dist'));
    server = await serve(async (request, _body, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ items: [{ sync_id: `${request.headers.authorization}` }], next_cursor: null }));
    });
  });
  afterAll(async () => {
    await server.close();
    await rm(project, { recursive: true, force: true });
  });

  it('depends on nothing', async () => {
    const { dependencies, peerDependencies } = z
      .object({ dependencies: z.unknown().optional(), peerDependencies: z.unknown().optional() })
      .parse(JSON.parse(await readFile(join(root, 'client/package.json'), 'utf8')));
    expect([dependencies, peerDependencies]).toEqual([undefined, undefined]);
    const script = await readFile(join(project, 'node_modules/@easysale/sync-client/dist/index.js'), 'utf8');
    // Paths and names of calls may have the word in them; statements begin a line.
    expect(script).not.toMatch(/^\s*import[\s{*'"]|\bimport\(|require\(|process\.|Buffer/m);
  });

  it('runs as plain JavaScript', async () => {
    const file = join(project, 'use.mjs');
    await writeFile(
      file,
      `import { createClient, listAll } from '@easysale/sync-client';
       const client = createClient({ baseUrl: '${server.url}', token: () => 'abc' });
       for await (const { sync_id } of listAll(client.listSyncs, {})) console.log(sync_id);`,
    );
    expect((await run(process.execPath, [file])).stdout).toBe('Bearer abc\n');
  });

  it('brings types to a project of browsers or of Node', async () => {
    await writeFile(
      join(project, 'use.ts'),
      `import { createClient, type StartedSync, SyncProblem } from '@easysale/sync-client';
       const client = createClient({ baseUrl: '', token: () => 'abc' });
       export const started: Promise<StartedSync> = client.startSync({ entity: 'orders', body: { mode: 'full' } });
       // @ts-expect-error there is no such mode
       export const wrong = client.startSync({ entity: 'orders', body: { mode: 'sideways' } });
       export const fields = (problem: SyncProblem): string[] => problem.errors.map(({ path }) => path);`,
    );
    const base = { strict: true, noEmit: true, skipLibCheck: false, target: 'es2022', module: 'nodenext' };
    const browser = { ...base, module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom'], types: [] };
    const node = {
      ...base,
      lib: ['es2022'],
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
      skipLibCheck: true,
    };
    for (const [name, compilerOptions] of Object.entries({ browser, node })) {
      const config = join(project, `${name}.json`);
      await writeFile(config, JSON.stringify({ compilerOptions, files: ['use.ts'] }));
      const compiled = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config]).then(
        ({ stdout }) => stdout,
        (error: { stdout?: string }) => error.stdout ?? String(error),
      );
      expect([name, compiled]).toEqual([name, '']);
    }
  });
});
