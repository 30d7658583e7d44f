import type { ObjectSchema, RecordSchema, RecordSchemas } from '../../model/record-schema.ts';

const text: RecordSchema = { kind: 'text' };
const decimal: RecordSchema = { kind: 'decimal' };
const integer: RecordSchema = { kind: 'integer' };
const boolean: RecordSchema = { kind: 'boolean' };
const day: RecordSchema = { kind: 'day' };
const instant: RecordSchema = { kind: 'instant' };
const object = (fields: ObjectSchema['fields']): ObjectSchema => ({ kind: 'object', fields });
const list = (of: RecordSchema): RecordSchema => ({ kind: 'list', of });
const all = (kind: RecordSchema, ...names: readonly string[]): Record<string, RecordSchema> =>
  Object.fromEntries(names.map((name) => [name, kind]));

const named = object(all(text, 'ref', 'name'));
const address = object(all(text, 'address_1', 'address_2', 'city', 'state', 'postcode', 'country'));
const dates = all(instant, 'created_at', 'modified_at');
const payment = object({ method: named, reference: text });
const linked = object(all(text, 'kind', 'ref'));

const person = {
  ...all(text, 'name', 'first_name', 'last_name', 'company', 'email', 'phone', 'website', 'currency', 'terms_ref'),
  billing: address,
  balance: decimal,
  active: boolean,
  ...dates,
};

const document = object({
  ...all(text, 'kind', 'number', 'status', 'currency', 'email', 'terms_ref', 'memo', 'note'),
  ...all(day, 'business_day', 'due_day'),
  ...all(decimal, 'exchange_rate', 'subtotal', 'shipping_total', 'tip_total', 'discount_total', 'tax_total'),
  ...all(decimal, 'total', 'home_total', 'open_total'),
  ...all(named, 'customer', 'vendor', 'deposit_account', 'payable_account'),
  ...all(address, 'billing', 'shipping'),
  payment,
  linked: list(linked),
  lines: list(
    object({
      ...all(text, 'id', 'kind', 'description', 'tax_code'),
      ...all(decimal, 'quantity', 'unit_price', 'amount', 'percent', 'net_taxable'),
      ...all(named, 'item', 'account', 'class'),
      position: integer,
    }),
  ),
  ...dates,
});

/** Canonical records as records/ makes them; a test holds both together. */
export const sourceSchemas: RecordSchemas = {
  customer: object({
    ...person,
    shipping: address,
    ...all(boolean, 'taxable', 'is_job'),
    ...all(text, 'parent_ref', 'resale_number', 'note'),
  }),
  vendor: object({
    ...person,
    ...all(text, 'account_number', 'tax_identifier'),
    is_1099: boolean,
    payable_account: named,
  }),
  item: object({
    ...all(text, 'name', 'full_name', 'sku', 'type', 'description', 'purchase_description', 'parent_ref'),
    ...all(decimal, 'price', 'cost', 'stock_quantity'),
    ...all(boolean, 'tracks_stock', 'taxable', 'active'),
    ...all(named, 'income_account', 'expense_account', 'asset_account'),
    stock_since: day,
    ...dates,
  }),
  ...Object.fromEntries(
    ['invoice', 'sales_receipt', 'credit_memo', 'refund_receipt', 'bill'].map((entity) => [entity, document]),
  ),
  payment: object({
    ...all(text, 'kind', 'number', 'status', 'currency', 'note'),
    ...all(decimal, 'exchange_rate', 'total', 'unapplied_total'),
    ...all(named, 'customer', 'deposit_account', 'receivable_account'),
    business_day: day,
    payment,
    lines: list(object({ id: text, position: integer, amount: decimal, document: linked })),
    ...dates,
  }),
};
