import type { Field, MappingDocument } from '../document.ts';
import { customerToCustomer } from './woocommerce-quickbooks.ts';

const optional: Field['via'] = [{ op: 'null_if_empty' }];
const from = (to: string, path: string): Field => ({ to, from: path, via: optional });
const plain = (...names: string[]): Field[] => names.map((name) => from(name, name));

const address = ['address_1', 'address_2', 'city', 'state', 'postcode', 'country'];
const addressFields = address.map((name): Field => ({ to: `billing.${name}`, from: `billing.${name}` }));

const tillOf = (entity: string, target: string, fields: readonly Field[]): MappingDocument => ({
  id: `quickbooks.${entity}-pos.${target}`,
  version: 1,
  source: { platform: 'quickbooks', entity },
  target: { platform: 'pos', entity: target },
  fields: [{ to: 'id', from: 'record.id', required: true }, ...fields],
});

const person: Field[] = [
  ...plain('name', 'first_name', 'last_name', 'company', 'email', 'phone'),
  ...addressFields,
  ...plain('active'),
];
const document: Field[] = [
  ...plain('number', 'status', 'business_day', 'due_day', 'currency', 'total', 'tax_total', 'open_total', 'note'),
  {
    to: 'lines',
    each: 'lines',
    fields: [
      from('kind', 'item.kind'),
      from('item_id', 'item.item.ref'),
      from('name', 'item.item.name'),
      ...['description', 'quantity', 'unit_price', 'amount'].map((name) => from(name, `item.${name}`)),
    ],
  },
];
const party = (role: string): Field[] => [from(`${role}_id`, `${role}.ref`), from(`${role}_name`, `${role}.name`)];

/** What tills are told of the books. */
export const booksToTills: readonly MappingDocument[] = [
  // Customers of the tills and of the shop are one list; those of the books are another, with what they owe.
  tillOf('customer', 'books_customer', [...person, ...plain('balance', 'currency')]),
  tillOf('item', 'item', plain('name', 'full_name', 'sku', 'type', 'description', 'price', 'stock_quantity', 'active')),
  tillOf('invoice', 'invoice', [...document, ...party('customer')]),
  tillOf('payment', 'payment', [
    ...plain('number', 'status', 'business_day', 'currency', 'total', 'unapplied_total'),
    ...party('customer'),
    from('method', 'payment.method.name'),
    {
      to: 'lines',
      each: 'lines',
      fields: [
        from('amount', 'item.amount'),
        from('document_kind', 'item.document.kind'),
        from('document_id', 'item.document.ref'),
      ],
    },
  ]),
  tillOf('bill', 'bill', [...document, ...party('vendor')]),
  {
    ...tillOf('vendor', 'vendor', [...person, from('account_number', 'account_number')]),
    // Vendors go both ways: an id of the books must not be one that a till made up.
    fields: [
      { to: 'id', template: 'qbo:{record.id}', required: true },
      ...person,
      from('account_number', 'account_number'),
    ],
  },
];

const ofCustomersOnly = /^(DisplayName|CurrencyRef|ShipAddr)/;

/** A vendor of the tills: a person like a customer, under a name the owner gave it. */
export const vendorToVendor: MappingDocument = {
  id: 'pos.vendor-quickbooks.vendor',
  version: 1,
  source: { platform: 'pos', entity: 'vendor' },
  target: { platform: 'quickbooks', entity: 'vendor' },
  fields: [
    {
      to: 'DisplayName',
      from: 'name',
      via: [{ op: 'plain_text' }, { op: 'remove', characters: ':' }, { op: 'truncate', length: 100 }, { op: 'trim' }],
      required: true,
    },
    ...customerToCustomer.fields.filter(({ to }) => !ofCustomersOnly.test(to)),
    { to: 'AcctNum', from: 'account_number', via: [{ op: 'plain_text' }, { op: 'truncate', length: 100 }] },
  ],
};
