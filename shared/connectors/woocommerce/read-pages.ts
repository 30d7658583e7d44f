import * as z from 'zod';
import { ok, type Result } from '../../core/failure.ts';
import type { Json } from '../../core/json.ts';
import type { ReadQuery } from '../source.ts';
import type { Query, WooCommerceClient } from './client.ts';
import { brokenBy, type Row } from './convert-rows.ts';

export interface RawPage {
  readonly rows: readonly Row[];
  readonly next: Json | null;
  readonly total: number;
}

const placeMembers = {
  offset: z.number().int(),
  /** An offset that is read from without looking for what was seen before it. */
  missing: z.number().int().optional(),
};
type Place = z.infer<z.ZodObject<typeof placeMembers>>;

const scanCursor = z.object({
  ...placeMembers,
  /** Highest id seen. */
  last: z.number(),
});
const changeCursor = z.object({
  at: z.string(),
  /** Ids seen in that second. */
  seen: z.array(z.union([z.string(), z.number()])),
  /** Where the next page of a crowded second begins; without it about where the seen ids end. */
  offset: placeMembers.offset.optional(),
  missing: placeMembers.missing,
});

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
  const { last, ...place } = cursor === null ? { ...start, last: 0 } : scanCursor.parse(cursor);
  const stretch = await readFrom(client, path, { ...filters, orderby: 'id', order: 'asc' }, place, {
    isSeen: ({ id }) => Number(id) <= last,
  });
  if (!stretch.ok) return stretch;
  const { rows, next, total } = stretch.value;
  return ok({ rows, next: next && { ...next, last: Number(rows.at(-1)?.id ?? last) }, total });
}

/**
 * What changed since the watermark, by rising modification time. Each page starts from the last second seen and leaves
 * out the ids seen in it, so rows that change meanwhile cannot push others out of sight. In a second so crowded that its
 * ids would not fit an address (an import), pages go by offset instead, like those of a scan. Timestamps are UTC without a
 * zone suffix: with one the shop shifts them (reference section 3).
 */
export async function readChanges(
  client: WooCommerceClient,
  path: string,
  filters: Query,
  query: ReadQuery,
): Promise<Result<RawPage>> {
  const cursor: z.infer<typeof changeCursor> =
    query.cursor === null
      ? { at: withoutZone(query.since ?? '1970-01-01T00:00:00.000Z'), seen: [] }
      : changeCursor.parse(query.cursor);
  const { at: since, seen, offset, missing } = cursor;
  const known = new Set(seen.map(String));
  const isSeen = ({ id }: Row): boolean => known.has(String(id));
  const changed: Query = {
    ...filters,
    orderby: 'modified',
    order: 'asc',
    dates_are_gmt: true,
    modified_after: secondBefore(since),
  };
  const isCrowded = seen.length > mostExcluded || offset !== undefined;
  const place = { offset: offset ?? Math.max(0, seen.length - 1), missing };
  const stretch = isCrowded
    ? await readFrom(client, path, changed, place, { isSeen })
    : await readBeside(client, path, changed, seen, isSeen);
  if (!stretch.ok) return stretch;
  const { rows, next, total } = stretch.value;
  if (next === null) return ok({ rows, next, total });
  const last = String(rows.at(-1)?.date_modified_gmt ?? since);
  const atLast = rows.filter((row) => (row.date_modified_gmt ?? since) === last).map(({ id }) => id as number);
  if (last !== since) return ok({ rows, next: { at: last, seen: atLast }, total });
  return ok({ rows, next: { at: since, seen: [...seen, ...atLast], ...next }, total });
}

/** Ids left out by name: their length in the address stays around a kilobyte. */
const mostExcluded = 150;

interface Stretch<P> {
  /** Those not seen before. */
  readonly rows: readonly Row[];
  /** Null at the end. */
  readonly next: P | null;
  readonly total: number;
}

/** The first page of what was not seen. Where all of it is kept from the key, what is behind is found by offset only. */
async function readBeside(
  client: WooCommerceClient,
  path: string,
  query: Query,
  seen: readonly (string | number)[],
  isSeen: (row: Row) => boolean,
): Promise<Result<Stretch<Partial<Place>>>> {
  const page = await client.page(path, { ...query, page: 1, exclude: seen.length > 0 ? seen : undefined });
  if (!page.ok) return page;
  const { size, total, totalPages } = page.value;
  const rows = objects(page.value.rows);
  const next = rows.length > 0 ? {} : openAt(size);
  return ok({ rows: rows.filter((row) => !isSeen(row)), next: totalPages <= 1 ? null : next, total });
}

