import { assembleConnections } from '#shared/connections/assemble.ts';
import { enabledPlatforms } from '#shared/connections/enabled.ts';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createPendingChangeRepository } from '#shared/data/pending-change-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { createWebhookRepository } from '#shared/data/webhook-repository.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import { apiWebhooksEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { dynamoClient, queueClient, secretsClient } from '#shared/platform/aws-clients.ts';
import { createChangeBell } from '#shared/platform/change-bell.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { meter } from '#shared/platform/meter.ts';
import { createSecretStore } from '#shared/platform/secrets.ts';
import { webhooksEndpoints } from './endpoints.ts';

const env = parseEnv(apiWebhooksEnv);
const log = createLogger();
const table = openTable(env.TABLE_NAME, dynamoClient());
const connections = await assembleConnections(env, table, createSecretStore(secretsClient()), log);
const { clock, ids } = connections;

export const handler = apiGroup(
  webhooksEndpoints({
    ...connections,
    webhooks: createWebhookRepository(table),
    notes: {
      pending: createPendingChangeRepository(table),
      bell: createChangeBell({ queue: queueClient(), queueUrl: env.CHANGE_QUEUE_URL, clock }),
      connections: { enabled: (tenantId) => enabledPlatforms(connections.connections, tenantId) },
      clock,
      ids,
    },
    measure: meter,
  }),
  log,
  { trail: createAuditRepository(table), workspaces: createWorkspaceRepository(table), clock, ids },
);
