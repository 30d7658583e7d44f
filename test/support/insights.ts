import { createConnectors } from '#shared/connectors/registry.ts';
import type { Clock } from '#shared/core/clock.ts';
import { createActivityRepository } from '#shared/data/activity-repository.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createFailureRepository } from '#shared/data/failure-repository.ts';
import { createHistoryRepository } from '#shared/data/history-repository.ts';
import { createLimiterRepository } from '#shared/data/limiter-repository.ts';
import { createMetricRepository } from '#shared/data/metric-repository.ts';
import { createRecordRepository } from '#shared/data/record-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import type { Table } from '#shared/data/table.ts';
import { quickBooksUrls } from '#shared/env/quickbooks.ts';
import type { Endpoint } from '#shared/http/endpoint.ts';
import type { Journal } from '#shared/sync/ports.ts';
import { routes } from '#shared/sync/routes.ts';
import { insightsEndpoints } from '../../functions/api/insights/endpoints.ts';

/** The endpoints of api-insights over a real table. */
export function insightsOver(
  table: Table,
  clock: Clock,
  journal: Pick<Journal, 'read'> = { read: async () => [] },
): Endpoint[] {
  const runs = createRunRepository(table);
  return insightsEndpoints({
    metrics: createMetricRepository(table),
    activity: createActivityRepository(table, runs),
    limiters: createLimiterRepository(table),
    connections: createConnectionRepository(table),
    records: createRecordRepository(table),
    failures: createFailureRepository(table),
    history: createHistoryRepository(table),
    journal,
    connectors: createConnectors({
      quickbooks: { clientId: '', clientSecret: '', ...quickBooksUrls({ QUICKBOOKS_ENVIRONMENT: 'sandbox' }) },
    }),
    routes,
    clock,
  });
}
