import { SchedulerClient } from '@aws-sdk/client-scheduler';
import type * as z from 'zod';
import { systemClock } from '#shared/core/clock.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createHistoryRepository } from '#shared/data/history-repository.ts';
import { createJobRepository } from '#shared/data/job-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { openTable } from '#shared/data/table.ts';
import type { syncWorkerEnv } from '#shared/env/functions.ts';
import type { JobKind } from '#shared/jobs/job-kind.ts';
import { jobKinds } from '#shared/jobs/kinds.ts';
import type { JobDeps } from '#shared/jobs/ports.ts';
import { dynamoClient, objectsClient, queueClient } from '#shared/platform/aws-clients.ts';
import { createFileStore } from '#shared/platform/files.ts';
import { createLane, type WorkLane } from '#shared/platform/lane.ts';
import type { Log } from '#shared/platform/logger.ts';

type Env = z.output<typeof syncWorkerEnv>;

/** The lanes as a worker has them: it may also come back later. */
export function workLane(env: Env): WorkLane {
  return createLane({
    queue: queueClient(),
    queueUrl: env.LANE_QUEUE_URL,
    resume: {
      scheduler: new SchedulerClient({}),
      group: env.SCHEDULE_GROUP,
      roleArn: env.RESUME_ROLE_ARN,
      queueArn: env.LANE_QUEUE_ARN,
    },
  });
}

export interface WorkerJobs {
  readonly deps: JobDeps;
  readonly kinds: readonly JobKind[];
}

/** Jobs of every kind, from a worker's environment. */
export function assembleJobs(env: Env, log: Log): WorkerJobs {
  const table = openTable(env.TABLE_NAME, dynamoClient());
  const history = createHistoryRepository(table);
  const runs = createRunRepository(table);
  const files = createFileStore(objectsClient(), env.EXPORT_BUCKET);
  const deps: JobDeps = {
    jobs: createJobRepository(table),
    lane: workLane(env),
    clock: systemClock,
    ids: randomIds(systemClock),
    log,
  };
  return { deps, kinds: jobKinds({ history, runs, files }) };
}
