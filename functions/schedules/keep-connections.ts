import type { Context } from 'aws-lambda';
import { assembleConnections } from '#shared/connections/assemble.ts';
import { type KeepSummary, keepConnections } from '#shared/connections/keep.ts';
import { openTable } from '#shared/data/table.ts';
import { keepConnectionsEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { dynamoClient, secretsClient } from '#shared/platform/aws-clients.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { meter } from '#shared/platform/meter.ts';
import { createSecretStore } from '#shared/platform/secrets.ts';

const env = parseEnv(keepConnectionsEnv);
const log = createLogger();
const table = openTable(env.TABLE_NAME, dynamoClient());
const deps = await assembleConnections(env, table, createSecretStore(secretsClient()), log);

/** Time a page of renewals may need: no new one begins after it. */
const reserveMs = 60_000;

/** Started by the schedule keep-connections. */
export async function handler(_event: unknown, context: Context): Promise<KeepSummary> {
  const summary = await keepConnections(deps, log, () => context.getRemainingTimeInMillis() > reserveMs);
  log.info('connections kept', { ...summary });
  const { renewed, lost, failed } = summary;
  meter.emit({ ConnectionsRenewed: renewed, ConnectionsLost: lost, ConnectionsNotRenewed: failed });
  return summary;
}
