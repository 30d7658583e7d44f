import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { FunctionId, FunctionSpec } from '../functions.ts';
import type { Settings } from '../settings.ts';
import { type EnvironmentSource, environmentOf } from './environment.ts';
import { applyGrants } from './grants.ts';
import { acknowledgeWildcard } from './wildcards.ts';

/** The functions of the stack by the id of their row. */
export type Functions = Readonly<Record<FunctionId, LambdaFunction>>;

export interface NodeFunctionProps extends EnvironmentSource {
  readonly spec: FunctionSpec;
  /** Folder with one sub-folder per function id, each with `index.mjs`. */
  readonly bundles: string;
}

/** What a function is called in its account. */
export const functionNameOf = (id: FunctionId, { stage }: Settings): string => `easysale-sync-${stage}-${id}`;

/** `api-sync` -> `ApiSync`. */
export const constructId = (id: string) => id.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * A role of its own that may write to this one log group. The managed policy AWSLambdaBasicExecutionRole would let it
 * write to every log group of the account.
 */
function createRole(scope: Construct, { spec, cloud }: NodeFunctionProps, logGroup: LogGroup): Role {
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `${spec.id}: ${spec.description}`,
  });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  );
  applyGrants(role, spec.grants, cloud);
  acknowledgeWildcard(role, '*', 'X-Ray knows no resources: PutTraceSegments and PutTelemetryRecords take only *');
  return role;
}

/** One function with the defaults of the house; everything that differs is in its row. */
export function createNodeFunction(scope: Construct, props: NodeFunctionProps): LambdaFunction {
  const { spec, settings } = props;
  const functionName = functionNameOf(spec.id, settings);
  const logGroup = new LogGroup(scope, 'Logs', {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: settings.isProduction ? RetentionDays.THREE_MONTHS : RetentionDays.TWO_WEEKS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return new LambdaFunction(scope, 'Function', {
    functionName,
    description: spec.description,
    code: Code.fromAsset(join(props.bundles, spec.id)),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: spec.memoryMb,
    timeout: Duration.seconds(spec.timeoutSeconds),
    environment: environmentOf(spec, props),
    role: createRole(scope, props, logGroup),
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    tracing: Tracing.ACTIVE,
    // A long run is a chain of slices through the queue that starts the worker. Lambda takes such a chain for a runaway
    // loop and drops it after about 16 turns unless told that it is meant.
    ...(spec.id === 'sync-worker' ? { recursiveLoop: RecursiveLoop.ALLOW } : {}),
  });
}
