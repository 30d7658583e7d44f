import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';

/** Makes a client on first use and keeps it for the life of the instance: connections are reused between events. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

export const dynamoClient = once(() => new DynamoDBClient({}));
export const secretsClient = once(() => new SecretsManagerClient({}));
export const objectsClient = once(() => new S3Client({}));
/** The region decides the endpoint, not the host in the queue's URL, which an emulator may invent. */
export const queueClient = once(() => new SQSClient({ useQueueUrlAsEndpoint: false }));
