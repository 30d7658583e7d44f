import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { flatten, resourcesOf, statementsOf, synthesize } from './support.ts';

const { template } = synthesize('dev');
const production = synthesize('prod', { jwtIssuer: 'https://id.test' }).template;
const tableOf = (source: typeof template) => resourcesOf(source, 'AWS::DynamoDB::GlobalTable')[0]?.properties;
const replicaOf = (source: typeof template) =>
  z.looseObject({ Replicas: z.tuple([z.looseObject({})]) }).parse(tableOf(source)).Replicas[0];
const buckets = resourcesOf(template, 'AWS::S3::Bucket');
const bucketOf = (prefix: string) => buckets.find(({ id }) => id.startsWith(prefix))?.properties;

describe('the table', () => {
  it('has the keys and the three generic indexes the repositories use', () => {
    const keys = (prefix: string) => [
      { AttributeName: `${prefix}pk`, KeyType: 'HASH' },
      { AttributeName: `${prefix}sk`, KeyType: 'RANGE' },
    ];
    expect(tableOf(template)).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys(''),
      GlobalSecondaryIndexes: ['gsi1', 'gsi2', 'gsi3'].map((IndexName) => ({
        IndexName,
        KeySchema: keys(IndexName),
        Projection: { ProjectionType: 'ALL' },
      })),
    });
  });

  it('lets items go at expires_at, is encrypted and can go back in time', () => {
    expect(tableOf(template)).toMatchObject({
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
      SSESpecification: { SSEEnabled: true },
    });
    expect(replicaOf(template)).toMatchObject({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('cannot be deleted in prod, where everything that holds data outlives the stack', () => {
    expect(replicaOf(production)).toMatchObject({ DeletionProtectionEnabled: true });
    expect(replicaOf(template)).toMatchObject({ DeletionProtectionEnabled: false });
    const kept = ['AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket', 'AWS::SecretsManager::Secret'];
    const lost = Object.entries(production.Resources).filter(
      ([, resource]) => kept.includes(resource.Type) && resource.DeletionPolicy !== 'Retain',
    );
    expect(lost).toEqual([]);
  });
});

describe('buckets', () => {
  it.each(buckets)('$id is private, encrypted and without ACLs', ({ properties }) => {
    expect(properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
    expect(JSON.stringify(properties.BucketEncryption)).toContain('AES256');
  });

  it('refuse connections without TLS 1.2', () => {
    const refused = resourcesOf(template, 'AWS::S3::BucketPolicy').map(({ properties }) => ({
      bucket: flatten(properties.Bucket),
      conditions: statementsOf(properties)
        .filter(({ Effect }) => Effect === 'Deny')
        .map(({ Condition }) => JSON.stringify(Condition)),
    }));
    expect(refused.map(({ bucket }) => bucket).toSorted()).toEqual(buckets.map(({ id }) => `<${id}>`).toSorted());
    for (const { conditions } of refused) {
      expect(conditions).toContain('{"Bool":{"aws:SecureTransport":"false"}}');
      expect(conditions).toContain('{"NumericLessThan":{"s3:TlsVersion":1.2}}');
    }
  });

  it('keep versions of the journal for seven years, move what is old to cheaper storage, and forget plans in a month', () => {
    expect(bucketOf('Journal')).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: [
          { Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 90 }] },
          { Prefix: 'journal/', ExpirationInDays: 2557 },
          { Prefix: 'reconciliations/', ExpirationInDays: 2557 },
          { Prefix: 'ledgers/', ExpirationInDays: 30 },
          { Prefix: 'replays/', ExpirationInDays: 30 },
          { Prefix: 'plans/', ExpirationInDays: 30 },
        ],
      },
    });
  });

  it('let no certificate of a closed month go', () => {
    const rules = z
      .looseObject({ Rules: z.array(z.looseObject({ Prefix: z.string().optional() })) })
      .parse(bucketOf('Journal')?.LifecycleConfiguration).Rules;
    const deleting = rules.filter((rule) => 'ExpirationInDays' in rule || 'NoncurrentVersionExpiration' in rule);
    expect(deleting.length).toBeGreaterThan(2);
    for (const { Prefix = '' } of deleting) expect('certificates/'.startsWith(Prefix), Prefix).toBe(false);
  });

  it('forget exports after seven days', () => {
    expect(bucketOf('Exports')).toMatchObject({ LifecycleConfiguration: { Rules: [{ ExpirationInDays: 7 }] } });
  });

  it('log who read the journal and the exports', () => {
    for (const prefix of ['Journal', 'Exports']) {
      expect(bucketOf(prefix)).toMatchObject({ LoggingConfiguration: { LogFilePrefix: `${prefix.toLowerCase()}/` } });
    }
  });
});

describe('secrets', () => {
  it('are one per stage, for the QuickBooks app, with a placeholder made by the service and no value in the template', () => {
    const secrets = resourcesOf(template, 'AWS::SecretsManager::Secret').map(({ properties }) => properties);
    expect(secrets.map(({ Name }) => Name)).toEqual(['easysale-sync/dev/quickbooks-app']);
    for (const secret of secrets) {
      expect(secret).toHaveProperty('GenerateSecretString');
      expect(secret).not.toHaveProperty('SecretString');
    }
  });
});
