import { createHash } from 'node:crypto';
import { arn, type Place, queueUrl } from './place.ts';
import type { Props } from './types.ts';

/** What other resources can say about a resource: its `Ref` and its `Fn::GetAtt` attributes. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Computes the identity of a resource from its resolved naming properties. */
export type Identify = (context: { place: Place; logicalId: string; props: Props }) => Identity;

/** Resource types that have names of their own; all others answer their logical id to `Ref`. */
export const identities: Readonly<Record<string, Identify>> = {
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::SQS::Queue': ({ place, logicalId, props }) => {
    const suffix = props.FifoQueue === true || props.FifoQueue === 'true' ? '.fifo' : '';
    const name = named(props.QueueName) ?? `${generated(place, logicalId, 80 - suffix.length)}${suffix}`;
    const url = queueUrl(place, name);
    return { ref: url, attributes: { Arn: arn(place, 'sqs', name), QueueName: name, QueueUrl: url } };
  },
  'AWS::SNS::Topic': ({ place, logicalId, props }) => {
    const name = named(props.TopicName) ?? generated(place, logicalId, 256);
    const topic = arn(place, 'sns', name);
    return { ref: topic, attributes: { TopicArn: topic, TopicName: name } };
  },
  'AWS::S3::Bucket': ({ place, logicalId, props }) => {
    const name = named(props.BucketName) ?? generated(place, logicalId, 63).toLowerCase();
    const domain = `${name}.s3.${place.region}.amazonaws.com`;
    const attributes = { Arn: `arn:aws:s3:::${name}`, DomainName: domain, RegionalDomainName: domain };
    return { ref: name, attributes };
  },
  'AWS::SecretsManager::Secret': ({ place, logicalId, props }) => {
    const id = secretArn(place, named(props.Name) ?? generated(place, logicalId, 256));
    return { ref: id, attributes: { Id: id } };
  },
  'AWS::Lambda::Function': ({ place, logicalId, props }) => {
    const name = named(props.FunctionName) ?? generated(place, logicalId, 64);
    return { ref: name, attributes: { Arn: arn(place, 'lambda', `function:${name}`) } };
  },
  'AWS::IAM::Role': ({ place, logicalId, props }) => {
    const name = named(props.RoleName) ?? generated(place, logicalId, 64);
    return { ref: name, attributes: { Arn: `arn:aws:iam::${place.account}:role/${name}`, RoleId: logicalId } };
  },
  'AWS::IAM::ManagedPolicy': ({ place, logicalId, props }) => {
    const name = named(props.ManagedPolicyName) ?? generated(place, logicalId, 128);
    const policy = `arn:aws:iam::${place.account}:policy/${name}`;
    return { ref: policy, attributes: { PolicyArn: policy } };
  },
  'AWS::Scheduler::ScheduleGroup': ({ place, logicalId, props }) => {
    const name = named(props.Name) ?? generated(place, logicalId, 64);
    return { ref: name, attributes: { Arn: arn(place, 'scheduler', `schedule-group/${name}`) } };
  },
  'AWS::Scheduler::Schedule': ({ place, logicalId, props }) => {
    const name = named(props.Name) ?? generated(place, logicalId, 64);
    const group = named(props.GroupName) ?? 'default';
    return { ref: name, attributes: { Arn: arn(place, 'scheduler', `schedule/${group}/${name}`) } };
  },
  'AWS::ApiGatewayV2::Api': ({ place, logicalId }) => ({
    ref: logicalId,
    attributes: { ApiId: logicalId, ApiEndpoint: place.apiUrl },
  }),
  'AWS::Logs::LogGroup': ({ place, logicalId, props }) => {
    const name = named(props.LogGroupName) ?? generated(place, logicalId, 512);
    return { ref: name, attributes: { Arn: arn(place, 'logs', `log-group:${name}:*`) } };
  },
  'AWS::KMS::Key': ({ place, logicalId }) => ({
    ref: logicalId,
    attributes: { Arn: arn(place, 'kms', `key/${logicalId}`), KeyId: logicalId },
  }),
};

/** An id for a type without names: enough for references between resources that run nothing locally. */
export const anonymous: Identify = ({ place, logicalId }) => ({
  ref: logicalId,
  attributes: { Arn: arn(place, 'local', logicalId) },
});

/**
 * The ARN of a secret. AWS ends it in six random characters; here they are derived from the name, so that it is the
 * same before the secret exists, after it was deleted and after a restart.
 */
export function secretArn(place: Pick<Place, 'account' | 'region'>, name: string): string {
  const suffix = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return `arn:aws:secretsmanager:${place.region}:${place.account}:secret:${name}-${suffix}`;
}

function table({ place, logicalId, props }: Parameters<Identify>[0]): Identity {
  const name = named(props.TableName) ?? generated(place, logicalId, 255);
  const tableArn = arn(place, 'dynamodb', `table/${name}`);
  const stream = `${tableArn}/stream/local`;
  return { ref: name, attributes: { Arn: tableArn, TableId: logicalId, StreamArn: stream } };
}

function named(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function generated(place: Place, logicalId: string, limit: number): string {
  return `${place.stackName}-${logicalId}`.slice(-limit);
}
