import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

/** Functions of the test cloud. They are bundled as the real ones are, with the SDK inside. */

interface ApiEvent {
  readonly rawPath: string;
  readonly pathParameters?: Readonly<Record<string, string>>;
}

const table = process.env.TABLE_NAME;
const dynamodb = new DynamoDBClient({});
const sqs = new SQSClient({});

export async function api(event: ApiEvent): Promise<unknown> {
  const id = event.pathParameters?.id ?? '';
  if (event.rawPath.startsWith('/items/') && id !== '') return readItem(id);
  if (event.rawPath.startsWith('/do/')) return act(id);
  return { statusCode: 200, headers: { 'X-Seen': 'yes' }, cookies: ['a=1', 'b=2'], body: JSON.stringify(event) };
}

async function readItem(id: string): Promise<unknown> {
  const { Item: item } = await dynamodb.send(new GetItemCommand({ TableName: table, Key: { pk: { S: id } } }));
  return item ? { pk: item.pk?.S } : { statusCode: 404, body: '' };
}

const actions: Readonly<Record<string, () => unknown>> = {
  throw: () => {
    throw new TypeError('a fault on purpose');
  },
  exit: () => process.exit(3),
  hang: () => new Promise(() => undefined),
  environment: () => ({ ...process.env }),
  send: () => sqs.send(new SendMessageCommand(message('sent by the api'))).then(() => ({ sent: true })),
  write: () =>
    dynamodb
      .send(new PutItemCommand({ TableName: table, Item: { pk: { S: 'x' } } }))
      .catch((error: Error) => ({ refused: error.name, message: error.message })),
};

function act(name: string): unknown {
  return actions[name]?.() ?? { statusCode: 404, body: `no action ${name}` };
}

function message(text: string): { QueueUrl: string | undefined; MessageBody: string; MessageGroupId: string } {
  return { QueueUrl: process.env.QUEUE_URL, MessageBody: JSON.stringify({ text }), MessageGroupId: 'api' };
}

interface QueueEvent {
  readonly Records: readonly {
    readonly messageId: string;
    readonly body: string;
    readonly attributes: Readonly<Record<string, string>>;
  }[];
}

/** Prints each message it handles; fails those that say so, up to the given number of receives. */
export async function worker(event: QueueEvent): Promise<unknown> {
  const failures: { itemIdentifier: string }[] = [];
  for (const { messageId, body, attributes } of event.Records) {
    const work = JSON.parse(body) as { text: string; failures?: number };
    const receives = Number(attributes.ApproximateReceiveCount);
    console.log(
      JSON.stringify({ handled: work.text, group: attributes.MessageGroupId, receives, size: event.Records.length }),
    );
    if (receives <= (work.failures ?? 0)) failures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures: failures };
}

export async function deadLetters(event: QueueEvent): Promise<void> {
  for (const { body } of event.Records) console.log(JSON.stringify({ dead: body }));
}

export async function scheduled(event: unknown): Promise<void> {
  console.log(JSON.stringify({ scheduled: event }));
}
