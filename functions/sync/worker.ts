import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { syncWorkerEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { defaultMappings } from '#shared/mapping/documents/index.ts';
import { withLogContext } from '#shared/platform/log-context.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { traceIdFor } from '#shared/platform/trace.ts';
import type { EngineDeps } from '#shared/sync/ports.ts';
import { runSlice } from '#shared/sync/run-slice.ts';
import { assembleEngine } from './engine.ts';

/** A slice is about a minute; what is left of the function's time is for ending its last window. */
const sliceMs = 60_000;
const reserveMs = 120_000;

const messageSchema = z.object({
  tenant_id: z.string(),
  run_id: z.string(),
  route_id: z.string(),
  slice: z.number().int(),
  trace_id: z.string().optional(),
});

const env = parseEnv(syncWorkerEnv);
const log = createLogger();
const processor = new BatchProcessor(EventType.SQS);
let engine: Promise<EngineDeps> | undefined;

async function work(message: z.output<typeof messageSchema>, context: Context | undefined): Promise<void> {
  engine ??= assembleEngine(env, log);
  const deps = await engine;
  const left = context?.getRemainingTimeInMillis() ?? sliceMs + reserveMs;
  const until = deps.clock.now() + Math.max(0, Math.min(sliceMs, left - reserveMs));
  log.info('slice begins', { slice: message.slice });
  await runSlice(deps, message, { mappings: defaultMappings, until });
}

async function workAndLog({ body, messageId }: SQSRecord, context?: Context): Promise<void> {
  const message = messageSchema.parse(JSON.parse(body));
  const { tenant_id, run_id, route_id, trace_id = traceIdFor(undefined) } = message;
  await withLogContext({ tenant_id, run_id, route_id, trace_id }, async () => {
    try {
      await work(message, context);
    } catch (error) {
      // A cold start that failed must not stay failed for the life of the instance.
      engine = undefined;
      log.error('slice failed', {
        message_id: messageId,
        error: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown',
      });
      throw error;
    }
  });
}

/** Reports each message of the batch for itself, so that a good one is never delivered again for a bad one. */
export const handler = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  processPartialResponse(event, workAndLog, processor, { context, throwOnFullBatchFailure: false });
