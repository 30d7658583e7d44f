import type { Schedule, ScheduleDefaults, WaitingStart } from '../model/schedule.ts';

export interface ScheduleRepository {
  find(tenantId: string, scheduleId: string): Promise<Schedule | undefined>;
  /** Newest first, those included that are about to go. */
  list(
    tenantId: string,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ schedules: Schedule[]; next?: string }>;
  /** Stores it if its version is still `schedule.version - 1`; false when somebody else was faster. */
  save(schedule: Schedule): Promise<boolean>;
  /** Deletes it if it is still of this version. */
  remove(schedule: Schedule): Promise<boolean>;
  /** A page over all tenants of those to look at by now: not applied yet, about to go, or not called in time. */
  due(
    now: string,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ schedules: Schedule[]; next?: string }>;
  /** Undefined where none was ever made. */
  findDefaults(tenantId: string): Promise<ScheduleDefaults | undefined>;
  /** Stores them and that they were made, all or none. False when somebody else was faster. */
  makeDefaults(defaults: ScheduleDefaults, schedules: readonly Schedule[]): Promise<boolean>;
}

export interface WaitingStartRepository {
  /** False when one of this schedule waits already. */
  create(waiting: WaitingStart): Promise<boolean>;
  find(tenantId: string, scheduleId: string): Promise<WaitingStart | undefined>;
  /** Longest waiting first. */
  list(tenantId: string): Promise<WaitingStart[]>;
  /** A page over all tenants, longest waiting first. */
  due(
    now: string,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ waiting: WaitingStart[]; next?: string }>;
  remove(waiting: WaitingStart): Promise<void>;
}

/** What a call of EventBridge Scheduler says beside its time. */
export interface ScheduleRef {
  readonly tenant_id: string;
  readonly schedule_id: string;
  readonly revision: number;
}

/** One revision of a schedule as EventBridge Scheduler has it. It is never changed there, only made and deleted. */
export interface TimerEntry extends ScheduleRef {
  readonly expression: string;
  readonly time_zone: string;
  readonly enabled: boolean;
  /** When a rate begins. */
  readonly starts_at?: string | undefined;
}

export interface Timer {
  /** Makes it; one that is there stays as it is. */
  create(entry: TimerEntry): Promise<void>;
  /** Deletes it; one that is not there is no error. */
  delete(ref: ScheduleRef): Promise<void>;
}
