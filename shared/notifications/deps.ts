import type { Clock } from '../core/clock.ts';
import type { DeliveryRepository } from '../data/delivery-repository.ts';
import type { NotificationSettingsRepository } from '../data/notification-settings-repository.ts';
import type { OutboxRepository } from '../data/outbox-repository.ts';
import type { Announce } from '../model/announcement.ts';
import type { Connection } from '../model/connection.ts';
import type { FailureRecord } from '../model/failure-record.ts';
import type { HttpClient } from '../platform/http-client.ts';
import type { Log } from '../platform/logger.ts';
import type { Mailer } from '../platform/mailer.ts';
import type { NotificationVaultDeps } from './vault.ts';

/** What sending needs. */
export interface SendingDeps extends NotificationVaultDeps {
  readonly settings: NotificationSettingsRepository;
  readonly deliveries: DeliveryRepository;
  readonly announce: Announce;
  readonly http: HttpClient;
  readonly mailer: Mailer;
  readonly clock: Pick<Clock, 'now'>;
}

/** What the notifier needs beside that. */
export interface NotifierDeps extends SendingDeps {
  readonly outbox: OutboxRepository;
  readonly connections: { list(tenantId: string): Promise<Connection[]> };
  readonly failures: {
    list(
      tenantId: string,
      query: { readonly runId: string; readonly limit: number },
    ): Promise<{ failures: FailureRecord[] }>;
  };
  readonly log: Log;
}
