import { assembleConnections } from '#shared/connections/assemble.ts';
import { createActivityRepository } from '#shared/data/activity-repository.ts';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { createScheduleRepository } from '#shared/data/schedule-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { createWebhookRepository } from '#shared/data/webhook-repository.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import { apiIntegrationsEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { dynamoClient, secretsClient } from '#shared/platform/aws-clients.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { createSecretStore } from '#shared/platform/secrets.ts';
import { makeDefaults } from '#shared/schedules/defaults.ts';
import { routes } from '#shared/sync/routes.ts';
import { integrationsEndpoints } from './endpoints.ts';

const env = parseEnv(apiIntegrationsEnv);
const log = createLogger();
const table = openTable(env.TABLE_NAME, dynamoClient());
const connections = await assembleConnections(env, table, createSecretStore(secretsClient()), log);
const activity = createActivityRepository(table, createRunRepository(table));

const schedules = createScheduleRepository(table);

/** A connection that works is no less connected when its schedules have to be asked for. */
async function connected(tenantId: string): Promise<void> {
  await makeDefaults({ ...connections, schedules }, tenantId).catch((error: unknown) =>
    log.warn('default schedules not made', { tenant_id: tenantId, error: String(error) }),
  );
}

export const handler = apiGroup(
  integrationsEndpoints({
    ...connections,
    activity,
    routes,
    publicUrl: env.PUBLIC_URL,
    consoleOrigins: env.CONSOLE_ORIGINS,
    connected,
    webhooks: createWebhookRepository(table),
  }),
  log,
  {
    trail: createAuditRepository(table),
    workspaces: createWorkspaceRepository(table),
    clock: connections.clock,
    ids: connections.ids,
  },
);
