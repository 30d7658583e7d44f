import type { Access } from './iam/access.ts';
import type { Mapping } from './pollers.ts';
import type { Blueprint, MappingBlueprint } from './template/blueprint.ts';
import { localRegion } from './template/place.ts';
import { number, TemplateError } from './template/types.ts';

const queueActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/**
 * Refuses what AWS refuses when a stack is deployed: a function without a role that Lambda may take on, and an event
 * source that the function's role may not read.
 * @throws TemplateError
 */
export function checkMappings(blueprint: Blueprint, access: Access): void {
  const roles = new Map(blueprint.roles.map((role) => [role.arn, role]));
  for (const fn of blueprint.functions) {
    if (!roles.get(fn.roleArn)?.trusts.includes('lambda.amazonaws.com')) {
      throw new TemplateError(`The role of ${fn.logicalId} cannot be assumed by Lambda`);
    }
  }
  for (const mapping of blueprint.mappings) {
    const fn = blueprint.functions.find(({ name }) => name === mapping.functionName);
    if (!fn) throw new TemplateError(`${mapping.logicalId} feeds ${mapping.functionName}, which does not exist`);
    for (const action of queueActions) {
      if (access.roleAllows(fn.roleArn, { action, resource: mapping.queueArn })) continue;
      throw new TemplateError(
        `The role of ${fn.logicalId} is not authorized to perform ${action} on ${mapping.queueArn}`,
      );
    }
  }
}

/** @throws TemplateError when the queue is not in the template. */
export function mappingOf(entry: MappingBlueprint, blueprint: Blueprint, poolSize: number): Mapping {
  const queueName = entry.queueArn.split(':').pop() ?? '';
  const queue = blueprint.queues.find(({ name }) => name === queueName);
  if (!queue)
    throw new TemplateError(`${entry.logicalId} reads ${entry.queueArn}, which is not a queue of the template`);
  return {
    queueName,
    queueArn: entry.queueArn,
    region: localRegion,
    visibilitySeconds: number(queue.props, 'VisibilityTimeout', 30),
    functionName: entry.functionName,
    batchSize: entry.batchSize,
    concurrency: Math.min(entry.maximumConcurrency ?? poolSize, poolSize),
    reportsItemFailures: entry.reportsItemFailures,
  };
}
