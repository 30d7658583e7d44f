import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { functionNameOf } from './node-function.ts';
import type { Queues } from './queues.ts';
import { schedulerPrincipal } from './resumption.ts';

export interface Timers {
  /** Holds nothing but schedules of tenants, so that a right on it is a right on nothing else. */
  readonly group: ScheduleGroup;
  /** Taken on by these schedules. */
  readonly role: Role;
  /** start-scheduled. Named, not referred to: the function itself is told this ARN. */
  readonly targetArn: string;
}

/** What schedules that tenants make at run time need: a group, and a role that may call one function. */
export function createTimers(scope: Construct, queues: Queues, settings: Settings): Timers {
  const group = new ScheduleGroup(scope, 'TimerGroup', {
    scheduleGroupName: `easysale-sync-${settings.stage}-tenants`,
  });
  const targetArn = Stack.of(scope).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: functionNameOf('start-scheduled', settings),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const role = new Role(scope, 'TimerRole', {
    description: 'Lets schedules of tenants call start-scheduled',
    assumedBy: schedulerPrincipal(scope, group),
  });
  role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [targetArn] }));
  role.addToPolicy(
    new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queues.scheduleDeadLetters.queueArn] }),
  );
  return { group, role, targetArn };
}
