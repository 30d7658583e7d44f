import type * as z from 'zod';
import { assembleConnections } from '#shared/connections/assemble.ts';
import { createLedgerConnections } from '#shared/connections/ledgers.ts';
import { createMappingReader } from '#shared/connections/mapping-reader.ts';
import { systemClock } from '#shared/core/clock.ts';
import { randomIds } from '#shared/core/ids.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { createFailureRepository } from '#shared/data/failure-repository.ts';
import { createHistoryRepository } from '#shared/data/history-repository.ts';
import { createJobRepository } from '#shared/data/job-repository.ts';
import { createLimiterRepository } from '#shared/data/limiter-repository.ts';
import { createLinkRepository } from '#shared/data/link-repository.ts';
import { createMappingRepository } from '#shared/data/mapping-repository.ts';
import { createReconciliationRepository } from '#shared/data/reconciliation-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { openTable } from '#shared/data/table.ts';
import type { syncWorkerEnv } from '#shared/env/functions.ts';
import type { JobKind } from '#shared/jobs/job-kind.ts';
import { jobKinds } from '#shared/jobs/kinds.ts';
import type { JobDeps } from '#shared/jobs/ports.ts';
import { activeMappings } from '#shared/mapping-editor/active-mappings.ts';
import type { ReplayDeps } from '#shared/mapping-editor/replay.ts';
import {
  dynamoClient,
  objectsClient,
  queueClient,
  schedulerClient,
  secretsClient,
} from '#shared/platform/aws-clients.ts';
import { createFileStore } from '#shared/platform/files.ts';
import { createJournal } from '#shared/platform/journal.ts';
import { createLane, type WorkLane } from '#shared/platform/lane.ts';
import type { Log } from '#shared/platform/logger.ts';
import { createSecretStore } from '#shared/platform/secrets.ts';
import type { ReconciliationDeps } from '#shared/reconciliation/ports.ts';
import { books, reconciliationJob } from '#shared/reconciliation/systems.ts';

type Env = z.output<typeof syncWorkerEnv>;

/** The lanes as a worker has them: it may also come back later. */
export function workLane(env: Env): WorkLane {
  return createLane({
    queue: queueClient(),
    queueUrl: env.LANE_QUEUE_URL,
    resume: {
      scheduler: schedulerClient(),
      group: env.SCHEDULE_GROUP,
      roleArn: env.RESUME_ROLE_ARN,
      queueArn: env.LANE_QUEUE_ARN,
    },
  });
}

/** What reading the platforms' ledgers and comparing them takes. */
async function assembleReconciliation(env: Env, log: Log): Promise<ReconciliationDeps> {
  const table = openTable(env.TABLE_NAME, dynamoClient());
  const connections = await assembleConnections(env, table, createSecretStore(secretsClient()), log);
  const { settings } = connections.connectors[books.platform] ?? {};
  return {
    ledgers: createLedgerConnections(connections, createLimiterRepository(table), reconciliationJob.lane),
    reports: createReconciliationRepository(table),
    links: createLinkRepository(table),
    failures: createFailureRepository(table),
    runs: createRunRepository(table),
    store: createJournal(objectsClient(), env.JOURNAL_BUCKET),
    mappings: (tenantId) => activeMappings(createMappingRepository(table), tenantId),
    defaultSettings: (settings?.parse({}) ?? {}) as JsonObject,
    clock: systemClock,
  };
}

/** What mapping the last records once more takes. */
async function assembleReplay(env: Env, log: Log): Promise<ReplayDeps> {
  const table = openTable(env.TABLE_NAME, dynamoClient());
  return {
    history: createHistoryRepository(table),
    mappings: createMappingRepository(table),
    links: createLinkRepository(table),
    reader: createMappingReader(await assembleConnections(env, table, createSecretStore(secretsClient()), log)),
    journal: createJournal(objectsClient(), env.JOURNAL_BUCKET),
  };
}

export interface WorkerJobs {
  readonly deps: JobDeps;
  readonly kinds: readonly JobKind[];
}

/** Jobs of every kind, from a worker's environment. */
export function assembleJobs(env: Env, log: Log): WorkerJobs {
  const table = openTable(env.TABLE_NAME, dynamoClient());
  const history = createHistoryRepository(table);
  const runs = createRunRepository(table);
  const files = createFileStore(objectsClient(), env.EXPORT_BUCKET);
  const deps: JobDeps = {
    jobs: createJobRepository(table),
    lane: workLane(env),
    clock: systemClock,
    ids: randomIds(systemClock),
    log,
  };
  return {
    deps,
    kinds: jobKinds({
      history,
      runs,
      files,
      reconciliation: () => assembleReconciliation(env, log),
      replay: () => assembleReplay(env, log),
    }),
  };
}
