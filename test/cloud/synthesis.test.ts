import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functions } from '#lib/functions.ts';
import { type Cloud, startCloud } from '#local/cloud/cloud.ts';
import { type Assembly, prepareAssembly } from '#local/cloud/synthesis.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloud-synthesis-'));
const options = { stage: 'test', bundles: join(folder, 'bundles'), outdir: join(folder, 'out') };

function writeBundle(id: string, body: string): void {
  mkdirSync(join(options.bundles, id), { recursive: true });
  writeFileSync(join(options.bundles, id, 'index.mjs'), `export const handler = async (event) => (${body});\n`);
}

let assembly: Assembly;
let cloud: Cloud;

beforeAll(async () => {
  for (const { id } of functions) writeBundle(id, `{ id: '${id}', env: { ...process.env }, event }`);
  assembly = await prepareAssembly(options);
  cloud = await startCloud({ ...assembly, mode: 'workers', ticking: false });
}, 60_000);
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true });
});

describe('the synthesized application', () => {
  it('starts as it would be deployed: every function loads with its environment', async () => {
    for (const { id, env } of functions) {
      const fn = cloud.blueprint.functions.find(({ name }) => name.endsWith(id));
      const outcome = await cloud.invoke(fn?.name ?? id, {});
      const answer = JSON.parse((outcome.ok && outcome.payload) || '{}') as { id: string; env: object };
      expect(answer.id).toBe(id);
      expect(Object.keys(answer.env)).toEqual(expect.arrayContaining([...env]));
    }
  });

  it('serves public routes and asks for a token on the others', async () => {
    expect((await fetch(`${cloud.apiUrl}/api/openapi.json`)).status).toBe(200);
    const guarded = cloud.blueprint.api?.routes.filter((route) => route.authorizer && !route.key.includes('{')) ?? [];
    for (const { key } of guarded) {
      const [method = 'GET', path = '/'] = key.split(' ');
      expect((await fetch(`${cloud.apiUrl}${path}`, { method })).status).toBe(401);
    }
  });

  it('is not made again until something changes', async () => {
    const again = await prepareAssembly(options);
    expect([again.synthesized, again.template]).toEqual([false, assembly.template]);
    writeBundle('sync-worker', '1');
    expect((await prepareAssembly(options)).synthesized).toBe(true);
  }, 60_000);
});
