import * as z from 'zod';
import { ok, type Result } from '../../core/failure.ts';
import type { Json } from '../../core/json.ts';
import type { ReadQuery } from '../connector.ts';
import type { Query, WooCommerceClient } from './client.ts';

/** The API's own maximum. */
export const perPage = 100;

export interface RawPage {
  readonly rows: readonly Record<string, unknown>[];
  readonly next: Json | null;
  readonly total: number;
}

const scanCursor = z.object({
  offset: z.number().int(),
  /** Highest id seen. */
  last: z.number(),
  /** Where the last id seen was missing, while it is looked for further back. */
  missing: z.number().int().optional(),
});
const changeCursor = z.object({ at: z.string(), seen: z.array(z.union([z.string(), z.number()])) });

/** Each page begins with the last row of the page before. */
const stride = perPage - 1;

/**
 * Everything, by rising id. Updates do not move rows in that order; deletions pull rows from behind over the edge of a
 * page, and new rows hide that from the total. So a page must begin with the last row of the page before; where it
 * does not, the read goes back until it finds its place, and nothing is skipped.
 */
export async function readAll(
  client: WooCommerceClient,
  path: string,
  filters: Query,
  cursor: Json | null,
): Promise<Result<RawPage>> {
  const { offset, last, missing } = cursor === null ? { offset: 0, last: 0 } : scanCursor.parse(cursor);
  const reply = await client.list(path, { ...filters, orderby: 'id', order: 'asc', per_page: perPage, offset });
  if (!reply.ok) return reply;
  const { total } = reply.value;
  const rows = objects(reply.value.rows);
  const connects = offset === 0 || Number(rows[0]?.id ?? Number.POSITIVE_INFINITY) <= last;
  // Rows the key may not read are left out of a page: a place that was looked for once is not looked for again.
  if (!connects && missing !== offset) {
    return ok({ rows: [], next: { offset: offset - stride, last, missing: missing ?? offset }, total });
  }
  const fresh = rows.filter(({ id }) => Number(id) > last);
  // A page may hold fewer rows than it stands for, so only the total tells the end.
  if (offset + perPage >= total) return ok({ rows: fresh, next: null, total });
  const next = { offset: offset + stride, last: Number(fresh.at(-1)?.id ?? last) };
  return ok({
    rows: fresh,
    next: fresh.length > 0 ? next : { ...next, ...(missing === undefined ? {} : { missing }) },
    total,
  });
}

/**
 * What changed since the watermark, by rising modification time. Each page starts from the last second seen and leaves
 * out the ids seen in it: no offsets, so rows that change meanwhile cannot push others out of sight, and any number of
 * rows may share a second. Timestamps are UTC without a zone suffix: with one the shop shifts them (reference section 3).
 */
export async function readChanges(
  client: WooCommerceClient,
  path: string,
  filters: Query,
  query: ReadQuery,
): Promise<Result<RawPage>> {
  const at = query.cursor === null ? undefined : changeCursor.parse(query.cursor);
  const since = at?.at ?? withoutZone(query.since ?? '1970-01-01T00:00:00.000Z');
  const seen = at?.seen ?? [];
  const reply = await client.list(path, {
    ...filters,
    orderby: 'modified',
    order: 'asc',
    per_page: perPage,
    page: 1,
    dates_are_gmt: true,
    modified_after: secondBefore(since),
    exclude: seen.length > 0 ? seen : undefined,
  });
  if (!reply.ok) return reply;
  const rows = objects(reply.value.rows);
  const last = String(rows.at(-1)?.date_modified_gmt ?? '');
  if (rows.length === 0 || last === '' || reply.value.totalPages <= 1) {
    return ok({ rows, next: null, total: reply.value.total });
  }
  const atLast = rows.filter((row) => row.date_modified_gmt === last).map((row) => row.id as number);
  const next = { at: last, seen: last === since ? [...seen, ...atLast] : atLast };
  return ok({ rows, next, total: reply.value.total });
}

function objects(rows: readonly unknown[]): Record<string, unknown>[] {
  return rows.filter((row): row is Record<string, unknown> => row !== null && typeof row === 'object');
}

function withoutZone(instant: string): string {
  return new Date(instant).toISOString().slice(0, 19);
}

/** Bounds are exclusive with a resolution of one second. */
function secondBefore(naiveUtc: string): string {
  return withoutZone(new Date(Date.parse(`${naiveUtc}Z`) - 1000).toISOString());
}
