import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localSecretKey, presignedSignature } from '#local/cloud/gateway/presigned.ts';
import { accessKeyId } from '#local/cloud/iam/access.ts';
import { clausesOf } from '#local/cloud/iam/document.ts';
import { isAllowed } from '#local/cloud/iam/evaluate.ts';
import { startTestCloud, type TestCloud } from './support/start.ts';
import { template, templateWith } from './support/template.ts';

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.close());

/** Client settings with the identity of a function. */
const as = (fn: string) => ({
  ...cloud.clientConfig,
  credentials: { accessKeyId: accessKeyId(fn), secretAccessKey: 'local' },
});

describe('calls under the role of a function', () => {
  it('are refused for an action or resource that no policy allows, naming both', async () => {
    const dynamodb = new DynamoDBClient(as('api'));
    await dynamodb.send(new GetItemCommand({ TableName: 'items', Key: { pk: { S: 'x' } } }));
    const write = dynamodb.send(new PutItemCommand({ TableName: 'items', Item: { pk: { S: 'x' } } }));
    await expect(write).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(
        /role\/EasySaleSync-local-ApiRole\/api is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table\/items/,
      ),
    });
    await expect(dynamodb.send(new ScanCommand({ TableName: 'items' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it('are checked against the index a query reads', async () => {
    const query = new QueryCommand({
      TableName: 'items',
      IndexName: 'gsi1',
      KeyConditionExpression: 'gsi1pk = :key',
      ExpressionAttributeValues: { ':key': { S: 'x' } },
    });
    await expect(new DynamoDBClient(as('api')).send(query)).resolves.toMatchObject({ Count: 0 });
    await expect(new DynamoDBClient(as('worker')).send(query)).rejects.toMatchObject({
      message: expect.stringContaining('table/items/index/gsi1'),
    });
  });

  it('reach the function as the error it would see on AWS', async () => {
    const reply = await fetch(`${cloud.apiUrl}/do/write`);
    expect(await reply.json()).toMatchObject({ refused: 'AccessDeniedException' });
  });

  it('are refused in the shape of each service', async () => {
    const sqs = new SQSClient(as('api'));
    const QueueUrl = cloud.queueUrl('work.fifo');
    await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toMatchObject({ name: 'AccessDenied' });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"text":"hello"}', MessageGroupId: 'g' }));
    const secrets = new SecretsManagerClient(as('api'));
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: 'app/key' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: 'tenants/t1' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const update = new UpdateScheduleCommand({
      Name: 'nightly',
      GroupName: 'jobs',
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: 'arn:aws:lambda:us-east-1:000000000000:function:api',
        RoleArn: 'arn:aws:iam::000000000000:role/x',
      },
    });
    await expect(new SchedulerClient(as('api')).send(update)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await cloud.idle();
  });

  it('get 403 for a missing object unless they may list the bucket, and for an object out of bounds', async () => {
    const all = new S3Client(cloud.clientConfig);
    await all.send(new PutObjectCommand({ Bucket: 'exports', Key: 'public/a.csv', Body: 'a,b' }));
    const own = new S3Client(as('api'));
    const read = (client: S3Client, Key: string) => client.send(new GetObjectCommand({ Bucket: 'exports', Key }));
    expect(await (await read(own, 'public/a.csv')).Body?.transformToString()).toBe('a,b');
    await expect(read(own, 'public/missing.csv')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(read(own, 'private/a.csv')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(read(all, 'public/missing.csv')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('are refused for an access key nobody has', async () => {
    const stranger = new SQSClient({ ...cloud.clientConfig, credentials: { accessKeyId: 'x', secretAccessKey: 'y' } });
    await expect(stranger.send(new ReceiveMessageCommand({ QueueUrl: cloud.queueUrl('work.fifo') }))).rejects.toThrow(
      /security token/,
    );
  });
});

describe('objects', () => {
  it('are created but not replaced under If-None-Match', async () => {
    const s3 = new S3Client(cloud.clientConfig);
    const put = () => s3.send(new PutObjectCommand({ Bucket: 'exports', Key: 'once', Body: '1', IfNoneMatch: '*' }));
    const results = await Promise.allSettled([put(), put()]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(put()).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  it('are handed out by presigned URL until it expires, with the headers it asks for', async () => {
    const s3 = new S3Client(cloud.clientConfig);
    await s3.send(new PutObjectCommand({ Bucket: 'exports', Key: 'public/b.csv', Body: 'x' }));
    const signed = (date: string): URL => {
      const url = new URL(`${cloud.gatewayUrl}/exports/public/b.csv`);
      const asked = {
        'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
        'X-Amz-Credential': `${accessKeyId('api')}/${date.slice(0, 8)}/us-east-1/s3/aws4_request`,
        'X-Amz-Date': date,
        'X-Amz-Expires': '60',
        'X-Amz-SignedHeaders': 'host',
        'response-content-disposition': 'attachment; filename="b.csv"',
      };
      for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
      const { pathname: path, searchParams: query, host } = url;
      query.set(
        'X-Amz-Signature',
        presignedSignature({ method: 'GET', path, query, headers: { host } }, localSecretKey),
      );
      return url;
    };
    const now = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const fresh = await fetch(signed(now));
    expect([fresh.status, await fresh.text()]).toEqual([200, 'x']);
    expect(fresh.headers.get('content-disposition')).toBe('attachment; filename="b.csv"');
    const late = await fetch(signed('20200101T000000Z'));
    expect([late.status, await late.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
    const changed = signed(now);
    changed.pathname = '/exports/public/c.csv';
    const refused = await fetch(changed);
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')]);
  });

  it('are signed as the example of the S3 documentation is', () => {
    const query = new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request',
      'X-Amz-Date': '20130524T000000Z',
      'X-Amz-Expires': '86400',
      'X-Amz-SignedHeaders': 'host',
    });
    const request = { method: 'GET', path: '/test.txt', query, headers: { host: 'examplebucket.s3.amazonaws.com' } };
    expect(presignedSignature(request, 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY')).toBe(
      'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    );
  });
});

describe('the template', () => {
  it('is refused when a function may not read the queue that feeds it', async () => {
    const { WorkerPolicy: _policy, ...Resources } = template.Resources;
    await expect(startTestCloud({ template: { ...template, Resources } })).rejects.toThrow(
      /role of Worker is not authorized to perform sqs:ReceiveMessage/,
    );
  });

  it('leads to a 500 when API Gateway has no permission to invoke the function', async () => {
    const { Permission: _permission, ...Resources } = template.Resources;
    const other = await startTestCloud({ template: { ...template, Resources } });
    expect((await fetch(`${other.apiUrl}/public`)).status).toBe(500);
    expect(other.reports.join()).toContain('API Gateway may not invoke api for ANY /public');
    await other.close();
  });

  it('is refused when it has a resource nobody reads', async () => {
    const unknown = templateWith({ Odd: { Type: 'AWS::Kinesis::Stream', Properties: {} } });
    await expect(startTestCloud({ template: unknown })).rejects.toThrow(/cannot run Odd \(AWS::Kinesis::Stream\)/);
  });
});

describe('policy evaluation', () => {
  const clauses = clausesOf({
    Statement: [
      { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::b/*' },
      { Effect: 'Deny', Action: 's3:Delete*', Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'secretsmanager:CreateSecret',
        Resource: '*',
        Condition: { StringLike: { 'secretsmanager:Name': 'tenants/*' }, Bool: { 'aws:SecureTransport': 'true' } },
      },
    ],
  });
  const create = (name: string, secure: string): boolean =>
    isAllowed(clauses, {
      action: 'secretsmanager:CreateSecret',
      resource: 'x',
      context: { 'secretsmanager:name': [name], 'aws:securetransport': [secure] },
    });

  it('lets a deny win over an allow', () => {
    expect(isAllowed(clauses, { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' })).toBe(true);
    expect(isAllowed(clauses, { action: 's3:DeleteObject', resource: 'arn:aws:s3:::b/k' })).toBe(false);
    expect(isAllowed(clauses, { action: 's3:GetObject', resource: 'arn:aws:s3:::c/k' })).toBe(false);
  });

  it('wants every condition of a statement to hold', () => {
    expect(create('tenants/1', 'true')).toBe(true);
    expect(create('app/1', 'true')).toBe(false);
    expect(create('tenants/1', 'false')).toBe(false);
    expect(isAllowed(clauses, { action: 'secretsmanager:CreateSecret', resource: 'x' })).toBe(false);
  });
});
