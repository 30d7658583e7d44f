import { afterAll, beforeAll, expect, it } from 'vitest';
import { deaths, type KillSwitch, killSwitch } from '#test/support/kill-switch.ts';
import { messageOf, type NotificationsSetting, startNotifications } from '#test/support/notifications.ts';

let setting: NotificationsSetting;
beforeAll(async () => {
  setting = await startNotifications();
});
afterAll(() => setting.stop());

/**
 * A tenant with three channels and announcements of two causes; the first notifier dies as told, those after it live. One
 * of the webhook's answers is a refusal, so that a retry is on the way too.
 */
async function runWith(kill: KillSwitch) {
  const { id, webhook, slack } = await setting.tenant(
    { lag_hours: 2 },
    { email: { enabled: true, recipients: ['ann@shop.example'] } },
  );
  const { version, channels, ...settings } = await setting.living.settings.find(id);
  const enabled = { ...channels, slack: { ...channels.slack, enabled: true } };
  const at = new Date(setting.clock.now()).toISOString();
  await setting.living.settings.save({ ...settings, channels: enabled, version: version + 1 }, at);
  await setting.living.connections.save({
    tenant_id: id,
    platform: 'woocommerce',
    status: 'connected',
    enabled: true,
    display_name: 'Shop',
    masked: {},
    profile: {},
    settings: {},
    warnings: [],
    last_sync_at: '2026-01-01T00:00:00.000Z',
    version: 1,
  });
  for (let each = 0; each < 3; each += 1) await setting.announce(id, { identity: [each] });
  await setting.announce(id, { identity: ['other'], kind: 'sync_failed', entity: 'orders' });
  setting.receiver.answer(webhook, { status: 500 });
  const mailsBefore = setting.mail.mails().length;
  // A dead notifier answers nothing: what it threw is what it was killed with.
  await setting.turn(setting.deps(kill)).catch(() => undefined);
  // Each turn is later than the lease of the dead one.
  for (let turns = 0; turns < 5; turns += 1) {
    setting.clock.advance(6 * 60_000);
    await setting.turn();
  }
  const heard = (path: string) =>
    setting.receiver
      .of(path)
      .map((got) => ({ id: got.headers['webhook-id'], body: got.body, message: messageOf(got) }));
  const webhooks = heard(webhook);
  const byId = Map.groupBy(webhooks, ({ id: messageId }) => messageId);
  const history = await setting.history(id);
  // Nobody looks at this tenant in the turns of the next.
  const last = await setting.living.settings.find(id);
  await setting.living.settings.save({ ...last, lag_hours: null, version: last.version + 1 }, at);
  return {
    history,
    sameBody: [...byId.values()].every((same) => new Set(same.map((each) => JSON.stringify(each))).size === 1),
    events: [...byId.values()]
      .flatMap(([first]) => first?.message.data.events ?? [])
      .map(({ kind }) => kind)
      .toSorted(),
    counted: [...byId.values()].reduce((sum, [first]) => sum + (first?.message.data.count ?? 0), 0),
    slacks: setting.receiver.of(slack).length,
    mails: setting.mail.mails().slice(mailsBefore).length,
    open: history.filter(({ status }) => status !== 'delivered'),
  };
}

it('a notifier that dies at any call leaves everything to be told, at least once and under the same id', async () => {
  const counting = killSwitch();
  const undisturbed = await runWith(counting);
  expect(undisturbed.events).toEqual([
    'arrivals_stopped',
    'breaker_opened',
    'breaker_opened',
    'breaker_opened',
    'sync_failed',
  ]);
  expect(undisturbed.open).toEqual([]);
  expect(counting.calls).toEqual(
    expect.arrayContaining(['TransactWriteItemsCommand', 'SendEmailCommand', 'QueryCommand']),
  );
  for (const { call, when } of deaths(counting)) {
    const kill = killSwitch({ call, when });
    const { history, ...state } = await runWith(kill);
    const where = `died ${when} call ${call}, ${kill.calls.at(-1)}`;
    expect(kill.killed, where).toBe(true);
    expect(state.open, where).toEqual([]);
    expect({ events: state.events, counted: state.counted, sameBody: state.sameBody }, where).toEqual({
      events: undisturbed.events,
      counted: undisturbed.counted,
      sameBody: true,
    });
    expect(state.slacks, where).toBeGreaterThanOrEqual(undisturbed.slacks);
    expect(state.mails, where).toBeGreaterThanOrEqual(undisturbed.mails);
    // What was under way when it died is sent once more; nothing again and again.
    expect(state.mails + state.slacks, where).toBeLessThanOrEqual(2 * (undisturbed.mails + undisturbed.slacks));
    expect(history.length, where).toBe(undisturbed.history.length);
  }
});
