import { pagedReach } from '../api/paging.ts';
import { sha256Hex } from '../core/json.ts';
import { invalidRequest } from './read-request.ts';

interface PagingQuery {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly page?: number | undefined;
  readonly per_page?: number | undefined;
}

/** One page as a repository gives it; `next` is its own position. */
export interface Slice<T> {
  readonly items: readonly T[];
  readonly next?: string | undefined;
}

/**
 * Reads the page a caller asked for. A cursor holds the repository's position and a check value over it and `scope` (the
 * tenant, the list and its filters): one that was altered or belongs to another list is a 400.
 *
 * @throws ProblemError 400 for a bad cursor or a page out of reach.
 */
export async function readPage<T>(
  query: PagingQuery,
  scope: readonly unknown[],
  fetchSlice: (limit: number, after: string | undefined) => Promise<Slice<T>>,
): Promise<{ items: T[]; next_cursor: string | null }> {
  const limit = query.limit ?? query.per_page ?? 50;
  const page = query.page ?? 1;
  if (query.cursor !== undefined && page > 1) throw badPaging('page', 'Give either page or cursor');
  if (page * limit > pagedReach) {
    throw badPaging('page', `Pages reach to item ${pagedReach}; use next_cursor to go further`);
  }
  let after = query.cursor === undefined ? undefined : openCursor(query.cursor, scope);
  for (let number = 1; ; number += 1) {
    const { items, next } = await fetchSlice(limit, after);
    if (number === page) return { items: [...items], next_cursor: next === undefined ? null : cursorOf(next, scope) };
    if (next === undefined) return { items: [], next_cursor: null };
    after = next;
  }
}

/** A position that only the list knows which gave it out. */
export function cursorOf(position: string, scope: readonly unknown[]): string {
  return `${checkValue(position, scope)}${Buffer.from(position).toString('base64url')}`;
}

/** @throws ProblemError 400 for one that was altered or belongs to another list. */
export function openCursor(cursor: string, scope: readonly unknown[]): string {
  const position = Buffer.from(cursor.slice(checkLength), 'base64url').toString('utf8');
  if (cursor !== cursorOf(position, scope)) throw badPaging('cursor', 'This is not a cursor of this list');
  return position;
}

const checkLength = 16;

function checkValue(position: string, scope: readonly unknown[]): string {
  return sha256Hex(JSON.stringify([position, scope])).slice(0, checkLength);
}

function badPaging(path: string, message: string) {
  return invalidRequest([{ path, code: 'invalid_value', message }]);
}
