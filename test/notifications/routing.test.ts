import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cooldownMs, mostShown } from '#shared/notifications/route.ts';
import { messageOf, type NotificationsSetting, startNotifications } from '#test/support/notifications.ts';

let setting: NotificationsSetting;
beforeAll(async () => {
  setting = await startNotifications();
});
afterAll(() => setting.stop());

const countsAt = (path: string) => setting.receiver.of(path).map((got) => messageOf(got).data.count);

describe('a storm', () => {
  it('of one cause is one message at once and one for each cooldown, and no announcement is missing', async () => {
    const { id, webhook } = await setting.tenant();
    for (let minute = 0; minute < 40; minute += 1) {
      for (let each = 0; each < 5; each += 1) await setting.announce(id, { identity: [minute, each] });
      await setting.turn();
      setting.clock.advance(60_000);
    }
    setting.clock.advance(cooldownMs);
    await setting.turn();
    expect(countsAt(webhook)).toEqual([5, 75, 75, 45]);
    const last = messageOf(setting.receiver.of(webhook).at(-1) ?? { path: '', headers: {}, body: '' });
    expect(last.data.events).toHaveLength(mostShown);
  });

  it('that comes before one turn is one message, however many there are', async () => {
    const { id, webhook } = await setting.tenant();
    await Promise.all(Array.from({ length: 150 }, (_, each) => setting.announce(id, { identity: [each] })));
    await setting.turn();
    expect(countsAt(webhook)).toEqual([150]);
  });

  it('of one tenant or cause holds back no other', async () => {
    const [one, other] = [await setting.tenant(), await setting.tenant()];
    for (let each = 0; each < 30; each += 1) await setting.announce(one.id, { identity: [each] });
    await setting.announce(other.id, { identity: ['x'] });
    await setting.announce(one.id, { identity: ['y'], platforms: ['woocommerce'] });
    await setting.turn();
    expect(countsAt(one.webhook).toSorted((a, b) => a - b)).toEqual([1, 30]);
    expect(countsAt(other.webhook)).toEqual([1]);
  });

  it('that is over leaves nothing behind: the next one is told at once again', async () => {
    const { id, webhook } = await setting.tenant();
    await setting.announce(id, { identity: [1] });
    await setting.turn();
    setting.clock.advance(cooldownMs);
    await setting.announce(id, { identity: [2] });
    await setting.turn();
    expect(countsAt(webhook)).toEqual([1, 1]);
  });
});

describe('the same happening', () => {
  it('announced again and again, also after it was told, is told once', async () => {
    const { id, webhook } = await setting.tenant();
    for (let each = 0; each < 3; each += 1) {
      await setting.announce(id, { identity: ['same'] });
      await setting.announce(id, { identity: ['same'] });
      await setting.turn();
      setting.clock.advance(cooldownMs);
    }
    await setting.turn();
    expect(countsAt(webhook)).toEqual([1]);
  });
});

describe('filters', () => {
  const told = async (wanted: Parameters<NotificationsSetting['tenant']>[0]) => {
    const { id, webhook } = await setting.tenant(wanted);
    await setting.announce(id, { identity: [1], kind: 'breaker_closed', platforms: ['quickbooks'] });
    await setting.announce(id, { identity: [2], kind: 'breaker_opened', platforms: ['supabase'] });
    await setting.announce(id, {
      identity: [3],
      kind: 'sync_failed',
      entity: 'orders',
      platforms: ['woocommerce', 'quickbooks'],
    });
    await setting.announce(id, { identity: [4], kind: 'sync_failed', entity: 'products', platforms: ['supabase'] });
    await setting.announce(id, { identity: [5], kind: 'channel_disabled', platforms: [] });
    await setting.turn();
    setting.clock.advance(cooldownMs);
    await setting.turn();
    const events = setting.receiver.of(webhook).flatMap((got) => messageOf(got).data.events);
    return events.map(({ kind }) => kind).toSorted();
  };

  it('let through what is severe enough', async () => {
    expect(await told({ minimum_severity: 'error' })).toEqual(['sync_failed', 'sync_failed']);
    expect(await told({ minimum_severity: 'warning' })).toHaveLength(4);
  });

  it('let through the events asked for', async () => {
    expect(await told({ events: ['breaker_closed', 'breaker_opened'] })).toEqual(['breaker_closed', 'breaker_opened']);
    expect(await told({ events: [] })).toEqual([]);
  });

  it('let through the entities asked for, and what is about none', async () => {
    expect(await told({ entities: ['orders'] })).toEqual([
      'breaker_closed',
      'breaker_opened',
      'channel_disabled',
      'sync_failed',
    ]);
  });

  it('let through what is about one of the platforms asked for, or about none', async () => {
    expect(await told({ platforms: ['quickbooks'] })).toEqual(['breaker_closed', 'channel_disabled', 'sync_failed']);
  });

  it('that let nothing through leave no message', async () => {
    const { id } = await setting.tenant({ events: [] });
    await setting.announce(id, { identity: [1] });
    await setting.turn();
    expect(await setting.history(id)).toEqual([]);
  });
});

describe('a digest', () => {
  it('gathers everything of an hour in one message', async () => {
    const { id, webhook } = await setting.tenant({ digest: { mode: 'hourly', hour: 8, time_zone: 'UTC' } });
    setting.clock.advance(3_600_000 - (setting.clock.now() % 3_600_000) + 60_000);
    for (const kind of ['breaker_opened', 'breaker_closed', 'sync_failed'] as const) {
      await setting.announce(id, { identity: [1], kind });
      await setting.turn();
      setting.clock.advance(60_000);
    }
    expect(setting.receiver.of(webhook)).toEqual([]);
    expect(await setting.history(id)).toMatchObject([{ status: 'waiting', count: 3, severity: 'error' }]);
    setting.clock.advance(3_600_000 - (setting.clock.now() % 3_600_000));
    await setting.turn();
    expect(setting.receiver.of(webhook).map(messageOf)).toMatchObject([{ type: 'digest', data: { count: 3 } }]);
    await setting.announce(id, { identity: [2] });
    await setting.turn();
    expect(setting.receiver.of(webhook)).toHaveLength(1);
  });
});

describe('a channel that is switched off', () => {
  it('before its message leaves lets it drop, visibly', async () => {
    const { id, webhook } = await setting.tenant({ digest: { mode: 'hourly', hour: 8, time_zone: 'UTC' } });
    await setting.announce(id, { identity: [1] });
    await setting.turn();
    const settings = await setting.living.settings.find(id);
    const channels = { ...settings.channels, webhook: { ...settings.channels.webhook, enabled: false } };
    await setting.living.settings.save(
      { ...settings, channels, version: settings.version + 1 },
      '2026-03-01T12:00:00Z',
    );
    setting.clock.advance(3_600_000);
    await setting.turn();
    expect(setting.receiver.of(webhook)).toEqual([]);
    expect(await setting.history(id)).toMatchObject([{ status: 'dropped' }]);
  });
});
