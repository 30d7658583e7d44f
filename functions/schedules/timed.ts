import type * as z from 'zod';
import { enabledPlatforms } from '#shared/connections/enabled.ts';
import { systemClock } from '#shared/core/clock.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createAnnouncer } from '#shared/data/announcer.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createFlowRepository } from '#shared/data/flow-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { createScheduleRepository } from '#shared/data/schedule-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { createWaitingStartRepository } from '#shared/data/waiting-start-repository.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import type { startScheduledEnv } from '#shared/env/functions.ts';
import { dynamoClient, queueClient, schedulerClient } from '#shared/platform/aws-clients.ts';
import { createLane } from '#shared/platform/lane.ts';
import { currentTraceId } from '#shared/platform/log-context.ts';
import type { Log } from '#shared/platform/logger.ts';
import { createTimer } from '#shared/platform/timer.ts';
import type { FiringDeps } from '#shared/schedules/deps.ts';

/** What starting syncs on time needs, from a function's environment. It opens no connection and reads no secret. */
export function assembleFiring(env: z.output<typeof startScheduledEnv>, log: Log): FiringDeps {
  const table = openTable(env.TABLE_NAME, dynamoClient());
  const connections = createConnectionRepository(table);
  return {
    flows: createFlowRepository(table),
    schedules: createScheduleRepository(table),
    waiting: createWaitingStartRepository(table),
    workspaces: createWorkspaceRepository(table),
    timer: createTimer({
      scheduler: schedulerClient(),
      group: env.TIMER_GROUP,
      roleArn: env.TIMER_ROLE_ARN,
      targetArn: env.TIMER_TARGET_ARN,
      deadLetterArn: env.TIMER_DEAD_LETTERS_ARN,
    }),
    runs: createRunRepository(table),
    lane: createLane({ queue: queueClient(), queueUrl: env.LANE_QUEUE_URL }),
    connections: { enabled: (tenantId: string) => enabledPlatforms(connections, tenantId) },
    announce: createAnnouncer(table, log),
    clock: systemClock,
    ids: randomIds(systemClock),
    traceId: currentTraceId,
    log,
  };
}
