import pLimit from 'p-limit';
import { ok, type Result } from '../../core/failure.ts';
import type { Query, WooCommerceClient } from './client.ts';
import type { Row } from './convert-rows.ts';
import { readListed } from './read-pages.ts';

/** How one entity is listed. */
export interface Resource {
  readonly path: string;
  readonly filters: Query;
  /** Customers have no modified filter: they are scanned, and unchanged ones are dropped here. */
  readonly changesByScan: boolean;
  /** Rows that stand for nothing yet: drafts of checkouts never finished. */
  readonly skip?: (row: Row) => boolean;
}

export const resources: Readonly<Record<string, Resource>> = {
  order: {
    path: 'wc/v3/orders',
    filters: {},
    changesByScan: false,
    skip: (row) => row.status === 'checkout-draft',
  },
  product: { path: 'wc/v3/products', filters: {}, changesByScan: false },
  customer: { path: 'wc/v3/customers', filters: { role: 'all' }, changesByScan: true },
};

/** Parallel reads of single records and of what belongs to one: enough to hide latency, few enough for a shared host. */
export const parallelReads = 4;

/** Rows of these ids in whatever state they are; ids that do not exist are not in the answer. */
export async function readById(
  client: WooCommerceClient,
  entity: string,
  ids: readonly string[],
): Promise<Result<readonly Row[]>> {
  const resource = resourceOf(entity);
  const numeric = [...new Set(ids)].filter((id) => /^\d+$/.test(id));
  const listed = await readListed(client, resource.path, resource.filters, numeric);
  if (!listed.ok) return listed;
  const known = new Set(listed.value.map((row) => String(row.id)));
  const singles = await readSingles(
    client,
    resource,
    numeric.filter((id) => !known.has(id)),
  );
  return singles.ok ? ok([...listed.value, ...singles.value]) : singles;
}

export function resourceOf(entity: string): Resource {
  const resource = resources[entity];
  if (!resource) throw new Error(`WooCommerce has no ${entity}`);
  return resource;
}

/** Records that no listing shows: trashed ones, and variations. Gone ones are left out. */
async function readSingles(
  client: WooCommerceClient,
  resource: Resource,
  ids: readonly string[],
): Promise<Result<Row[]>> {
  const limit = pLimit(parallelReads);
  const replies = await Promise.all(ids.map((id) => limit(() => client.get(`${resource.path}/${id}`))));
  const rows: Row[] = [];
  for (const reply of replies) {
    if (reply.ok) rows.push(reply.value as Row);
    else if (reply.failure.code !== 'woocommerce.not_found') return reply;
  }
  return ok(rows);
}
