import { chunks } from '../../core/chunks.ts';
import { ok, type Result } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Inspected, Inspection } from '../target.ts';
import { type QuickBooksClient, quoted } from './client.ts';
import { matchOf, textAt } from './find.ts';
import type { Resource } from './resources.ts';

/** Ids in one query, well below the length the parser takes. */
const idsPerQuery = 300;

/** Objects by id as they are now; inactive ones of name lists included. */
export async function inspectRows(
  client: QuickBooksClient,
  { type, naming }: Resource,
  items: readonly Inspected[],
): Promise<Result<readonly Inspection[]>> {
  const rows = new Map<string, JsonObject>();
  const scope = naming ? ' AND Active IN (true,false)' : '';
  for (const ids of chunks([...new Set(items.map(({ id }) => id))], idsPerQuery)) {
    const list = ids.map(quoted).join(',');
    const found = await client.query(type, `SELECT * FROM ${type} WHERE Id IN (${list})${scope} MAXRESULTS 1000`);
    if (!found.ok) return found;
    for (const row of found.value) rows.set(String(row.Id), row);
  }
  return ok(
    items.map(({ id, fingerprint }): Inspection => {
      const row = rows.get(id);
      if (!row) return { kind: 'absent' };
      const match = matchOf(row);
      const modified = textAt(row, 'MetaData.LastUpdatedTime');
      return {
        kind: 'present',
        match,
        untouched: match.fingerprint === fingerprint,
        content: row,
        ...(modified === undefined ? {} : { modified_at: new Date(modified).toISOString() }),
      };
    }),
  );
}
