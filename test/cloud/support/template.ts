import type { Template, TemplateResource } from '#local/cloud/template/types.ts';

/** A template as CDK writes it, in small: every kind of resource the embedded cloud reads. */
export const template: Template = {
  Parameters: { BootstrapVersion: { Type: 'String', Default: 'local' } },
  Conditions: {
    IsLocal: { 'Fn::Equals': [{ Ref: 'BootstrapVersion' }, 'local'] },
    IsElsewhere: { 'Fn::Not': [{ Condition: 'IsLocal' }] },
  },
  Resources: {
    Table: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        TableName: 'items',
        AttributeDefinitions: ['pk', 'gsi1pk'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'gsi1',
            KeySchema: [{ AttributeName: 'gsi1pk', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        Replicas: [{ Region: { Ref: 'AWS::Region' } }],
      },
    },
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: { 'Fn::Join': ['', ['work', '.fifo']] },
        FifoQueue: true,
        ContentBasedDeduplication: true,
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
        VisibilityTimeout: 60,
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['DeadQueue', 'Arn'] }, maxReceiveCount: 3 },
      },
    },
    DeadQueue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'exports' } },
    Secret: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { Name: 'app/key', GenerateSecretString: { PasswordLength: 20, ExcludePunctuation: true } },
    },
    ...lambda('Api', 'api', 1, [
      statement(['dynamodb:GetItem', 'dynamodb:Query'], [tableArn(''), tableArn('/index/*')]),
      statement(['sqs:SendMessage'], { 'Fn::GetAtt': ['Queue', 'Arn'] }),
      statement(['s3:GetObject'], { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/public/*']] }),
      statement(['secretsmanager:GetSecretValue'], {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub
        'Fn::Sub': 'arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:tenants/*',
      }),
    ]),
    ...lambda('Worker', 'worker', 60, [queueReader('Queue')]),
    ...lambda('DeadLetters', 'deadLetters', 60, [queueReader('DeadQueue')]),
    ...lambda('Scheduled', 'scheduled', 60, []),
    WorkerSource: source('Worker', 'Queue'),
    DeadSource: source('DeadLetters', 'DeadQueue'),
    Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'jobs' } },
    ScheduleRole: role('scheduler.amazonaws.com', [
      statement(['lambda:InvokeFunction'], { 'Fn::GetAtt': ['Scheduled', 'Arn'] }),
    ]),
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        Name: 'nightly',
        GroupName: { Ref: 'Group' },
        ScheduleExpression: 'cron(30 2 * * ? *)',
        ScheduleExpressionTimezone: 'America/New_York',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: { 'Fn::GetAtt': ['Scheduled', 'Arn'] },
          RoleArn: { 'Fn::GetAtt': ['ScheduleRole', 'Arn'] },
          Input: '{"at":"<aws.scheduler.scheduled-time>"}',
        },
      },
    },
    HttpApi: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: {
        Name: 'api',
        ProtocolType: 'HTTP',
        CorsConfiguration: {
          AllowOrigins: ['https://console.example'],
          AllowMethods: ['*'],
          AllowHeaders: ['Authorization'],
        },
      },
    },
    Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'HttpApi' }, StageName: '$default' } },
    Authorizer: {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: {
        ApiId: { Ref: 'HttpApi' },
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Issuer: 'https://issuer.example', Audience: ['shop'] },
      },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'HttpApi' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': ['Api', 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': ['Api', 'Arn'] },
        Principal: 'apigateway.amazonaws.com',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub
        SourceArn: { 'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${HttpApi}/*/*' },
      },
    },
    RouteItems: route('GET /items/{id}', true),
    RouteMine: route('GET /items/mine', true),
    RouteAny: route('ANY /do/{id}', false),
    RouteRest: route('GET /files/{path+}', false),
    RouteScoped: route('POST /scoped', true, ['books:write']),
    RouteEcho: route('POST /echo', true),
    RoutePublic: route('ANY /public', false),
    Never: { Type: 'AWS::SQS::Queue', Condition: 'IsElsewhere', Properties: {} },
    Logs: { Type: 'AWS::Logs::LogGroup', Properties: {} },
  },
};

/** The template with some resources changed or added. */
export function templateWith(resources: Readonly<Record<string, TemplateResource>>): Template {
  return { ...template, Resources: { ...template.Resources, ...resources } };
}

function statement(actions: readonly string[], resource: unknown): object {
  return { Effect: 'Allow', Action: actions, Resource: resource };
}

function queueReader(queue: string): object {
  const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'];
  return statement(actions, { 'Fn::GetAtt': [queue, 'Arn'] });
}

function tableArn(suffix: string): object {
  return { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Table', 'Arn'] }, suffix]] };
}

function role(service: string, statements: readonly object[]): TemplateResource {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
      },
      Policies: [{ PolicyName: 'own', PolicyDocument: { Statement: statements } }],
    },
  };
}

function lambda(
  id: string,
  handler: string,
  timeout: number,
  statements: readonly object[],
): Readonly<Record<string, TemplateResource>> {
  return {
    [`${id}Role`]: role('lambda.amazonaws.com', []),
    [`${id}Policy`]: {
      Type: 'AWS::IAM::Policy',
      Properties: { Roles: [{ Ref: `${id}Role` }], PolicyName: id, PolicyDocument: { Statement: statements } },
    },
    [id]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: id.toLowerCase(),
        Handler: `index.${handler}`,
        MemorySize: 256,
        Timeout: timeout,
        Role: { 'Fn::GetAtt': [`${id}Role`, 'Arn'] },
        Environment: { Variables: { TABLE_NAME: { Ref: 'Table' }, QUEUE_URL: { Ref: 'Queue' } } },
      },
      Metadata: { 'aws:asset:path': 'asset.all' },
    },
  };
}

function source(fn: string, queue: string): TemplateResource {
  return {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] },
      FunctionName: { Ref: fn },
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    },
  };
}

function route(key: string, authorized: boolean, scopes: readonly string[] = []): TemplateResource {
  return {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: { Ref: 'HttpApi' },
      RouteKey: key,
      Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
      ...(authorized ? { AuthorizationType: 'JWT', AuthorizerId: { Ref: 'Authorizer' } } : {}),
      ...(scopes.length > 0 ? { AuthorizationScopes: scopes } : {}),
    },
  };
}
