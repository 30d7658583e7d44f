import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, type ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { schedulerPrincipal } from './resumption.ts';

export interface SchedulesProps {
  readonly keepConnections: IFunction;
  readonly notify: IFunction;
  readonly deadLetters: Queue;
  readonly group: ScheduleGroup;
}

function createRole(scope: Construct, { group, keepConnections, notify, deadLetters }: SchedulesProps): Role {
  const role = new Role(scope, 'ScheduleRole', {
    description: 'Lets EventBridge Scheduler start functions on time',
    assumedBy: schedulerPrincipal(scope, group),
  });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: [keepConnections.functionArn, notify.functionArn],
    }),
  );
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }));
  return role;
}

/**
 * Starts keep-connections four times a day: a QuickBooks refresh token changes about daily and dies when unused. Starts
 * notify every minute: what happened is told within two.
 *
 * The low-level construct is used because the high-level target also grants the versions of the function by wildcard.
 */
export function createSchedules(scope: Construct, props: SchedulesProps): void {
  const { keepConnections, notify, deadLetters, group } = props;
  const role = createRole(scope, props);
  const schedule = new CfnSchedule(scope, 'KeepConnectionsSchedule', {
    name: 'keep-connections',
    groupName: group.scheduleGroupName,
    description: 'Refreshes tokens before they expire and checks that connections still work',
    scheduleExpression: 'rate(6 hours)',
    flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: 15 },
    target: {
      arn: keepConnections.functionArn,
      roleArn: role.roleArn,
      input: '{}',
      retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 5 },
      deadLetterConfig: { arn: deadLetters.queueArn },
    },
  });
  // The service refuses a schedule whose role may not yet call the target.
  schedule.node.addDependency(role);
  const notifySchedule = new CfnSchedule(scope, 'NotifySchedule', {
    name: 'notify',
    groupName: group.scheduleGroupName,
    description: 'Tells people what was announced',
    scheduleExpression: 'rate(1 minute)',
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: notify.functionArn,
      roleArn: role.roleArn,
      input: '{}',
      // The next call does what this one did not; one that is late is of no use.
      retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
      deadLetterConfig: { arn: deadLetters.queueArn },
    },
  });
  notifySchedule.node.addDependency(role);
}
