import { ok, type Result } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import type { WriteItem } from '../target.ts';
import { quoted, rowsOfSource, type SupabaseClient } from './client.ts';
import type { DocumentSpec } from './tables.ts';

/** An address must stay below 8 KB, and characters outside of ASCII take more than one. */
const maxFilterLength = 4000;

/**
 * Removes lines that updated documents have no more, many documents in one call. Lines of earlier versions are gone with
 * the new head (sync_drop_older_lines); these are of the same moment: a second edit, or another mapping. Lines of a later
 * version stay.
 */
export async function dropLinesThatAreGone(
  client: SupabaseClient,
  tenantId: string,
  lines: NonNullable<DocumentSpec['lines']>,
  items: readonly WriteItem[],
): Promise<Result<null>> {
  for (const [source, own] of Map.groupBy(items, ({ payload }) => String(payload.source))) {
    for (const conditions of packed(own.map(({ payload }) => encodeURIComponent(linesNotIn(lines, payload))))) {
      const removed = await client.remove(
        lines.spec.table,
        `${rowsOfSource(tenantId, source)}&or=(${conditions.join(',')})`,
      );
      if (!removed.ok) return removed;
    }
  }
  return ok(null);
}

function linesNotIn({ member, parent, lineId }: NonNullable<DocumentSpec['lines']>, payload: JsonObject): string {
  const kept = ((payload[member] ?? []) as readonly JsonObject[]).map((line) => quoted(String(line[lineId])));
  const at = payload.source_updated_at;
  return `and(${[
    `${parent}.eq.${quoted(String(payload.source_id))}`,
    ...(kept.length > 0 ? [`${lineId}.not.in.(${kept.join(',')})`] : []),
    ...(typeof at === 'string' ? [`or(source_updated_at.is.null,source_updated_at.lte.${quoted(at)})`] : []),
  ].join(',')})`;
}

function packed(conditions: readonly string[]): string[][] {
  const packs: string[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const condition of conditions) {
    length += condition.length;
    if (length > maxFilterLength) {
      packs.push([]);
      length = condition.length;
    }
    packs.at(-1)?.push(condition);
  }
  return packs;
}
