import type { CompanySnapshot } from '#local/platforms/quickbooks/company-handle.ts';
import type { Tenant, World } from './world.ts';

/** What every write changes, also one that takes an earlier one back. */
const bookkeeping = new Set(['SyncToken', 'MetaData']);

/** All that a company holds, but for versions, times and the ids inside of documents, which each write gives out anew. */
export function stateOf(company: { snapshot(): CompanySnapshot }): CompanySnapshot['entities'] {
  return JSON.parse(
    JSON.stringify(company.snapshot().entities, function replace(this: unknown, key: string, value: unknown) {
      if (bookkeeping.has(key)) return undefined;
      // Lines and addresses have ids of their own; objects have a sync token beside theirs.
      const isPart = this !== null && typeof this === 'object' && !('SyncToken' in this);
      return isPart && key === 'Id' ? undefined : value;
    }),
  ) as CompanySnapshot['entities'];
}

/** All rows of a tenant in the warehouse, but for the time they were written. */
export async function warehouseOf(world: World, tenant: Tenant): Promise<unknown> {
  const tables = ['customers', 'products', 'inventory_levels', 'orders', 'order_lines', 'refunds', 'refund_lines'];
  const rows = await Promise.all(
    tables.map((table) =>
      world.supabase?.sql(
        `select to_jsonb(t) - 'synced_at' as row from ${table} t where tenant_id = $1 order by to_jsonb(t)::text`,
        [tenant.id],
      ),
    ),
  );
  return Object.fromEntries(tables.map((table, index) => [table, rows[index]]));
}
