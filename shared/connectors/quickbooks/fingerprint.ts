import { contentHash, type JsonObject } from '../../core/json.ts';

/**
 * Members that change without anybody editing the object: the envelope, and what payments, sales and other objects do to
 * it (reference section 4: payments and background jobs raise sync tokens).
 */
const volatile = new Set([
  'SyncToken',
  'MetaData',
  'domain',
  'sparse',
  'status',
  'LinkedTxn',
  'Balance',
  'BalanceWithJobs',
  'HomeBalance',
  'UnappliedAmt',
  'RemainingCredit',
  'QtyOnHand',
]);

/**
 * Hash of what a person could have changed. Names beside ids are left out: renaming a customer changes none of its
 * invoices. That an invoice was e-mailed or printed counts, because somebody outside knows it then.
 */
export function fingerprintOf(row: JsonObject): string {
  return contentHash(withoutNames(Object.fromEntries(Object.entries(row).filter(([name]) => !volatile.has(name)))));
}

function withoutNames(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(withoutNames);
  const isReference = 'value' in value && 'name' in value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      isReference && name === 'name' ? [] : [[name, withoutNames(member)]],
    ),
  );
}
