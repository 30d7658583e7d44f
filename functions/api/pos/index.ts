import { enabledPlatforms } from '#shared/connections/enabled.ts';
import { systemClock } from '#shared/core/clock.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createPendingChangeRepository } from '#shared/data/pending-change-repository.ts';
import { createPosEventRepository } from '#shared/data/pos-event-repository.ts';
import { createShelfRepository } from '#shared/data/shelf-repository.ts';
import { createStockRepository } from '#shared/data/stock-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import { apiPosEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { dynamoClient, queueClient } from '#shared/platform/aws-clients.ts';
import { createChangeBell } from '#shared/platform/change-bell.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { posEndpoints } from './endpoints.ts';

const env = parseEnv(apiPosEnv);
const table = openTable(env.TABLE_NAME, dynamoClient());
const connections = createConnectionRepository(table);
const ids = randomIds(systemClock);

const endpoints = posEndpoints({
  connections,
  enabled: (tenantId) => enabledPlatforms(connections, tenantId),
  pending: createPendingChangeRepository(table),
  bell: createChangeBell({ queue: queueClient(), queueUrl: env.CHANGE_QUEUE_URL, clock: systemClock }),
  ids,
  events: createPosEventRepository(table),
  shelf: createShelfRepository(table),
  stock: createStockRepository(table),
  clock: systemClock,
});

export const handler = apiGroup(endpoints, createLogger(), {
  trail: createAuditRepository(table),
  workspaces: createWorkspaceRepository(table),
  clock: systemClock,
  ids,
});
