import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestCloud, type TestCloud } from './support/start.ts';

const day = 86_400_000;
let now = Date.parse('2026-11-22T12:00:00Z');
let cloud: TestCloud;
let secrets: SecretsManagerClient;

beforeAll(async () => {
  cloud = await startTestCloud({ clock: { now: () => now, sleep: () => Promise.resolve() } });
  secrets = new SecretsManagerClient(cloud.clientConfig);
});
afterAll(() => cloud.close());

const create = (Name: string, SecretString: string, ClientRequestToken?: string) =>
  secrets.send(new CreateSecretCommand({ Name, SecretString, ClientRequestToken }));
const put = (SecretId: string, SecretString: string, ClientRequestToken?: string, VersionStages?: string[]) =>
  secrets.send(new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken, VersionStages }));
const get = (SecretId: string, VersionStage?: string) =>
  secrets.send(new GetSecretValueCommand({ SecretId, VersionStage })).then((reply) => reply.SecretString);

const token = (digit: number): string => String(digit).repeat(32);

describe('Secrets Manager', () => {
  it('creates the secrets of the template with a generated value', async () => {
    expect(await get('app/key')).toMatch(/^[A-Za-z0-9]{20}$/);
  });

  it('moves AWSCURRENT to the newest version and AWSPREVIOUS to the one before', async () => {
    await create('rotated', 'one');
    await put('rotated', 'two');
    await put('rotated', 'three');
    expect([await get('rotated'), await get('rotated', 'AWSPREVIOUS')]).toEqual(['three', 'two']);
    const { VersionIdsToStages: stages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: 'rotated' }));
    expect(Object.values(stages).flat().toSorted()).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  it('keeps a version with a label of its own aside until the label moves', async () => {
    await create('staged', 'one', token(1));
    await put('staged', 'two', token(2), ['AWSPENDING']);
    expect([await get('staged'), await get('staged', 'AWSPENDING')]).toEqual(['one', 'two']);
    await secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 'staged',
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: token(2),
        RemoveFromVersionId: token(1),
      }),
    );
    expect([await get('staged'), await get('staged', 'AWSPREVIOUS')]).toEqual(['two', 'one']);
  });

  it('takes a repeated request token with the same content as the same request', async () => {
    const first = await create('repeated', 'one', token(3));
    const again = await create('repeated', 'one', token(3));
    expect(again.VersionId).toBe(first.VersionId);
    await expect(create('repeated', 'two', token(3))).rejects.toMatchObject({ name: 'ResourceExistsException' });
    await expect(create('repeated', 'one', token(4))).rejects.toMatchObject({ name: 'ResourceExistsException' });
    await expect(put('repeated', 'two', token(3))).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  it('answers ResourceNotFoundException for a secret, a version or a label that is not there', async () => {
    await expect(get('nowhere')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await create('bare', 'one');
    await expect(get('bare', 'AWSPREVIOUS')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('keeps a deleted secret unreadable for its recovery window, restorable, then lets it go', async () => {
    await create('deleted', 'one');
    const remove = () => secrets.send(new DeleteSecretCommand({ SecretId: 'deleted', RecoveryWindowInDays: 7 }));
    const { DeletionDate: date } = await remove();
    expect(date?.getTime()).toBe(now + 7 * day);
    await expect(get('deleted')).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await expect(create('deleted', 'two')).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await secrets.send(new RestoreSecretCommand({ SecretId: 'deleted' }));
    expect(await get('deleted')).toBe('one');
    await remove();
    now += 8 * day;
    await expect(get('deleted')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await create('deleted', 'two');
  });

  it('deletes at once when forced, and lists by name prefix', async () => {
    await create('listed/a', '1');
    await create('listed/b', '2');
    await secrets.send(new DeleteSecretCommand({ SecretId: 'listed/a', ForceDeleteWithoutRecovery: true }));
    const listed = await secrets.send(new ListSecretsCommand({ Filters: [{ Key: 'name', Values: ['listed/'] }] }));
    expect(listed.SecretList?.map(({ Name }) => Name)).toEqual(['listed/b']);
    await create('listed/a', 'again');
  });
});
