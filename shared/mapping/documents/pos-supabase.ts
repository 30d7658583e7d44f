import type { Field, MappingDocument } from '../document.ts';
import { customerToRow, orderToRows, refundToRows } from './woocommerce-supabase.ts';

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
  derive: [{ name: 'is_of_shop', from: 'record.id', via: [{ op: 'expression', cel: "value.startsWith('woo:')" }] }],
  // Whom the shop told the tills of has a row from there: nobody is to be counted twice.
  include: [
    {
      when: {
        any: [
          { path: 'is_of_shop', equals: false },
          { path: 'record.required', equals: true },
          { path: 'record.written', equals: true },
        ],
      },
      otherwise: 'It came from the shop, and its row from there; a row of the tills comes with the first sale to it.',
    },
  ],
  fields: fromTills(customerToRow.fields),
};

export const saleToRows: MappingDocument = {
  ...orderToRows,
  id: 'pos.sale-supabase.order',
  source: { platform: 'pos', entity: 'sale' },
  fields: fromTills(orderToRows.fields),
};

export const posRefundToRows: MappingDocument = {
  ...refundToRows,
  id: 'pos.refund-supabase.refund',
  source: { platform: 'pos', entity: 'refund' },
  fields: [
    ...fromTills(refundToRows.fields),
    // A refund of a sale that was voided is none.
    { to: 'deleted_at', from: 'deleted_at', via: [{ op: 'null_if_empty' }] },
  ],
};
