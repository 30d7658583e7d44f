import type { DefaultsDeps } from '#shared/schedules/defaults.ts';
import type { ScheduleDeps } from '#shared/schedules/deps.ts';
import type { WaitingStartRepository } from '#shared/schedules/ports.ts';

export interface SchedulesApiDeps extends ScheduleDeps, DefaultsDeps {
  readonly waiting: Pick<WaitingStartRepository, 'find' | 'list'>;
}
