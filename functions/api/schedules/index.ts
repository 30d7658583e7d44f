import { systemClock } from '#shared/core/clock.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createScheduleRepository } from '#shared/data/schedule-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { createWaitingStartRepository } from '#shared/data/waiting-start-repository.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import { apiSchedulesEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { dynamoClient, schedulerClient } from '#shared/platform/aws-clients.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { createTimer } from '#shared/platform/timer.ts';
import { schedulesEndpoints } from './endpoints.ts';

const env = parseEnv(apiSchedulesEnv);
const log = createLogger();
const table = openTable(env.TABLE_NAME, dynamoClient());
const ids = randomIds(systemClock);

const endpoints = schedulesEndpoints({
  schedules: createScheduleRepository(table),
  waiting: createWaitingStartRepository(table),
  connections: createConnectionRepository(table),
  timer: createTimer({
    scheduler: schedulerClient(),
    group: env.TIMER_GROUP,
    roleArn: env.TIMER_ROLE_ARN,
    targetArn: env.TIMER_TARGET_ARN,
    deadLetterArn: env.TIMER_DEAD_LETTERS_ARN,
  }),
  clock: systemClock,
  ids,
  log,
});

export const handler = apiGroup(endpoints, log, {
  trail: createAuditRepository(table),
  workspaces: createWorkspaceRepository(table),
  clock: systemClock,
  ids,
});
