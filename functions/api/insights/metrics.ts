import * as contract from '#shared/api/insights.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { type MetricsDeps, readMetrics } from '#shared/insights/read-metrics.ts';

export const getMetrics = endpoint(contract.getMetrics, async ({ query, caller }, deps: MetricsDeps) => {
  const { start_date: from, end_date: to, entity, connection } = query;
  return answer(200, await readMetrics(deps, caller.tenantId, { from, to, entity, connection }));
});
