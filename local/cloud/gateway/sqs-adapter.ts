import { createHash } from 'node:crypto';
import { queueUrl } from '#local/cloud/template/place.ts';
import { flag, optionalText, type Props, records } from '#local/cloud/template/types.ts';
import { type AwsCall, type AwsReply, jsonBody } from './call.ts';

/** Properties of a FIFO queue that change how its messages are deduplicated. */
export interface QueueTraits {
  readonly groupScope: boolean;
  readonly contentBased: boolean;
}

export function queueTraits(props: Props): QueueTraits {
  return {
    groupScope: props.DeduplicationScope === 'messageGroup',
    contentBased: flag(props, 'ContentBasedDeduplication'),
  };
}

/** What of a call is changed before the emulator sees it, and of the answer before the caller does. */
export interface SqsAdapter {
  request(call: AwsCall): AwsCall;
  reply(call: AwsCall, reply: AwsReply): AwsReply;
}

/**
 * Closes the gaps between the emulator and SQS: visibility timeouts are scaled for local use, deduplication per message
 * group (the emulator only knows per queue), and queue URLs that lead back to the gateway.
 */
export function sqsAdapter(options: {
  readonly traits: ReadonlyMap<string, QueueTraits>;
  readonly visibilityScale: number;
}): SqsAdapter {
  const scaled = (entry: Props): Props =>
    entry.VisibilityTimeout === undefined
      ? entry
      : { ...entry, VisibilityTimeout: scaledVisibility(Number(entry.VisibilityTimeout), options.visibilityScale) };
  const deduplicated = (queue: string, entry: Props): Props => {
    const traits = options.traits.get(queue);
    if (!traits?.groupScope) return entry;
    const own = optionalText(entry, 'MessageDeduplicationId');
    const id = own ?? (traits.contentBased ? sha256(String(entry.MessageBody)) : undefined);
    return id === undefined ? entry : { ...entry, MessageDeduplicationId: sha256(`${entry.MessageGroupId} ${id}`) };
  };
  return {
    request: (call) => {
      const change = changes[call.operation];
      if (!change) return call;
      const body = jsonBody(call);
      const queue = optionalText(body, 'QueueUrl')?.split('/').pop() ?? '';
      const entry = change === 'visibility' ? scaled : (each: Props): Props => deduplicated(queue, each);
      const changed = body.Entries === undefined ? entry(body) : { ...body, Entries: records(body.Entries).map(entry) };
      return { ...call, body: Buffer.from(JSON.stringify(changed)) };
    },
    reply: (call, reply) => {
      if (reply.status !== 200 || !urlOperations.has(call.operation)) return reply;
      return { ...reply, body: JSON.stringify(withOwnUrls(call, JSON.parse(reply.body.toString()) as Props)) };
    },
  };
}

const changes: Readonly<Record<string, 'visibility' | 'deduplication'>> = {
  ReceiveMessage: 'visibility',
  ChangeMessageVisibility: 'visibility',
  ChangeMessageVisibilityBatch: 'visibility',
  SendMessage: 'deduplication',
  SendMessageBatch: 'deduplication',
};

const urlOperations = new Set(['CreateQueue', 'GetQueueUrl', 'ListQueues', 'ListDeadLetterSourceQueues']);

/**
 * Seconds of local time for seconds of visibility. Never zero: with a data folder the emulator fails on zero, and a
 * millisecond is as good.
 */
export function scaledVisibility(seconds: number, scale: number): number {
  return Math.max(seconds * scale, 0.001);
}

function withOwnUrls(call: AwsCall, body: Props): Props {
  const own = (url: unknown): string => queueUrl(call.place, String(url).split('/').pop() ?? '');
  const changed: Record<string, unknown> = { ...body };
  if (body.QueueUrl !== undefined) changed.QueueUrl = own(body.QueueUrl);
  for (const key of ['QueueUrls', 'queueUrls']) {
    if (Array.isArray(body[key])) changed[key] = body[key].map(own);
  }
  return changed;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
