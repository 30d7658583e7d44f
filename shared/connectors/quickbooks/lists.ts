import { chunks } from '../../core/chunks.ts';
import { ok, type Result } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import { type QuickBooksClient, quoted } from './client.ts';

/** The lists of a company that payloads and settings refer to, by what people call a row of it. */
export const listNouns = {
  Account: 'account',
  Class: 'class',
  Customer: 'customer',
  Department: 'location',
  Item: 'item',
  PaymentMethod: 'payment method',
  TaxCode: 'tax code',
  Term: 'terms',
  Vendor: 'vendor',
} as const;
export type ListName = keyof typeof listNouns;

const idsPerQuery = 300;

/** Rows of a list by id, inactive ones included; ids it does not have are not in the answer. */
export async function rowsById(
  client: QuickBooksClient,
  list: ListName,
  ids: Iterable<string>,
): Promise<Result<ReadonlyMap<string, JsonObject>>> {
  const rows = new Map<string, JsonObject>();
  for (const chunk of chunks([...new Set(ids)], idsPerQuery)) {
    const wanted = chunk.map(quoted).join(',');
    const statement = `SELECT * FROM ${list} WHERE Id IN (${wanted}) AND Active IN (true,false) MAXRESULTS 1000`;
    const found = await client.query(list, statement);
    if (!found.ok) return found;
    for (const row of found.value) rows.set(String(row.Id), row);
  }
  return ok(rows);
}

/** What may be chosen now. */
export function activeRows(client: QuickBooksClient, list: ListName): Promise<Result<readonly JsonObject[]>> {
  return client.query(list, `SELECT * FROM ${list} ORDERBY Id MAXRESULTS 1000`);
}

/** As people know it, without the suffix QuickBooks gives to what is inactive. */
export function nameIn(row: JsonObject): string {
  const name = row.FullyQualifiedName ?? row.DisplayName ?? row.Name ?? '';
  return String(name).replace(/ \(deleted\)$/, '');
}

export const isInactive = (row: JsonObject): boolean => row.Active === false;
