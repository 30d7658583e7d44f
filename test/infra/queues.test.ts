import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { bellDelaySeconds } from '#shared/core/bell-delay.ts';
import { flatten, resourcesOf, statementsOf, synthesize } from './support.ts';

const { template, logicalIds } = synthesize('dev', { workerConcurrency: '7' });

const queueSchema = z.looseObject({
  FifoQueue: z.boolean().optional(),
  VisibilityTimeout: z.number().optional(),
  RedrivePolicy: z
    .object({ deadLetterTargetArn: z.unknown().transform(flatten), maxReceiveCount: z.number() })
    .optional(),
});
const queues = new Map(
  resourcesOf(template, 'AWS::SQS::Queue').map(({ id, properties }) => [id, queueSchema.parse(properties)]),
);
const nameOf = (prefix: string) => [...queues.keys()].find((id) => new RegExp(`^${prefix}[0-9A-F]{8}$`).test(id)) ?? '';
const lanes = nameOf('Lanes');
const laneDeadLetters = nameOf('LaneDeadLetters');
const changes = nameOf('Changes');
const changeDeadLetters = nameOf('ChangeDeadLetters');
const scheduleDeadLetters = nameOf('ScheduleDeadLetters');

const mappingSchema = z.looseObject({
  FunctionName: z.unknown().transform(flatten),
  EventSourceArn: z.unknown().transform(flatten),
});
const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(({ properties }) =>
  mappingSchema.parse(properties),
);
const mappingOf = (queue: string) => mappings.find(({ EventSourceArn }) => EventSourceArn === `<${queue}.Arn>`);

describe('queues', () => {
  it('each have a dead-letter queue or are one', () => {
    const deadLetterQueues = new Set(
      [laneDeadLetters, changeDeadLetters, scheduleDeadLetters].map((id) => `<${id}.Arn>`),
    );
    const without = [...queues].filter(
      ([id, { RedrivePolicy }]) => !RedrivePolicy && !deadLetterQueues.has(`<${id}.Arn>`),
    );
    expect(without).toEqual([]);
    expect(queues.get(lanes)?.RedrivePolicy).toEqual({
      deadLetterTargetArn: `<${laneDeadLetters}.Arn>`,
      maxReceiveCount: 5,
    });
  });

  it('[E5] keep lanes in order and apart from each other', () => {
    for (const id of [lanes, laneDeadLetters, changes, changeDeadLetters]) {
      expect(queues.get(id)).toMatchObject({
        FifoQueue: true,
        // EventBridge Scheduler sends no deduplication id of its own.
        ContentBasedDeduplication: true,
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
      });
    }
  });

  it('keep dead letters for 14 days', () => {
    for (const id of [laneDeadLetters, scheduleDeadLetters]) {
      expect(queues.get(id)).toMatchObject({ MessageRetentionPeriod: 14 * 86_400 });
    }
  });

  it('are encrypted and refuse connections without TLS', () => {
    const secured = resourcesOf(template, 'AWS::SQS::QueuePolicy').flatMap(({ properties }) =>
      statementsOf(properties)
        .filter(
          (statement) => statement.Effect === 'Deny' && JSON.stringify(statement.Condition).includes('SecureTransport'),
        )
        .flatMap((statement) => statement.Resource.map(flatten)),
    );
    expect(secured.toSorted()).toEqual([...queues.keys()].map((id) => `<${id}.Arn>`).toSorted());
    expect([...queues.values()].every((queue) => queue.SqsManagedSseEnabled === true)).toBe(true);
  });

  it('hide a slice longer than its worker may take, and no lane for half an hour after a crash', () => {
    const timeout = z.number().parse(template.Resources[logicalIds['sync-worker']]?.Properties.Timeout);
    const hidden = queues.get(lanes)?.VisibilityTimeout ?? 0;
    expect(hidden).toBeGreaterThanOrEqual(timeout + 60);
    expect(hidden).toBeLessThanOrEqual(600);
  });

  it('start the worker with one slice at a time, within the concurrency of the context', () => {
    expect(mappingOf(lanes)).toMatchObject({
      FunctionName: `<${logicalIds['sync-worker']}>`,
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 7 },
    });
  });

  it('start the function that buries dead letters, which reports each failure by itself', () => {
    const mapping = mappingOf(laneDeadLetters);
    expect(mapping).toMatchObject({
      FunctionName: `<${logicalIds['dead-letters']}>`,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(mapping?.Enabled ?? true).toBe(true);
  });

  it('[E9] hold the bell of pending changes back as long as it stands for, and give it to drain-changes', () => {
    // A bell that came before the end of its time would overlook what is told of later in it.
    expect(queues.get(changes)).toMatchObject({ DelaySeconds: bellDelaySeconds });
    expect(mappingOf(changes)).toMatchObject({
      FunctionName: `<${logicalIds['drain-changes']}>`,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('give scheduled calls retries and a queue for those that failed', () => {
    const schedules = resourcesOf(template, 'AWS::Scheduler::Schedule').map(({ properties }) =>
      z
        .looseObject({ Target: z.looseObject({ Arn: z.unknown().transform(flatten), DeadLetterConfig: z.unknown() }) })
        .parse(properties),
    );
    // The next minute's call does what a missed one of notify, drain-changes or keep-schedules did not.
    const retries = new Map<unknown, number>([
      [`<${logicalIds['keep-connections']}.Arn>`, 5],
      [`<${logicalIds['retry-failures']}.Arn>`, 5],
      [`<${logicalIds['keep-webhooks']}.Arn>`, 5],
      [`<${logicalIds.notify}.Arn>`, 0],
      [`<${logicalIds['drain-changes']}.Arn>`, 0],
      [`<${logicalIds['keep-schedules']}.Arn>`, 0],
      [`<${logicalIds['balance-stock']}.Arn>`, 0],
    ]);
    expect(schedules.map(({ Target }) => Target.Arn).toSorted()).toEqual([...retries.keys()].toSorted());
    for (const { Target } of schedules) {
      expect(Target).toMatchObject({
        RetryPolicy: { MaximumRetryAttempts: retries.get(Target.Arn) },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [scheduleDeadLetters, 'Arn'] } },
      });
    }
  });
});
