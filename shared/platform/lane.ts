import { ConflictException, CreateScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { sha256Hex } from '../core/json.ts';
import type { Lane, SliceMessage } from '../sync/ports.ts';

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

/** The FIFO queue of slices: one message group per tenant and target connection. */
export function createLane({ queue, queueUrl, resume }: LaneOptions): Lane {
  const groupOf = (message: SliceMessage, connection: string): string =>
    // Group ids take letters, digits and punctuation, no more than 128 of them.
    sha256Hex(`${message.tenant_id}\u0000${connection}`).slice(0, 40);
  const identity = ({ tenant_id, run_id, route_id, slice }: SliceMessage): string =>
    sha256Hex(JSON.stringify([tenant_id, run_id, route_id, slice])).slice(0, 40);

  return {
    async send(message, connection) {
      await queue.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(message),
          MessageGroupId: groupOf(message, connection),
          MessageDeduplicationId: identity(message),
        }),
      );
    },

    async sendAt(message, connection, at) {
      if (!resume) throw new Error('this function may not schedule slices');
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
              SqsParameters: { MessageGroupId: groupOf(message, connection) },
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
