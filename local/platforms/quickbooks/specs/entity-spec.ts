import type { Fields } from '../properties.ts';
import type { Row } from '../values.ts';

export const entityNames = [
  'Customer',
  'Vendor',
  'Employee',
  'Item',
  'Account',
  'PaymentMethod',
  'Term',
  'Class',
  'Department',
  'TaxCode',
  'TaxRate',
  'Invoice',
  'SalesReceipt',
  'Payment',
  'CreditMemo',
  'RefundReceipt',
  'Bill',
  'Deposit',
  'CompanyInfo',
  'Preferences',
] as const;

export type EntityName = (typeof entityNames)[number];
export type Operation = 'create' | 'update' | 'delete' | 'void';

/** One row of the table the engine is driven by. */
export interface EntitySpec {
  readonly name: EntityName;
  /** `name`: never deleted, made inactive. `transaction`: deleted, dated, numbered. `system`: one row, read only here. */
  readonly kind: 'name' | 'transaction' | 'system';
  readonly fields: Fields;
  /** Properties a query may filter and sort by, besides Id, Active of name lists and MetaData. */
  readonly queryable: readonly string[];
  /** Properties with an index, so that `=` and IN do not scan. */
  readonly indexed: readonly string[];
  /** Needed on create (fault 2020), as property names. */
  readonly required: readonly string[];
  readonly operations: readonly Operation[];
  /** Values a create or a full update falls back to. */
  readonly defaults: Row;
  /** Writable properties a full update does not clear. */
  readonly kept: readonly string[];
  readonly nameProperty?: 'DisplayName' | 'Name';
  /** How fault 6140 names the kind; absent when it has no DocNumber. */
  readonly label?: string;
}

export function isEntityName(name: string): name is EntityName {
  return (entityNames as readonly string[]).includes(name);
}
