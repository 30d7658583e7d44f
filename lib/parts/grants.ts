import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Grant } from '../functions.ts';
import type { Cloud } from './cloud.ts';
import { indexNames } from './table.ts';
import { acknowledgeWildcard } from './wildcards.ts';

const allow = (actions: readonly string[], resources: readonly string[]) =>
  new PolicyStatement({ actions: [...actions], resources: [...resources] });

/** No Scan: every access pattern has a key. Transactions need the rights of their parts, ConditionCheckItem among them. */
const tableActions = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];

/** With the right to list, S3 answers 404 for a missing object; without it, 403, which looks like a wiring fault. */
const readObjects = (bucket: Bucket) => [
  allow(['s3:GetObject'], [bucket.arnForObjects('*')]),
  allow(['s3:ListBucket'], [bucket.bucketArn]),
];

const writeObjects = (bucket: Bucket) => [
  allow(['s3:PutObject', 's3:AbortMultipartUpload'], [bucket.arnForObjects('*')]),
];

const certificates = (journal: Bucket): string => journal.arnForObjects('certificates/*');

const secretActions = (verbs: readonly string[]) => verbs.map((verb) => `secretsmanager:${verb}`);

const scheduleArns = (group: ScheduleGroup): string =>
  Stack.of(group).formatArn({
    service: 'scheduler',
    resource: 'schedule',
    resourceName: `${group.scheduleGroupName}/*`,
  });

const queryIndexes = (table: Cloud['table']) =>
  allow(
    ['dynamodb:Query'],
    indexNames.map((name) => `${table.tableArn}/index/${name}`),
  );

/** The one place that turns a word of lib/functions.ts into IAM. */
const statements: Readonly<Record<Grant, (cloud: Cloud) => readonly PolicyStatement[]>> = {
  'table:query': ({ table }) => [allow(['dynamodb:Query'], [table.tableArn]), queryIndexes(table)],
  'table:read': ({ table }) => [
    allow(['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'], [table.tableArn]),
    queryIndexes(table),
  ],
  'table:read-write': ({ table }) => [
    allow(
      [...tableActions, 'ConditionCheckItem'].map((action) => `dynamodb:${action}`),
      [table.tableArn],
    ),
    queryIndexes(table),
  ],
  'lanes:send': ({ queues }) => [allow(['sqs:SendMessage'], [queues.lanes.queueArn])],
  'changes:ring': ({ queues }) => [allow(['sqs:SendMessage'], [queues.changes.queueArn])],
  'lanes:resume': ({ resumption: { group, role } }) => [
    allow(['scheduler:CreateSchedule'], [scheduleArns(group)]),
    allow(['iam:PassRole'], [role.roleArn]),
  ],
  'timers:manage': ({ timers: { group, role } }) => [
    allow(['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'], [scheduleArns(group)]),
    allow(['iam:PassRole'], [role.roleArn]),
  ],
  'journal:read': ({ buckets }) => readObjects(buckets.journal),
  'journal:write': ({ buckets }) => writeObjects(buckets.journal),
  'certificates:write': ({ buckets }) => [allow(['s3:PutObject'], [certificates(buckets.journal)])],
  'exports:read': ({ buckets }) => readObjects(buckets.exports),
  'exports:write': ({ buckets }) => writeObjects(buckets.exports),
  'tenant-secrets:manage': ({ secrets }) => [
    allow(
      secretActions([
        'CreateSecret',
        'GetSecretValue',
        'PutSecretValue',
        'UpdateSecret',
        'DeleteSecret',
        'DescribeSecret',
      ]),
      [secrets.tenantArn],
    ),
  ],
  'tenant-secrets:refresh': ({ secrets }) => [
    allow(secretActions(['GetSecretValue', 'PutSecretValue']), [secrets.tenantArn]),
  ],
  'tenant-secrets:read': ({ secrets }) => [allow(secretActions(['GetSecretValue']), [secrets.tenantArn])],
  'notification-secrets:manage': ({ secrets }) => [
    allow(secretActions(['CreateSecret', 'GetSecretValue', 'PutSecretValue']), [secrets.notificationsArn]),
  ],
  'notification-secrets:read': ({ secrets }) => [allow(secretActions(['GetSecretValue']), [secrets.notificationsArn])],
  'mail:send': ({ mail: { identityArn, sender } }) => [
    new PolicyStatement({
      actions: ['ses:SendEmail'],
      resources: [identityArn],
      conditions: { StringEquals: { 'ses:FromAddress': sender } },
    }),
  ],
  'quickbooks-app:read': ({ secrets }) => [allow(secretActions(['GetSecretValue']), [secrets.quickbooksApp.secretArn])],
};

const wildcardReasons = ({ buckets, secrets, resumption, timers }: Cloud): ReadonlyMap<string, string> =>
  new Map([
    [scheduleArns(resumption.group), 'Schedules of one group; their names are made at run time'],
    [scheduleArns(timers.group), 'Schedules of tenants, alone in their group; their names are made at run time'],
    [buckets.journal.arnForObjects('*'), 'Objects of one bucket; their names are made at run time'],
    [certificates(buckets.journal), 'Certificates of one bucket; their names are made at run time'],
    [buckets.exports.arnForObjects('*'), 'Objects of one bucket; their names are made at run time'],
    [secrets.notificationsArn, 'One secret of each tenant, which functions create at run time'],
    [secrets.tenantArn, 'Secrets of the tenants of this stage; functions create them at run time under this prefix'],
  ]);

/** Gives a role what the table of functions says, on exact resources or, where names are made later, on a prefix. */
export function applyGrants(role: Role, grants: readonly Grant[], cloud: Cloud): void {
  const granted = grants.flatMap((grant) => statements[grant](cloud));
  for (const statement of granted) role.addToPolicy(statement);
  const resources = new Set(granted.flatMap((statement) => statement.resources));
  for (const [resource, reason] of wildcardReasons(cloud)) {
    if (resources.has(resource)) acknowledgeWildcard(role, resource, reason);
  }
}
