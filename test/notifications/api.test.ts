import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { startApi, type TestApi, type TestCaller } from '#test/support/api.ts';
import { type NotificationsSetting, startNotifications } from '#test/support/notifications.ts';
import { everyItem } from '#test/support/table.ts';
import { notificationsEndpoints } from '../../functions/api/notifications/endpoints.ts';

const path = '/api/notifications';
let setting: NotificationsSetting;
let api: TestApi;
let answers: string[] = [];
beforeAll(async () => {
  setting = await startNotifications();
  const { living, log } = setting;
  const audit = {
    trail: createAuditRepository(setting.table.table),
    workspaces: createWorkspaceRepository(setting.table.table),
    clock: living.clock,
    ids: living.ids,
  };
  const started = await startApi({ notifications: apiGroup(notificationsEndpoints(living), log, audit) });
  api = {
    ...started,
    async call(...given) {
      const reply = await started.call(...given);
      answers.push(reply.text);
      return reply;
    },
  };
});
afterAll(async () => {
  await api.close();
  await setting.stop();
});

let tenants = 0;
function aCaller(role: TestCaller['role'] = 'admin'): TestCaller {
  tenants += 1;
  return { tenant: `api-${tenants}`, role, user: 'ann' };
}
const put = (as: TestCaller, body: object) => api.call('PUT', `${path}/settings`, { as, body });
const slackPath = '/services/T000/B000/secretpartofslack';
const slackUrl = () => `${setting.receiver.url}${slackPath}`;
const pathsOf = (json: Readonly<Record<string, unknown>>) =>
  (json.errors as { path: string }[]).map((error) => error.path).toSorted();

describe('settings', () => {
  it('are off at first, replaced as a whole, and kept per tenant', async () => {
    const as = aCaller();
    const first = await api.call('GET', `${path}/settings`, { as });
    expect(first.json).toMatchObject({ channels: { email: { enabled: false } }, lag_hours: null, updated_at: null });
    const wanted = {
      channels: { email: { enabled: true, recipients: ['ann@shop.example'] } },
      minimum_severity: 'warning',
      events: ['sync_failed'],
      entities: ['orders'],
      platforms: ['quickbooks'],
      digest: { mode: 'daily', hour: 7, time_zone: 'Europe/Berlin' },
      lag_hours: 24,
    };
    expect((await put(as, wanted)).json).toMatchObject(wanted);
    expect((await api.call('GET', `${path}/settings`, { as: aCaller() })).json).toMatchObject({ events: null });
    expect((await put(as, {})).json).toMatchObject({ channels: { email: { recipients: [] } }, events: null });
  });

  it('name every fault at once', async () => {
    const { status, json } = await put(aCaller(), {
      channels: { email: { enabled: true, recipients: ['nobody'] }, webhook: { enabled: true }, sms: {} },
      minimum_severity: 'fatal',
      events: ['sync_exploded'],
      entities: ['spaceships'],
      digest: { mode: 'daily', hour: 24, time_zone: 'Mars/Olympus' },
      lag_hours: 0,
    });
    expect(status).toBe(400);
    expect(pathsOf(json)).toEqual([
      'channels.email.recipients[0]',
      'channels.sms',
      'channels.webhook.url',
      'digest.hour',
      'digest.time_zone',
      'entities[0]',
      'events[0]',
      'lag_hours',
      'minimum_severity',
    ]);
  });

  it('enable no channel that cannot send, and take no address inside', async () => {
    const as = aCaller();
    const inside = 'https://10.0.0.1/hook';
    const { status, json } = await put(as, {
      channels: { slack: { enabled: true }, webhook: { enabled: true, url: inside } },
    });
    expect(status).toBe(400);
    expect(pathsOf(json)).toEqual(['channels.slack.url', 'channels.webhook.enabled', 'channels.webhook.url']);
    expect((await put(as, { channels: { slack: { url: 'http://169.254.169.254/x' } } })).status).toBe(400);
  });

  it('keep the address of Slack when it is left out, and remove it when it is null', async () => {
    const as = aCaller();
    const kept = { address: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/…lack$/) };
    expect((await put(as, { channels: { slack: { enabled: true, url: slackUrl() } } })).json).toMatchObject({
      channels: { slack: { ...kept, enabled: true } },
    });
    expect((await put(as, { channels: { slack: { enabled: true } } })).json).toMatchObject({
      channels: { slack: kept },
    });
    expect((await put(as, { channels: { slack: { url: null } } })).json).toMatchObject({
      channels: { slack: { address: null } },
    });
    expect((await put(as, { channels: { slack: { enabled: true } } })).status).toBe(400);
  });
});

