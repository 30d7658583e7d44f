import type { Named } from '#local/cloud/template/blueprint.ts';
import { isRecord, type Props } from '#local/cloud/template/types.ts';
import { AwsCallError, awsJson } from './aws-client.ts';

/** Properties of a queue that are attributes of the same name; objects are sent as JSON text. */
const attributeNames = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'VisibilityTimeout',
];

/** Cannot be changed once the queue exists; the last two not in the emulator, which keeps them from the creation. */
const fixedAttributes = new Set(['FifoQueue', 'DeduplicationScope', 'FifoThroughputLimit']);

/** Creates the queues, dead-letter queues first; one that is there gets the attributes of the template. */
export async function ensureQueues(url: string, region: string, queues: readonly Named[]): Promise<void> {
  const endpoint = { url, service: 'sqs' as const, region };
  const targetsFirst = queues.toSorted(
    (a, b) => Number(isRecord(a.props.RedrivePolicy)) - Number(isRecord(b.props.RedrivePolicy)),
  );
  for (const { name, props } of targetsFirst) {
    const attributes = attributesOf(props);
    const existing = await find(endpoint, name);
    if (existing === undefined) {
      await awsJson(endpoint, 'CreateQueue', { QueueName: name, Attributes: attributes });
      continue;
    }
    const settable = Object.fromEntries(Object.entries(attributes).filter(([key]) => !fixedAttributes.has(key)));
    await awsJson(endpoint, 'SetQueueAttributes', { QueueUrl: existing, Attributes: settable });
  }
}

async function find(endpoint: Parameters<typeof awsJson>[0], name: string): Promise<string | undefined> {
  try {
    const { QueueUrl: found } = await awsJson(endpoint, 'GetQueueUrl', { QueueName: name });
    return typeof found === 'string' ? found : undefined;
  } catch (error) {
    if (error instanceof AwsCallError && /NonExistent|DoesNotExist/.test(error.code)) return undefined;
    throw error;
  }
}

function attributesOf(props: Props): Readonly<Record<string, string>> {
  const set = attributeNames.filter((name) => props[name] !== undefined);
  return Object.fromEntries(
    set.map((name) => [name, isRecord(props[name]) ? JSON.stringify(props[name]) : String(props[name])]),
  );
}
