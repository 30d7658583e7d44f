import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Contract, roles } from '#shared/api/contract.ts';
import { contracts } from '#shared/api/contracts.ts';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createFlowRepository } from '#shared/data/flow-repository.ts';
import { createPendingChangeRepository } from '#shared/data/pending-change-repository.ts';
import { createPosEventRepository } from '#shared/data/pos-event-repository.ts';
import { createShelfRepository } from '#shared/data/shelf-repository.ts';
import { createStockRepository } from '#shared/data/stock-repository.ts';
import { createWebhookRepository } from '#shared/data/webhook-repository.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { keptAudit, keptLog, startApi, type TestApi } from '#test/support/api.ts';
import { type ConnectionsSetting, startConnections } from '#test/support/connections.ts';
import { historyApiSetting } from '#test/support/history-api.ts';
import { insightsOver } from '#test/support/insights.ts';
import { reconciliationApiDeps } from '#test/support/reconciliation-api.ts';
import { syncApiSetting } from '#test/support/sync-api.ts';
import { auditEndpoints } from '../../functions/api/audit/endpoints.ts';
import { historyEndpoints } from '../../functions/api/history/endpoints.ts';
import { integrationsEndpoints } from '../../functions/api/integrations/endpoints.ts';
import { metaEndpoints } from '../../functions/api/meta/endpoints.ts';
import { notificationsEndpoints } from '../../functions/api/notifications/endpoints.ts';
import { posEndpoints } from '../../functions/api/pos/endpoints.ts';
import { reconciliationEndpoints } from '../../functions/api/reconciliation/endpoints.ts';
import { settingsEndpoints } from '../../functions/api/settings/endpoints.ts';
import { syncEndpoints } from '../../functions/api/sync/endpoints.ts';
import { webhooksEndpoints } from '../../functions/api/webhooks/endpoints.ts';

let setting: ConnectionsSetting;
let api: TestApi;
const groups: Record<string, readonly { readonly contract: Contract }[]> = {};
beforeAll(async () => {
  setting = await startConnections();
  const sync = syncEndpoints(syncApiSetting(setting.table.table).deps);
  const history = historyEndpoints(historyApiSetting(setting.table.table).deps);
  const reconciliation = reconciliationEndpoints(reconciliationApiDeps(setting.table.table));
  const integrations = integrationsEndpoints({
    ...setting.deps,
    publicUrl: 'https://api.example.test',
    webhooks: createWebhookRepository(setting.table.table),
  });
  const settings = settingsEndpoints({
    ...setting.deps,
    ...syncApiSetting(setting.table.table).deps,
    workspaces: createWorkspaceRepository(setting.table.table),
    platforms: ['shop'],
    flows: createFlowRepository(setting.table.table),
    enabled: async () => [],
  });
  const audit = auditEndpoints({ entries: createAuditRepository(setting.table.table) });
  const notifications = notificationsEndpoints(setting.notifications);
  const pos = posEndpoints({
    ...setting.deps,
    events: createPosEventRepository(setting.table.table),
    shelf: createShelfRepository(setting.table.table),
    stock: createStockRepository(setting.table.table),
    pending: createPendingChangeRepository(setting.table.table),
    bell: { ring: async () => undefined },
    enabled: async () => [],
  });
  const webhooks = webhooksEndpoints({
    ...setting.deps,
    webhooks: createWebhookRepository(setting.table.table),
    notes: {
      ...setting.deps,
      connections: { enabled: async () => [] },
      pending: createPendingChangeRepository(setting.table.table),
      bell: { ring: async () => undefined },
    },
    measure: { emit: () => undefined },
  });
  const meta = metaEndpoints();
  const insights = insightsOver(setting.table.table, setting.clock);
  Object.assign(groups, {
    sync,
    history,
    reconciliation,
    integrations,
    insights,
    settings,
    audit,
    notifications,
    pos,
    webhooks,
    meta,
  });
  const log = keptLog();
  api = await startApi({
    sync: apiGroup(sync, log, keptAudit()),
    history: apiGroup(history, log, keptAudit()),
    reconciliation: apiGroup(reconciliation, log, keptAudit()),
    integrations: apiGroup(integrations, log, keptAudit()),
    settings: apiGroup(settings, log, keptAudit()),
    insights: apiGroup(insights, log, keptAudit()),
    audit: apiGroup(audit, log),
    notifications: apiGroup(notifications, log, keptAudit()),
    pos: apiGroup(pos, log, keptAudit()),
    webhooks: apiGroup(webhooks, log, keptAudit()),
    meta: apiGroup(meta, log),
  });
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

  it('is a valid OpenAPI document', { timeout: 30_000 }, async () => {
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
