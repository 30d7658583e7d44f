import type { RateLimit } from '../connectors/connector.ts';
import type { LimiterRepository } from '../data/limiter-repository.ts';
import type { Metric } from '../model/metric.ts';
import { limitUse } from '../platform/rate-limiter.ts';
import { addUp, within } from './tally.ts';

export interface ApiUsage {
  readonly connection: string;
  /** Calls by kind; `request` is all of them, `throttled` those refused as too many. */
  readonly calls: Readonly<Record<string, number>>;
  readonly days: { readonly day: string; readonly requests: number }[];
  readonly limits: {
    readonly kind: string;
    readonly limit: number;
    readonly window_seconds: number;
    readonly used: number;
  }[];
}

/** What a connection was asked for, and how much of its limits the latest slice left. */
export async function readApiUsage(
  limiters: Pick<LimiterRepository, 'load'>,
  tenantId: string,
  connection: string,
  limits: readonly RateLimit[],
  metrics: readonly Metric[],
  nowMs: number,
): Promise<ApiUsage> {
  const prefix = `calls.${connection}/`;
  const days = [...Map.groupBy(metrics, ({ day }) => day)].map(([day, own]) => ({
    day,
    requests: addUp(own)[`${prefix}request`] ?? 0,
  }));
  const state = await limiters.load(tenantId, connection);
  return {
    connection,
    calls: within(addUp(metrics), prefix),
    days: days.filter(({ requests }) => requests > 0),
    limits: limitUse(limits, state, nowMs).map(({ limit: { kind, count, per_ms }, used }) => ({
      kind,
      limit: count,
      window_seconds: per_ms / 1000,
      used,
    })),
  };
}
