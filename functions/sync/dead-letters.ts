import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { systemClock } from '#shared/core/clock.ts';
import { createJobRepository } from '#shared/data/job-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { deadLettersEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { abandonJob } from '#shared/jobs/run-job.ts';
import { dynamoClient } from '#shared/platform/aws-clients.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { abandonLeg } from '#shared/sync/abandon-leg.ts';

const messageSchema = z.union([
  z.object({ kind: z.literal('job'), tenant_id: z.string(), job_id: z.string() }),
  z.object({ tenant_id: z.string(), run_id: z.string(), route_id: z.string() }),
]);

const env = parseEnv(deadLettersEnv);
const log = createLogger();
const processor = new BatchProcessor(EventType.SQS);
const table = openTable(env.TABLE_NAME, dynamoClient());
const deps = { runs: createRunRepository(table), jobs: createJobRepository(table), clock: systemClock };

async function abandon({ body, messageId }: SQSRecord): Promise<void> {
  const message = messageSchema.safeParse(parse(body));
  if (!message.success) {
    log.error('a dead letter that is no work', { message_id: messageId });
    return;
  }
  if ('job_id' in message.data) {
    const { tenant_id, job_id } = message.data;
    log.error('a job was given up', { tenant_id, job_id, message_id: messageId });
    await abandonJob(deps, tenant_id, job_id);
    return;
  }
  const { tenant_id, run_id, route_id } = message.data;
  log.error('a slice was given up', { tenant_id, run_id, route_id, message_id: messageId });
  await abandonLeg(deps, tenant_id, run_id, route_id);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/**
 * Work that failed time and again. A slice: its run ends as failed, its lease is free. A job: it ends as failed. Nothing
 * waits for it any more.
 */
export const handler = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  processPartialResponse(event, abandon, processor, { context, throwOnFullBatchFailure: false });
