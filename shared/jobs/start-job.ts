import { instant } from '../core/clock.ts';
import { contentHash, type JsonObject } from '../core/json.ts';
import { isFinished, type Job } from '../model/job.ts';
import type { JobKind } from './job-kind.ts';
import type { JobDeps } from './ports.ts';
import { queueJob } from './queue-job.ts';

export interface StartJob {
  readonly tenantId: string;
  readonly requestedBy: string;
  /** What is asked for, as the kind defines it. */
  readonly request: JsonObject;
  /**
   * How long after its end a job still answers the same request of the same person, in milliseconds. While it is under
   * way it does so anyway. Absent: each call starts a job.
   */
  readonly reuseMs?: number;
}

export interface StartedJob {
  readonly job: Job;
  /** False: an earlier call of the same request started it. */
  readonly isNew: boolean;
}

type StartDeps = Pick<JobDeps, 'jobs' | 'clock' | 'ids'> & { readonly lane: Pick<JobDeps['lane'], 'send'> };

/**
 * Starts a job, or answers the one that does the same already. What was stored but not queued is queued when somebody
 * asks again.
 */
export async function startJob(
  deps: StartDeps,
  kind: Pick<JobKind, 'kind' | 'lane'>,
  asked: StartJob,
): Promise<StartedJob> {
  if (asked.reuseMs === undefined) return create(deps, kind, asked, deps.ids.next());
  const { tenantId, requestedBy, request, reuseMs } = asked;
  const hash = contentHash([kind.kind, requestedBy, request]);
  for (let tries = 0; tries < mostTries; tries += 1) {
    const before = await deps.jobs.claimed(tenantId, hash);
    const job = before === undefined ? undefined : await deps.jobs.find(tenantId, before);
    if (job && !isOver(job, deps.clock.now() - reuseMs)) {
      if (job.version === 0) await queue(deps, kind, job);
      return { job, isNew: false };
    }
    // A claim without its job: who made it died before the job was stored.
    if (before !== undefined && !job) return create(deps, kind, asked, before);
    const job_id = deps.ids.next();
    if (await deps.jobs.claim({ tenant_id: tenantId, hash, job_id, at: instant(deps.clock.now()) }, before)) {
      return create(deps, kind, asked, job_id);
    }
  }
  throw new Error('a job is claimed by others again and again');
}

/** One to lose against another call, one to see what that call did, and one more. */
const mostTries = 3;

async function create(
  deps: StartDeps,
  kind: Pick<JobKind, 'kind' | 'lane'>,
  { tenantId, requestedBy, request }: StartJob,
  jobId: string,
): Promise<StartedJob> {
  const job: Job = {
    tenant_id: tenantId,
    job_id: jobId,
    kind: kind.kind,
    status: 'queued',
    request: { ...request },
    requested_by: requestedBy,
    cursor: null,
    version: 0,
    progress: { done: 0, total: null },
    started_at: instant(deps.clock.now()),
  };
  await deps.jobs.create(job);
  await queue(deps, kind, job);
  return { job, isNew: true };
}

/** Never delayed: a job waits only after a step. */
function queue(deps: StartDeps, kind: Pick<JobKind, 'lane'>, job: Job): Promise<void> {
  const { send } = deps.lane;
  return queueJob({ clock: deps.clock, lane: { send, sendAt: send } }, job, kind.lane);
}

function isOver(job: Job, sinceMs: number): boolean {
  return isFinished(job) && Date.parse(job.finished_at ?? job.started_at) < sinceMs;
}
