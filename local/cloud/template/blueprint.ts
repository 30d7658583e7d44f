import { type Clause, clausesOf } from '#local/cloud/iam/document.ts';
import { managedClauses } from '#local/cloud/iam/managed.ts';
import { type ApiBlueprint, readApi } from './api.ts';
import type { Resolver } from './intrinsics.ts';
import { handledTypes, isIgnored } from './known-types.ts';
import {
  flag,
  functionName,
  number,
  optionalText,
  type Props,
  type ResolvedResource,
  record,
  records,
  strings,
  type Template,
  TemplateError,
  text,
} from './types.ts';

/** What the template asks for, in the words of the embedded cloud. */
export interface Blueprint {
  readonly functions: readonly FunctionBlueprint[];
  readonly roles: readonly RoleBlueprint[];
  readonly tables: readonly Named[];
  readonly queues: readonly Named[];
  readonly buckets: readonly Named[];
  readonly secrets: readonly Named[];
  readonly topics: readonly Named[];
  readonly scheduleGroups: readonly string[];
  readonly schedules: readonly Named[];
  readonly mappings: readonly MappingBlueprint[];
  readonly permissions: readonly PermissionBlueprint[];
  readonly api: ApiBlueprint | undefined;
}

/** A resource that is created by its physical name from its CloudFormation properties. */
export interface Named {
  readonly logicalId: string;
  readonly name: string;
  readonly props: Props;
}

export interface FunctionBlueprint {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** `index.handler` */
  readonly handler: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Absent when the function may use whatever the pool gives. */
  readonly reservedConcurrency: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** What locates the code: properties and metadata of the resource. */
  readonly resource: ResolvedResource;
}

export interface RoleBlueprint {
  readonly arn: string;
  readonly name: string;
  readonly clauses: readonly Clause[];
  /** Service principals that may assume it, e.g. `lambda.amazonaws.com`. */
  readonly trusts: readonly string[];
}

export interface MappingBlueprint {
  readonly logicalId: string;
  readonly queueArn: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly maximumConcurrency: number | undefined;
  readonly reportsItemFailures: boolean;
  readonly enabled: boolean;
}

export interface PermissionBlueprint {
  readonly functionName: string;
  readonly principal: string;
  readonly sourceArn: string | undefined;
}

/** @throws TemplateError when the template has something that the embedded cloud cannot honour. */
export function readBlueprint(template: Template, resolver: Resolver): Blueprint {
  refuseUnknown(template);
  const all = resolver.resources((type) => handledTypes.has(type));
  const of = (...types: readonly string[]): readonly ResolvedResource[] =>
    all.filter((resource) => types.includes(resource.type));
  const name = (resource: ResolvedResource): string => physicalName(resolver, resource);
  const named = (...types: readonly string[]): readonly Named[] =>
    of(...types).map((resource) => ({ logicalId: resource.logicalId, name: name(resource), props: resource.props }));
  return {
    functions: of('AWS::Lambda::Function').map((resource) => readFunction(resolver, resource)),
    roles: readRoles(resolver, of('AWS::IAM::Role'), of('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy')),
    tables: named('AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table'),
    queues: named('AWS::SQS::Queue'),
    buckets: named('AWS::S3::Bucket'),
    secrets: named('AWS::SecretsManager::Secret'),
    topics: named('AWS::SNS::Topic'),
    scheduleGroups: of('AWS::Scheduler::ScheduleGroup').map(name),
    schedules: named('AWS::Scheduler::Schedule'),
    mappings: of('AWS::Lambda::EventSourceMapping').map(readMapping),
    permissions: of('AWS::Lambda::Permission').map(readPermission),
    api: readApi(all),
  };
}

function refuseUnknown(template: Template): void {
  const unknown = Object.entries(template.Resources).filter(
    ([, resource]) => !handledTypes.has(resource.Type) && !isIgnored(resource.Type),
  );
  if (unknown.length === 0) return;
  const named = unknown.map(([logicalId, resource]) => `${logicalId} (${resource.Type})`).join(', ');
  throw new TemplateError(
    `The embedded cloud cannot run ${named}: add a reader, or list the type as ignored in local/cloud/template/known-types.ts`,
  );
}

/** `Ref` answers the name of most types; queues, topics and secrets answer a URL or an ARN instead. */
function physicalName(resolver: Resolver, { logicalId, type, props }: ResolvedResource): string {
  const { ref, attributes } = resolver.identity(logicalId);
  if (type === 'AWS::SecretsManager::Secret') return optionalText(props, 'Name') ?? ref.split(':secret:')[1] ?? ref;
  return attributes.QueueName ?? attributes.TopicName ?? ref;
}

function readFunction(resolver: Resolver, resource: ResolvedResource): FunctionBlueprint {
  const { ref, attributes } = resolver.identity(resource.logicalId);
  const variables = record(record(resource.props, 'Environment'), 'Variables');
  const reserved = resource.props.ReservedConcurrentExecutions;
  return {
    logicalId: resource.logicalId,
    name: ref,
    arn: attributes.Arn ?? ref,
    roleArn: text(resource, 'Role'),
    handler: optionalText(resource.props, 'Handler') ?? 'index.handler',
    memoryMb: number(resource.props, 'MemorySize', 128),
    timeoutSeconds: number(resource.props, 'Timeout', 3),
    reservedConcurrency: reserved === undefined ? undefined : Number(reserved),
    environment: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
    resource,
  };
}

function readRoles(
  resolver: Resolver,
  roles: readonly ResolvedResource[],
  policies: readonly ResolvedResource[],
): readonly RoleBlueprint[] {
  return roles.map((resource) => {
    const { ref, attributes } = resolver.identity(resource.logicalId);
    const roleArn = attributes.Arn ?? ref;
    const attached = policies.filter((policy) => strings(policy.props.Roles).includes(ref));
    const inline = records(resource.props.Policies).map((policy) => policy.PolicyDocument);
    const documents = [...inline, ...attached.map((policy) => policy.props.PolicyDocument)];
    const managed = strings(resource.props.ManagedPolicyArns).flatMap((managedArn) => {
      const own = policies.find((policy) => resolver.identity(policy.logicalId).ref === managedArn);
      return own ? clausesOf(own.props.PolicyDocument) : managedClauses(managedArn);
    });
    const trust = clausesOf(resource.props.AssumeRolePolicyDocument);
    return {
      arn: roleArn,
      name: ref,
      clauses: [...documents.flatMap(clausesOf), ...managed],
      trusts: trust.flatMap((clause) => clause.services),
    };
  });
}

function readMapping(resource: ResolvedResource): MappingBlueprint {
  const { props } = resource;
  const concurrency = record(props, 'ScalingConfig').MaximumConcurrency;
  return {
    logicalId: resource.logicalId,
    queueArn: text(resource, 'EventSourceArn'),
    functionName: functionName(text(resource, 'FunctionName')),
    batchSize: number(props, 'BatchSize', 10),
    maximumConcurrency: concurrency === undefined ? undefined : Number(concurrency),
    reportsItemFailures: strings(props.FunctionResponseTypes).includes('ReportBatchItemFailures'),
    enabled: props.Enabled === undefined || flag(props, 'Enabled'),
  };
}

function readPermission(resource: ResolvedResource): PermissionBlueprint {
  return {
    functionName: functionName(text(resource, 'FunctionName')),
    principal: text(resource, 'Principal'),
    sourceArn: optionalText(resource.props, 'SourceArn'),
  };
}
