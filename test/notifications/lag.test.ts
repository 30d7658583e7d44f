import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Connection } from '#shared/model/connection.ts';
import { messageOf, type NotificationsSetting, startNotifications } from '#test/support/notifications.ts';

const hourMs = 3_600_000;
let setting: NotificationsSetting;
beforeAll(async () => {
  setting = await startNotifications();
});
afterAll(() => setting.stop());

const now = () => new Date(setting.clock.now()).toISOString();

async function connect(tenant_id: string, platform: string, more: Partial<Connection> = {}): Promise<void> {
  await setting.living.connections.save({
    tenant_id,
    platform,
    status: 'connected',
    enabled: true,
    display_name: `Demo ${platform}`,
    masked: {},
    profile: {},
    settings: {},
    warnings: [],
    version: 1,
    ...more,
  });
}

async function synced(tenantId: string, platform: string): Promise<void> {
  await setting.living.connections.patch(tenantId, platform, { last_sync_at: now() });
}

/** Turns of the notifier for so long. */
async function pass(hours: number): Promise<void> {
  for (let minute = 0; minute < hours * 60; minute += 5) {
    setting.clock.advance(5 * 60_000);
    await setting.turn();
  }
}

const told = (path: string) =>
  setting.receiver
    .of(path)
    .flatMap((got) => messageOf(got).data.events)
    .map(({ kind, detail }) => ({ kind, shop: /Demo (\w+)/.exec(detail)?.[1] }));

it('one silence is one alert, and its end is told once', async () => {
  const { id, webhook } = await setting.tenant({ lag_hours: 3 });
  await connect(id, 'woocommerce', { last_sync_at: now() });
  await pass(2.5);
  expect(told(webhook)).toEqual([]);
  await pass(8);
  expect(told(webhook)).toEqual([{ kind: 'arrivals_stopped', shop: 'woocommerce' }]);
  await synced(id, 'woocommerce');
  await pass(1);
  expect(told(webhook).slice(1)).toEqual([{ kind: 'arrivals_resumed', shop: 'woocommerce' }]);
  await pass(4);
  expect(told(webhook).slice(2)).toEqual([{ kind: 'arrivals_stopped', shop: 'woocommerce' }]);
});

it('connections that sync are never late, however long', async () => {
  const { id, webhook } = await setting.tenant({ lag_hours: 2 });
  await connect(id, 'woocommerce', { last_sync_at: now() });
  for (let hour = 0; hour < 10; hour += 1) {
    await pass(1);
    await synced(id, 'woocommerce');
  }
  expect(told(webhook)).toEqual([]);
});

it('what never synced, is switched off or disconnected is not late; silence everywhere is one message', async () => {
  const { id, webhook } = await setting.tenant({ lag_hours: 1 });
  await connect(id, 'woocommerce');
  await connect(id, 'quickbooks', { last_sync_at: now(), enabled: false });
  await connect(id, 'supabase', { last_sync_at: now(), status: 'disconnected' });
  await pass(3);
  expect(told(webhook)).toEqual([]);
  const other = await setting.tenant({ lag_hours: 1 });
  for (const platform of ['woocommerce', 'quickbooks', 'supabase']) {
    await connect(other.id, platform, { last_sync_at: now() });
  }
  await pass(2);
  expect(setting.receiver.of(other.webhook).map((got) => messageOf(got).data.count)).toEqual([3]);
});

it('nobody is watched who does not ask for it any more', async () => {
  const { id, webhook } = await setting.tenant({ lag_hours: 1 });
  await connect(id, 'woocommerce', { last_sync_at: now() });
  const settings = await setting.living.settings.find(id);
  await setting.living.settings.save({ ...settings, lag_hours: null, version: settings.version + 1 }, now());
  await pass(3);
  expect(told(webhook)).toEqual([]);
  const due = await setting.living.settings.dueWatches(new Date(setting.clock.now() + 999 * hourMs).toISOString(), {
    limit: 100,
  });
  expect(due.watches.filter(({ tenant_id }) => tenant_id === id)).toEqual([]);
});
