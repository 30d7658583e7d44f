import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { systemClock } from '#shared/core/clock.ts';
import { syncWorkerEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { runJob } from '#shared/jobs/run-job.ts';
import { defaultMappings } from '#shared/mapping/documents/index.ts';
import { createLogger } from '#shared/platform/logger.ts';
import type { EngineDeps } from '#shared/sync/ports.ts';
import { runSlice } from '#shared/sync/run-slice.ts';
import { assembleEngine } from './engine.ts';
import { assembleJobs, type WorkerJobs } from './jobs.ts';

/** A slice is about a minute; what is left of the function's time is for ending its last window. */
const sliceMs = 60_000;
const reserveMs = 120_000;

const messageSchema = z.union([
  z.object({ kind: z.literal('job'), tenant_id: z.string(), job_id: z.string(), version: z.number().int() }),
  z.object({ tenant_id: z.string(), run_id: z.string(), route_id: z.string(), slice: z.number().int() }),
]);

const env = parseEnv(syncWorkerEnv);
const log = createLogger();
const processor = new BatchProcessor(EventType.SQS);
let engine: Promise<EngineDeps> | undefined;
let jobs: WorkerJobs | undefined;

async function work(record: SQSRecord, context: Context | undefined): Promise<void> {
  const message = messageSchema.parse(JSON.parse(record.body));
  const left = context?.getRemainingTimeInMillis() ?? sliceMs + reserveMs;
  const until = systemClock.now() + Math.max(0, Math.min(sliceMs, left - reserveMs));
  if ('job_id' in message) {
    const own = log.with({ tenant_id: message.tenant_id, job_id: message.job_id });
    own.info('job goes on', { version: message.version });
    jobs ??= assembleJobs(env, log);
    await runJob({ ...jobs.deps, log: own }, message, { kinds: jobs.kinds, until });
    return;
  }
  engine ??= assembleEngine(env, log);
  const deps = await engine;
  const own = log.with({ tenant_id: message.tenant_id, run_id: message.run_id, route_id: message.route_id });
  own.info('slice begins', { slice: message.slice });
  await runSlice({ ...deps, log: own }, message, { mappings: defaultMappings, until });
}

async function workAndLog(record: SQSRecord, context?: Context): Promise<void> {
  try {
    await work(record, context);
  } catch (error) {
    // A cold start that failed must not stay failed for the life of the instance.
    engine = undefined;
    log.error('slice failed', {
      message_id: record.messageId,
      error: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown',
    });
    throw error;
  }
}

/** Reports each message of the batch for itself, so that a good one is never delivered again for a bad one. */
export const handler = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  processPartialResponse(event, workAndLog, processor, { context, throwOnFullBatchFailure: false });
