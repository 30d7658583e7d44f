import type { Field, MappingDocument } from '../document.ts';
import { customerToRow, orderToRows } from './woocommerce-supabase.ts';

/** The same rows from another source: a sale has the members of an order. */
const fromTills = (fields: readonly Field[]): Field[] =>
  fields.map((field) => ({
    ...field,
    ...(field.to === 'source' ? { value: 'pos' } : {}),
    ...(field.fields ? { fields: fromTills(field.fields) } : {}),
  }));

export const posCustomerToRow: MappingDocument = {
  ...customerToRow,
  id: 'pos.customer-supabase.customer',
  source: { platform: 'pos', entity: 'customer' },
  fields: fromTills(customerToRow.fields),
};

export const saleToRows: MappingDocument = {
  ...orderToRows,
  id: 'pos.sale-supabase.order',
  source: { platform: 'pos', entity: 'sale' },
  fields: fromTills(orderToRows.fields),
};
