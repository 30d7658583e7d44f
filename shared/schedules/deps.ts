import type { Workspace } from '../core/workspace.ts';
import type { Announce } from '../model/announcement.ts';
import type { Log } from '../sync/ports.ts';
import type { StartRunDeps } from '../sync/start-run.ts';
import type { ScheduleRepository, Timer, WaitingStartRepository } from './ports.ts';

/** What changing schedules needs. */
export interface ScheduleDeps extends Pick<StartRunDeps, 'clock' | 'ids'> {
  readonly schedules: ScheduleRepository;
  readonly timer: Timer;
  readonly log: Pick<Log, 'warn'>;
}

/** What starting their syncs needs. */
export interface StartingDeps extends StartRunDeps {
  readonly schedules: ScheduleRepository;
  readonly waiting: WaitingStartRepository;
  readonly workspaces: { active(tenantId: string): Promise<Workspace> };
  readonly announce: Announce;
  readonly log: Pick<Log, 'warn'>;
}

/** What both together need: calls of the timer, and what looks after them. */
export type FiringDeps = StartingDeps & Pick<ScheduleDeps, 'timer'>;
