import type { TargetEntity } from '../target.ts';
import type { DocumentSpec } from './tables.ts';

/** A document brings its lines and its raw form along: fewer fit the megabyte a request should stay below. */
const entity = (name: string, batchSize: number): TargetEntity => ({
  name,
  batchSize,
  callKinds: ['request'],
  concurrency: 2,
  safety: 'upsert',
});
const natural = ['source', 'source_id'];
const last = ['source_created_at', 'source_updated_at', 'deleted_at', 'raw'];

const list = (name: string, table: string, columns: readonly string[]): DocumentSpec => ({
  target: entity(name, 500),
  head: { table, key: natural, columns: [...natural, ...columns, ...last] },
});

interface Lines {
  readonly table: string;
  readonly parent: string;
  readonly columns: readonly string[];
}
const document = (name: string, table: string, columns: readonly string[], lines: Lines): DocumentSpec => ({
  target: entity(name, 200),
  head: { table, key: natural, columns: [...natural, ...columns, ...last] },
  lines: {
    member: 'lines',
    parent: lines.parent,
    lineId: 'line_id',
    spec: {
      table: lines.table,
      key: ['source', lines.parent, 'line_id'],
      columns: ['source', lines.parent, 'line_id', 'position', ...lines.columns, 'source_updated_at'],
    },
  },
});

const person = ['name', 'first_name', 'last_name', 'company', 'email', 'phone', 'website'];
const address = ['address_1', 'address_2', 'city', 'state', 'postcode', 'country'];

const documentLines = (table: string): Lines => ({
  table,
  parent: 'document_source_id',
  columns: [
    ...['kind', 'item_source_id', 'item_name', 'account', 'description'],
    ...['quantity', 'unit_price', 'amount', 'percent', 'tax_code'],
  ],
});
const numbered = ['doc_number', 'status', 'currency', 'exchange_rate'];

const salesForm = (name: string): DocumentSpec =>
  document(
    `books_${name}`,
    `books_${name}s`,
    [
      ...numbered,
      ...['customer_source_id', 'customer_name', 'email', 'business_day', 'due_day'],
      ...[
        'subtotal',
        'discount_total',
        'shipping_total',
        'tip_total',
        'tax_total',
        'total',
        'home_total',
        'open_total',
      ],
      ...['payment_method', 'payment_reference', 'deposit_account', 'memo', 'note', 'linked'],
    ],
    documentLines(`books_${name}_lines`),
  );

/** Tables of the books; mirrors migrations/0002_books.sql. */
export const booksDocuments: Readonly<Record<string, DocumentSpec>> = {
  books_customer: list('books_customer', 'books_customers', [
    ...person,
    ...address,
    ...['currency', 'balance', 'active', 'taxable', 'is_job', 'parent_source_id', 'note'],
  ]),
  vendor: list('vendor', 'vendors', [
    ...person,
    ...address,
    ...['currency', 'balance', 'active', 'account_number', 'tax_identifier', 'is_1099'],
  ]),
  books_item: list('books_item', 'books_items', [
    ...[
      'name',
      'full_name',
      'sku',
      'type',
      'description',
      'price',
      'cost',
      'tracks_stock',
      'stock_quantity',
      'taxable',
    ],
    ...['active', 'parent_source_id', 'income_account', 'expense_account', 'asset_account'],
  ]),
  books_invoice: salesForm('invoice'),
  books_sales_receipt: salesForm('sales_receipt'),
  books_credit_memo: salesForm('credit_memo'),
  books_refund_receipt: salesForm('refund_receipt'),
  books_payment: document(
    'books_payment',
    'books_payments',
    [
      ...['reference', 'status', 'currency', 'exchange_rate', 'customer_source_id', 'customer_name', 'business_day'],
      ...['total', 'unapplied_total', 'payment_method', 'deposit_account', 'note'],
    ],
    {
      table: 'books_payment_lines',
      parent: 'payment_source_id',
      columns: ['amount', 'document_kind', 'document_source_id'],
    },
  ),
  bill: document(
    'bill',
    'bills',
    [
      ...numbered,
      ...['vendor_source_id', 'vendor_name', 'business_day', 'due_day', 'subtotal', 'tax_total', 'total'],
      ...['home_total', 'open_total', 'payable_account', 'note', 'linked'],
    ],
    documentLines('bill_lines'),
  ),
};
