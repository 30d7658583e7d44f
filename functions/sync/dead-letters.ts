import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { systemClock } from '#shared/core/clock.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { deadLettersEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { dynamoClient } from '#shared/platform/aws-clients.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { abandonLeg } from '#shared/sync/abandon-leg.ts';

const messageSchema = z.object({
  tenant_id: z.string(),
  run_id: z.string(),
  route_id: z.string(),
  trace_id: z.string().optional(),
});

const env = parseEnv(deadLettersEnv);
const log = createLogger();
const processor = new BatchProcessor(EventType.SQS);
const deps = { runs: createRunRepository(openTable(env.TABLE_NAME, dynamoClient())), clock: systemClock };

async function abandon({ body, messageId }: SQSRecord): Promise<void> {
  const message = messageSchema.safeParse(parse(body));
  if (!message.success) {
    log.error('a dead letter that is no slice', { message_id: messageId });
    return;
  }
  const { tenant_id, run_id, route_id, trace_id } = message.data;
  log.error('a slice was given up', { tenant_id, run_id, route_id, trace_id, message_id: messageId });
  await abandonLeg(deps, tenant_id, run_id, route_id);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** A slice that failed time and again: its run ends as failed, its lease is free, nothing waits for it any more. */
export const handler = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  processPartialResponse(event, abandon, processor, { context, throwOnFullBatchFailure: false });
