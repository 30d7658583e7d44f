import { describe, expect, it } from 'vitest';
import { type FunctionId, functions } from '#lib/functions.ts';
import { flatten, resourcesOf, type Statement, statementsOf, synthesize } from './support.ts';

const { template } = synthesize('dev');
const policies = resourcesOf(template, 'AWS::IAM::Policy').map(({ id, properties }) => ({
  id,
  roles: (properties.Roles as readonly unknown[]).map(flatten),
  statements: statementsOf(properties),
}));

/** Roles are named after the function's folder in the construct tree: `ApiSyncRole…`. */
const rolePrefix = (id: FunctionId) =>
  `${id.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Role`;
const statementsFor = (id: FunctionId): readonly Statement[] =>
  policies.filter((policy) => policy.id.startsWith(rolePrefix(id))).flatMap((policy) => policy.statements);
const actionsFor = (id: FunctionId) => new Set(statementsFor(id).flatMap((statement) => statement.Action));
const holds = (id: FunctionId, action: string, resource: RegExp) =>
  statementsFor(id).some((s) => s.Action.includes(action) && s.Resource.some((one) => resource.test(flatten(one))));
const holders = (action: string) => functions.map(({ id }) => id).filter((id) => actionsFor(id).has(action));

/** Every resource with a wildcard there may be, and why. */
const wildcards: readonly { readonly resource: RegExp; readonly actions: RegExp; readonly why: string }[] = [
  { resource: /^\*$/, actions: /^xray:Put(TraceSegments|TelemetryRecords)$/, why: 'X-Ray knows no resources' },
  { resource: /^<(Journal|Exports)\w+\.Arn>\/\*$/, actions: /^s3:/, why: 'objects are named at run time' },
  {
    resource: /^<Journal\w+\.Arn>\/certificates\/\*$/,
    actions: /^s3:PutObject$/,
    why: 'certificates are named at run time',
  },
  {
    resource: /:secret:easysale-sync\/dev\/tenants\/\*$/,
    actions: /^secretsmanager:/,
    why: 'secrets of tenants are made at run time',
  },
  {
    resource: /:secret:easysale-sync\/dev\/tenants\/\*\/notifications\*$/,
    actions: /^secretsmanager:(Create|Get|Put)/,
    why: 'the one secret of each tenant that notifications need is made at run time',
  },
  {
    resource: /:schedule\/easysale-sync-dev\/\*$/,
    actions: /^scheduler:CreateSchedule$/,
    why: 'schedules that bring a waiting slice back are made at run time, in one group',
  },
  {
    resource: /:schedule\/easysale-sync-dev-tenants\/\*$/,
    actions: /^scheduler:(Create|Delete)Schedule$/,
    why: 'schedules of tenants are made at run time, alone in a group of their own',
  },
];

