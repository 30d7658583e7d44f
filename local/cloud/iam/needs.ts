import { senderOf } from '#local/cloud/emulators/mail-service.ts';
import { type AwsCall, jsonBody } from '#local/cloud/gateway/call.ts';
import { secretArn } from '#local/cloud/template/identities.ts';
import { arn, type Place } from '#local/cloud/template/place.ts';
import { optionalText, type Props, record, records } from '#local/cloud/template/types.ts';
import { dynamodbNeeds } from './dynamodb-needs.ts';
import type { CallContext, Need } from './evaluate.ts';
import { s3Needs } from './s3-needs.ts';

/** Finds the permissions a call needs, as the service authorization reference lists them. */
export type NeedsOf = (call: AwsCall) => readonly Need[];

/** Services the gateway can check; any other is refused. */
export const needsByService: Readonly<Record<string, NeedsOf>> = {
  dynamodb: (call) => dynamodbNeeds(call.operation, jsonBody(call), call.place),
  lambda: lambdaNeeds,
  s3: s3Needs,
  scheduler: schedulerNeeds,
  secretsmanager: secretsNeeds,
  ses: mailNeeds,
  sns: snsNeeds,
  sqs: sqsNeeds,
};

/** Condition keys that every call has. The loopback stands for TLS: nothing leaves the machine. */
export function commonContext(place: Place): CallContext {
  return {
    'aws:securetransport': ['true'],
    'aws:requestedregion': [place.region],
    'aws:principalaccount': [place.account],
    'aws:resourceaccount': [place.account],
  };
}

function sqsNeeds(call: AwsCall): readonly Need[] {
  const body = jsonBody(call);
  // Batches have no action of their own: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
  const action = `sqs:${call.operation.replace(/Batch$/, '')}`;
  const name = optionalText(body, 'QueueName') ?? optionalText(body, 'QueueUrl')?.split('/').pop() ?? '*';
  const listing = call.operation === 'ListQueues';
  return [{ action, resource: listing ? '*' : arn(call.place, 'sqs', name) }];
}

function snsNeeds(call: AwsCall): readonly Need[] {
  const form = new URLSearchParams(call.body.toString('utf8'));
  const resource = form.get('TopicArn') ?? form.get('TargetArn') ?? '*';
  return [{ action: `sns:${(form.get('Action') ?? '').replace(/Batch$/, '')}`, resource }];
}

/** Operations on no particular secret. */
const secretless = new Set(['ListSecrets', 'GetRandomPassword']);

function secretsNeeds(call: AwsCall): readonly Need[] {
  const body = jsonBody(call);
  const action = `secretsmanager:${call.operation}`;
  if (secretless.has(call.operation)) return [{ action, resource: '*' }];
  if (call.operation === 'BatchGetSecretValue') {
    const ids = Array.isArray(body.SecretIdList) ? body.SecretIdList.map(String) : [];
    const each = ids.map((id) => ({ action: 'secretsmanager:GetSecretValue', resource: toSecretArn(call.place, id) }));
    return [{ action, resource: '*' }, ...each];
  }
  const id = optionalText(body, call.operation === 'CreateSecret' ? 'Name' : 'SecretId') ?? '';
  const name = id.startsWith('arn:') ? [] : [id];
  const context = { 'secretsmanager:name': name, 'secretsmanager:secretid': [id], ...requestTags(body) };
  return [{ action, resource: toSecretArn(call.place, id), context }];
}

function toSecretArn(place: Place, id: string): string {
  return id.startsWith('arn:') ? id : secretArn(place, id);
}

function requestTags(body: Props): CallContext {
  const tags = records(body.Tags);
  return Object.fromEntries(
    tags.map((tag) => [`aws:requesttag/${String(tag.Key).toLowerCase()}`, [String(tag.Value)]]),
  );
}

const schedulerActions: Readonly<Record<string, string>> = {
  POST: 'Create',
  PUT: 'Update',
  GET: 'Get',
  DELETE: 'Delete',
};

function schedulerNeeds(call: AwsCall): readonly Need[] {
  const [kind, name] = call.path.split('/').filter(Boolean).map(decodeURIComponent);
  const noun = kind === 'schedule-groups' ? 'ScheduleGroup' : 'Schedule';
  if (name === undefined) return [{ action: `scheduler:List${noun}s`, resource: '*' }];
  const action = `scheduler:${schedulerActions[call.method] ?? call.method}${noun}`;
  if (noun === 'ScheduleGroup') return [{ action, resource: arn(call.place, 'scheduler', `schedule-group/${name}`) }];
  const body = jsonBody(call);
  const group = call.query.get('groupName') ?? optionalText(body, 'GroupName') ?? 'default';
  const own = { action, resource: arn(call.place, 'scheduler', `schedule/${group}/${name}`) };
  const role = optionalText(record(body, 'Target'), 'RoleArn');
  if (role === undefined) return [own];
  // A schedule runs under a role, and handing out a role is a permission of its own.
  const context = { 'iam:passedtoservice': ['scheduler.amazonaws.com'] };
  return [own, { action: 'iam:PassRole', resource: role, context }];
}

/** A mail is sent as the identity of its sender: here always the domain. */
function mailNeeds(call: AwsCall): readonly Need[] {
  const sender = senderOf(jsonBody(call));
  const resource = arn(call.place, 'ses', `identity/${sender.slice(sender.lastIndexOf('@') + 1)}`);
  return [{ action: 'ses:SendEmail', resource, context: { 'ses:fromaddress': [sender] } }];
}

function lambdaNeeds(call: AwsCall): readonly Need[] {
  const name = /\/functions\/([^/]+)\/invocations$/.exec(call.path)?.[1];
  if (name === undefined) return [{ action: 'lambda:Unsupported', resource: '*' }];
  const decoded = decodeURIComponent(name);
  const resource = decoded.startsWith('arn:') ? decoded : arn(call.place, 'lambda', `function:${decoded}`);
  return [{ action: 'lambda:InvokeFunction', resource }];
}
