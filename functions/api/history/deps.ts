import type { Clock } from '#shared/core/clock.ts';
import type { JobRepository } from '#shared/jobs/ports.ts';
import type { StartedJob, StartJob } from '#shared/jobs/start-job.ts';
import type { FileLinks } from '#shared/platform/file-links.ts';
import type { HistoryDeps } from '#shared/sync/read-history.ts';

/** What the endpoints of this group need; starting an export comes bound to its queue. */
export interface HistoryApiDeps extends HistoryDeps {
  readonly jobs: Pick<JobRepository, 'find'>;
  readonly startExport: (asked: StartJob) => Promise<StartedJob>;
  readonly links: FileLinks;
  readonly clock: Pick<Clock, 'now'>;
}
