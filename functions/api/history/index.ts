import { systemClock } from '#shared/core/clock.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createHistoryRepository } from '#shared/data/history-repository.ts';
import { createJobRepository } from '#shared/data/job-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { apiHistoryEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { historyExport } from '#shared/history/export.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { startJob } from '#shared/jobs/start-job.ts';
import { dynamoClient, objectsClient, queueClient } from '#shared/platform/aws-clients.ts';
import { createFileLinks } from '#shared/platform/file-links.ts';
import { createLane } from '#shared/platform/lane.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { historyEndpoints } from './endpoints.ts';

const env = parseEnv(apiHistoryEnv);
const table = openTable(env.TABLE_NAME, dynamoClient());
const jobs = createJobRepository(table);
const ids = randomIds(systemClock);
const lane = createLane({ queue: queueClient(), queueUrl: env.LANE_QUEUE_URL });

const endpoints = historyEndpoints({
  history: createHistoryRepository(table),
  runs: createRunRepository(table),
  jobs,
  startExport: (asked) => startJob({ jobs, lane, ids, clock: systemClock }, historyExport, asked),
  links: createFileLinks(objectsClient(), env.EXPORT_BUCKET),
  clock: systemClock,
});

const audit = { trail: createAuditRepository(table), clock: systemClock, ids };

export const handler = apiGroup(endpoints, createLogger(), audit);
