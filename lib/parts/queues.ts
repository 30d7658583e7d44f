import { Duration, Validations } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { bellDelaySeconds } from '#shared/core/bell-delay.ts';
import { functionSpec } from '../functions.ts';

export interface Queues {
  /** Slices of runs. Message group: `tenant#target connection`. */
  readonly lanes: Queue;
  /** Slices that failed five times; read by the function dead-letters. */
  readonly laneDeadLetters: Queue;
  /** Tenants for whom changes wait, held back for a moment so that a burst is one message. Message group: the tenant. */
  readonly changes: Queue;
  /** Messages of `changes` that failed five times. Nothing reads them: the schedule of drain-changes does what they asked. */
  readonly changeDeadLetters: Queue;
  /** Scheduled calls that could not be delivered. Standard, because EventBridge Scheduler refuses FIFO queues here. */
  readonly scheduleDeadLetters: Queue;
}

/**
 * A slice is delivered again this long after its worker died.
 *
 * The usual advice is six times the function timeout, which leaves the poller room to retry when Lambda throttles it.
 * That would hold a lane for half an hour after each crash. Here a message travels alone (batch size 1, no window), the
 * poller never takes more than `maxConcurrency` messages, and a second delivery is harmless (the checkpoint is
 * conditional), so a minute on top of the timeout is enough.
 */
const laneVisibilitySeconds = functionSpec('sync-worker').timeoutSeconds + 60;

const safe = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
} satisfies QueueProps;

/** High throughput FIFO: order and limits hold inside a lane, and lanes do not slow each other down. */
const fifo = {
  fifo: true,
  // EventBridge Scheduler sends no deduplication id, so the queue must make one; ours are explicit and win.
  contentBasedDeduplication: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
} satisfies QueueProps;

const keepFor = Duration.days(14);

/** The lanes, the bell of pending changes, and the queues for what went wrong. */
export function createQueues(scope: Construct): Queues {
  const laneDeadLetters = new Queue(scope, 'LaneDeadLetters', {
    ...safe,
    ...fifo,
    retentionPeriod: keepFor,
    visibilityTimeout: Duration.seconds(functionSpec('dead-letters').timeoutSeconds * 6),
  });
  const lanes = new Queue(scope, 'Lanes', {
    ...safe,
    ...fifo,
    retentionPeriod: keepFor,
    visibilityTimeout: Duration.seconds(laneVisibilitySeconds),
    deadLetterQueue: { queue: laneDeadLetters, maxReceiveCount: 5 },
  });
  const changeDeadLetters = new Queue(scope, 'ChangeDeadLetters', {
    ...safe,
    ...fifo,
    retentionPeriod: Duration.days(1),
  });
  const changes = new Queue(scope, 'Changes', {
    ...safe,
    ...fifo,
    deliveryDelay: Duration.seconds(bellDelaySeconds),
    retentionPeriod: Duration.hours(1),
    visibilityTimeout: Duration.seconds(functionSpec('drain-changes').timeoutSeconds * 6),
    deadLetterQueue: { queue: changeDeadLetters, maxReceiveCount: 5 },
  });
  const scheduleDeadLetters = new Queue(scope, 'ScheduleDeadLetters', { ...safe, retentionPeriod: keepFor });
  Validations.of(scheduleDeadLetters).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'It is a dead-letter queue: of schedules, which the rule does not look at',
  });
  return { lanes, laneDeadLetters, changes, changeDeadLetters, scheduleDeadLetters };
}
