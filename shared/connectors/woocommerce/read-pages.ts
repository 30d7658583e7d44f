import * as z from 'zod';
import { type Result, ok } from '../../core/failure.ts';
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

const pageCursor = z.object({ page: z.number().int(), total: z.number().int() });
const changeCursor = z.object({ at: z.string(), seen: z.array(z.union([z.string(), z.number()])) });

/**
 * Everything, by rising id. Updates do not move rows in that order; a deletion does, so when the total has shrunk since
 * the page before, that page is read again and nothing is skipped.
 */
export async function readAll(
  client: WooCommerceClient,
  path: string,
  filters: Query,
  cursor: Json | null,
): Promise<Result<RawPage>> {
  const at = cursor === null ? undefined : pageCursor.parse(cursor);
  const page = at?.page ?? 1;
  const reply = await client.list(path, { ...filters, orderby: 'id', order: 'asc', per_page: perPage, page });
  if (!reply.ok) return reply;
  const { rows, total, totalPages } = reply.value;
  if (at && total < at.total && rows.length > 0 && page > 1) {
    return ok({ rows: [], next: { page: page - 1, total }, total });
  }
  // Rows the key may not read are left out of a page, so only the page count tells the end.
  const more = page < totalPages;
  return ok({ rows: objects(rows), next: more ? { page: page + 1, total } : null, total });
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
  const last = String(rows.at(-1)?.['date_modified_gmt'] ?? '');
  if (rows.length === 0 || last === '' || reply.value.totalPages <= 1) {
    return ok({ rows, next: null, total: reply.value.total });
  }
  const atLast = rows.filter((row) => row['date_modified_gmt'] === last).map((row) => row['id'] as number);
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
