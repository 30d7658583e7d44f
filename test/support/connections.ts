import type { ConnectionDeps } from '#shared/connections/deps.ts';
import type { VitalsDeps } from '#shared/connections/vitals.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createActivityRepository } from '#shared/data/activity-repository.ts';
import { createAnnouncer } from '#shared/data/announcer.ts';
import { createBreakerRepository } from '#shared/data/breaker-repository.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createDeliveryRepository } from '#shared/data/delivery-repository.ts';
import { createNotificationSettingsRepository } from '#shared/data/notification-settings-repository.ts';
import { createOAuthRepository } from '#shared/data/oauth-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import type { SendingDeps } from '#shared/notifications/deps.ts';
import type { SettingsDeps } from '#shared/notifications/settings.ts';
import { createHostGuard } from '#shared/platform/host-guard.ts';
import { createHttpClient } from '#shared/platform/http-client.ts';
import { type TestClock, testClock } from './clock.ts';
import { booksConnector, type FakePlatform, shopConnector, startFakePlatform } from './fake-platform.ts';
import { startSecrets, type TestSecrets } from './secrets.ts';
import { startTable, type TestTable } from './table.ts';

export interface ConnectionsSetting {
  readonly deps: ConnectionDeps & VitalsDeps;
  /** Of the same table and secrets; mails are refused. */
  readonly notifications: SendingDeps & SettingsDeps;
  readonly platform: FakePlatform;
  readonly secrets: TestSecrets;
  readonly clock: TestClock;
  readonly table: TestTable;
  stop(): Promise<void>;
}

/** All that connections need, real but for the platform at the other end: table, secrets, HTTP. */
export async function startConnections(): Promise<ConnectionsSetting> {
  const [table, secrets, platform] = await Promise.all([startTable(), startSecrets(), startFakePlatform()]);
  const clock = testClock();
  const deps: ConnectionDeps & VitalsDeps = {
    connectors: { shop: shopConnector(), quickbooks: booksConnector(platform.url) },
    connections: createConnectionRepository(table.table),
    breakers: createBreakerRepository(table.table),
    oauth: createOAuthRepository(table.table),
    secrets: secrets.store,
    secretPrefix: 'easysale-sync/test/tenants/',
    http: createHttpClient({ guard: createHostGuard([platform.host]), clock }),
    activity: createActivityRepository(table.table, createRunRepository(table.table)),
    routes: [{ id: 'shop.order-quickbooks', source: { platform: 'shop' }, target: { platform: 'quickbooks' } }],
    clock,
    ids: randomIds(clock),
    announce: createAnnouncer(table.table, { warn: () => undefined }),
  };
  const notifications: SendingDeps & SettingsDeps = {
    ...deps,
    settings: createNotificationSettingsRepository(table.table),
    deliveries: createDeliveryRepository(table.table),
    guard: createHostGuard([platform.host]),
    mailer: { send: async () => ({ kind: 'refused', status: 400, reason: 'MessageRejected: nobody here' }) },
  };
  const stop = async () => {
    await Promise.all([table.stop(), secrets.stop(), platform.close()]);
  };
  return { deps, notifications, platform, secrets, clock, table, stop };
}
