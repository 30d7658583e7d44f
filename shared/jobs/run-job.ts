import { instant } from '../core/clock.ts';
import { type Failure, FailureError } from '../core/failure.ts';
import { isFinished, type Job } from '../model/job.ts';
import type { JobKind, StepResult } from './job-kind.ts';
import type { JobDeps, JobMessage } from './ports.ts';
import { queueJob } from './queue-job.ts';

export interface JobOptions {
  readonly kinds: readonly JobKind[];
  /** Epoch ms after which no new step begins. */
  readonly until: number;
}

/** Steps in a row that may fail before the job does: together they wait about five hours. */
const maxTries = 15;
const backOffBaseMs = 15_000;
const backOffMaxMs = 30 * 60_000;

/**
 * Works on a job for about a minute, step by step from its cursor, then queues it again. Every delivery of the message,
 * in any number, leads to the same end.
 */
export async function runJob(deps: JobDeps, message: JobMessage, { kinds, until }: JobOptions): Promise<void> {
  const job = await deps.jobs.find(message.tenant_id, message.job_id);
  if (!job) {
    deps.log.warn('a message without its job', { job_id: message.job_id });
    return;
  }
  if (isFinished(job)) return;
  const kind = kinds.find((candidate) => candidate.kind === job.kind);
  if (!kind) {
    await failJob(deps, job, unknownKind(job.kind));
    return;
  }
  if (job.version > message.version) {
    await queueJob(deps, job, kind.lane);
    return;
  }
  const left = await workOn(deps, kind, job, until);
  if (left) await queueJob(deps, left, kind.lane);
}

/** Steps until the job or the time is at its end. Undefined: nothing is left to queue, or another worker went on. */
async function workOn(deps: JobDeps, kind: JobKind, job: Job, until: number): Promise<Job | undefined> {
  let current = job;
  do {
    const result = await stepOf(kind, current);
    const next = after(deps, current, result);
    if (!(await deps.jobs.save(next))) return undefined;
    if (next.status === 'failed') await kind.abandon?.(next);
    if (isFinished(next)) return undefined;
    if (next.resume_at !== undefined) return next;
    current = next;
  } while (deps.clock.now() < until);
  return current;
}

async function stepOf(kind: JobKind, job: Job): Promise<StepResult> {
  try {
    return await kind.step(job);
  } catch (error) {
    if (error instanceof FailureError) return { kind: 'failed', failure: error.failure };
    throw error;
  }
}

/** The job as a step leaves it. */
function after({ clock }: Pick<JobDeps, 'clock'>, job: Job, result: StepResult): Job {
  const { failure: _failure, tries = 0, resume_at: _resume, ...rest } = job;
  const now = clock.now();
  const version = job.version + 1;
  if (result.kind === 'more') {
    return { ...rest, version, status: 'running', cursor: result.cursor, progress: result.progress };
  }
  if (result.kind === 'done') {
    const { progress, result: outcome } = result;
    return { ...rest, version, status: 'completed', progress, result: { ...outcome }, finished_at: instant(now) };
  }
  const { failure } = result;
  if (!failure.retryable || tries + 1 >= maxTries) return failed({ ...rest, version }, failure, now);
  const resume_at = instant(now + backOff(tries, failure));
  return { ...rest, version, status: 'queued', failure, tries: tries + 1, resume_at };
}

function failed(job: Job, failure: Failure, now: number): Job {
  return { ...job, status: 'failed', failure, finished_at: instant(now) };
}

function backOff(tries: number, { retry_after_ms }: Failure): number {
  return Math.max(Math.min(backOffBaseMs * 2 ** tries, backOffMaxMs), retry_after_ms ?? 0);
}

/** Ends a job that can go on no more; one that is finished is left alone. */
async function failJob(deps: Pick<JobDeps, 'jobs' | 'clock'>, job: Job, failure: Failure): Promise<void> {
  await deps.jobs.save(failed({ ...job, version: job.version + 1 }, failure, deps.clock.now()));
}

/** Marks a job as failed after its message was given up. */
export async function abandonJob(
  deps: Pick<JobDeps, 'jobs' | 'clock'>,
  tenantId: string,
  jobId: string,
): Promise<void> {
  const job = await deps.jobs.find(tenantId, jobId);
  if (job && !isFinished(job)) await failJob(deps, job, givenUp);
}

const givenUp: Failure = {
  category: 'internal',
  code: 'job.given_up',
  reason: 'The worker failed several times at the same place.',
  fix: 'Start it again. If it fails again, report it with the id of this job.',
  retryable: true,
};

function unknownKind(kind: string): Failure {
  return {
    category: 'internal',
    code: 'job.unknown_kind',
    reason: `Nothing here can do a job of kind ${kind}.`,
    fix: 'Report it with the id of this job.',
    retryable: false,
  };
}
