import * as z from 'zod';
import { startScheduledEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { withLogContext } from '#shared/platform/log-context.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { traceIdFor } from '#shared/platform/trace.ts';
import { type FireOutcome, fireSchedule } from '#shared/schedules/fire.ts';
import { assembleFiring } from './timed.ts';

const callSchema = z.object({
  tenant_id: z.string(),
  schedule_id: z.string(),
  revision: z.number().int(),
  scheduled_at: z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'Not a time'),
});

const env = parseEnv(startScheduledEnv);
const log = createLogger();
const deps = assembleFiring(env, log);

/** Called by the schedules that tenants made, at least once for each of their times. */
export async function handler(event: unknown): Promise<FireOutcome> {
  const { scheduled_at, ...ref } = callSchema.parse(event);
  const { tenant_id, schedule_id } = ref;
  return withLogContext({ tenant_id, schedule_id, trace_id: traceIdFor(undefined) }, async () => {
    const outcome = await fireSchedule(deps, ref, scheduled_at);
    log.info('schedule called', {
      scheduled_at,
      outcome: outcome.kind === 'handled' ? outcome.event.outcome : outcome.kind,
    });
    return outcome;
  });
}
