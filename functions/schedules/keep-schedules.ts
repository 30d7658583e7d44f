import type { Context } from 'aws-lambda';
import { keepSchedulesEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { meter } from '#shared/platform/meter.ts';
import { type KeepSchedulesSummary, keepSchedules } from '#shared/schedules/keep.ts';
import { assembleFiring } from './timed.ts';

const env = parseEnv(keepSchedulesEnv);
const log = createLogger();
const deps = assembleFiring(env, log);

/** Time one schedule may need: no other begins after it. */
const reserveMs = 15_000;

/** Started by the schedule keep-schedules, every minute. */
export async function handler(_event: unknown, context: Context): Promise<KeepSchedulesSummary> {
  const summary = await keepSchedules(deps, () => context.getRemainingTimeInMillis() > reserveMs);
  const { applied, late, started, failed } = summary;
  if (applied + late + started + failed > 0) log.info('schedules kept', { ...summary });
  meter.emit({ SchedulesLate: late, SchedulesNotKept: failed });
  return summary;
}
