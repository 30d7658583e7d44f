import type { Field, MappingDocument } from '../document.ts';

const kept = (names: readonly string[]): Field[] =>
  names.map((name) => ({ to: name, from: name, via: [{ op: 'null_if_empty' }] }));

/** What tills sell. Stock is no part of it: that goes by the ledger of stock. */
export const productToTills: MappingDocument = {
  id: 'woocommerce.product-pos.product',
  version: 1,
  source: { platform: 'woocommerce', entity: 'product' },
  target: { platform: 'pos', entity: 'product' },
  fields: [
    { to: 'id', from: 'record.id', required: true },
    ...kept(['sku', 'name', 'kind', 'status', 'price', 'regular_price', 'description']),
    { to: 'parent_id', from: 'parent_source_id', via: [{ op: 'null_if_empty' }] },
  ],
};
