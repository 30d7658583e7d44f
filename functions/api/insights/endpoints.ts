import type { Endpoint } from '#shared/http/endpoint.ts';
import type { MetricsDeps } from '#shared/insights/read-metrics.ts';
import type { TimelineDeps } from '#shared/insights/read-timeline.ts';
import { getMetrics } from './metrics.ts';
import { findRecords, getTimeline } from './records.ts';

/** Every endpoint of this function, bound to what it needs. */
export function insightsEndpoints(deps: MetricsDeps & TimelineDeps): Endpoint[] {
  return [getMetrics, findRecords, getTimeline].map((bind) => bind(deps));
}
