import { systemClock } from '#shared/core/clock.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createJobRepository } from '#shared/data/job-repository.ts';
import { createMonthRepository } from '#shared/data/month-repository.ts';
import { createReconciliationRepository } from '#shared/data/reconciliation-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import { apiReconciliationEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { dynamoClient, objectsClient, queueClient } from '#shared/platform/aws-clients.ts';
import { createFileLinks } from '#shared/platform/file-links.ts';
import { createFileShelf } from '#shared/platform/file-shelf.ts';
import { createJournal } from '#shared/platform/journal.ts';
import { createLane } from '#shared/platform/lane.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { closeMonth } from '#shared/reconciliation/close-month.ts';
import { startReconciliation } from '#shared/reconciliation/start-reconciliation.ts';
import { reconciliationEndpoints } from './endpoints.ts';

const env = parseEnv(apiReconciliationEnv);
const table = openTable(env.TABLE_NAME, dynamoClient());
const ids = randomIds(systemClock);
const jobs = createJobRepository(table);
const reports = createReconciliationRepository(table);
const months = createMonthRepository(table);
const store = createJournal(objectsClient(), env.JOURNAL_BUCKET);
const files = (bucket: string) => ({
  shelf: createFileShelf(objectsClient(), bucket),
  links: createFileLinks(objectsClient(), bucket),
});
const certificates = files(env.JOURNAL_BUCKET);

/** Starting asks what is connected and queues; it opens no connection, so this function may read no secret. */
const starting = {
  jobs,
  reports,
  lane: createLane({ queue: queueClient(), queueUrl: env.LANE_QUEUE_URL }),
  connections: createConnectionRepository(table),
  clock: systemClock,
  ids,
};
const closing = { reports, months, store, certificates: certificates.shelf, clock: systemClock };

const endpoints = reconciliationEndpoints({
  start: (request) => startReconciliation(starting, request),
  close: (request) => closeMonth(closing, request),
  reports,
  jobs,
  months,
  store,
  certificates,
  exports: files(env.EXPORT_BUCKET),
  clock: systemClock,
});

const group = {
  trail: createAuditRepository(table),
  workspaces: createWorkspaceRepository(table),
  clock: systemClock,
  ids,
};

export const handler = apiGroup(endpoints, createLogger(), group);
