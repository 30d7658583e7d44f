import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { systemClock } from '#shared/core/clock.ts';
import { createMappingRepository } from '#shared/data/mapping-repository.ts';
import { createPendingChangeRepository } from '#shared/data/pending-change-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { syncWorkerEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { runJob } from '#shared/jobs/run-job.ts';
import { activeMappings } from '#shared/mapping-editor/active-mappings.ts';
import { dynamoClient, queueClient } from '#shared/platform/aws-clients.ts';
import { createChangeBell } from '#shared/platform/change-bell.ts';
import { withLogContext } from '#shared/platform/log-context.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { meter } from '#shared/platform/meter.ts';
import { traceIdFor } from '#shared/platform/trace.ts';
import { isAwaited } from '#shared/sync/drain-changes.ts';
import type { EngineDeps } from '#shared/sync/ports.ts';
import { runSlice } from '#shared/sync/run-slice.ts';
import { assembleEngine } from './engine.ts';
import { assembleJobs, type WorkerJobs } from './jobs.ts';

/** A slice is about a minute; what is left of the function's time is for ending its last window. */
const sliceMs = 60_000;
const reserveMs = 120_000;

const messageSchema = z.union([
  z.object({ kind: z.literal('job'), tenant_id: z.string(), job_id: z.string(), version: z.number().int() }),
  z.object({
    tenant_id: z.string(),
    run_id: z.string(),
    route_id: z.string(),
    slice: z.number().int(),
    trace_id: z.string().optional(),
  }),
]);
type Message = z.output<typeof messageSchema>;

const env = parseEnv(syncWorkerEnv);
const log = createLogger();
const processor = new BatchProcessor(EventType.SQS);
const table = openTable(env.TABLE_NAME, dynamoClient());
const pending = createPendingChangeRepository(table);
const bell = createChangeBell({ queue: queueClient(), queueUrl: env.CHANGE_QUEUE_URL, clock: systemClock });
const mappings = createMappingRepository(table);
let engine: Promise<EngineDeps> | undefined;
let jobs: WorkerJobs | undefined;

async function work(message: Message, context: Context | undefined): Promise<void> {
  const left = context?.getRemainingTimeInMillis() ?? sliceMs + reserveMs;
  const until = systemClock.now() + Math.max(0, Math.min(sliceMs, left - reserveMs));
  if ('job_id' in message) {
    log.info('job goes on', { version: message.version });
    jobs ??= assembleJobs(env, log);
    await runJob({ ...jobs.deps, log }, message, { kinds: jobs.kinds, until });
    return;
  }
  engine ??= assembleEngine(env, log);
  const deps = await engine;
  log.info('slice begins', { slice: message.slice });
  await runSlice(deps, message, { mappings: await activeMappings(mappings, message.tenant_id), until });
  // What was told of meanwhile waited for this route.
  if (await isAwaited({ pending }, message.tenant_id, message.route_id)) await bell.ring(message.tenant_id);
}

/** What every log line of this work carries. */
function contextOf(message: Message) {
  const trace = { trace_id: ('trace_id' in message ? message.trace_id : undefined) ?? traceIdFor(undefined) };
  const { tenant_id } = message;
  if ('job_id' in message) return { tenant_id, job_id: message.job_id, ...trace };
  return { tenant_id, run_id: message.run_id, route_id: message.route_id, ...trace };
}

async function workAndLog({ body, messageId }: SQSRecord, context?: Context): Promise<void> {
  const message = messageSchema.parse(JSON.parse(body));
  await withLogContext(contextOf(message), async () => {
    const begun = systemClock.now();
    try {
      await work(message, context);
      meter.emit({ SliceDuration: systemClock.now() - begun });
    } catch (error) {
      // A cold start that failed must not stay failed for the life of the instance.
      engine = undefined;
      jobs = undefined;
      log.error('work failed', {
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
