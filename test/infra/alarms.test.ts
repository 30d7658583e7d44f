import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { flatten, resourcesOf, statementsOf, synthesize } from './support.ts';

const { template } = synthesize('dev', { runbookUrl: 'https://docs.test/runbook.md' });
const alarmSchema = z.looseObject({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.unknown().transform(flatten)),
  TreatMissingData: z.string(),
});
const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ properties }) => alarmSchema.parse(properties));

const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
const slug = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((section) => [slug(section.split('\n', 1)[0] ?? ''), section]),
);

describe('alarms', () => {
  it.each(alarms)('$AlarmName leads to a heading of the runbook that says what it means and what to do', (alarm) => {
    const anchor = /https:\/\/docs\.test\/runbook\.md#(\S+)$/.exec(alarm.AlarmDescription)?.[1] ?? 'no anchor';
    expect([...sections.keys()]).toContain(anchor);
    for (const part of ['**Means.**', '**Look at.**', '**Do.**']) expect(sections.get(anchor)).toContain(part);
  });

  it('cover what the runbook describes: no heading about an alarm that does not exist', () => {
    const described = [...sections].filter(([, text]) => text.includes('**Means.**')).map(([anchor]) => anchor);
    const anchors = alarms.map(({ AlarmDescription }) => AlarmDescription.split('#').at(-1));
    expect(described.toSorted()).toEqual(anchors.toSorted());
  });

  it('watch dead letters, lanes, the worker, schedules, the API, the table and throttling', () => {
    expect(alarms.map(({ AlarmName }) => AlarmName.replace('easysale-sync-dev-', '')).toSorted()).toEqual([
      'api-error-ratio',
      'api-server-errors',
      'api-slow',
      'audit-entries-lost',
      'background-errors',
      'breakers-open',
      'connections-not-kept',
      'connections-not-renewed',
      'dead-letters-arrived',
      'dead-letters-waiting',
      'flows-waiting',
      'functions-throttled',
      'lanes-behind',
      'notifications-not-sent',
      'records-failing',
      'scheduled-calls-missed',
      'schedules-late',
      'table-throttled',
      'webhooks-not-kept',
      'webhooks-refused',
      'worker-errors',
    ]);
  });

  it('reach the topic, which CloudWatch may publish to over TLS only', () => {
    const [topic] = resourcesOf(template, 'AWS::SNS::Topic');
    for (const { AlarmActions } of alarms) expect(AlarmActions).toEqual([`<${topic?.id}>`]);
    const [policy] = resourcesOf(template, 'AWS::SNS::TopicPolicy');
    const statements = statementsOf(policy?.properties);
    expect(statements).toContainEqual(
      expect.objectContaining({ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } }),
    );
    expect(statements.some(({ Effect }) => Effect === 'Deny')).toBe(true);
  });

  it('ring for silence only where silence is the fault', () => {
    const silent = alarms.filter(({ TreatMissingData }) => TreatMissingData === 'breaching');
    expect(silent.map(({ AlarmName }) => AlarmName)).toEqual([
      'easysale-sync-dev-connections-not-kept',
      'easysale-sync-dev-notifications-not-sent',
    ]);
  });

  it('stand together on one dashboard', () => {
    const [dashboard] = resourcesOf(template, 'AWS::CloudWatch::Dashboard');
    const body = flatten(dashboard?.properties.DashboardBody);
    for (const { id } of resourcesOf(template, 'AWS::CloudWatch::Alarm')) expect(body).toContain(`<${id}.Arn>`);
  });
});
