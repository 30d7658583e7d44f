import type { Context } from 'aws-lambda';
import { assembleConnections } from '#shared/connections/assemble.ts';
import { openTable } from '#shared/data/table.ts';
import { createWebhookRepository } from '#shared/data/webhook-repository.ts';
import { keepWebhooksEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { dynamoClient, secretsClient } from '#shared/platform/aws-clients.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { meter } from '#shared/platform/meter.ts';
import { createSecretStore } from '#shared/platform/secrets.ts';
import { type KeepAllSummary, keepAllHooks } from '#shared/webhooks/keep-all.ts';

const env = parseEnv(keepWebhooksEnv);
const log = createLogger();
const table = openTable(env.TABLE_NAME, dynamoClient());
const connections = await assembleConnections(env, table, createSecretStore(secretsClient()), log);
const deps = { ...connections, webhooks: createWebhookRepository(table), publicUrl: env.PUBLIC_URL };

/** Time a page of shops may need: no new one is begun after it. */
const reserveMs = 120_000;

/** Started by the schedule keep-webhooks, every hour. */
export async function handler(_event: unknown, context: Context): Promise<KeepAllSummary> {
  const summary = await keepAllHooks(deps, log, () => context.getRemainingTimeInMillis() > reserveMs);
  log.info('webhooks looked at', { ...summary });
  meter.emit({ WebhooksRevived: summary.revived, WebhooksNotKept: summary.failed });
  return summary;
}
