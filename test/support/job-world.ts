import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { startQueuesAndObjects } from '#local/cloud/emulators/queues-and-objects.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createHistoryRepository } from '#shared/data/history-repository.ts';
import { createJobRepository } from '#shared/data/job-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { openTable } from '#shared/data/table.ts';
import type { JobDeps, JobMessage } from '#shared/jobs/ports.ts';
import { createFileStore } from '#shared/platform/files.ts';
import { createLane } from '#shared/platform/lane.ts';
import { type TestClock, testClock } from './clock.ts';
import { exportBucket } from './history-api.ts';
import { startTable } from './table.ts';
import { type Interceptor, Killed } from './world.ts';

const aws = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/** Table, queue and bucket with everything jobs need; what is due later comes when its time is made to have come. */
export async function startJobWorld() {
  const clock: TestClock = testClock();
  const [table, objects] = await Promise.all([startTable(), startQueuesAndObjects(undefined)]);
  const sqs = new SQSClient({ ...aws, endpoint: objects.url, useQueueUrlAsEndpoint: false });
  const s3 = new S3Client({ ...aws, endpoint: objects.url, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: exportBucket }));
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({
      QueueName: 'lanes.fifo',
      Attributes: { FifoQueue: 'true', ContentBasedDeduplication: 'true', VisibilityTimeout: '600' },
    }),
  );

  /** What a worker has; one that may die has clients of its own. */
  const worker = (interceptor?: Interceptor) => {
    const watched = <Client extends DynamoDBClient | SQSClient | S3Client>(client: Client): Client => {
      if (!interceptor) return client;
      (client.middlewareStack as unknown as Stack).add(
        (next, { commandName = 'call' }) =>
          (input) =>
            interceptor.around(commandName, () => next(input)),
        { step: 'initialize' },
      );
      return client;
    };
    const own = openTable(table.table.name, watched(new DynamoDBClient({ ...aws, endpoint: table.url })));
    const queue = watched(new SQSClient({ ...aws, endpoint: objects.url, useQueueUrlAsEndpoint: false }));
    const lane = createLane({ queue, queueUrl: QueueUrl });
    const deps: JobDeps = {
      jobs: createJobRepository(own),
      lane: {
        send: lane.send,
        async sendAt(message, name, at) {
          clock.advance(Math.max(0, Date.parse(at) - clock.now()));
          await lane.send(message, name);
        },
      },
      clock,
      ids: randomIds(clock),
      log: { warn: () => undefined },
    };
    const bucket = watched(new S3Client({ ...aws, endpoint: objects.url, forcePathStyle: true }));
    const history = createHistoryRepository(own);
    return { deps, history, runs: createRunRepository(own), files: createFileStore(bucket, exportBucket) };
  };

  /** Delivers messages until the queue is empty; one whose worker died comes again. */
  const drain = async (attempt: (message: JobMessage) => Promise<void>): Promise<number> => {
    for (let deliveries = 0; ; deliveries += 1) {
      const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 0 }));
      if (!message) return deliveries;
      if (deliveries === 100) throw new Error('the lane does not come to rest');
      const { ReceiptHandle, Body = '' } = message;
      try {
        await attempt(JSON.parse(Body) as JobMessage);
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
      }
    }
  };

  return {
    clock,
    table,
    objectsUrl: objects.url,
    worker,
    drain,
    /** The stored file. */
    async file(Key: string): Promise<Buffer> {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: exportBucket, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    /** Keys of the uploads under way. */
    async uploads(): Promise<string[]> {
      const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: exportBucket }));
      return Uploads.map(({ Key = '' }) => Key);
    },
    async stop(): Promise<void> {
      sqs.destroy();
      s3.destroy();
      await Promise.all([table.stop(), objects.stop()]);
    },
  };
}
export type JobWorld = Awaited<ReturnType<typeof startJobWorld>>;

interface Stack {
  add(
    middleware: (
      next: (input: unknown) => Promise<unknown>,
      context: { readonly commandName?: string },
    ) => (input: unknown) => Promise<unknown>,
    options: { readonly step: 'initialize' },
  ): void;
}