/** The beginning of a list: nothing was seen before it. */
const start: Place = { offset: 0, missing: 0 };
const openAt = (offset: number): Place => ({ offset, missing: offset });

/**
 * One page of a list that is walked by offset. It must begin with a row seen before, so that no row has slipped past between
 * two pages; where it does not, the read goes back, until it finds one or the beginning of the list. Pages of any size can
 * follow each other.
 */
async function readFrom(
  client: WooCommerceClient,
  path: string,
  query: Query,
  place: Place,
  { isSeen }: { readonly isSeen: (row: Row) => boolean },
): Promise<Result<Stretch<Place>>> {
  const { offset } = place;
  const isOpen = place.missing === offset;
  const page = await client.page(path, query, (size) => ({ offset: size === 1 && !isOpen ? offset + 1 : offset }));
  if (!page.ok) return page;
  const span = page.value.size === 1 && !isOpen ? await withRowBefore(client, path, query, offset, page.value) : page;
  if (!span.ok) return span;
  // The list moved between the two reads.
  if (span.value === undefined) return ok({ rows: [], next: place, total: page.value.total });
  const { size, total } = span.value;
  const rows = objects(span.value.rows);
  const [first] = rows;
  if (!isOpen && !(first && isSeen(first))) {
    const back = Math.max(0, offset - (size - 1));
    return ok({ rows: [], next: back === 0 ? start : { offset: back }, total });
  }
  const fresh = rows.filter((row) => !isSeen(row));
  // A page may hold fewer rows than it stands for, so only the total tells the end.
  if (offset + size >= total) return ok({ rows: fresh, next: null, total });
  // Rows that are kept from the key cannot be recognised by the next page.
  const isHidden = fresh.length === 0 && rows.length < size;
  // Nor can one be that the shop cannot send: a page that begins with it would not come.
  const isOver = isHidden || fresh.some(brokenBy);
  return ok({ rows: fresh, next: isOver ? openAt(offset + size) : { offset: offset + size - 1 }, total });
}

/**
 * A page of one row has no room for the one before it: which that is, is asked for by id.
 *
 * @returns undefined where the row read does not stand behind it any more.
 */
async function withRowBefore(
  client: WooCommerceClient,
  path: string,
  query: Query,
  offset: number,
  { rows: [row] }: { readonly rows: readonly unknown[] },
): Promise<Result<{ readonly rows: readonly unknown[]; readonly total: number; readonly size: number } | undefined>> {
  const pair = await client.list(path, { ...query, offset, per_page: 2, _fields: 'id' });
  if (!pair.ok) return pair;
  const read = objects([row])[0]?.id;
  const ids = objects(pair.value.rows).map(({ id }) => id);
  const isSame = read === undefined ? ids.length < 2 : ids.includes(read) && (ids.length < 2 || ids[1] === read);
  if (!isSame) return ok(undefined);
  return ok({ ...pair.value, rows: pair.value.rows.map((each, index) => (ids[index] === read ? row : each)), size: 2 });
}

/** Rows of these ids, as far as the list shows them. */
export async function readListed(
  client: WooCommerceClient,
  path: string,
  query: Query,
  ids: readonly string[],
): Promise<Result<Row[]>> {
  const rows: Row[] = [];
  for (let rest = ids; rest.length > 0; ) {
    const page = await client.page(path, query, (size) => ({ include: rest.slice(0, size) }));
    if (!page.ok) return page;
    rows.push(...objects(page.value.rows));
    rest = rest.slice(page.value.size);
  }
  return ok(rows);
}

/** Every row of a list, by rising id. */
export async function readAllPages(
  client: WooCommerceClient,
  path: string,
  filters: Query = {},
): Promise<Result<Row[]>> {
  const rows: Row[] = [];
  let cursor: Json | null = null;
  do {
    const page: Result<RawPage> = await readAll(client, path, filters, cursor);
    if (!page.ok) return page;
    rows.push(...page.value.rows);
    cursor = page.value.next;
  } while (cursor !== null);
  return ok(rows);
}

function objects(rows: readonly unknown[]): Row[] {
  return rows.filter((row): row is Row => row !== null && typeof row === 'object');
}

function withoutZone(instant: string): string {
  return new Date(instant).toISOString().slice(0, 19);
}

/** Bounds are exclusive with a resolution of one second. */
function secondBefore(naiveUtc: string): string {
  return withoutZone(new Date(Date.parse(`${naiveUtc}Z`) - 1000).toISOString());
}
