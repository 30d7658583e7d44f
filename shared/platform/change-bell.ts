import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { bellDelaySeconds } from '../core/bell-delay.ts';
import type { Clock } from '../core/clock.ts';
import { sha256Hex } from '../core/json.ts';
import type { ChangeBell } from '../sync/ports.ts';

export interface ChangeBellOptions {
  readonly queue: SQSClient;
  readonly queueUrl: string;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * One message per tenant and {@link bellDelaySeconds}, whatever is told in that time. It arrives after the end of its
 * time, so that nothing which was noted before its bell was rung is overlooked.
 */
export function createChangeBell({ queue, queueUrl, clock }: ChangeBellOptions): ChangeBell {
  return {
    async ring(tenantId) {
      const time = Math.floor(clock.now() / (bellDelaySeconds * 1000));
      const group = sha256Hex(tenantId).slice(0, 40);
      await queue.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify({ tenant_id: tenantId }),
          MessageGroupId: group,
          MessageDeduplicationId: `${group}-${time}`,
        }),
      );
    },
  };
}
