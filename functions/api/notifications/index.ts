import { systemClock } from '#shared/core/clock.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createAnnouncer } from '#shared/data/announcer.ts';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createDeliveryRepository } from '#shared/data/delivery-repository.ts';
import { createNotificationSettingsRepository } from '#shared/data/notification-settings-repository.ts';
import { createOAuthRepository } from '#shared/data/oauth-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import { apiNotificationsEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { dynamoClient, mailClient, secretsClient } from '#shared/platform/aws-clients.ts';
import { createHostGuard } from '#shared/platform/host-guard.ts';
import { createHttpClient } from '#shared/platform/http-client.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { createMailer } from '#shared/platform/mailer.ts';
import { createSecretStore } from '#shared/platform/secrets.ts';
import { notificationsEndpoints } from './endpoints.ts';

const env = parseEnv(apiNotificationsEnv);
const log = createLogger();
const table = openTable(env.TABLE_NAME, dynamoClient());
const guard = createHostGuard(env.OUTBOUND_ALLOWED_HOSTS);
const ids = randomIds(systemClock);

export const handler = apiGroup(
  notificationsEndpoints({
    settings: createNotificationSettingsRepository(table),
    deliveries: createDeliveryRepository(table),
    oauth: createOAuthRepository(table),
    announce: createAnnouncer(table, log),
    secrets: createSecretStore(secretsClient()),
    secretPrefix: env.SECRET_PREFIX,
    guard,
    http: createHttpClient({ guard }),
    mailer: createMailer(mailClient(), env.MAIL_SENDER),
    clock: systemClock,
    ids,
  }),
  log,
  {
    trail: createAuditRepository(table),
    workspaces: createWorkspaceRepository(table),
    clock: systemClock,
    ids,
  },
);
