import { enabledPlatforms } from '#shared/connections/enabled.ts';
import { createConnectors } from '#shared/connectors/registry.ts';
import { systemClock } from '#shared/core/clock.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createFlowRepository } from '#shared/data/flow-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import { apiSettingsEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { quickBooksUrls } from '#shared/env/quickbooks.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { dynamoClient } from '#shared/platform/aws-clients.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { platformNames } from '#shared/sync/route-table.ts';
import { settingsEndpoints } from './endpoints.ts';

const env = parseEnv(apiSettingsEnv);
const table = openTable(env.TABLE_NAME, dynamoClient());
const repository = createConnectionRepository(table);
/** Asked for what they are, never opened: this function has no secret and may read none. */
const connectors = createConnectors({ quickbooks: { clientId: '', clientSecret: '', ...quickBooksUrls(env) } });
const workspaces = createWorkspaceRepository(table);

const endpoints = settingsEndpoints({
  workspaces,
  runs: createRunRepository(table),
  connections: repository,
  flows: createFlowRepository(table),
  enabled: (tenantId) => enabledPlatforms(repository, tenantId),
  connectors,
  platforms: platformNames(),
  clock: systemClock,
});

export const handler = apiGroup(endpoints, createLogger(), {
  trail: createAuditRepository(table),
  workspaces,
  clock: systemClock,
  ids: randomIds(systemClock),
});
