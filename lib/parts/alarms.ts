import { Aws } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import type { Metrics } from './metrics.ts';
import { constructId } from './node-function.ts';

/** One alarm. Its id is also the anchor of its heading in docs/runbook.md: `worker-errors` is `## Worker errors`. */
interface AlarmSpec {
  readonly id: string;
  readonly metric: keyof Metrics;
  readonly says: string;
  /** Fires when the metric reaches it. */
  readonly threshold: number;
  /** Of this many periods… */
  readonly periods: number;
  /** …this many must reach the threshold. */
  readonly of?: number;
  /** Fires below the threshold instead, and when there is no data. */
  readonly whenMissing?: true;
}

const alarmSpecs: readonly AlarmSpec[] = [
  {
    id: 'dead-letters-arrived',
    metric: 'deadLettersArrived',
    says: 'A slice failed five times; its run was marked as failed.',
    threshold: 1,
    periods: 1,
  },
  {
    id: 'dead-letters-waiting',
    metric: 'deadLettersWaiting',
    says: 'Dead letters stay in their queue: runs look alive that are not.',
    threshold: 1,
    periods: 3,
  },
  {
    id: 'lanes-behind',
    metric: 'oldestSliceSeconds',
    says: 'The oldest slice has waited for more than 15 minutes.',
    threshold: 900,
    periods: 3,
    of: 2,
  },
  {
    id: 'worker-errors',
    metric: 'workerErrors',
    says: 'The worker crashed or ran out of time or memory.',
    threshold: 3,
    periods: 3,
    of: 2,
  },
  {
    id: 'background-errors',
    metric: 'backgroundErrors',
    says: 'balance-stock, dead-letters, drain-changes, keep-connections, keep-schedules, keep-webhooks, retry-failures, start-scheduled or notify crashed.',
    threshold: 1,
    periods: 1,
  },
  {
    id: 'connections-not-kept',
    metric: 'keepConnectionsRunsPerSixHours',
    says: 'keep-connections has not run for 12 hours; refresh tokens will die.',
    threshold: 1,
    periods: 2,
    whenMissing: true,
  },
  {
    id: 'notifications-not-sent',
    metric: 'notifyRuns',
    says: 'notify has not run for 15 minutes; nobody is told of anything.',
    threshold: 1,
    periods: 3,
    whenMissing: true,
  },
  {
    id: 'scheduled-calls-missed',
    metric: 'scheduleDeadLetters',
    says: 'EventBridge Scheduler gave up on a call.',
    threshold: 1,
    periods: 1,
  },
  {
    id: 'schedules-late',
    metric: 'schedulesLate',
    says: 'Schedules of tenants were not called in time.',
    threshold: 10,
    periods: 1,
  },
  {
    id: 'api-server-errors',
    metric: 'apiServerErrors',
    says: 'The API answers 5xx.',
    threshold: 5,
    periods: 2,
  },
  {
    id: 'api-slow',
    metric: 'apiLatencyMsP95',
    says: 'One answer in twenty takes longer than 3 seconds.',
    threshold: 3000,
    periods: 3,
  },
  {
    id: 'table-throttled',
    metric: 'tableThrottles',
    says: 'DynamoDB throttles the table or one of its indexes.',
    threshold: 20,
    periods: 2,
  },
  {
    id: 'functions-throttled',
    metric: 'functionThrottles',
    says: 'Lambda throttles functions: the account ran out of concurrency.',
    threshold: 5,
    periods: 2,
  },
  {
    id: 'api-error-ratio',
    metric: 'apiErrorPercent',
    says: 'One answer in twenty is a 5xx.',
    threshold: 5,
    periods: 3,
    of: 2,
  },
  {
    id: 'records-failing',
    metric: 'recordFailurePercent',
    says: 'One record in five does not arrive.',
    threshold: 20,
    periods: 3,
    of: 2,
  },
  {
    id: 'flows-waiting',
    metric: 'pauses',
    says: 'Many flows wait for a platform.',
    threshold: 20,
    periods: 3,
  },
  {
    id: 'breakers-open',
    metric: 'breakersOpened',
    says: 'Connections of several tenants stopped working.',
    threshold: 5,
    periods: 2,
  },
  {
    id: 'connections-not-renewed',
    metric: 'connectionsNotRenewed',
    says: 'Tokens of connections could not be renewed.',
    threshold: 5,
    periods: 1,
  },
  {
    id: 'webhooks-refused',
    metric: 'webhooksRefused',
    says: 'Many webhooks arrive whose signature does not fit.',
    threshold: 50,
    periods: 3,
  },
  {
    id: 'webhooks-not-kept',
    metric: 'webhooksNotKept',
    says: 'The webhooks of many shops could not be looked at.',
    threshold: 20,
    periods: 1,
  },
  {
    id: 'audit-entries-lost',
    metric: 'auditEntriesLost',
    says: 'A call took effect whose audit entry could not be stored.',
    threshold: 1,
    periods: 1,
  },
];

/** Where alarms go. Not encrypted with a key of our own: messages hold alarm names and numbers, nothing of a tenant. */
function createAlarmTopic(scope: Construct, { stage, alarmEmail }: Settings): Topic {
  const topic = new Topic(scope, 'Alarms', { displayName: `EasySale Sync ${stage}`, enforceSSL: true });
  // Any policy of one's own replaces the default one, which had let CloudWatch publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  if (alarmEmail) topic.addSubscription(new EmailSubscription(alarmEmail));
  return topic;
}

const direction = (whenMissing: boolean) =>
  whenMissing
    ? {
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.BREACHING,
      }
    : {
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      };

function createAlarm(scope: Construct, spec: AlarmSpec, metric: IMetric, { stage, runbookUrl }: Settings): Alarm {
  return new Alarm(scope, `${constructId(spec.id)}Alarm`, {
    alarmName: `easysale-sync-${stage}-${spec.id}`,
    alarmDescription: `${spec.says} What to do: ${runbookUrl}#${spec.id}`,
    metric,
    threshold: spec.threshold,
    evaluationPeriods: spec.periods,
    datapointsToAlarm: spec.of ?? spec.periods,
    ...direction(spec.whenMissing ?? false),
  });
}

/** Every alarm, each telling the topic when it starts and when it is over. */
export function createAlarms(scope: Construct, metrics: Metrics, settings: Settings): readonly Alarm[] {
  const action = new SnsAction(createAlarmTopic(scope, settings));
  return alarmSpecs.map((spec) => {
    const alarm = createAlarm(scope, spec, metrics[spec.metric], settings);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  });
}
