import { TemplateError } from '#local/cloud/template/types.ts';
import type { Clause } from './document.ts';

/** Actions of the AWS managed policies a function role may carry; all of them are on every resource. */
const managedActions: Readonly<Record<string, readonly string[]>> = {
  'service-role/AWSLambdaBasicExecutionRole': ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
  'service-role/AWSLambdaSQSQueueExecutionRole': [
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ],
  AWSXRayDaemonWriteAccess: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  CloudWatchLambdaInsightsExecutionRolePolicy: ['logs:CreateLogStream', 'logs:PutLogEvents'],
};

/** @throws TemplateError for a managed policy whose actions are not known here. */
export function managedClauses(policyArn: string): readonly Clause[] {
  const name = policyArn.replace(/^arn:aws:iam::aws:policy\//, '');
  const actions = managedActions[name];
  if (!actions) throw new TemplateError(`The embedded cloud does not know the managed policy ${policyArn}`);
  const none = { notActions: [], notResources: [], conditions: {}, services: [] };
  return [{ effect: 'Allow', actions, resources: ['*'], ...none }];
}
