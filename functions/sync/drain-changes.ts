import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { enabledPlatforms, usablePlatforms } from '#shared/connections/enabled.ts';
import { systemClock } from '#shared/core/clock.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createBreakerRepository } from '#shared/data/breaker-repository.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createFlowRepository } from '#shared/data/flow-repository.ts';
import { createPendingChangeRepository } from '#shared/data/pending-change-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { drainChangesEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { dynamoClient, queueClient } from '#shared/platform/aws-clients.ts';
import { createLane } from '#shared/platform/lane.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { meter } from '#shared/platform/meter.ts';
import { type DrainDeps, type DrainSummary, drainChanges, drainTenant } from '#shared/sync/drain-changes.ts';

const env = parseEnv(drainChangesEnv);
const log = createLogger();
const table = openTable(env.TABLE_NAME, dynamoClient());
const connections = createConnectionRepository(table);
const breakers = createBreakerRepository(table);
const deps: DrainDeps = {
  flows: createFlowRepository(table),
  runs: createRunRepository(table),
  pending: createPendingChangeRepository(table),
  lane: createLane({ queue: queueClient(), queueUrl: env.LANE_QUEUE_URL }),
  connections: {
    enabled: (tenantId) => enabledPlatforms(connections, tenantId),
    usable: (tenantId) => usablePlatforms({ connections, breakers, clock: systemClock }, tenantId),
  },
  clock: systemClock,
  ids: randomIds(systemClock),
  log,
};

const messageSchema = z.object({ tenant_id: z.string() });
const processor = new BatchProcessor(EventType.SQS);
/** Time one route may need: no other begins after it. */
const reserveMs = 15_000;

function tell(summary: DrainSummary): DrainSummary {
  if (summary.started + summary.dropped + summary.failed > 0) log.info('changes carried', { ...summary });
  meter.emit({ ChangeRunsStarted: summary.started, ChangeRunsFailed: summary.failed });
  return summary;
}

async function drainOne({ body }: SQSRecord): Promise<void> {
  const { tenant_id } = messageSchema.parse(JSON.parse(body));
  const { failed } = tell(await drainTenant(deps, tenant_id));
  if (failed > 0) throw new Error('changes of the tenant were not carried');
}

/** Started by the queue of bells for one tenant, and by the schedule drain-changes, every minute, for what is left. */
export const handler = async (event: Partial<SQSEvent>, context: Context): Promise<SQSBatchResponse | DrainSummary> => {
  if (event.Records) {
    return processPartialResponse(event as SQSEvent, drainOne, processor, { context, throwOnFullBatchFailure: false });
  }
  return tell(await drainChanges(deps, () => context.getRemainingTimeInMillis() > reserveMs));
};
