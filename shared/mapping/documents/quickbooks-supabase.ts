import type { Field, MappingDocument } from '../document.ts';

const optional: Field['via'] = [{ op: 'null_if_empty' }];
const from = (to: string, path: string): Field => ({ to, from: path, via: optional });
const plain = (...names: string[]): Field[] => names.map((name) => from(name, name));

const identity: Field[] = [
  { to: 'source', value: 'quickbooks' },
  { to: 'source_id', from: 'record.id', required: true },
];
const last: Field[] = [
  from('source_created_at', 'created_at'),
  from('source_updated_at', 'modified_at'),
  { to: 'raw', from: 'raw' },
];

const rowOf = (entity: string, target: string, fields: readonly Field[]): MappingDocument => ({
  id: `quickbooks.${entity}-supabase.${target}`,
  version: 1,
  source: { platform: 'quickbooks', entity },
  target: { platform: 'supabase', entity: target },
  fields: [...identity, ...fields, ...last],
});

const address = ['address_1', 'address_2', 'city', 'state', 'postcode', 'country'];
const person: Field[] = [
  ...plain('name', 'first_name', 'last_name', 'company', 'email', 'phone', 'website'),
  ...address.map((name) => from(name, `billing.${name}`)),
  ...plain('currency', 'balance', 'active'),
];

/** The customer or vendor of a document comes first, so that no row points at nothing. */
const party = (role: 'customer' | 'vendor'): Field[] => [
  { to: `${role}_source_id`, from: `${role}.ref`, ref: role, via: optional },
  from(`${role}_name`, `${role}.name`),
];

const lineIdentity = (parent: string): Field[] => [
  { to: 'source', value: 'quickbooks' },
  { to: parent, from: 'record.id' },
  { to: 'line_id', from: 'item.id' },
  { to: 'position', from: 'item.position' },
];
const documentLines: Field = {
  to: 'lines',
  each: 'lines',
  fields: [
    ...lineIdentity('document_source_id'),
    from('kind', 'item.kind'),
    from('item_source_id', 'item.item.ref'),
    from('item_name', 'item.item.name'),
    from('account', 'item.account.name'),
    ...['description', 'quantity', 'unit_price', 'amount', 'percent', 'tax_code'].map((name) =>
      from(name, `item.${name}`),
    ),
    from('source_updated_at', 'modified_at'),
  ],
};

const dated: Field[] = [
  from('doc_number', 'number'),
  ...plain('status', 'currency', 'exchange_rate', 'business_day', 'due_day'),
  ...plain('subtotal', 'tax_total', 'total', 'home_total', 'open_total', 'note', 'linked'),
];

const salesForm = (entity: string): MappingDocument =>
  rowOf(entity, `books_${entity}`, [
    ...dated,
    ...party('customer'),
    ...plain('email', 'discount_total', 'shipping_total', 'tip_total', 'memo'),
    from('payment_method', 'payment.method.name'),
    from('payment_reference', 'payment.reference'),
    from('deposit_account', 'deposit_account.name'),
    documentLines,
  ]);

/** What the books have, as rows of the warehouse: one document for each entity that is read. */
export const booksToRows: readonly MappingDocument[] = [
  rowOf('customer', 'books_customer', [
    ...person,
    ...plain('taxable', 'is_job', 'note'),
    from('parent_source_id', 'parent_ref'),
  ]),
  rowOf('vendor', 'vendor', [...person, ...plain('account_number', 'tax_identifier', 'is_1099')]),
  rowOf('item', 'books_item', [
    ...plain('name', 'full_name', 'sku', 'type', 'description', 'price', 'cost', 'tracks_stock', 'stock_quantity'),
    ...plain('taxable', 'active'),
    from('parent_source_id', 'parent_ref'),
    ...['income_account', 'expense_account', 'asset_account'].map((name) => from(name, `${name}.name`)),
  ]),
  salesForm('invoice'),
  salesForm('sales_receipt'),
  salesForm('credit_memo'),
  salesForm('refund_receipt'),
  rowOf('payment', 'books_payment', [
    from('reference', 'payment.reference'),
    ...plain('status', 'currency', 'exchange_rate', 'business_day', 'total', 'unapplied_total', 'note'),
    ...party('customer'),
    from('payment_method', 'payment.method.name'),
    from('deposit_account', 'deposit_account.name'),
    {
      to: 'lines',
      each: 'lines',
      fields: [
        ...lineIdentity('payment_source_id'),
        from('amount', 'item.amount'),
        from('document_kind', 'item.document.kind'),
        from('document_source_id', 'item.document.ref'),
        from('source_updated_at', 'modified_at'),
      ],
    },
  ]),
  rowOf('bill', 'bill', [...dated, ...party('vendor'), from('payable_account', 'payable_account.name'), documentLines]),
];
