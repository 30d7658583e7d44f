import { describe, expect, it } from 'vitest';
import { createResolver } from '#local/cloud/template/intrinsics.ts';
import type { Place } from '#local/cloud/template/place.ts';
import type { Template } from '#local/cloud/template/types.ts';

const place: Place = {
  account: '000000000000',
  region: 'us-east-1',
  stackName: 'Test',
  gatewayUrl: 'http://127.0.0.1:4566',
  apiUrl: 'http://127.0.0.1:4000',
};

const template: Template = {
  Parameters: {
    Stage: { Type: 'String', Default: 'dev' },
    Zones: { Type: 'CommaDelimitedList', Default: 'a,b' },
    Needed: { Type: 'String' },
  },
  Mappings: { Sizes: { dev: { memory: 128 }, prod: { memory: 1024 } } },
  Conditions: {
    IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    IsOther: { 'Fn::And': [{ 'Fn::Not': [{ Condition: 'IsProd' }] }, { 'Fn::Or': [{ 'Fn::Equals': ['a', 'a'] }] }] },
  },
  Resources: {
    Queue: {
      Type: 'AWS::SQS::Queue',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub
      Properties: { QueueName: { 'Fn::Sub': ['${Stage}-${extra}', { extra: 'jobs' }] } },
    },
    Fifo: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
    Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: {} },
    Bucket: { Type: 'AWS::S3::Bucket', Properties: {} },
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'app' } },
    Fn: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'worker' } },
    OnlyProd: { Type: 'AWS::SQS::Queue', Condition: 'IsProd', Properties: {} },
    Site: { Type: 'AWS::CloudFront::Distribution', Properties: {} },
    Loop: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Loop' } } },
  },
};

const resolver = createResolver(template, place);
const resolve = (value: unknown): unknown => resolver.resolve(value);

describe('intrinsic functions', () => {
  it('resolve references to names, URLs and ARNs', () => {
    expect(resolve({ Ref: 'Queue' })).toBe('http://127.0.0.1:4566/000000000000/dev-jobs');
    expect(resolve({ 'Fn::GetAtt': ['Queue', 'Arn'] })).toBe('arn:aws:sqs:us-east-1:000000000000:dev-jobs');
    expect(resolve({ 'Fn::GetAtt': 'Fifo.QueueName' })).toBe('Test-Fifo.fifo');
    expect(resolve({ Ref: 'Table' })).toBe('Test-Table');
    expect(resolve({ Ref: 'Bucket' })).toBe('test-bucket');
    expect(resolve({ Ref: 'Secret' })).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:app-.{6}$/);
    expect(resolve({ 'Fn::GetAtt': ['Fn', 'Arn'] })).toBe('arn:aws:lambda:us-east-1:000000000000:function:worker');
    expect(resolve({ Ref: 'AWS::AccountId' })).toBe('000000000000');
  });

  it('join, split, select and substitute', () => {
    expect(resolve({ 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, { 'Fn::Select': [1, { Ref: 'Zones' }] }]] })).toBe(
      'a-dev-b',
    );
    expect(resolve({ 'Fn::Select': ['0', { 'Fn::Split': ['/', 'x/y'] }] })).toBe('x');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub
    expect(resolve({ 'Fn::Sub': '${Fn.Arn}:${!literal}:${AWS::Region}' })).toBe(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: what is escaped in Fn::Sub
      'arn:aws:lambda:us-east-1:000000000000:function:worker:${literal}:us-east-1',
    );
    expect(resolve({ 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] })).toBe(128);
    expect(resolve({ 'Fn::Base64': 'a' })).toBe('YQ==');
  });

  it('decide by conditions and leave out what has no value', () => {
    expect(resolve({ a: { 'Fn::If': ['IsProd', 1, { Ref: 'AWS::NoValue' }] }, b: 2 })).toEqual({ b: 2 });
    expect(resolve([{ 'Fn::If': ['IsOther', 'x', 'y'] }, { Ref: 'AWS::NoValue' }])).toEqual(['x']);
    const names = resolver.resources((type) => type === 'AWS::S3::Bucket' || type === 'AWS::DynamoDB::GlobalTable');
    expect(names.map(({ logicalId }) => logicalId)).toEqual(['Table', 'Bucket']);
    expect(createResolver(template, place, { Stage: 'prod' }).condition('IsProd')).toBe(true);
  });

  it('leave an IAM statement with a condition of its own alone', () => {
    const statement = { Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } };
    expect(resolve(statement)).toEqual({ Condition: { StringEquals: { 'aws:SourceAccount': '000000000000' } } });
  });

  it('fail with the name of what is missing', () => {
    expect(() => resolve({ Ref: 'Nothing' })).toThrow(/refers to Nothing/);
    expect(() => resolve({ Ref: 'Needed' })).toThrow(/parameter Needed has no value/);
    expect(() => resolve({ 'Fn::GetAtt': ['Queue', 'Colour'] })).toThrow(
      /AWS::SQS::Queue Queue has no attribute Colour/,
    );
    expect(() => resolve({ 'Fn::Cidr': [] })).toThrow(/does not know Fn::Cidr/);
    expect(() => resolve({ Ref: 'Loop' })).toThrow(/depends on itself/);
    expect(resolve({ 'Fn::GetAtt': ['Site', 'DomainName'] })).toBe('Site.DomainName.local');
  });
});
