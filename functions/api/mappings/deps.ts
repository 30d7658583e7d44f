import type { Clock } from '#shared/core/clock.ts';
import type { JobRepository } from '#shared/jobs/ports.ts';
import type { StartedJob, StartJob } from '#shared/jobs/start-job.ts';
import type { MappingReader, MappingRepository } from '#shared/mapping-editor/ports.ts';
import type { Platforms } from '#shared/mapping-editor/validation.ts';
import type { Journal, LinkRepository } from '#shared/sync/ports.ts';

/** What the endpoints of this group need; starting a replay comes bound to its queue. */
export interface MappingsApiDeps {
  readonly mappings: MappingRepository;
  readonly links: Pick<LinkRepository, 'findMany'>;
  readonly platforms: Platforms;
  readonly reader: MappingReader;
  readonly startReplay: (asked: StartJob) => Promise<StartedJob>;
  readonly jobs: Pick<JobRepository, 'find'>;
  readonly journal: Pick<Journal, 'read'>;
  readonly clock: Pick<Clock, 'now'>;
}
