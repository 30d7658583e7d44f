import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { sha256Hex } from '../core/json.ts';
import type { ScheduleRef, Timer } from '../schedules/ports.ts';

export interface TimerOptions {
  readonly scheduler: SchedulerClient;
  /** Group that holds nothing but schedules of tenants. */
  readonly group: string;
  /** With which it calls the function. */
  readonly roleArn: string;
  /** The function that is called. */
  readonly targetArn: string;
  /** Where calls go that could not be delivered. */
  readonly deadLetterArn: string;
}

/** How long a call is tried again. Later, whoever looks after schedules has seen to it. */
const callLifeSeconds = 3600;
const callTries = 20;

/** EventBridge Scheduler: one entry for each revision of a schedule that is in force. */
export function createTimer(options: TimerOptions): Timer {
  const { scheduler, group, roleArn, targetArn, deadLetterArn } = options;
  return {
    async create({ tenant_id, schedule_id, revision, expression, time_zone, enabled, starts_at }) {
      const input = { tenant_id, schedule_id, revision, scheduled_at: '<aws.scheduler.scheduled-time>' };
      try {
        await scheduler.send(
          new CreateScheduleCommand({
            GroupName: group,
            Name: timerName({ tenant_id, schedule_id, revision }),
            Description: `Schedule ${schedule_id}, revision ${revision}`,
            ScheduleExpression: expression,
            ScheduleExpressionTimezone: time_zone,
            ...(starts_at === undefined ? {} : { StartDate: new Date(starts_at) }),
            State: enabled ? 'ENABLED' : 'DISABLED',
            FlexibleTimeWindow: { Mode: 'OFF' },
            Target: {
              Arn: targetArn,
              RoleArn: roleArn,
              Input: JSON.stringify(input),
              RetryPolicy: { MaximumEventAgeInSeconds: callLifeSeconds, MaximumRetryAttempts: callTries },
              DeadLetterConfig: { Arn: deadLetterArn },
            },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConflictException)) throw error;
      }
    },

    async delete(ref) {
      try {
        await scheduler.send(new DeleteScheduleCommand({ GroupName: group, Name: timerName(ref) }));
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    },
  };
}

/** 64 characters at most, of letters, digits and a few signs: a hash stands for tenant and schedule, whatever their ids. */
export function timerName({ tenant_id, schedule_id, revision }: ScheduleRef): string {
  return `${sha256Hex(JSON.stringify([tenant_id, schedule_id])).slice(0, 40)}-${revision}`;
}
