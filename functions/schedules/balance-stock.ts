import type { Context } from 'aws-lambda';
import { assembleConnections } from '#shared/connections/assemble.ts';
import { createLimiterRepository } from '#shared/data/limiter-repository.ts';
import { createShelfRepository } from '#shared/data/shelf-repository.ts';
import { createStockRepository } from '#shared/data/stock-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { balanceStockEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { dynamoClient, secretsClient } from '#shared/platform/aws-clients.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { createSecretStore } from '#shared/platform/secrets.ts';
import { type BalanceSummary, balanceAll } from '#shared/stock/balance-all.ts';
import { keeperOpener } from '#shared/stock/open-keepers.ts';

const env = parseEnv(balanceStockEnv);
const log = createLogger();
const table = openTable(env.TABLE_NAME, dynamoClient());
const connections = await assembleConnections(env, table, createSecretStore(secretsClient()), log);
const deps = {
  ...connections,
  stock: createStockRepository(table),
  shelf: createShelfRepository(table),
  openKeepers: keeperOpener(connections, createLimiterRepository(table)),
  log,
};

/** Time one tenant may need: no other begins after it. */
const reserveMs = 60_000;

/** Started by the schedule balance-stock. */
export async function handler(_event: unknown, context: Context): Promise<BalanceSummary> {
  const summary = await balanceAll(deps, () => context.getRemainingTimeInMillis() > reserveMs);
  log.info('stock balanced', { ...summary });
  return summary;
}
