import * as z from 'zod';
import { chunks } from '../../core/chunks.ts';
import { ok, type Result } from '../../core/failure.ts';
import { canonicalJson, type JsonObject, parseExact } from '../../core/json.ts';
import { decimal, isDecimalText } from '../../core/money.ts';
import type { Inspected, Inspection } from '../target.ts';
import { rowsOfItems, type SupabaseClient } from './client.ts';
import type { DocumentSpec } from './tables.ts';

/** Keys in one request: an address must stay below 8 KB. */
const keysPerRequest = 100;

const rowsSchema = z.array(z.custom<JsonObject>((row) => row !== null && typeof row === 'object'));

/**
 * Head rows as they are now, compared column by column with what was written last. Lines belong to their head: they are
 * written and taken back with it, and not compared.
 */
export async function inspectRows(
  client: SupabaseClient,
  { head }: DocumentSpec,
  tenantId: string,
  items: readonly Inspected[],
): Promise<Result<readonly Inspection[]>> {
  const rows = new Map<string, JsonObject>();
  const keyOf = (row: JsonObject): string => JSON.stringify([row.source, row.source_id]);
  for (const [source, own] of Map.groupBy(items, ({ payload }) => String(payload.source))) {
    for (const group of chunks(own, keysPerRequest)) {
      const filter = rowsOfItems(
        tenantId,
        source,
        'source_id',
        group.map(({ payload }) => String(payload.source_id)),
      );
      const answer = await client.get(`${head.table}?select=${head.columns.join(',')}&${filter}`);
      if (!answer.ok) return answer;
      for (const row of rowsSchema.parse(parseExact(answer.value))) rows.set(keyOf(row), row);
    }
  }
  return ok(
    items.map(({ id, payload }): Inspection => {
      const content = rows.get(keyOf(payload));
      if (!content) return { kind: 'absent' };
      // The mark is ours: an archived row is as we left it.
      const compared = head.columns.filter((column) => column !== 'deleted_at');
      const untouched = compared.every((column) => isSame(payload[column], content[column]));
      return { kind: 'present', match: { id, version: null }, untouched, content };
    }),
  );
}

/** Postgres writes numbers and times its own way and takes no NUL. */
function isSame(sent: unknown, stored: unknown): boolean {
  const [a, b] = [comparable(sent), comparable(stored)];
  return a === b;
}

function comparable(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || (typeof value === 'string' && isDecimalText(value))) {
    return decimal(String(value)).toString();
  }
  if (typeof value === 'string') {
    const instant = /^\d{4}-\d\d-\d\d[T ]\d\d:/.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isNaN(instant) ? value.replaceAll('\u0000', '') : String(instant);
  }
  return canonicalJson(value).replaceAll('\\u0000', '');
}
