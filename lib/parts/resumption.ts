import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import type { Queues } from './queues.ts';

export interface Resumption {
  readonly group: ScheduleGroup;
  /** Taken on by a schedule to send a waiting slice back to its lane. */
  readonly role: Role;
}

/** A FIFO queue has no delay per message, so a leg that waits for its platform is brought back by a one-time schedule. */
export function createResumption(scope: Construct, queues: Queues, settings: Settings): Resumption {
  const group = new ScheduleGroup(scope, 'ScheduleGroup', { scheduleGroupName: `easysale-sync-${settings.stage}` });
  const role = new Role(scope, 'ResumeRole', {
    description: 'Lets EventBridge Scheduler bring waiting slices back to their lane',
    assumedBy: schedulerPrincipal(scope, group),
  });
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queues.lanes.queueArn] }));
  return { group, role };
}

/** Only schedules of this very group may take a role on. */
export function schedulerPrincipal(scope: Construct, group: ScheduleGroup): ServicePrincipal {
  return new ServicePrincipal('scheduler.amazonaws.com', {
    conditions: {
      StringEquals: { 'aws:SourceAccount': Stack.of(scope).account, 'aws:SourceArn': group.scheduleGroupArn },
    },
  });
}
