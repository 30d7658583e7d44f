import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { apiGroups, changesState } from '#shared/api/contract.ts';
import { contracts } from '#shared/api/contracts.ts';
import { type EmittedMetric, metricNamespace } from '#shared/core/metric-names.ts';
import type { FunctionId } from '../functions.ts';
import type { Settings } from '../settings.ts';
import type { Cloud } from './cloud.ts';
import type { Functions } from './node-function.ts';
import { indexNames } from './table.ts';

const fiveMinutes = Duration.minutes(5);
const sixHours = Duration.hours(6);

/** What alarms and the dashboard look at; counts and sums are per five minutes unless the name says otherwise. */
export interface Metrics {
  readonly deadLettersArrived: IMetric;
  readonly deadLettersWaiting: IMetric;
  readonly scheduleDeadLetters: IMetric;
  readonly lanesWaiting: IMetric;
  readonly oldestSliceSeconds: IMetric;
  readonly workerRuns: IMetric;
  readonly workerErrors: IMetric;
  readonly workerMsP95: IMetric;
  readonly backgroundErrors: IMetric;
  readonly keepConnectionsRunsPerSixHours: IMetric;
  readonly notifyRuns: IMetric;
  readonly schedulesLate: IMetric;
  readonly functionThrottles: IMetric;
  readonly apiRequests: IMetric;
  readonly apiClientErrors: IMetric;
  readonly apiServerErrors: IMetric;
  readonly apiLatencyMsP95: IMetric;
  readonly tableThrottles: IMetric;
  /** Percent of answers that are 5xx; 0 while there are too few to tell. */
  readonly apiErrorPercent: IMetric;
  /** Percent of records read that failed; 0 while there are too few to tell. */
  readonly recordFailurePercent: IMetric;
  readonly recordsRead: IMetric;
  readonly recordsFailed: IMetric;
  readonly documentsWritten: IMetric;
  readonly pauses: IMetric;
  readonly breakersOpened: IMetric;
  readonly flowsFailed: IMetric;
  readonly platformThrottles: IMetric;
  readonly connectionsNotRenewed: IMetric;
  readonly auditEntriesLost: IMetric;
  readonly webhooksTaken: IMetric;
  readonly webhooksRefused: IMetric;
  readonly webhooksNotKept: IMetric;
}

/**
 * A metric without data makes a whole expression empty, and throttles are reported only when they happen: hence FILL.
 * CloudWatch takes at most ten metrics in one expression; their names must not repeat inside one graph.
 */
const sum = (label: string, metrics: Readonly<Record<string, IMetric>>) =>
  new MathExpression({
    label,
    expression: Object.keys(metrics)
      .map((name) => `FILL(${name}, 0)`)
      .join(' + '),
    usingMetrics: metrics,
    period: fiveMinutes,
  });

const messages = (queue: Queue, name: string, label: string) =>
  sum(label, {
    [`${name}visible`]: queue.metricApproximateNumberOfMessagesVisible({ period: fiveMinutes, statistic: 'Maximum' }),
    [`${name}inflight`]: queue.metricApproximateNumberOfMessagesNotVisible({
      period: fiveMinutes,
      statistic: 'Maximum',
    }),
  });

/** An index that cannot keep up throttles writes to its table, and reports it under its own name only. */
function tableThrottles(table: TableV2): IMetric {
  const metric = (metricName: string, index?: string) =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: table.tableName, ...(index ? { GlobalSecondaryIndexName: index } : {}) },
      statistic: 'Sum',
      period: fiveMinutes,
    });
  const ofIndexes = indexNames.flatMap((name) => [
    [`${name}read`, metric('ReadThrottleEvents', name)] as const,
    [`${name}write`, metric('WriteThrottleEvents', name)] as const,
  ]);
  return sum('Table throttled', {
    tableread: metric('ReadThrottleEvents'),
    tablewrite: metric('WriteThrottleEvents'),
    ...Object.fromEntries(ofIndexes),
  });
}

/** A metric a function writes itself, over all of its dimensions. */
const own = (stage: string, service: FunctionId, metricName: EmittedMetric) =>
  new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { service, stage },
    statistic: 'Sum',
    period: fiveMinutes,
  });

/** The share of `part` in `whole`, once there are at least so many. */
const percent = (label: string, least: number, part: IMetric, whole: IMetric) =>
  new MathExpression({
    label,
    expression: `IF(FILL(whole, 0) >= ${least}, 100 * FILL(part, 0) / whole, 0)`,
    usingMetrics: { part, whole },
    period: fiveMinutes,
  });

