import type { Context } from 'aws-lambda';
import { systemClock } from '#shared/core/clock.ts';
import { createAnnouncer } from '#shared/data/announcer.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createDeliveryRepository } from '#shared/data/delivery-repository.ts';
import { createFailureRepository } from '#shared/data/failure-repository.ts';
import { createNotificationSettingsRepository } from '#shared/data/notification-settings-repository.ts';
import { createOutboxRepository } from '#shared/data/outbox-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { notifyEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import type { NotifierDeps } from '#shared/notifications/deps.ts';
import { type NotifySummary, notify } from '#shared/notifications/notify.ts';
import { dynamoClient, mailClient, secretsClient } from '#shared/platform/aws-clients.ts';
import { createHostGuard } from '#shared/platform/host-guard.ts';
import { createHttpClient } from '#shared/platform/http-client.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { createMailer } from '#shared/platform/mailer.ts';
import { createSecretStore } from '#shared/platform/secrets.ts';

const env = parseEnv(notifyEnv);
const log = createLogger();
const table = openTable(env.TABLE_NAME, dynamoClient());
const deps: NotifierDeps = {
  settings: createNotificationSettingsRepository(table),
  deliveries: createDeliveryRepository(table),
  outbox: createOutboxRepository(table),
  connections: createConnectionRepository(table),
  failures: createFailureRepository(table),
  announce: createAnnouncer(table, log),
  secrets: createSecretStore(secretsClient()),
  secretPrefix: env.SECRET_PREFIX,
  http: createHttpClient({ guard: createHostGuard(env.OUTBOUND_ALLOWED_HOSTS) }),
  mailer: createMailer(mailClient(), env.MAIL_SENDER),
  clock: systemClock,
  log,
};

/** Time a message may need: no new one is begun after it. */
const reserveMs = 30_000;

/** Started by the schedule notify, every minute. */
export async function handler(_event: unknown, context: Context): Promise<NotifySummary> {
  const summary = await notify(deps, () => context.getRemainingTimeInMillis() > reserveMs);
  if (summary.routed > 0 || summary.delivered > 0) log.info('notifications sent', { ...summary });
  return summary;
}
