import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '#shared/api/contract.ts';
import { contracts } from '#shared/api/contracts.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { keptAudit, keptLog, startApi, type TestApi } from '#test/support/api.ts';
import { type ConnectionsSetting, startConnections } from '#test/support/connections.ts';
import { everyGroup } from '#test/support/every-group.ts';

let setting: ConnectionsSetting;
let api: TestApi;
let groups: ReturnType<typeof everyGroup>;
beforeAll(async () => {
  setting = await startConnections();
  groups = everyGroup(setting);
  const log = keptLog();
  api = await startApi(
    Object.fromEntries(
      Object.entries(groups).map(([group, endpoints]) => [group, apiGroup(endpoints, log, keptAudit())]),
    ),
  );
});
afterAll(async () => {
  await api.close();
  await setting.stop();
});

const concrete = (path: string) => path.replace('{platform}', 'shop').replaceAll(/\{\w+\}/g, 'x');

describe('every contract', () => {
  it('is answered by the function of its group, and by no other', () => {
    for (const [group, endpoints] of Object.entries(groups)) {
      const names = contracts.filter((contract) => contract.group === group).map(({ name }) => name);
      expect(endpoints.map(({ contract }) => contract.name).toSorted()).toEqual(names.toSorted());
    }
  });

  it('has a name and a route of its own', () => {
    expect(new Set(contracts.map(({ name }) => name)).size).toBe(contracts.length);
    expect(new Set(contracts.map(({ method, path }) => `${method} ${path}`)).size).toBe(contracts.length);
  });

  it.each(contracts.map((contract) => [`${contract.method} ${contract.path}`, contract] as const))(
    'lets only its roles in: %s',
    async (_route, { method, path, auth }) => {
      const body = method === 'GET' ? {} : { body: {} };
      const anonymous = await api.call(method, concrete(path), body);
      // A webhook without a signature is refused too, and not for want of a token.
      expect(anonymous.json.code === 'auth.unauthenticated').toBe(auth !== 'public');
      for (const role of roles) {
        const reply = await api.call(method, concrete(path), { as: { tenant: 'nobody', role }, ...body });
        const isEnough = auth === 'public' || roles.indexOf(role) >= roles.indexOf(auth);
        expect([role, reply.status === 403]).toEqual([role, !isEnough]);
        expect(reply.status).not.toBe(500);
      }
    },
  );
});

function lint(file: string): Promise<{ code: number | null; output: string }> {
  const cli = fileURLToPath(new URL('../../node_modules/@redocly/cli/bin/cli.js', import.meta.url));
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const child = spawn(process.execPath, [cli, 'lint', '--extends', 'spec', file], { env, cwd: tmpdir() });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

describe('openapi.json', () => {
  it('lists every contract with its operation id', async () => {
    const { status, json } = await api.call('GET', '/api/openapi.json');
    expect(status).toBe(200);
    expect(json.openapi).toBe('3.1.0');
    const paths = json.paths as Record<string, Record<string, { operationId: string; responses: object }>>;
    for (const { name, method, path, responses } of contracts) {
      const operation = paths[path]?.[method.toLowerCase()];
      expect(operation?.operationId).toBe(name);
      expect(Object.keys(operation?.responses ?? {})).toEqual(expect.arrayContaining(Object.keys(responses)));
    }
  });

  it('is a valid OpenAPI document', async () => {
    const { text } = await api.call('GET', '/api/openapi.json');
    const folder = await mkdtemp(join(tmpdir(), 'openapi-'));
    try {
      const file = join(folder, 'openapi.json');
      await writeFile(file, text);
      const { code, output } = await lint(file);
      expect(output).not.toMatch(/error/i);
      expect(code).toBe(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
