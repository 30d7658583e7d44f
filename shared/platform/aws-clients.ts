import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SQSClient } from '@aws-sdk/client-sqs';

/** Makes a client on first use and keeps it for the life of the instance: connections are reused between events. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

// Marked as pure, so that a bundle holds only the clients its function uses: each is about 300 KB.
export const dynamoClient = /* @__PURE__ */ once(() => new DynamoDBClient({}));
export const secretsClient = /* @__PURE__ */ once(() => new SecretsManagerClient({}));
export const schedulerClient = /* @__PURE__ */ once(() => new SchedulerClient({}));
export const mailClient = /* @__PURE__ */ once(() => new SESv2Client({}));
export const objectsClient = /* @__PURE__ */ once(() => new S3Client({}));
/** The region decides the endpoint, not the host in the queue's URL, which an emulator may invent. */
export const queueClient = /* @__PURE__ */ once(() => new SQSClient({ useQueueUrlAsEndpoint: false }));
