import type { Context } from 'aws-lambda';
import { usablePlatforms } from '#shared/connections/enabled.ts';
import { systemClock } from '#shared/core/clock.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createBreakerRepository } from '#shared/data/breaker-repository.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createFailureRepository } from '#shared/data/failure-repository.ts';
import { createFlowRepository } from '#shared/data/flow-repository.ts';
import { createRetryQueue } from '#shared/data/retry-queue.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { retryFailuresEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { dynamoClient, queueClient } from '#shared/platform/aws-clients.ts';
import { createLane } from '#shared/platform/lane.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { type RetryDueSummary, retryDue } from '#shared/sync/retry-due.ts';

const env = parseEnv(retryFailuresEnv);
const log = createLogger();
const table = openTable(env.TABLE_NAME, dynamoClient());
const connections = createConnectionRepository(table);
const breakers = createBreakerRepository(table);
const deps = {
  flows: createFlowRepository(table),
  runs: createRunRepository(table),
  failures: createFailureRepository(table),
  retries: createRetryQueue(table),
  lane: createLane({ queue: queueClient(), queueUrl: env.LANE_QUEUE_URL }),
  connections: {
    enabled: (tenantId: string) => usablePlatforms({ connections, breakers, clock: systemClock }, tenantId),
  },
  clock: systemClock,
  ids: randomIds(systemClock),
  log,
};

/** Time one route may need: no other begins after it. */
const reserveMs = 15_000;

/** Started by the schedule retry-failures. */
export async function handler(_event: unknown, context: Context): Promise<RetryDueSummary> {
  const summary = await retryDue(deps, () => context.getRemainingTimeInMillis() > reserveMs);
  log.info('due failures retried', { ...summary });
  return summary;
}
