import { businessDay } from '../../core/clock.ts';
import type { Query } from './client.ts';
import { gmt } from './values.ts';

/** A local day lies within these bounds of the same day in UTC, whatever the zone and its summer time. */
const earliestMs = 14 * 3_600_000;
const latestMs = 36 * 3_600_000;

/** No local day of this date begins earlier, UTC. */
export function windowStart(from: string): string {
  return new Date(Date.parse(from) - earliestMs - 1000).toISOString();
}

/** Wider than the days: what lies outside is left out by its own day. Bounds are naive UTC (reference section 3). */
export function dayWindow(from: string, to: string): Query {
  return {
    dates_are_gmt: true,
    after: windowStart(from).slice(0, 19),
    before: new Date(Date.parse(to) + latestMs + 1000).toISOString().slice(0, 19),
  };
}

/** The store's calendar day on which an order was placed; undefined where it does not say. */
export function dayOf(row: Readonly<Record<string, unknown>>, zone: string): string | undefined {
  const placed = gmt.safeParse(row.date_created_gmt);
  return placed.success && placed.data ? businessDay(placed.data, zone) : undefined;
}
