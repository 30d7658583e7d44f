import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestCloud, type TestCloud } from './support/start.ts';

let cloud: TestCloud;
let sqs: SQSClient;

beforeAll(async () => {
  cloud = await startTestCloud();
  sqs = new SQSClient(cloud.clientConfig);
});
beforeEach(() => cloud.clearLines());
afterAll(() => cloud.close());

async function send(group: string, text: string, options: { failures?: number; id?: string } = {}): Promise<void> {
  const { failures, id } = options;
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: cloud.queueUrl('work.fifo'),
      MessageBody: JSON.stringify({ text, failures }),
      MessageGroupId: group,
      MessageDeduplicationId: id,
    }),
  );
}

describe('queues that feed functions', () => {
  it('keeps the order within a group and lets groups run side by side', async () => {
    for (const number of [1, 2, 3]) {
      for (const group of ['a', 'b']) await send(group, `order ${group}${number}`);
    }
    await cloud.idle();
    const handled = cloud.printed('handled');
    const of = (group: string): unknown[] => handled.filter((line) => line.group === group).map((line) => line.handled);
    expect(of('a')).toEqual(['order a1', 'order a2', 'order a3']);
    expect(of('b')).toEqual(['order b1', 'order b2', 'order b3']);
  });

  it('returns only the messages that a batch reports as failed, before later ones of their group', async () => {
    await send('retry', 'fails once', { failures: 1 });
    await send('retry', 'comes after');
    await send('other', 'goes through');
    await cloud.idle();
    const handled = cloud.printed('handled');
    const retry = handled.filter((line) => line.group === 'retry');
    expect(retry.map((line) => [line.handled, line.receives])).toEqual([
      ['fails once', 1],
      ['fails once', 2],
      ['comes after', 1],
    ]);
    expect(handled.filter((line) => line.group === 'other')).toHaveLength(1);
  });

  it('moves a message to the dead-letter queue after maxReceiveCount and goes on with its group', async () => {
    await send('poison', 'never works', { failures: 99 });
    await send('poison', 'waits its turn');
    await cloud.idle();
    const attempts = cloud.printed('handled').filter((line) => line.handled === 'never works');
    expect(attempts).toHaveLength(3);
    expect(cloud.printed('dead')).toEqual([{ dead: JSON.stringify({ text: 'never works', failures: 99 }) }]);
    expect(cloud.printed('handled').at(-1)).toMatchObject({ handled: 'waits its turn' });
  });

  it('returns the whole batch when the function fails', async () => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: cloud.queueUrl('work.fifo'),
        MessageBody: 'not json',
        MessageGroupId: 'broken',
      }),
    );
    await cloud.idle();
    expect(cloud.printed('dead')).toEqual([{ dead: 'not json' }]);
  });

  it('drops a repeated deduplication id within its group, and only there', async () => {
    await send('dedupe-1', 'first', { id: 'same' });
    await send('dedupe-1', 'second', { id: 'same' });
    await send('dedupe-2', 'third', { id: 'same' });
    await cloud.idle();
    expect(
      cloud
        .printed('handled')
        .map((line) => line.handled)
        .toSorted(),
    ).toEqual(['first', 'third']);
  });

  it('takes messages from functions under their own role', async () => {
    expect(await (await fetch(`${cloud.apiUrl}/do/send`)).json()).toEqual({ sent: true });
    await cloud.idle();
    expect(cloud.printed('handled')).toMatchObject([{ handled: 'sent by the api', group: 'api' }]);
  });
});