describe('permissions', () => {
  it('name exact resources, but for those on the list', () => {
    const unexplained = policies.flatMap(({ id, statements }) =>
      statements.flatMap((statement) =>
        statement.Resource.map(flatten)
          .filter((resource) => resource.includes('*'))
          .flatMap((resource) => statement.Action.map((action) => ({ id, action, resource })))
          .filter(
            ({ action, resource }) => !wildcards.some((w) => w.resource.test(resource) && w.actions.test(action)),
          ),
      ),
    );
    expect(unexplained).toEqual([]);
  });

  it('let only the worker bring slices back later, by a role that may do nothing else', () => {
    const resuming = /:schedule\/easysale-sync-dev\/\*$/;
    const holding = functions.map(({ id }) => id).filter((id) => holds(id, 'scheduler:CreateSchedule', resuming));
    expect(holding).toEqual(['sync-worker']);
    expect(holds('sync-worker', 'iam:PassRole', /^<ResumeRole\w+\.Arn>$/)).toBe(true);
    const resume = policies.filter(({ id }) => id.startsWith('ResumeRole')).flatMap(({ statements }) => statements);
    expect(resume.flatMap(({ Action }) => Action)).toEqual(['sqs:SendMessage']);
  });

  it('[E4] let schedules of tenants be made and deleted by three functions, and call one that they may not change', () => {
    const own = /:schedule\/easysale-sync-dev-tenants\/\*$/;
    const managers = ['api-schedules', 'start-scheduled', 'keep-schedules'];
    for (const action of ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule']) {
      expect(functions.map(({ id }) => id).filter((id) => holds(id, action, own))).toEqual(managers);
    }
    expect(holders('scheduler:DeleteSchedule')).toEqual(managers);
    expect(holders('scheduler:UpdateSchedule')).toEqual([]);
    const passing = /^<TimerRole\w+\.Arn>$/;
    expect(functions.map(({ id }) => id).filter((id) => holds(id, 'iam:PassRole', passing))).toEqual(managers);
    const timer = policies.filter(({ id }) => id.startsWith('TimerRole')).flatMap(({ statements }) => statements);
    expect(timer.map(({ Action, Resource }) => [...Action, ...Resource.map(flatten)])).toEqual([
      ['lambda:InvokeFunction', expect.stringMatching(/:function:easysale-sync-dev-start-scheduled$/)],
      ['sqs:SendMessage', expect.stringMatching(/^<ScheduleDeadLetters\w+\.Arn>$/)],
    ]);
    const [role] = resourcesOf(template, 'AWS::IAM::Role').filter(({ id }) => id.startsWith('TimerRole'));
    expect(JSON.stringify(role?.properties.AssumeRolePolicyDocument)).toMatch(/aws:SourceArn.*TimerGroup/);
    // What changes schedules may start nothing itself.
    expect([...actionsFor('api-schedules')].filter((action) => action.startsWith('sqs:'))).toEqual([]);
  });

  it('name exact actions', () => {
    const wide = policies.flatMap(({ statements }) =>
      statements.flatMap((s) => s.Action.filter((a) => a.includes('*'))),
    );
    expect(wide).toEqual([]);
  });

  it('come from no managed policy and belong to one role each', () => {
    for (const { properties } of resourcesOf(template, 'AWS::IAM::Role')) {
      expect(properties).not.toHaveProperty('ManagedPolicyArns');
    }
    expect(policies.every(({ roles }) => roles.length === 1)).toBe(true);
  });

  it('let nobody scan the table or delete it', () => {
    const actions = new Set(policies.flatMap(({ statements }) => statements.flatMap((statement) => statement.Action)));
    expect([...actions].filter((action) => /Scan|DeleteTable|PartiQL/.test(action))).toEqual([]);
  });

  it('let only the connecting endpoints create and delete secrets of tenants', () => {
    expect(holders('secretsmanager:CreateSecret')).toEqual(['api-integrations', 'api-notifications']);
    expect(holders('secretsmanager:DeleteSecret')).toEqual(['api-integrations']);
    const connecting = [
      'api-integrations',
      'api-mappings',
      'sync-worker',
      'balance-stock',
      'keep-connections',
      'keep-webhooks',
    ];
    const platforms = /tenants\/\*$/;
    const reading = functions.filter(({ id }) => holds(id, 'secretsmanager:GetSecretValue', platforms));
    // The receiver of webhooks compares signatures and stores nothing.
    expect(reading.map(({ id }) => id).toSorted()).toEqual([...connecting, 'api-webhooks'].toSorted());
    const writing = functions.filter(({ id }) => holds(id, 'secretsmanager:PutSecretValue', platforms));
    expect(writing.map(({ id }) => id)).toEqual(connecting);
  });

  it.each([
    ['lanes:send', 'sqs:SendMessage', /^<Lanes\w+\.Arn>$/],
    ['changes:ring', 'sqs:SendMessage', /^<Changes\w+\.Arn>$/],
    ['table:read-write', 'dynamodb:UpdateItem'],
    ['journal:write', 's3:PutObject', /^<Journal\w+\.Arn>\/\*$/],
    ['certificates:write', 's3:PutObject', /^<Journal\w+\.Arn>\/certificates\/\*$/],
    ['exports:write', 's3:PutObject', /Exports/],
  ] as const)('give %s only to the functions whose row asks for it', (grant, action, resource = /./) => {
    const asking = functions.filter(({ grants }) => grants.includes(grant)).map(({ id }) => id);
    const holding = functions.map(({ id }) => id).filter((id) => holds(id, action, resource));
    expect(holding).toEqual(asking);
  });

  it('let notifications reach no secret but their own, and mail from one address', () => {
    for (const id of ['api-notifications', 'notify'] as const) {
      const secrets = statementsFor(id).filter(({ Action }) =>
        Action.some((each) => each.startsWith('secretsmanager:')),
      );
      const resources = secrets.flatMap(({ Resource }) => Resource.map(flatten));
      expect(resources.every((each) => each.endsWith('/tenants/*/notifications*'))).toBe(true);
      const mails = statementsFor(id).filter(({ Action }) => Action.includes('ses:SendEmail'));
      expect(mails).toMatchObject([
        { Condition: { StringEquals: { 'ses:FromAddress': 'notifications@easysale.example' } } },
      ]);
      expect(flatten(mails[0]?.Resource[0])).toMatch(/:ses:.*:identity\/easysale\.example$/);
    }
    expect(holders('ses:SendEmail')).toEqual(['api-notifications', 'notify']);
    expect([...actionsFor('notify')].filter((each) => /^secretsmanager:/.test(each))).toEqual([
      'secretsmanager:GetSecretValue',
    ]);
  });

  it('let nobody delete from the journal', () => {
    expect(holders('s3:DeleteObject')).toEqual([]);
    expect(holders('s3:DeleteObjectVersion')).toEqual([]);
  });

  it('let the audit endpoints query the table, and neither add to it nor take from it', () => {
    const own = [...actionsFor('api-audit')].filter((action) => !/^(logs|xray):/.test(action));
    expect(own).toEqual(['dynamodb:Query']);
  });

  it('let the meta endpoints log and trace, and nothing else', () => {
    expect([...actionsFor('api-meta')].toSorted()).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  it('let the scheduler call functions, and only for schedules of its group', () => {
    const [role] = resourcesOf(template, 'AWS::IAM::Role').filter(({ id }) => id.startsWith('ScheduleRole'));
    expect(JSON.stringify(role?.properties.AssumeRolePolicyDocument)).toMatch(
      /aws:SourceArn.*aws:SourceAccount|aws:SourceAccount.*aws:SourceArn/,
    );
    const own = policies.filter(({ id }) => id.startsWith('ScheduleRole')).flatMap(({ statements }) => statements);
    expect(own.flatMap(({ Action }) => Action).toSorted()).toEqual(['lambda:InvokeFunction', 'sqs:SendMessage']);
  });
});
