import type { Endpoint } from '#shared/http/endpoint.ts';
import type { MetricsDeps } from '#shared/insights/read-metrics.ts';
import { getMetrics } from './metrics.ts';

/** Every endpoint of this function, bound to what it needs. */
export function insightsEndpoints(deps: MetricsDeps): Endpoint[] {
  return [getMetrics(deps)];
}
