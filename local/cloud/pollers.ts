import type { QueueCounts } from '#local/cloud/emulators/queues-and-objects.ts';
import { scaledVisibility } from '#local/cloud/gateway/sqs-adapter.ts';
import { awsJson } from '#local/cloud/provision/aws-client.ts';
import type { LambdaRuntime } from '#local/cloud/runtime/lambda.ts';
import { isRecord, optionalText, type Props, record, records, strings } from '#local/cloud/template/types.ts';

/** A queue that feeds a function. */
export interface Mapping {
  readonly queueName: string;
  readonly queueArn: string;
  readonly region: string;
  /** Seconds, before scaling. */
  readonly visibilitySeconds: number;
  readonly functionName: string;
  readonly batchSize: number;
  /** Batches at the same time. */
  readonly concurrency: number;
  readonly reportsItemFailures: boolean;
}

export interface PollerOptions {
  readonly sqsUrl: string;
  readonly lambda: LambdaRuntime;
  readonly visibilityScale: number;
  readonly counts: (queue: string) => QueueCounts;
  readonly report: (line: string) => void;
}

export interface Poller {
  /** True while the queue holds messages or a batch is being handled. */
  readonly busy: boolean;
  /** Stops taking messages and waits for the batches that run to be settled. */
  stop(): Promise<void>;
}

/**
 * While a batch runs its messages are held back for this long at a time, and again before that runs out: however short
 * the scaled visibility is, no message is handled twice at once. A process that dies lets them go after this time.
 */
const holdSeconds = 5;
const waitSeconds = 20;
const renewMs = (holdSeconds * 1000) / 3;
const backOffMs = 100;

type Message = Props & { readonly MessageId: string; readonly ReceiptHandle: string };

/**
 * Feeds one queue to its function the way an event source mapping does. The queue itself keeps a FIFO group closed while
 * one of its messages is out, so that a group has one batch at a time.
 */
export function startPoller(mapping: Mapping, options: PollerOptions): Poller {
  const endpoint = { url: options.sqsUrl, service: 'sqs' as const, region: mapping.region };
  const QueueUrl = `${options.sqsUrl}/${mapping.queueArn.split(':')[4]}/${mapping.queueName}`;
  const retrySeconds = scaledVisibility(mapping.visibilitySeconds, options.visibilityScale);
  const stopping = new AbortController();
  let running = 0;

  async function receive(): Promise<readonly Message[]> {
    const wanted = {
      QueueUrl,
      MaxNumberOfMessages: Math.min(mapping.batchSize, 10),
      WaitTimeSeconds: waitSeconds,
      VisibilityTimeout: holdSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    };
    const reply = await awsJson(endpoint, 'ReceiveMessage', wanted, stopping.signal);
    return records(reply.Messages) as readonly Message[];
  }

  /** A message that is gone or visible again needs no change: both are what a slow batch may meet. */
  async function setVisibility(messages: readonly Message[], VisibilityTimeout: number): Promise<void> {
    if (messages.length === 0) return;
    const entries = messages.map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout,
    }));
    await awsJson(endpoint, 'ChangeMessageVisibilityBatch', { QueueUrl, Entries: entries });
  }

  async function handle(messages: readonly Message[]): Promise<void> {
    const renewal = setInterval(() => setVisibility(messages, holdSeconds).catch(() => undefined), renewMs);
    try {
      const event = { Records: messages.map((message) => toRecord(message, mapping)) };
      const outcome = await options.lambda.invoke(mapping.functionName, JSON.stringify(event));
      const failed = failedIds(messages, outcome.ok ? outcome.payload : undefined, outcome.ok, mapping);
      await settle(messages, failed);
    } finally {
      clearInterval(renewal);
    }
  }

  async function settle(messages: readonly Message[], failed: ReadonlySet<string>): Promise<void> {
    const done = messages.filter(({ MessageId }) => !failed.has(MessageId));
    if (done.length > 0) {
      const entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await awsJson(endpoint, 'DeleteMessageBatch', { QueueUrl, Entries: entries });
    }
    const back = messages.filter(({ MessageId }) => failed.has(MessageId));
    await setVisibility(back, retrySeconds);
  }

  async function takeBatch(): Promise<void> {
    const messages = await receive();
    if (messages.length === 0) return;
    running += 1;
    await handle(messages).finally(() => {
      running -= 1;
    });
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await takeBatch();
      } catch (error) {
        if (stopping.signal.aborted) return;
        options.report(`polling ${mapping.queueName}: ${(error as Error).message}`);
        await new Promise((resolve) => setTimeout(resolve, backOffMs));
      }
    }
  }

  const loops = Array.from({ length: Math.max(1, mapping.concurrency) }, loop);
  return {
    get busy() {
      const { ready, delayed, inFlight } = options.counts(mapping.queueName);
      return running + ready + delayed + inFlight > 0;
    },
    stop: async () => {
      stopping.abort();
      await Promise.allSettled(loops);
    },
  };
}

/** Messages that go back to the queue: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
function failedIds(
  messages: readonly Message[],
  payload: string | undefined,
  succeeded: boolean,
  mapping: Mapping,
): ReadonlySet<string> {
  const all = new Set(messages.map(({ MessageId }) => MessageId));
  if (!succeeded) return all;
  if (!mapping.reportsItemFailures || payload === undefined) return new Set();
  const report: unknown = JSON.parse(payload);
  if (report === null || !isRecord(report) || report.batchItemFailures == null) return new Set();
  const reported = records(report.batchItemFailures).map((failure) => optionalText(failure, 'itemIdentifier') ?? '');
  // An identifier that is not in the batch makes the whole answer invalid, and with it the batch.
  return reported.every((id) => all.has(id)) ? new Set(reported) : all;
}

/** A message as SQS events carry it. */
function toRecord(message: Message, mapping: Mapping): Props {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(record(message, 'MessageAttributes')).map(([name, value]) => [name, toAttribute(value)]),
    ),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: mapping.queueArn,
    awsRegion: mapping.region,
  };
}

function toAttribute(value: unknown): Props {
  const attribute = isRecord(value) ? value : {};
  return {
    stringValue: attribute.StringValue,
    binaryValue: attribute.BinaryValue,
    stringListValues: strings(attribute.StringListValues),
    binaryListValues: strings(attribute.BinaryListValues),
    dataType: attribute.DataType,
  };
}
