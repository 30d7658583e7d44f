import { createConnectors } from '#shared/connectors/registry.ts';
import { systemClock } from '#shared/core/clock.ts';
import { createActivityRepository } from '#shared/data/activity-repository.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createFailureRepository } from '#shared/data/failure-repository.ts';
import { createHistoryRepository } from '#shared/data/history-repository.ts';
import { createLimiterRepository } from '#shared/data/limiter-repository.ts';
import { createMetricRepository } from '#shared/data/metric-repository.ts';
import { createRecordRepository } from '#shared/data/record-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import { apiInsightsEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { quickBooksUrls } from '#shared/env/quickbooks.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { dynamoClient, objectsClient } from '#shared/platform/aws-clients.ts';
import { createJournal } from '#shared/platform/journal.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { routes } from '#shared/sync/routes.ts';
import { insightsEndpoints } from './endpoints.ts';

const env = parseEnv(apiInsightsEnv);
const table = openTable(env.TABLE_NAME, dynamoClient());
/** Asked for what they are, never opened: this function has no secret and may read none. */
const connectors = createConnectors({ quickbooks: { clientId: '', clientSecret: '', ...quickBooksUrls(env) } });

const endpoints = insightsEndpoints({
  metrics: createMetricRepository(table),
  activity: createActivityRepository(table, createRunRepository(table)),
  limiters: createLimiterRepository(table),
  connections: createConnectionRepository(table),
  records: createRecordRepository(table),
  failures: createFailureRepository(table),
  history: createHistoryRepository(table),
  journal: createJournal(objectsClient(), env.JOURNAL_BUCKET),
  connectors,
  routes,
  clock: systemClock,
});

export const handler = apiGroup(endpoints, createLogger(), { workspaces: createWorkspaceRepository(table) });
