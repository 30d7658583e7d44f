import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import type { Metrics } from './metrics.ts';

const graph = (title: string, left: readonly IMetric[], right: readonly IMetric[] = []): IWidget =>
  new GraphWidget({
    title,
    width: 12,
    left: [...left],
    right: [...right],
    leftYAxis: { min: 0 },
    rightYAxis: { min: 0 },
  });

/** One page, read from the top: is something wrong, are lanes moving, is the API well, are we being held back. */
export function createDashboard(
  scope: Construct,
  metrics: Metrics,
  alarms: readonly Alarm[],
  { stage }: Settings,
): void {
  new Dashboard(scope, 'Dashboard', {
    dashboardName: `easysale-sync-${stage}`,
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', width: 24, height: 3, alarms: [...alarms] })],
      [
        graph('Lanes: slices waiting, age of the oldest (s)', [metrics.lanesWaiting], [metrics.oldestSliceSeconds]),
        graph('Dead letters', [metrics.deadLettersArrived, metrics.deadLettersWaiting, metrics.scheduleDeadLetters]),
      ],
      [
        graph('Worker: slices and errors', [metrics.workerRuns, metrics.workerErrors]),
        graph('Worker: p95 of a slice (ms)', [metrics.workerMsP95]),
      ],
      [
        graph('API: requests and errors', [metrics.apiRequests, metrics.apiClientErrors, metrics.apiServerErrors]),
        graph('API: p95 latency (ms)', [metrics.apiLatencyMsP95]),
      ],
      [
        graph(
          'Records read and failed, documents written',
          [metrics.recordsRead, metrics.recordsFailed, metrics.documentsWritten],
          [metrics.recordFailurePercent],
        ),
        graph('Platforms: waits, breakers, refused calls, flows that failed', [
          metrics.pauses,
          metrics.breakersOpened,
          metrics.platformThrottles,
          metrics.flowsFailed,
        ]),
      ],
      [
        graph('Webhooks taken and refused', [metrics.webhooksTaken, metrics.webhooksRefused]),
        graph('Throttled', [metrics.functionThrottles, metrics.tableThrottles]),
        graph('Errors in the background', [metrics.backgroundErrors]),
      ],
    ],
  });
}
