import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedHeaders } from '#shared/notifications/channels/webhook.ts';
import { backoffMs } from '#shared/notifications/send-due.ts';
import { changeSettings, rotateSecret } from '#shared/notifications/settings.ts';
import { verifies } from '#test/properties/standard-webhooks.ts';
import { messageOf, type NotificationsSetting, sender, startNotifications } from '#test/support/notifications.ts';

let setting: NotificationsSetting;
beforeAll(async () => {
  setting = await startNotifications();
});
afterAll(() => setting.stop());

describe('the signature', () => {
  it("is that of the reference implementation's own example", () => {
    const signing = { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };
    const body = '{"test": 2432232314}';
    expect(signedHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', body, signing, 1_614_265_330_000)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });
});

describe('a webhook', () => {
  it('arrives signed, and a library of the specification takes it', async () => {
    const now = Date.now();
    setting.clock.advance(Math.max(0, now - setting.clock.now()));
    const { id, webhook, secret } = await setting.tenant();
    await setting.announce(id, { identity: [1] });
    await setting.turn();
    const [got] = setting.receiver.of(webhook);
    expect(new Webhook(secret).verify(got?.body ?? '', { ...got?.headers })).toMatchObject({
      type: 'breaker_opened',
      data: { tenant_id: id, count: 1, severity: 'warning', events: [{ title: 'Books is down' }] },
    });
    const [delivery] = await setting.history(id);
    expect(delivery).toMatchObject({ status: 'delivered', attempts: 1, answer_status: 200, channel: 'webhook' });
    expect(got?.headers['webhook-id']).toBe(delivery?.delivery_id);
  });

  it('is signed with the secret before too, for a day after it was changed', async () => {
    const { id, webhook, secret: first } = await setting.tenant();
    const second = await rotateSecret(setting.living, id);
    const send = async (identity: number) => {
      await setting.announce(id, { identity: [identity], platforms: [String(identity)] });
      await setting.turn();
      const got = setting.receiver.of(webhook).at(-1);
      return [first, second?.secret ?? ''].map((secret) => verifies(secret, got?.headers ?? {}, got?.body ?? ''));
    };
    expect(await send(1)).toEqual([true, true]);
    setting.clock.advance(24 * 3_600_000);
    expect(await send(2)).toEqual([false, true]);
    const third = await rotateSecret(setting.living, id);
    expect(third?.previous_valid_until).toBe(new Date(setting.clock.now() + 24 * 3_600_000).toISOString());
  });

  it('that is not taken is tried again with the same id and body, ever later, and then given up', async () => {
    const { id, webhook } = await setting.tenant();
    setting.receiver.answer(webhook, ...Array.from({ length: 20 }, () => ({ status: 503, body: 'closed' })));
    await setting.announce(id, { identity: [1] });
    await setting.turn();
    for (const [index, wait] of backoffMs.entries()) {
      expect(await setting.history(id)).toMatchObject([
        { status: 'retrying', attempts: index + 1, answer_status: 503, reason: 'closed' },
      ]);
      setting.clock.advance(wait - 1);
      await setting.turn();
      expect(setting.receiver.of(webhook)).toHaveLength(index + 1);
      setting.clock.advance(1);
      await setting.turn();
    }
    expect(await setting.history(id)).toMatchObject([{ status: 'failed', attempts: backoffMs.length + 1 }]);
    const got = setting.receiver.of(webhook);
    expect(new Set(got.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(got.map(({ body }) => body)).size).toBe(1);
    expect(new Set(got.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(got.length);
    setting.clock.advance(86_400_000);
    await setting.turn();
    expect(setting.receiver.of(webhook)).toHaveLength(backoffMs.length + 1);
  });

  it('waits as long as the receiver asks', async () => {
    const { id, webhook } = await setting.tenant();
    setting.receiver.answer(webhook, { status: 429, headers: { 'retry-after': '300' } });
    await setting.announce(id, { identity: [1] });
    await setting.turn();
    setting.clock.advance(299_000);
    await setting.turn();
    expect(setting.receiver.of(webhook)).toHaveLength(1);
    setting.clock.advance(1000);
    await setting.turn();
    expect(await setting.history(id)).toMatchObject([{ status: 'delivered', attempts: 2 }]);
  });

  it('that is refused is not tried again', async () => {
    const { id, webhook } = await setting.tenant();
    setting.receiver.answer(webhook, { status: 400, body: 'no such thing' });
    await setting.announce(id, { identity: [1] });
    await setting.turn();
    setting.clock.advance(86_400_000);
    await setting.turn();
    expect(setting.receiver.of(webhook)).toHaveLength(1);
    expect(await setting.history(id)).toMatchObject([{ status: 'failed', reason: 'no such thing' }]);
  });

  it('whose receiver is gone for good is switched off, and the other channels say so', async () => {
    const { id, webhook } = await setting.tenant({}, { email: { enabled: true, recipients: ['ann@shop.example'] } });
    setting.receiver.answer(webhook, { status: 410, body: 'removed' });
    await setting.announce(id, { identity: [1] });
    await setting.turn();
    const { channels } = await setting.living.settings.find(id);
    expect(channels.webhook).toMatchObject({ enabled: false, disabled: { reason: 'removed' } });
    await setting.turn();
    expect(setting.mail.mails().at(-1)).toMatchObject({
      subject: expect.stringContaining('webhook were switched off'),
    });
    await setting.announce(id, { identity: [2], platforms: ['other'] });
    await setting.turn();
    expect(setting.receiver.of(webhook)).toHaveLength(1);
  });

  it('never goes to an address inside', async () => {
    const { id } = await setting.tenant();
    const settings = await setting.living.settings.find(id);
    const url = 'https://169.254.169.254/latest';
    const channels = { ...settings.channels, webhook: { ...settings.channels.webhook, url } };
    await setting.living.settings.save(
      { ...settings, channels, version: settings.version + 1 },
      '2026-03-01T12:00:00Z',
    );
    await setting.announce(id, { identity: [1] });
    await setting.turn();
    expect(await setting.history(id)).toMatchObject([
      { status: 'failed', answer_status: null, reason: expect.stringContaining('private or local') },
    ]);
  });
});

describe('Slack', () => {
  it('gets a text in which nothing of what happened has a meaning of its own', async () => {
    const { id, slack } = await setting.tenant();
    const settings = await setting.living.settings.find(id);
    const { minimum_severity, events, entities, platforms, digest, lag_hours } = settings;
    const kept = { minimum_severity, events, entities, platforms, digest, lag_hours };
    const channels = {
      email: { enabled: false, recipients: [] },
      slack: { enabled: true },
      webhook: { enabled: false, url: null },
    };
    expect(await changeSettings(setting.living, id, { ...kept, channels })).toMatchObject({ kind: 'saved' });
    await setting.announce(id, { identity: [1], title: 'Order <!channel> & <https://evil.example|x>', fix: 'Look' });
    await setting.turn();
    const [got] = setting.receiver.of(slack);
    const { text } = JSON.parse(got?.body ?? '{}') as { text: string };
    expect(text).toContain('Order &lt;!channel&gt; &amp; &lt;https://evil.example|x&gt;');
    expect(text).not.toMatch(/[<>]/);
    expect(text).toContain('_Look_');
  });

  it('that has removed the address is switched off', async () => {
    const address = `${setting.receiver.url}/services/gone-0123456789abcdef`;
    const { id } = await setting.tenant({}, { slack: { enabled: true, url: address } });
    setting.receiver.answer('/services/gone-0123456789abcdef', { status: 404, body: 'no_service' });
    await setting.announce(id, { identity: [1] });
    await setting.turn();
    expect((await setting.living.settings.find(id)).channels.slack).toMatchObject({
      enabled: false,
      disabled: { reason: 'no_service' },
    });
  });
});

describe('e-mail', () => {
  it('goes to all recipients as text and HTML, escaped, on one line of subject', async () => {
    const recipients = ['ann@shop.example', 'bob@shop.example'];
    const { id } = await setting.tenant({}, { email: { enabled: true, recipients } });
    const title = 'Order <b>1</b>\r\nBcc: everybody@evil.example';
    await setting.announce(id, { identity: [1], title, fix: 'Look & see' });
    await setting.turn();
    const mail = setting.mail.mails().at(-1);
    expect(mail).toMatchObject({
      from: sender,
      to: recipients,
      subject: '[EasySale Sync] Order <b>1</b> Bcc: everybody@evil.example',
      text: expect.stringContaining('What to do: Look & see'),
      html: expect.stringContaining('Order &lt;b&gt;1&lt;/b&gt;'),
    });
    expect(mail?.html).not.toContain('<b>');
    const [delivery] = (await setting.history(id)).filter(({ channel }) => channel === 'email');
    expect(mail?.headers).toEqual({ 'X-EasySale-Notification-Id': delivery?.delivery_id });
  });

  it('from a sender that nobody verified is refused, and the history says why', async () => {
    const { id } = await setting.tenant(
      {},
      { email: { enabled: true, recipients: ['a@b.example'] }, webhook: { enabled: false, url: null } },
    );
    await setting.announce(id, { identity: [1] });
    await setting.turn(setting.deps(undefined, 'someone@elsewhere.example'));
    expect(await setting.history(id)).toMatchObject([
      { status: 'failed', answer_status: 400, reason: expect.stringContaining('MessageRejected') },
    ]);
  });
});

it('a message says what its count is', async () => {
  const { id, webhook } = await setting.tenant();
  await setting.announce(id, { identity: [1] });
  await setting.turn();
  expect(setting.receiver.of(webhook).map(messageOf)).toMatchObject([{ data: { count: 1 } }]);
});
