import { anonymous, type Identity, identities } from './identities.ts';
import type { Place } from './place.ts';
import { isRecord, type Props, type ResolvedResource, type Template, TemplateError } from './types.ts';

/** Reads a template the way CloudFormation would, with every name and ARN of the embedded cloud in place. */
export interface Resolver {
  /** The value with its intrinsic functions resolved; members that are `AWS::NoValue` are left out. */
  resolve(value: unknown): unknown;
  condition(name: string): boolean;
  identity(logicalId: string): Identity;
  /** The resources of the wanted types whose condition holds, resolved. */
  resources(wanted: (type: string) => boolean): readonly ResolvedResource[];
  outputs(): Readonly<Record<string, unknown>>;
}

/** Naming properties are resolved alone, so that two resources may mention each other elsewhere. */
const namingProps = [
  'TableName',
  'QueueName',
  'FifoQueue',
  'TopicName',
  'BucketName',
  'Name',
  'GroupName',
  'FunctionName',
  'RoleName',
  'ManagedPolicyName',
  'LogGroupName',
];

type Intrinsic = (argument: unknown) => unknown;

export function createResolver(
  template: Template,
  place: Place,
  parameters: Readonly<Record<string, string>> = {},
): Resolver {
  const known = new Map<string, Identity>();
  const open = new Set<string>();
  const noValue = Symbol('AWS::NoValue');
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': place.account,
    'AWS::Region': place.region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': place.stackName,
    'AWS::StackId': `arn:aws:cloudformation:${place.region}:${place.account}:stack/${place.stackName}/local`,
    'AWS::NotificationARNs': [],
    'AWS::NoValue': noValue,
  };

  function identity(logicalId: string): Identity {
    const cached = known.get(logicalId);
    if (cached) return cached;
    const resource = template.Resources[logicalId];
    if (!resource) throw new TemplateError(`The template refers to ${logicalId}, which it does not define`);
    if (open.has(logicalId)) throw new TemplateError(`The name of ${logicalId} depends on itself`);
    open.add(logicalId);
    const props: Record<string, unknown> = {};
    for (const key of namingProps) {
      const value = resource.Properties?.[key];
      if (value !== undefined) props[key] = walk(value);
    }
    open.delete(logicalId);
    const identify = identities[resource.Type] ?? anonymous;
    const made = identify({ place, logicalId, props });
    known.set(logicalId, made);
    return made;
  }

  function ref(name: string): unknown {
    if (name in pseudo) return pseudo[name];
    const parameter = template.Parameters?.[name];
    if (!parameter) return identity(name).ref;
    const value = parameters[name] ?? parameter.Default;
    if (value === undefined) throw new TemplateError(`The parameter ${name} has no value`);
    return /List/.test(parameter.Type) && typeof value === 'string' ? value.split(',') : value;
  }

  function attribute(logicalId: string, name: string): string {
    const value = identity(logicalId).attributes[name];
    if (value !== undefined) return value;
    const type = template.Resources[logicalId]?.Type ?? '';
    // Nothing of this type runs here (a distribution, say): any stable text serves the resources that mention it.
    if (!(type in identities)) return `${logicalId}.${name}.local`;
    throw new TemplateError(`${type} ${logicalId} has no attribute ${name} in the embedded cloud`);
  }

  function substitute(argument: unknown): string {
    const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
    const values = isRecord(own) ? own : {};
    return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_all, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (name in values) return String(walk(values[name]));
      const dot = name.indexOf('.');
      return String(dot < 0 ? ref(name) : attribute(name.slice(0, dot), name.slice(dot + 1)));
    });
  }

  function condition(name: string): boolean {
    const definition = template.Conditions?.[name];
    if (definition === undefined) throw new TemplateError(`The template has no condition ${name}`);
    return walk(definition) === true;
  }

  const intrinsics: Readonly<Record<string, Intrinsic>> = {
    Ref: (name) => ref(String(name)),
    Condition: (name) => condition(String(name)),
    'Fn::GetAtt': (argument) => {
      const path = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
      return attribute(path[0] ?? '', path.slice(1).join('.'));
    },
    'Fn::Sub': substitute,
    'Fn::Join': (argument) => {
      const [separator, parts] = list(argument);
      return list(walk(parts)).map(String).join(String(separator));
    },
    'Fn::Split': (argument) => {
      const [separator, source] = list(argument);
      return String(walk(source)).split(String(separator));
    },
    'Fn::Select': (argument) => {
      const [index, choices] = list(argument);
      return list(walk(choices))[Number(walk(index))];
    },
    'Fn::If': (argument) => {
      const [name, yes, no] = list(argument);
      return walk(condition(String(name)) ? yes : no);
    },
    'Fn::Equals': (argument) => {
      const [left, right] = list(walk(argument));
      return String(left) === String(right);
    },
    'Fn::And': (argument) => list(walk(argument)).every((item) => item === true),
    'Fn::Or': (argument) => list(walk(argument)).some((item) => item === true),
    'Fn::Not': (argument) => list(walk(argument))[0] !== true,
    'Fn::Contains': (argument) => {
      const [choices, value] = list(walk(argument));
      return list(choices).map(String).includes(String(value));
    },
    'Fn::FindInMap': (argument) => {
      const [map, first, second] = list(walk(argument)).map(String);
      return walk(template.Mappings?.[map ?? '']?.[first ?? '']?.[second ?? '']);
    },
    'Fn::Base64': (argument) => Buffer.from(String(walk(argument))).toString('base64'),
    'Fn::GetAZs': () => ['a', 'b', 'c'].map((zone) => `${place.region}${zone}`),
  };

  function walk(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(walk).filter((item) => item !== noValue);
    if (!isRecord(value)) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only && (only[0] === 'Ref' || only[0] === 'Condition' || only[0].startsWith('Fn::'))) {
      return intrinsic(only[0], only[1], value);
    }
    const walked = entries.map(([key, member]) => [key, walk(member)] as const);
    return Object.fromEntries(walked.filter(([, member]) => member !== noValue));
  }

  function intrinsic(name: string, argument: unknown, whole: Props): unknown {
    // `Condition` is also an ordinary key, for example of an IAM statement; only its text form is a function.
    if (name === 'Condition' && typeof argument !== 'string') return { Condition: walk(argument) };
    const run = intrinsics[name];
    if (!run) throw new TemplateError(`The embedded cloud does not know ${name} (${JSON.stringify(whole)})`);
    return run(argument);
  }

  const holds = (name: string | undefined): boolean => name === undefined || condition(name);

  return {
    resolve: (value) => {
      const walked = walk(value);
      return walked === noValue ? undefined : walked;
    },
    condition,
    identity,
    resources: (wanted) =>
      Object.entries(template.Resources)
        .filter(([, resource]) => wanted(resource.Type) && holds(resource.Condition))
        .map(([logicalId, resource]) => ({
          logicalId,
          type: resource.Type,
          props: walk(resource.Properties ?? {}) as Props,
          metadata: resource.Metadata ?? {},
        })),
    outputs: () =>
      Object.fromEntries(
        Object.entries(template.Outputs ?? {})
          .filter(([, output]) => holds(output.Condition))
          .map(([name, output]) => [name, walk(output.Value)]),
      ),
  };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
