import { enabledPlatforms } from '#shared/connections/enabled.ts';
import { systemClock } from '#shared/core/clock.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createConfirmationRepository } from '#shared/data/confirmation-repository.ts';
import { createConflictRepository } from '#shared/data/conflict-repository.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createFailureRepository } from '#shared/data/failure-repository.ts';
import { createFlowRepository } from '#shared/data/flow-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import { apiSyncEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { dynamoClient, objectsClient, queueClient } from '#shared/platform/aws-clients.ts';
import { createJournal } from '#shared/platform/journal.ts';
import { createLane } from '#shared/platform/lane.ts';
import { currentTraceId } from '#shared/platform/log-context.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { bindSyncUses } from './deps.ts';
import { syncEndpoints } from './endpoints.ts';

const env = parseEnv(apiSyncEnv);
const table = openTable(env.TABLE_NAME, dynamoClient());
const repository = createConnectionRepository(table);

/** Starting a run asks what is connected and queues; it opens no connection, so this function may read no secret. */
const engine = {
  flows: createFlowRepository(table),
  runs: createRunRepository(table),
  conflicts: createConflictRepository(table),
  failures: createFailureRepository(table),
  journal: createJournal(objectsClient(), env.JOURNAL_BUCKET),
  confirmations: createConfirmationRepository(table),
  lane: createLane({ queue: queueClient(), queueUrl: env.LANE_QUEUE_URL }),
  connections: { enabled: (tenantId: string) => enabledPlatforms(repository, tenantId) },
  clock: systemClock,
  ids: randomIds(systemClock),
  traceId: currentTraceId,
};

const endpoints = syncEndpoints(bindSyncUses(engine));

const group = {
  trail: createAuditRepository(table),
  workspaces: createWorkspaceRepository(table),
  clock: systemClock,
  ids: engine.ids,
};

export const handler = apiGroup(endpoints, createLogger(), group);
