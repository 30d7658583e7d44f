import type { ReadQuery } from '../source.ts';
import type { Query } from './client.ts';

/** One pass over a listing. */
export interface Phase {
  /** Everything the filters leave, by rising id; otherwise what changed after `since`, by rising time of the change. */
  readonly scan: boolean;
  readonly since: string | null;
  readonly filters: Query;
}

/**
 * How far back a sweep reads orders again. Most of what happens to an order happens in its first weeks; older ones are
 * still found by the date of their change, deletions at any age.
 */
const sweepMs = 35 * 86_400_000;

/** The trash is in no listing that does not ask for it (reference section 4); going there leaves a date. */
const trash: Query = { status: 'trash' };

/** Where a sweep begins: never later than where reading by change has come to. */
export function sweepStart({ since }: Pick<ReadQuery, 'since'>, nowMs: number): string {
  const recent = new Date(nowMs - sweepMs).toISOString();
  return since !== null && since < recent ? since : recent;
}

/** The passes that answer a query, one after the other. */
export function phasesOf(entity: string, query: ReadQuery, filters: Query, nowMs: number): readonly Phase[] {
  const { mode, since } = query;
  const all: Phase = { scan: true, since: null, filters };
  // Customers have no filter by change, and few products change without a trace but some do: both are few enough.
  if (mode === 'full' || entity === 'customer' || (mode === 'sweep' && entity !== 'order')) return [all];
  const chosen = query.filters.status !== undefined && query.filters.status.length > 0;
  if (mode === 'incremental') {
    const changed: Phase = { scan: false, since, filters };
    return since === null || chosen ? [changed] : [changed, { ...changed, filters: { ...filters, ...trash } }];
  }
  // Orders kept as posts change without a date (reference section 3): recent ones are read again whatever it says.
  const start = sweepStart(query, nowMs);
  const bound = start.slice(0, 19);
  return [
    { scan: true, since: null, filters: { after: bound, ...filters, dates_are_gmt: true } },
    { scan: false, since: start, filters: { before: nextSecond(bound), ...filters } },
  ];
}

/** Bounds leave out their own second: the two passes meet in it. */
function nextSecond(naiveUtc: string): string {
  return new Date(Date.parse(`${naiveUtc}Z`) + 1000).toISOString().slice(0, 19);
}
