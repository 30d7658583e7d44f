import type { Firing } from '#local/cloud/emulators/scheduler-ticker.ts';
import type { Access } from '#local/cloud/iam/access.ts';
import { awsJson } from '#local/cloud/provision/aws-client.ts';
import type { LambdaRuntime } from '#local/cloud/runtime/lambda.ts';
import type { Place } from '#local/cloud/template/place.ts';
import { functionName } from '#local/cloud/template/types.ts';

export interface FiringOptions {
  readonly access: Access;
  readonly lambda: LambdaRuntime;
  readonly sqsUrl: string;
  readonly place: Place;
  readonly report: (line: string) => void;
}

/** Delivers what schedules send, under each schedule's own role. */
export function createDelivery(options: FiringOptions): (firing: Firing) => void {
  const { access, lambda, report } = options;

  function toFunction(firing: Firing): string | undefined {
    const need = { action: 'lambda:InvokeFunction', resource: firing.targetArn };
    if (!access.roleAllows(firing.roleArn, need)) return `its role may not ${need.action} on ${need.resource}`;
    const name = functionName(firing.targetArn);
    if (!lambda.has(name)) return `there is no function ${name}`;
    lambda.invokeAsync(name, firing.input, (outcome) => {
      if (!outcome.ok) report(`${firing.scheduleArn}: ${name} failed: ${outcome.errorMessage}`);
    });
    return undefined;
  }

  async function toQueue(firing: Firing, queueArn: string): Promise<string | undefined> {
    const need = { action: 'sqs:SendMessage', resource: queueArn };
    if (!access.roleAllows(firing.roleArn, need)) return `its role may not ${need.action} on ${need.resource}`;
    const endpoint = { url: options.sqsUrl, service: 'sqs' as const, region: options.place.region };
    const [, , , , account, name] = queueArn.split(':');
    const group = firing.messageGroupId === undefined ? {} : { MessageGroupId: firing.messageGroupId };
    const QueueUrl = `${options.sqsUrl}/${account}/${name}`;
    return awsJson(endpoint, 'SendMessage', { QueueUrl, MessageBody: firing.input, ...group }).then(
      () => undefined,
      (error: Error) => error.message,
    );
  }

  async function deliver(firing: Firing): Promise<void> {
    const [, , service] = firing.targetArn.split(':');
    let trouble: string | undefined = `no targets of service ${service} here`;
    if (service === 'lambda') trouble = toFunction(firing);
    if (service === 'sqs') trouble = await toQueue(firing, firing.targetArn);
    if (trouble === undefined) return;
    report(`${firing.scheduleArn}: ${trouble}`);
    if (firing.deadLetterArn === undefined) return;
    const lost = await toQueue(firing, firing.deadLetterArn);
    if (lost !== undefined) report(`${firing.scheduleArn}: not even its dead-letter queue: ${lost}`);
  }

  return (firing) => {
    deliver(firing).catch((error: Error) => report(`${firing.scheduleArn}: ${error.message}`));
  };
}