/** Groups with an endpoint that leaves an audit entry; an alarm takes ten metrics at most. */
const changingGroups = apiGroups.filter((group) =>
  contracts.some((each) => each.group === group && changesState(each)),
);

/** What no endpoint but those that change something can lose. */
const auditEntriesLost = (stage: string) =>
  sum(
    'Audit entries lost',
    Object.fromEntries(
      changingGroups.map((group) => [`a${group.replace(/\W/g, '')}`, own(stage, `api-${group}`, 'AuditEntriesLost')]),
    ),
  );

function ofWorker(stage: string) {
  const metric = (name: EmittedMetric) => own(stage, 'sync-worker', name);
  const [recordsRead, recordsFailed] = [metric('RecordsRead'), metric('RecordsFailed')];
  return {
    recordsRead,
    recordsFailed,
    recordFailurePercent: percent('Records that failed (%)', 100, recordsFailed, recordsRead),
    documentsWritten: metric('DocumentsWritten'),
    pauses: metric('Pauses'),
    breakersOpened: metric('BreakersOpened'),
    flowsFailed: metric('FlowsFailed'),
    platformThrottles: metric('PlatformThrottles'),
  };
}

/** All metrics of the stack, each named once. */
export function createMetrics(cloud: Cloud, functions: Functions, api: HttpApi, { stage }: Settings): Metrics {
  const period = fiveMinutes;
  const { lanes, laneDeadLetters, scheduleDeadLetters } = cloud.queues;
  const worker = functions['sync-worker'];
  return {
    // A message that SQS moves here by itself does not count as sent, but it does start the function.
    deadLettersArrived: functions['dead-letters'].metricInvocations({ period }),
    deadLettersWaiting: messages(laneDeadLetters, 'dead', 'Dead letters'),
    scheduleDeadLetters: messages(scheduleDeadLetters, 'missed', 'Missed calls'),
    lanesWaiting: messages(lanes, 'lanes', 'Slices'),
    oldestSliceSeconds: lanes.metricApproximateAgeOfOldestMessage({ period }),
    workerRuns: worker.metricInvocations({ period }),
    workerErrors: worker.metricErrors({ period }),
    workerMsP95: worker.metricDuration({ period, statistic: 'p95' }),
    backgroundErrors: sum('Errors', {
      dead: functions['dead-letters'].metricErrors({ period }),
      balance: functions['balance-stock'].metricErrors({ period }),
      drain: functions['drain-changes'].metricErrors({ period }),
      keep: functions['keep-connections'].metricErrors({ period }),
      hooks: functions['keep-webhooks'].metricErrors({ period }),
      notify: functions.notify.metricErrors({ period }),
      retry: functions['retry-failures'].metricErrors({ period }),
      scheduled: functions['start-scheduled'].metricErrors({ period }),
      schedules: functions['keep-schedules'].metricErrors({ period }),
    }),
    keepConnectionsRunsPerSixHours: functions['keep-connections'].metricInvocations({ period: sixHours }),
    notifyRuns: functions.notify.metricInvocations({ period }),
    schedulesLate: own(stage, 'keep-schedules', 'SchedulesLate'),
    // Of the whole account and region: concurrency is shared by all its functions.
    functionThrottles: LambdaFunction.metricAllThrottles({ period }),
    apiRequests: api.metricCount({ period }),
    apiClientErrors: api.metricClientError({ period, statistic: 'Sum' }),
    apiServerErrors: api.metricServerError({ period, statistic: 'Sum' }),
    apiLatencyMsP95: api.metricLatency({ period, statistic: 'p95' }),
    tableThrottles: tableThrottles(cloud.table),
    apiErrorPercent: percent(
      'Answers that are 5xx (%)',
      20,
      api.metricServerError({ period, statistic: 'Sum' }),
      api.metricCount({ period, statistic: 'Sum' }),
    ),
    ...ofWorker(stage),
    connectionsNotRenewed: own(stage, 'keep-connections', 'ConnectionsNotRenewed'),
    auditEntriesLost: auditEntriesLost(stage),
    webhooksTaken: own(stage, 'api-webhooks', 'WebhooksTaken'),
    webhooksRefused: own(stage, 'api-webhooks', 'WebhooksRefused'),
    webhooksNotKept: own(stage, 'keep-webhooks', 'WebhooksNotKept'),
  };
}
