import type { Connector } from '../connectors/connector.ts';
import { businessDay, type Clock, instant } from '../core/clock.ts';
import { addDays, daysBetween } from '../core/days.ts';
import type { ActivityRepository } from '../data/activity-repository.ts';
import type { ConnectionRepository } from '../data/connection-repository.ts';
import type { LimiterRepository } from '../data/limiter-repository.ts';
import type { MetricRepository } from '../data/metric-repository.ts';
import type { Metric } from '../model/metric.ts';
import type { Route } from '../sync/routes.ts';
import { storeZone } from '../sync/store-zone.ts';
import { type ApiUsage, readApiUsage } from './api-usage.ts';
import { type Backfill, backfillOf } from './backfills.ts';
import { addUp, type Durations, durationsOf, type Totals, totalsOf } from './tally.ts';

export interface MetricsDeps {
  readonly metrics: MetricRepository;
  readonly activity: Pick<ActivityRepository, 'openLegs'>;
  readonly limiters: Pick<LimiterRepository, 'load'>;
  readonly connections: Pick<ConnectionRepository, 'list'>;
  /** By platform; only what they say of themselves is used. */
  readonly connectors: Readonly<Record<string, Connector>>;
  readonly routes: readonly Route[];
  readonly clock: Clock;
}

export interface MetricsQuery {
  /** Days of the store, both inclusive; undefined: 30 days up to today. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly entity?: string | undefined;
  /** Only flows from or to this platform. */
  readonly connection?: string | undefined;
}

export interface MetricsReport {
  readonly start_date: string;
  readonly end_date: string;
  readonly time_zone: string;
  readonly totals: Totals;
  readonly durations: Durations;
  readonly by_entity: (Totals & { readonly entity: string })[];
  readonly by_connector: (Totals & { readonly connection: string; readonly role: 'source' | 'target' })[];
  readonly by_flow: (Totals & {
    readonly flow: string;
    readonly entity: string;
    readonly source: string;
    readonly target: string;
    readonly durations: Durations;
  })[];
  readonly time_series: (Totals & { readonly day: string })[];
  readonly api_usage: ApiUsage[];
  readonly backfills: Backfill[];
}

const defaultDays = 30;
/** Bounds the cost of an answer. */
const longestDays = 366;

/**
 * What a tenant's flows came to. The parts are sums of the same counters, so those of all flows, entities and days are the
 * totals. Cost: one query over an item per day and flow, and a handful of reads of what is going on now.
 */
export async function readMetrics(deps: MetricsDeps, tenantId: string, query: MetricsQuery): Promise<MetricsReport> {
  const now = deps.clock.now();
  const connections = (await deps.connections.list(tenantId)).filter(({ status }) => status !== 'disconnected');
  const zone = storeZone(connections, deps.routes);
  const to = query.to ?? lastDay(businessDay(instant(now), zone), query.from);
  const from = query.from ?? addDays(to, 1 - defaultDays);
  const flows = deps.routes.filter(
    ({ name, source, target }) =>
      (query.entity === undefined || name === query.entity) &&
      (query.connection === undefined || [source.platform, target.platform].includes(query.connection)),
  );
  const [all, legs] = await Promise.all([deps.metrics.list(tenantId, from, to), deps.activity.openLegs(tenantId)]);
  const flowOf = new Map(flows.map((flow) => [flow.id, flow]));
  const metrics = all.filter(({ route_id }) => flowOf.has(route_id));
  const ofFlows = (chosen: (flow: Route) => boolean): Metric[] =>
    metrics.filter(({ route_id }) => {
      const flow = flowOf.get(route_id);
      return flow !== undefined && chosen(flow);
    });
  const platforms = distinct(flows.flatMap(({ source, target }) => [source.platform, target.platform]));
  return {
    start_date: from,
    end_date: to,
    time_zone: zone,
    totals: totalsOf(addUp(metrics)),
    durations: durationsOf(addUp(metrics)),
    by_entity: distinct(flows.map(({ name }) => name)).map((entity) => ({
      entity,
      ...totalsOf(addUp(ofFlows(({ name }) => name === entity))),
    })),
    by_connector: (['source', 'target'] as const).flatMap((role) =>
      distinct(flows.map((flow) => flow[role].platform)).map((connection) => ({
        connection,
        role,
        ...totalsOf(addUp(ofFlows((flow) => flow[role].platform === connection))),
      })),
    ),
    by_flow: flows.map(({ id, name, source, target }) => {
      const own = addUp(ofFlows((flow) => flow.id === id));
      const ends = { entity: name, source: source.platform, target: target.platform };
      return { flow: id, ...ends, ...totalsOf(own), durations: durationsOf(own) };
    }),
    time_series: series(metrics, from, to),
    api_usage: await Promise.all(
      connections
        .filter(({ platform }) => platforms.includes(platform))
        .map(({ platform }) => {
          const limits = deps.connectors[platform]?.rateLimits ?? [];
          return readApiUsage(deps.limiters, tenantId, platform, limits, metrics, now);
        }),
    ),
    backfills: legs.filter(({ route_id }) => flowOf.has(route_id)).map((leg) => backfillOf(leg, now)),
  };
}

/** Every day of the range, also those on which nothing happened. */
function series(metrics: readonly Metric[], from: string, to: string): MetricsReport['time_series'] {
  const byDay = Map.groupBy(metrics, ({ day }) => day);
  const days: (Totals & { day: string })[] = [];
  for (let n = 0; n < daysBetween(from, to); n += 1) {
    const day = addDays(from, n);
    days.push({ day, ...totalsOf(addUp(byDay.get(day) ?? [])) });
  }
  return days;
}

/** Today, but no more days than an answer may have; a range that begins in the future is one empty day. */
function lastDay(today: string, from: string | undefined): string {
  if (from === undefined) return today;
  if (from > today) return from;
  return daysBetween(from, today) > longestDays ? addDays(from, longestDays - 1) : today;
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
