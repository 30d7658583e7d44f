import type * as z from 'zod';
import { assembleConnections } from '#shared/connections/assemble.ts';
import { createSyncConnections } from '#shared/connections/sync-connections.ts';
import { systemClock } from '#shared/core/clock.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createFailureRepository } from '#shared/data/failure-repository.ts';
import { createLimiterRepository } from '#shared/data/limiter-repository.ts';
import { createLinkRepository } from '#shared/data/link-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { openTable } from '#shared/data/table.ts';
import type { syncWorkerEnv } from '#shared/env/functions.ts';
import { dynamoClient, objectsClient, secretsClient } from '#shared/platform/aws-clients.ts';
import { createJournal } from '#shared/platform/journal.ts';
import type { Log } from '#shared/platform/logger.ts';
import { createSecretStore } from '#shared/platform/secrets.ts';
import type { EngineDeps } from '#shared/sync/ports.ts';
import { workLane } from './jobs.ts';

/** The engine with everything it needs, from a worker's environment. */
export async function assembleEngine(env: z.output<typeof syncWorkerEnv>, log: Log): Promise<EngineDeps> {
  const table = openTable(env.TABLE_NAME, dynamoClient());
  const connections = await assembleConnections(env, table, createSecretStore(secretsClient()), log);
  return {
    runs: createRunRepository(table),
    links: createLinkRepository(table),
    failures: createFailureRepository(table),
    journal: createJournal(objectsClient(), env.JOURNAL_BUCKET),
    lane: workLane(env),
    connections: createSyncConnections(connections, createLimiterRepository(table)),
    clock: systemClock,
    ids: randomIds(systemClock),
    log,
  };
}
