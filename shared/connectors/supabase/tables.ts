import type { TargetEntity } from '../target.ts';
import { booksDocuments } from './books-tables.ts';

/** One table of the warehouse as this connector writes it; mirrors migrations/. */
export interface TableSpec {
  readonly table: string;
  /** Natural key; `tenant_id` is added by the connector. */
  readonly key: readonly string[];
  /** Every column that is sent, always all of them: a missing one would be written as NULL. */
  readonly columns: readonly string[];
}

export interface DocumentSpec {
  readonly target: TargetEntity;
  readonly head: TableSpec;
  /** Rows that belong to the head, found in the payload under this member. */
  readonly lines?:
    | { readonly member: string; readonly spec: TableSpec; readonly parent: string; readonly lineId: string }
    | undefined;
}

const entity = (name: string): TargetEntity => ({
  name,
  batchSize: 500,
  callKinds: ['request'],
  concurrency: 2,
  safety: 'upsert',
});
const dates = ['source_created_at', 'source_updated_at', 'deleted_at'];
const natural = ['source', 'source_id'];

export const documents: Readonly<Record<string, DocumentSpec>> = {
  ...booksDocuments,
  customer: {
    target: entity('customer'),
    head: {
      table: 'customers',
      key: natural,
      columns: [
        ...natural,
        'email',
        'first_name',
        'last_name',
        'company',
        'phone',
        'country',
        'is_guest',
        ...dates,
        'raw',
      ],
    },
  },
  product: {
    target: entity('product'),
    head: {
      table: 'products',
      key: natural,
      columns: [
        ...natural,
        'parent_source_id',
        'kind',
        'status',
        'sku',
        'name',
        'price',
        'regular_price',
        'stock_quantity',
        ...dates,
        'raw',
      ],
    },
  },
  order: {
    // An order brings its lines and its raw form along: fewer fit the megabyte a request should stay below.
    target: { ...entity('order'), batchSize: 200 },
    head: {
      table: 'orders',
      key: natural,
      columns: [
        ...natural,
        'order_number',
        'status',
        'currency',
        'customer_source_id',
        'business_day',
        'placed_at',
        'paid_at',
        'completed_at',
        'subtotal',
        'discount_total',
        'shipping_total',
        'fee_total',
        'tax_total',
        'total',
        'refund_total',
        'payment_method',
        'payment_title',
        'transaction_id',
        ...dates,
        'raw',
      ],
    },
    lines: {
      member: 'lines',
      parent: 'order_source_id',
      lineId: 'line_id',
      spec: {
        table: 'order_lines',
        key: ['source', 'order_source_id', 'line_id'],
        columns: [
          'source',
          'order_source_id',
          'line_id',
          'position',
          'kind',
          'product_source_id',
          'sku',
          'name',
          'quantity',
          'unit_price',
          'subtotal',
          'total',
          'tax_total',
          'raw',
          'source_updated_at',
          'deleted_at',
        ],
      },
    },
  },
  refund: {
    target: { ...entity('refund'), batchSize: 200 },
    head: {
      table: 'refunds',
      key: natural,
      columns: [
        ...natural,
        'order_source_id',
        'order_number',
        'currency',
        'business_day',
        'refunded_at',
        'reason',
        'total',
        'tax_total',
        ...dates,
        'raw',
      ],
    },
    lines: {
      member: 'lines',
      parent: 'refund_source_id',
      lineId: 'line_id',
      spec: {
        table: 'refund_lines',
        key: ['source', 'refund_source_id', 'line_id'],
        columns: [
          'source',
          'refund_source_id',
          'line_id',
          'position',
          'kind',
          'order_line_id',
          'product_source_id',
          'sku',
          'name',
          'quantity',
          'total',
          'tax_total',
          'raw',
          'source_updated_at',
          'deleted_at',
        ],
      },
    },
  },
  inventory_level: {
    target: entity('inventory_level'),
    head: {
      table: 'inventory_levels',
      key: natural,
      columns: [
        ...natural,
        'product_source_id',
        'sku',
        'name',
        'quantity',
        'stock_status',
        'source_updated_at',
        'deleted_at',
        'raw',
      ],
    },
  },
};

export function documentOf(name: string): DocumentSpec {
  const document = documents[name];
  if (!document) throw new Error(`Supabase has no document ${name}`);
  return document;
}
