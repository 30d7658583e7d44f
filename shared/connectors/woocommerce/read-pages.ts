import * as z from 'zod';
import { ok, type Result } from '../../core/failure.ts';
import type { Json } from '../../core/json.ts';
import type { ReadQuery } from '../source.ts';
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
const changeCursor = z.object({
  at: z.string(),
  /** Ids seen in that second. */
  seen: z.array(z.union([z.string(), z.number()])),
  /** Where the next page of a crowded second begins; without it about where the seen ids end. */
  offset: z.number().int().optional(),
});

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
 * out the ids seen in it, so rows that change meanwhile cannot push others out of sight. In a second so crowded that its
 * ids would not fit an address (an import), pages go by offset instead: such a page must begin with a row seen before, and
 * where it does not, because rows have left the second, the read goes back until it does. Timestamps are UTC without a
 * zone suffix: with one the shop shifts them (reference section 3).
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
  const crowded = seen.length > mostExcluded;
  const offset = at?.offset ?? Math.max(0, seen.length - 1);
  const reply = await client.list(path, {
    ...filters,
    orderby: 'modified',
    order: 'asc',
    per_page: perPage,
    dates_are_gmt: true,
    modified_after: secondBefore(since),
    ...(crowded ? { offset } : { page: 1, exclude: seen.length > 0 ? seen : undefined }),
  });
  if (!reply.ok) return reply;
  const { total, totalPages } = reply.value;
  const rows = objects(reply.value.rows);
  const known = new Set(seen.map(String));
  if (crowded && offset > 0 && !known.has(String(rows[0]?.id))) {
    return ok({ rows: [], next: { at: since, seen, offset: Math.max(0, offset - stride) }, total });
  }
  const fresh = rows.filter((row) => !known.has(String(row.id)));
  const last = String(rows.at(-1)?.date_modified_gmt ?? '');
  const isEnd = crowded ? offset + perPage >= total : totalPages <= 1;
  if (rows.length === 0 || last === '' || isEnd) return ok({ rows: fresh, next: null, total });
  const atLast = fresh.filter((row) => row.date_modified_gmt === last).map((row) => row.id as number);
  if (last !== since) return ok({ rows: fresh, next: { at: last, seen: atLast }, total });
  // The next page of a crowded second begins with the last row of this one.
  const place = crowded ? { offset: offset + rows.length - 1 } : {};
  return ok({ rows: fresh, next: { at: since, seen: [...seen, ...atLast], ...place }, total });
}

/** Ids left out by name: their length in the address stays around a kilobyte. */
const mostExcluded = 150;

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
