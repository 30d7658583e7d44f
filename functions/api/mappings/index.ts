import { assembleConnections } from '#shared/connections/assemble.ts';
import { createMappingReader } from '#shared/connections/mapping-reader.ts';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createJobRepository } from '#shared/data/job-repository.ts';
import { createLinkRepository } from '#shared/data/link-repository.ts';
import { createMappingRepository } from '#shared/data/mapping-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import { apiMappingsEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { startJob } from '#shared/jobs/start-job.ts';
import { mappingReplay } from '#shared/mapping-editor/replay.ts';
import { dynamoClient, objectsClient, queueClient, secretsClient } from '#shared/platform/aws-clients.ts';
import { createJournal } from '#shared/platform/journal.ts';
import { createLane } from '#shared/platform/lane.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { createSecretStore } from '#shared/platform/secrets.ts';
import { mappingsEndpoints } from './endpoints.ts';

const env = parseEnv(apiMappingsEnv);
const log = createLogger();
const table = openTable(env.TABLE_NAME, dynamoClient());
const connections = await assembleConnections(env, table, createSecretStore(secretsClient()), log);
const jobs = createJobRepository(table);
const lane = createLane({ queue: queueClient(), queueUrl: env.LANE_QUEUE_URL });
const { clock, ids } = connections;

const endpoints = mappingsEndpoints({
  mappings: createMappingRepository(table),
  links: createLinkRepository(table),
  platforms: connections.connectors,
  reader: createMappingReader(connections),
  startReplay: (asked) => startJob({ jobs, lane, ids, clock }, mappingReplay, asked),
  jobs,
  journal: createJournal(objectsClient(), env.JOURNAL_BUCKET),
  clock,
});

export const handler = apiGroup(endpoints, log, {
  trail: createAuditRepository(table),
  workspaces: createWorkspaceRepository(table),
  clock,
  ids,
});
