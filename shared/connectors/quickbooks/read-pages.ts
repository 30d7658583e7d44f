import * as z from 'zod';
import { ok, type Result } from '../../core/failure.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { QuickBooksClient } from './client.ts';

/** The most one query answers. */
export const perPage = 1000;
/** Each page begins with the last row of the page before. */
const stride = perPage - 1;

export const placeSchema = z.object({
  /** STARTPOSITION, from 1. */
  start: z.number().int(),
  /** Id the page must begin with; absent where any will do. */
  last: z.string().optional(),
});
export type Place = z.infer<typeof placeSchema>;
export const firstPlace: Place = { start: 1 };

export interface RawPage {
  readonly rows: readonly JsonObject[];
  readonly next: Json & (Place | null);
}

/**
 * Rows that fulfil the conditions, by rising id. An edit does not move a row in that order. Rows that go pull those behind
 * them over the edge of a page, so a page must begin with the last row of the page before; where it does not, the read
 * goes one page back. While rows come and go one may be on two pages; none is left out.
 */
export async function readPage(
  client: QuickBooksClient,
  type: string,
  conditions: readonly string[],
  { start, last }: Place,
): Promise<Result<RawPage>> {
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  const rows = await client.query(
    type,
    `SELECT * FROM ${type}${where} ORDERBY Id STARTPOSITION ${start} MAXRESULTS ${perPage}`,
  );
  if (!rows.ok) return rows;
  const [first] = rows.value;
  if (last !== undefined && String(first?.Id) !== last) {
    return ok({ rows: [], next: { start: Math.max(1, start - stride) } });
  }
  const end = rows.value.at(-1);
  const isFull = rows.value.length === perPage && end !== undefined;
  return ok({ rows: rows.value, next: isFull ? { start: start + stride, last: String(end.Id) } : null });
}

const countSchema = z.object({ QueryResponse: z.object({ totalCount: z.union([z.number(), z.string()]) }) });

/** How many rows fulfil the conditions. */
export async function countRows(
  client: QuickBooksClient,
  type: string,
  conditions: readonly string[],
): Promise<Result<number | undefined>> {
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  const statement = `SELECT count(*) FROM ${type}${where}`;
  const answer = await client.read(`query?query=${encodeURIComponent(statement)}`);
  if (!answer.ok) return answer;
  const parsed = countSchema.safeParse(answer.value);
  return ok(parsed.success ? Number(parsed.data.QueryResponse.totalCount) : undefined);
}
