import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, type ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { schedulerPrincipal } from './resumption.ts';

export interface SchedulesProps {
  readonly keepConnections: IFunction;
  readonly notify: IFunction;
  readonly retryFailures: IFunction;
  readonly drainChanges: IFunction;
  readonly keepSchedules: IFunction;
  readonly keepWebhooks: IFunction;
  readonly balanceStock: IFunction;
  readonly deadLetters: Queue;
  readonly group: ScheduleGroup;
}

function createRole(scope: Construct, { group, deadLetters, ...functions }: SchedulesProps): Role {
  const role = new Role(scope, 'ScheduleRole', {
    description: 'Lets EventBridge Scheduler start functions on time',
    assumedBy: schedulerPrincipal(scope, group),
  });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: [
        functions.keepConnections.functionArn,
        functions.retryFailures.functionArn,
        functions.notify.functionArn,
        functions.drainChanges.functionArn,
        functions.keepSchedules.functionArn,
        functions.keepWebhooks.functionArn,
        functions.balanceStock.functionArn,
      ],
    }),
  );
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }));
  return role;
}

/** A call on time. Missed ones are tried again for as long as the call still makes sense. */
interface Timetable {
  /** Id of the construct. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly rate: string;
  /** Minutes within which a call may begin. */
  readonly windowMinutes?: number;
  readonly maxAgeSeconds: number;
  /** @default 5 */
  readonly retries?: number;
  readonly target: IFunction;
}

/**
 * Starts keep-connections four times a day: a QuickBooks refresh token changes about daily and dies when unused. Starts
 * retry-failures every five minutes, notify every minute: what happened is told within two; drain-changes every minute for
 * what its queue did not start, and keep-schedules for what waited for its flow, balance-stock for what moved.
 */
export function createSchedules(scope: Construct, props: SchedulesProps): void {
  const role = createRole(scope, props);
  createSchedule(scope, props, role, {
    id: 'KeepConnectionsSchedule',
    name: 'keep-connections',
    description: 'Refreshes tokens before they expire and checks that connections still work',
    rate: 'rate(6 hours)',
    windowMinutes: 15,
    maxAgeSeconds: 3600,
    target: props.keepConnections,
  });
  createSchedule(scope, props, role, {
    id: 'RetryFailuresSchedule',
    name: 'retry-failures',
    description: 'Starts retries of failed records whose time has come',
    rate: 'rate(5 minutes)',
    maxAgeSeconds: 300,
    target: props.retryFailures,
  });
  createSchedule(scope, props, role, {
    id: 'NotifySchedule',
    name: 'notify',
    description: 'Tells people what was announced',
    rate: 'rate(1 minute)',
    // The next call does what this one did not; one that is late is of no use.
    maxAgeSeconds: 60,
    retries: 0,
    target: props.notify,
  });
  createSchedule(scope, props, role, {
    id: 'DrainChangesSchedule',
    name: 'drain-changes',
    description: 'Starts runs for changes whose route was busy, or whose bell was not heard',
    rate: 'rate(1 minute)',
    maxAgeSeconds: 60,
    retries: 0,
    target: props.drainChanges,
  });
  createSchedule(scope, props, role, {
    id: 'KeepSchedulesSchedule',
    name: 'keep-schedules',
    description: 'Looks after the schedules of tenants',
    rate: 'rate(1 minute)',
    maxAgeSeconds: 60,
    retries: 0,
    target: props.keepSchedules,
  });
  createSchedule(scope, props, role, {
    id: 'KeepWebhooksSchedule',
    name: 'keep-webhooks',
    description: 'Looks at the webhooks of shops and repairs them',
    rate: 'rate(1 hour)',
    windowMinutes: 15,
    maxAgeSeconds: 1800,
    target: props.keepWebhooks,
  });
  createSchedule(scope, props, role, {
    id: 'BalanceStockSchedule',
    name: 'balance-stock',
    description: 'Tells shops and tills what the others sold',
    rate: 'rate(1 minute)',
    maxAgeSeconds: 60,
    retries: 0,
    target: props.balanceStock,
  });
}

/** The low-level construct, because the high-level target also grants the versions of the function by wildcard. */
function createSchedule(scope: Construct, { deadLetters, group }: SchedulesProps, role: Role, spec: Timetable): void {
  const schedule = new CfnSchedule(scope, spec.id, {
    name: spec.name,
    groupName: group.scheduleGroupName,
    description: spec.description,
    scheduleExpression: spec.rate,
    flexibleTimeWindow: spec.windowMinutes
      ? { mode: 'FLEXIBLE', maximumWindowInMinutes: spec.windowMinutes }
      : { mode: 'OFF' },
    target: {
      arn: spec.target.functionArn,
      roleArn: role.roleArn,
      input: '{}',
      retryPolicy: { maximumEventAgeInSeconds: spec.maxAgeSeconds, maximumRetryAttempts: spec.retries ?? 5 },
      deadLetterConfig: { arn: deadLetters.queueArn },
    },
  });
  // The service refuses a schedule whose role may not yet call the target.
  schedule.node.addDependency(role);
}
