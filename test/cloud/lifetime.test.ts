import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  ChangeMessageVisibilityCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { startTestCloud } from './support/start.ts';
import { template, templateWith } from './support/template.ts';

/** The template with a queue that nothing reads. */
const withInbox = templateWith({ Inbox: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'inbox' } } });

describe('an embedded cloud', () => {
  it('keeps tables, objects, messages, secrets, schedules and tokens over a restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'cloud-data-'));
    const first = await startTestCloud({ dataDir, template: withInbox });
    const item = { pk: { S: 'kept' } };
    await new DynamoDBClient(first.clientConfig).send(new PutItemCommand({ TableName: 'items', Item: item }));
    await new S3Client(first.clientConfig).send(new PutObjectCommand({ Bucket: 'exports', Key: 'kept', Body: 'body' }));
    await new SQSClient(first.clientConfig).send(
      new SendMessageCommand({ QueueUrl: first.queueUrl('inbox'), MessageBody: 'kept' }),
    );
    await new SecretsManagerClient(first.clientConfig).send(
      new PutSecretValueCommand({ SecretId: 'app/key', SecretString: 'kept' }),
    );
    const port = Number(new URL(first.issuerUrl).port);
    const token = await first.issueToken({ tenant: 't1', role: 'admin', user: 'u1' });
    await first.close();

    const second = await startTestCloud({ dataDir, template: withInbox, ports: { issuer: port } });
    const found = await new DynamoDBClient(second.clientConfig).send(
      new GetItemCommand({ TableName: 'items', Key: item }),
    );
    expect(found.Item).toEqual(item);
    const object = await new S3Client(second.clientConfig).send(
      new GetObjectCommand({ Bucket: 'exports', Key: 'kept' }),
    );
    expect(await object.Body?.transformToString()).toBe('body');
    const sqs = new SQSClient(second.clientConfig);
    const QueueUrl = second.queueUrl('inbox');
    const { Messages: messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(messages.map(({ Body }) => Body)).toEqual(['kept']);
    // Giving a message back at once is what the emulator's own persistence cannot do.
    const ReceiptHandle = messages[0]?.ReceiptHandle;
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    const again = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
    expect(again.Messages).toHaveLength(1);
    const secret = await new SecretsManagerClient(second.clientConfig).send(
      new GetSecretValueCommand({ SecretId: 'app/key' }),
    );
    expect(secret.SecretString).toBe('kept');
    const nightly = new GetScheduleCommand({ Name: 'nightly', GroupName: 'jobs' });
    expect(await new SchedulerClient(second.clientConfig).send(nightly)).toMatchObject({ State: 'ENABLED' });
    const reply = await fetch(`${second.apiUrl}/items/kept`, { headers: { authorization: `Bearer ${token}` } });
    expect(await reply.json()).toEqual({ pk: 'kept' });
    await second.close();
    await rm(dataDir, { recursive: true });
  });

  it('adds an index that a newer template has', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'cloud-data-'));
    const { Table: table, ...others } = template.Resources;
    const { GlobalSecondaryIndexes: _indexes, ...older } = table?.Properties ?? {};
    const keys = [{ AttributeName: 'pk', AttributeType: 'S' }];
    const before = { Type: 'AWS::DynamoDB::GlobalTable', Properties: { ...older, AttributeDefinitions: keys } };
    const first = await startTestCloud({ dataDir, template: { ...template, Resources: { ...others, Table: before } } });
    await new DynamoDBClient(first.clientConfig).send(
      new PutItemCommand({ TableName: 'items', Item: { pk: { S: 'a' } } }),
    );
    await first.close();
    const second = await startTestCloud({ dataDir });
    const dynamodb = new DynamoDBClient(second.clientConfig);
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: 'items',
        Key: { pk: { S: 'a' } },
        UpdateExpression: 'SET gsi1pk = :value',
        ExpressionAttributeValues: { ':value': { S: 'g' } },
      }),
    );
    await second.close();
    await rm(dataDir, { recursive: true });
  });

  it('says which port is in use, and leaves nothing running', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await expect(startTestCloud({ ports: { api: port } })).rejects.toThrow(`port ${port} is in use`);
    await new Promise((resolve) => taken.close(resolve));
  });

  it('runs functions in this thread when asked, each with its own environment', async () => {
    const cloud = await startTestCloud({ mode: 'in-process', envOverrides: { EXTRA: 'yes' } });
    const environment = await (await fetch(`${cloud.apiUrl}/do/environment`)).json();
    expect(environment).toMatchObject({ EXTRA: 'yes', TABLE_NAME: 'items', AWS_LAMBDA_FUNCTION_NAME: 'api' });
    expect(environment).not.toHaveProperty('PATH');
    expect(process.env.TABLE_NAME).toBeUndefined();
    const sent = await fetch(`${cloud.apiUrl}/do/send`);
    expect(await sent.json()).toEqual({ sent: true });
    await cloud.idle();
    expect(cloud.printed('handled')).toMatchObject([{ handled: 'sent by the api' }]);
    const outcome = await cloud.invoke('Worker', { Records: [] });
    expect(outcome).toEqual({ ok: true, payload: '{"batchItemFailures":[]}' });
    await cloud.close();
  });

  it('closes at once while a function runs', async () => {
    const cloud = await startTestCloud();
    const hanging = fetch(`${cloud.apiUrl}/do/hang`).then(
      (reply) => reply.status,
      () => 'cut',
    );
    await cloud.invoke('Worker', { Records: [] });
    await cloud.close();
    expect([500, 503, 'cut']).toContain(await hanging);
    await expect(fetch(cloud.apiUrl)).rejects.toThrow();
  });
});
