import type { Condition, Field, MappingDocument } from '../document.ts';
import {
  chosenItem,
  globalTax,
  itemRef,
  lineFields,
  placeFields,
  provides,
  sameCurrency,
  service,
  taxFields,
  text,
} from './woocommerce-quickbooks.ts';

const source = { platform: 'woocommerce', entity: 'sales_day' } as const;
const inSettings: Condition = { path: 'item.status', in_path: 'settings.post_statuses' };
const isPaid: Condition = { path: 'item.paid', equals: 'yes' };

/** The orders of the day that are posted, added up. */
const posted = (only: Condition): NonNullable<MappingDocument['derive']> => [
  { name: 'posted', from: 'groups', only },
  { name: 'total', from: 'posted[].total', sum: true },
  { name: 'tax_total', from: 'posted[].tax_total', sum: true },
  { name: 'count', from: 'posted[].count', sum: true, via: [{ op: 'decimal' }] },
  { name: 'orders', from: 'posted[].orders', flat: true },
  { name: 'products', from: 'posted[].lines', flat: true },
  { name: 'rates', from: 'posted[].rates', flat: true },
];

const byDay: NonNullable<MappingDocument['include']> = [
  {
    // A day that was posted as a whole stays so, whatever is chosen for it later.
    when: {
      any: [
        { path: 'record.written', equals: true },
        { path: 'day', periods: 'settings.posting', mode: 'daily_summary', before: 'per_order' },
      ],
    },
    otherwise: 'Orders of {day} are posted one by one.',
    written: 'keep',
  },
  { when: { path: 'products', is: 'present' }, otherwise: 'No order of {day} is to be posted.', written: 'archive' },
];

const instead: NonNullable<MappingDocument['instead']> = [
  {
    ref: 'order',
    ids: 'orders',
    otherwise: 'All orders of {day} are posted one by one.',
    reason: 'Some orders of {day} are posted one by one already: added up with the others they would count twice.',
    fix: 'Let the summaries begin on a later day (setting posting), or void those documents in QuickBooks and cancel their links by an undo; then retry.',
  },
];

const lines = (each: string, chosen: string, product: Field[]): Field[] =>
  [
    ['product', product] as const,
    ['shipping', chosenItem('shipping_item', 'system:shipping')] as const,
    ['fee', chosenItem('fee_item', 'system:fee')] as const,
  ].map(([kind, item]) => ({
    to: 'Line',
    when: { path: 'settings.summary_lines', equals: chosen },
    each,
    only: { path: 'item.kind', equals: kind },
    fields: lineFields(item),
  }));

const documentFields: Field[] = [
  {
    to: 'DocNumber',
    from: 'number',
    via: [
      { op: 'prefix', path: 'settings.doc_number_prefix' },
      { op: 'max_length', length: 21 },
    ],
    required: true,
  },
  { to: 'TxnDate', from: 'day', required: true },
  { to: 'CustomerRef.value', from: 'customer.ref', ref: 'customer', required: true },
  { to: 'CurrencyRef.value', from: 'currency', when: { path: 'books.multi_currency', equals: true } },
  { to: 'PrivateNote', template: 'WooCommerce sales of {day}: {count} orders', via: text(4000) },
  ...placeFields,
  { to: 'GlobalTaxCalculation', value: 'TaxExcluded', when: globalTax },
  ...lines('products', 'product', [
    {
      to: itemRef,
      from: 'item.product_ref',
      via: [{ op: 'default', value: 'system:unlisted' }],
      ref: 'product',
      required: true,
    },
  ]),
  ...lines('rates', 'tax_rate', [{ to: itemRef, value: 'system:day', ref: 'product', required: true }]),
  ...taxFields,
];

const settlement: NonNullable<MappingDocument['settlement']> = {
  total: 'total',
  currency: 'currency',
  adjustment: { ref: 'product', id: 'system:rounding' },
  parts: 'count',
};

const provided: NonNullable<MappingDocument['provides']> = [
  ...provides,
  { entity: 'product', id: 'system:day', label: 'Daily sales', data: service('Daily sales', 'income') },
];

/** A receipt stands for money received: orders join their day when they are paid. */
export const dayToSalesReceipt: MappingDocument = {
  id: 'woocommerce.sales_day-quickbooks.sales_receipt',
  version: 1,
  source,
  target: { platform: 'quickbooks', entity: 'sales_receipt' },
  derive: posted({ all: [inSettings, isPaid] }),
  include: [
    {
      when: { path: 'settings.summary_document', equals: 'sales_receipt' },
      otherwise: 'Days are posted as invoices.',
    },
    ...byDay,
  ],
  require: sameCurrency,
  instead,
  fields: [...documentFields, { to: 'DepositToAccountRef.value', from: 'settings.deposit_account' }],
  settlement,
  provides: provided,
};

/** An invoice is what the day's customers owe, paid or not: payouts are applied to it as they arrive. */
export const dayToInvoice: MappingDocument = {
  id: 'woocommerce.sales_day-quickbooks.invoice',
  version: 1,
  source,
  target: { platform: 'quickbooks', entity: 'invoice' },
  derive: posted(inSettings),
  include: [
    {
      when: { path: 'settings.summary_document', equals: 'invoice' },
      otherwise: 'Days are posted as sales receipts.',
    },
    ...byDay,
  ],
  require: sameCurrency,
  instead,
  fields: [...documentFields, { to: 'SalesTermRef.value', from: 'settings.terms_id' }],
  settlement,
  provides: provided,
};
