import * as z from 'zod';

/**
 * Counters of one flow on one day, by name. Names are flat, so that one update adds to many of them:
 *
 * | Name | Counts |
 * | --- | --- |
 * | `records.<outcome>` | records of the source: read, created, updated, skipped, failed |
 * | `documents.<entity>.<outcome>` | documents of the target |
 * | `calls.<platform>/<kind>` | calls to platforms, dry runs included; kind `throttled` are those refused as too many |
 * | `runs.<status>` | ends of the flow |
 * | `dry_runs.<status>` | the same of dry runs, which add to nothing else but calls |
 * | `pauses` | times it had to wait for a platform |
 * | `duration.ms` | milliseconds from start to end, of completed ones |
 * | `duration.b<n>` | completed ones by bucket of their duration, see shared/core/histogram.ts |
 */
export type Counters = Readonly<Record<string, number>>;

export const metricSchema = z.object({
  tenant_id: z.string(),
  /** Day of the store, `2026-11-22`; UTC where its zone is not known. */
  day: z.iso.date(),
  route_id: z.string(),
  counters: z.record(z.string(), z.number().int()),
});

/** What one flow of one tenant came to on one day. */
export type Metric = z.infer<typeof metricSchema>;

/** What one checkpoint adds. */
export interface MetricIncrement {
  readonly day: string;
  readonly add: Counters;
}