describe('a test', () => {
  const test = (as: TestCaller, channel: string) => api.call('POST', `${path}/test`, { as, body: { channel } });

  it('says what a channel lacks, and what the other side answered', async () => {
    const as = aCaller();
    expect(await test(as, 'slack')).toMatchObject({ status: 409, json: { code: 'notifications.not_set_up' } });
    await put(as, { channels: { slack: { enabled: true, url: slackUrl() } } });
    expect((await test(as, 'slack')).json).toMatchObject({ ok: true, answer_status: 200, reason: 'ok' });
    setting.clock.advance(1000);
    setting.receiver.answer(slackPath, { status: 403, body: 'action_prohibited' });
    const refused = await test({ ...as, role: 'manager' }, 'slack');
    expect(refused.json).toMatchObject({ ok: false, answer_status: 403, reason: 'action_prohibited' });
    const { json } = await api.call('GET', `${path}/history`, { as });
    expect(json.items).toMatchObject([
      { status: 'failed', channel: 'slack', events: [{ kind: 'test' }] },
      { status: 'delivered' },
    ]);
    await setting.turn();
    expect(setting.receiver.of(slackPath)).toHaveLength(2);
    expect((await test({ ...as, role: 'viewer' }, 'slack')).status).toBe(403);
  });

  it('by e-mail arrives', async () => {
    const as = aCaller();
    await put(as, { channels: { email: { recipients: ['ann@shop.example'] } } });
    expect((await test(as, 'email')).json).toMatchObject({ ok: true });
    expect(setting.mail.mails().at(-1)).toMatchObject({
      to: ['ann@shop.example'],
      subject: '[EasySale Sync] This is a test',
    });
  });
});

describe('the history', () => {
  it('goes page by page, by channel and status, and shows a tenant its own', async () => {
    const as = aCaller();
    await put(as, { channels: { email: { enabled: true, recipients: ['a@b.example'] }, slack: { url: slackUrl() } } });
    for (let each = 0; each < 5; each += 1) {
      setting.clock.advance(1000);
      if (each === 2) setting.receiver.answer(slackPath, { status: 400 });
      const channel = each % 2 === 0 ? 'slack' : 'email';
      await api.call('POST', `${path}/test`, { as, body: { channel } });
    }
    const walk = async (query: string) => {
      const seen: { id: string; channel: string; status: string }[] = [];
      for (let cursor: unknown = ''; cursor !== null; ) {
        const { json } = await api.call('GET', `${path}/history?limit=2${query}${cursor ? `&cursor=${cursor}` : ''}`, {
          as,
        });
        seen.push(...(json.items as typeof seen));
        cursor = json.next_cursor;
      }
      return seen;
    };
    const all = await walk('');
    expect(all.map(({ channel }) => channel)).toEqual(['slack', 'email', 'slack', 'email', 'slack']);
    expect(all.map(({ id }) => id)).toEqual(
      all
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    );
    expect(await walk('&channel=email')).toHaveLength(2);
    expect(await walk('&status=failed')).toMatchObject([{ channel: 'slack' }]);
    expect(await walk('&status=delivered&channel=slack')).toHaveLength(2);
    expect((await api.call('GET', `${path}/history`, { as: aCaller() })).json).toEqual({
      items: [],
      next_cursor: null,
    });
  });
});

it('no secret is in the table, the log or any answer but the one that shows it', async () => {
  const as = aCaller();
  answers = [];
  const first = await api.call('POST', `${path}/webhook-secret`, { as });
  const second = await api.call('POST', `${path}/webhook-secret`, { as });
  const secrets = [first, second].map(({ json }) => String(json.secret));
  for (const secret of secrets) expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  answers = [];
  const url = `${setting.receiver.url}/leaky`;
  const channels = { slack: { enabled: true, url: slackUrl() }, webhook: { enabled: true, url } };
  expect((await put(as, { channels })).status).toBe(200);
  // A receiver that repeats what it knows.
  const reply = { status: 400, body: `no: ${slackUrl()} ${secrets.join(' ')}` };
  setting.receiver.answer('/leaky', reply, reply);
  setting.receiver.answer(slackPath, { status: 500, body: slackUrl() });
  await api.call('POST', `${path}/test`, { as, body: { channel: 'webhook' } });
  await setting.announce(as.tenant, { identity: [1] });
  await setting.turn();
  await api.call('GET', `${path}/history`, { as });
  const everywhere = [JSON.stringify(await everyItem(setting.table.table)), ...setting.log.lines, ...answers].join(
    '\n',
  );
  expect(everywhere).toContain(as.tenant);
  expect(everywhere).toContain('[redacted]');
  for (const secret of [...secrets, ...secrets.map((each) => each.slice('whsec_'.length)), slackPath]) {
    expect(everywhere).not.toContain(secret);
  }
});
