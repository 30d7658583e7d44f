import type { Field, MappingDocument } from '../document.ts';

const identity: Field[] = [
  { to: 'source', value: 'woocommerce' },
  { to: 'source_id', from: 'record.id', required: true },
];
const dates: Field[] = [
  { to: 'source_created_at', from: 'created_at', via: [{ op: 'null_if_empty' }] },
  { to: 'source_updated_at', from: 'modified_at', via: [{ op: 'null_if_empty' }] },
];
const plain = (names: readonly string[]): Field[] =>
  names.map((name) => ({ to: name, from: name, via: [{ op: 'null_if_empty' }] }));

export const customerToRow: MappingDocument = {
  id: 'woocommerce.customer-supabase.customer',
  version: 1,
  source: { platform: 'woocommerce', entity: 'customer' },
  target: { platform: 'supabase', entity: 'customer' },
  fields: [
    ...identity,
    ...plain(['email', 'first_name', 'last_name', 'company', 'phone', 'country']),
    { to: 'is_guest', from: 'is_guest', via: [{ op: 'default', value: false }] },
    ...dates,
    { to: 'raw', from: 'raw' },
  ],
};

export const productToRow: MappingDocument = {
  id: 'woocommerce.product-supabase.product',
  version: 1,
  source: { platform: 'woocommerce', entity: 'product' },
  target: { platform: 'supabase', entity: 'product' },
  fields: [
    ...identity,
    ...plain(['parent_source_id', 'kind', 'status', 'sku', 'name', 'price', 'regular_price', 'stock_quantity']),
    ...dates,
    { to: 'raw', from: 'raw' },
  ],
};

export const orderToRows: MappingDocument = {
  id: 'woocommerce.order-supabase.order',
  version: 1,
  source: { platform: 'woocommerce', entity: 'order' },
  target: { platform: 'supabase', entity: 'order' },
  fields: [
    ...identity,
    { to: 'order_number', from: 'number' },
    ...plain(['status', 'currency']),
    { to: 'customer_source_id', from: 'customer.ref', ref: 'customer', via: [{ op: 'null_if_empty' }] },
    { to: 'business_day', from: 'placed_at', via: [{ op: 'day', zone_path: 'store.time_zone' }] },
    ...plain(['placed_at', 'paid_at', 'completed_at']),
    ...plain(['subtotal', 'discount_total', 'shipping_total', 'fee_total', 'tax_total', 'total', 'refund_total']),
    { to: 'payment_method', from: 'payment.method', via: [{ op: 'null_if_empty' }] },
    { to: 'payment_title', from: 'payment.title', via: [{ op: 'null_if_empty' }] },
    { to: 'transaction_id', from: 'payment.transaction_id', via: [{ op: 'null_if_empty' }] },
    ...dates,
    { to: 'deleted_at', from: 'deleted_at', via: [{ op: 'null_if_empty' }] },
    { to: 'raw', from: 'raw' },
    {
      to: 'lines',
      each: 'lines',
      fields: [
        { to: 'source', value: 'woocommerce' },
        { to: 'order_source_id', from: 'record.id' },
        { to: 'line_id', from: 'item.id' },
        { to: 'position', from: 'item.position' },
        { to: 'kind', from: 'item.kind' },
        ...['sku', 'name', 'quantity', 'unit_price', 'subtotal', 'total', 'tax_total'].map(
          (name): Field => ({ to: name, from: `item.${name}`, via: [{ op: 'null_if_empty' }] }),
        ),
        { to: 'product_source_id', from: 'item.product_ref', via: [{ op: 'null_if_empty' }] },
        { to: 'source_updated_at', from: 'modified_at', via: [{ op: 'null_if_empty' }] },
        { to: 'raw', from: 'item.raw' },
      ],
    },
  ],
};

/** What the shop counts of an article, apart from the article: it changes with every sale. */
export const productToStock: MappingDocument = {
  id: 'woocommerce.product-supabase.inventory_level',
  version: 1,
  source: { platform: 'woocommerce', entity: 'product' },
  target: { platform: 'supabase', entity: 'inventory_level' },
  fields: [
    ...identity,
    { to: 'product_source_id', first: ['parent_source_id', 'record.id'] },
    ...plain(['sku', 'name']),
    { to: 'quantity', from: 'stock_quantity', via: [{ op: 'null_if_empty' }] },
    { to: 'stock_status', from: 'raw.stock_status', via: [{ op: 'null_if_empty' }] },
    { to: 'source_updated_at', from: 'modified_at', via: [{ op: 'null_if_empty' }] },
    ...['manage_stock', 'stock_quantity', 'stock_status', 'backorders', 'low_stock_amount'].map(
      (name): Field => ({ to: `raw.${name}`, from: `raw.${name}`, via: [{ op: 'null_if_empty' }] }),
    ),
  ],
};

export const refundToRows: MappingDocument = {
  id: 'woocommerce.refund-supabase.refund',
  version: 1,
  source: { platform: 'woocommerce', entity: 'refund' },
  target: { platform: 'supabase', entity: 'refund' },
  fields: [
    ...identity,
    { to: 'order_source_id', from: 'order_ref' },
    ...plain(['order_number', 'currency', 'refunded_at', 'reason', 'tax_total']),
    { to: 'business_day', from: 'refunded_at', via: [{ op: 'day', zone_path: 'store.time_zone' }] },
    { to: 'total', from: 'amount' },
    ...dates,
    { to: 'raw', from: 'raw' },
    {
      to: 'lines',
      each: 'lines',
      fields: [
        { to: 'source', value: 'woocommerce' },
        { to: 'refund_source_id', from: 'record.id' },
        { to: 'line_id', from: 'item.id' },
        { to: 'position', from: 'item.position' },
        { to: 'kind', from: 'item.kind' },
        ...['sku', 'name', 'quantity', 'total', 'tax_total'].map(
          (name): Field => ({ to: name, from: `item.${name}`, via: [{ op: 'null_if_empty' }] }),
        ),
        { to: 'order_line_id', from: 'item.order_line_ref', via: [{ op: 'null_if_empty' }] },
        { to: 'product_source_id', from: 'item.product_ref', via: [{ op: 'null_if_empty' }] },
        { to: 'source_updated_at', from: 'modified_at', via: [{ op: 'null_if_empty' }] },
        { to: 'raw', from: 'item.raw' },
      ],
    },
  ],
};
