import { ConflictException, CreateScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { sha256Hex } from '../core/json.ts';
import type { JobMessage } from '../jobs/ports.ts';
import type { SliceMessage } from '../sync/ports.ts';

/** What may be asked for: a slice of a leg, or the next steps of a job. */
export type LaneMessage = SliceMessage | JobMessage;

/** The queue of lanes for both; as the engine's `Lane` it takes slices, as a `JobLane` jobs. */
export interface WorkLane {
  send(message: LaneMessage, lane: string): Promise<void>;
  /** Delivers not before `at`. */
  sendAt(message: LaneMessage, lane: string, at: string): Promise<void>;
}

export interface LaneOptions {
  readonly queue: SQSClient;
  readonly queueUrl: string;
  /** What delayed delivery needs; without it `sendAt` is refused. A FIFO queue has no delay per message. */
  readonly resume?:
    | {
        readonly scheduler: SchedulerClient;
        readonly group: string;
        readonly roleArn: string;
        readonly queueArn: string;
      }
    | undefined;
}

/** The FIFO queue of lanes: one message group per tenant and lane; a slice's lane is its target connection. */
export function createLane({ queue, queueUrl, resume }: LaneOptions): WorkLane {
  const groupOf = (message: LaneMessage, lane: string): string =>
    // Group ids take letters, digits and punctuation, no more than 128 of them.
    sha256Hex(`${message.tenant_id}\u0000${lane}`).slice(0, 40);

  return {
    async send(message, lane) {
      await queue.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(message),
          MessageGroupId: groupOf(message, lane),
          MessageDeduplicationId: identity(message),
        }),
      );
    },

    async sendAt(message, lane, at) {
      if (!resume) throw new Error('this function may not schedule work');
      try {
        await resume.scheduler.send(
          new CreateScheduleCommand({
            GroupName: resume.group,
            Name: `resume-${identity(message)}`,
            ScheduleExpression: `at(${at.slice(0, 19)})`,
            ScheduleExpressionTimezone: 'UTC',
            FlexibleTimeWindow: { Mode: 'OFF' },
            ActionAfterCompletion: 'DELETE',
            Target: {
              Arn: resume.queueArn,
              RoleArn: resume.roleArn,
              Input: JSON.stringify(message),
              SqsParameters: { MessageGroupId: groupOf(message, lane) },
            },
          }),
        );
      } catch (error) {
        // The same resumption was scheduled by an earlier delivery.
        if (!(error instanceof ConflictException)) throw error;
      }
    },
  };
}

/** The same text for the same work: the queue drops what it has already. */
function identity(message: LaneMessage): string {
  const parts =
    'job_id' in message
      ? ['job', message.tenant_id, message.job_id, message.version]
      : [message.tenant_id, message.run_id, message.route_id, message.slice];
  return sha256Hex(JSON.stringify(parts)).slice(0, 40);
}
