import { isFinished, type Job } from '../model/job.ts';
import type { JobDeps } from './ports.ts';

/** Queues a job to go on from where it is, not before it is due; the queue drops what it has already. */
export async function queueJob(
  { lane, clock }: Pick<JobDeps, 'lane' | 'clock'>,
  job: Job,
  name: string,
): Promise<void> {
  if (isFinished(job)) return;
  const message = { kind: 'job', tenant_id: job.tenant_id, job_id: job.job_id, version: job.version } as const;
  if (job.resume_at && Date.parse(job.resume_at) > clock.now()) await lane.sendAt(message, name, job.resume_at);
  else await lane.send(message, name);
}
