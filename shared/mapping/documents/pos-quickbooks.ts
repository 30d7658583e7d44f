import type { Condition, Field, MappingDocument } from '../document.ts';
import {
  customerToCustomer,
  globalTax,
  itemRef,
  lineFields,
  productToItem,
  provides,
  sameCurrency,
  settlement,
  taxAsLine,
  text,
  usTax,
} from './woocommerce-quickbooks.ts';

const source = { platform: 'pos', entity: 'sale' } as const;
const settledAtOnce: Condition = {
  all: [
    { path: 'on_account', equals: false },
    { path: 'settings.pos_document', equals: 'sales_receipt' },
  ],
};
const asInvoice: Condition = {
  any: [
    { path: 'on_account', equals: true },
    { path: 'settings.pos_document', equals: 'invoice' },
  ],
};
const notVoided = {
  when: { path: 'status', not_equals: 'voided' },
  otherwise: 'The sale was voided at the till.',
  written: 'archive',
} as const satisfies NonNullable<MappingDocument['include']>[number];

const number = (to: string): Field => ({
  to,
  from: 'number',
  via: [{ op: 'trim' }, { op: 'prefix', path: 'settings.pos_number_prefix' }, { op: 'max_length', length: 21 }],
  required: true,
});

const note: Field = {
  to: 'PrivateNote',
  template: 'Sale {number} at register {register} (id {record.id}), {payment.title} {payment.transaction_id}',
  via: text(4000),
};

/** By the tender that brought the most; the note lists all of them. */
const money: Field[] = [
  {
    to: 'PaymentMethodRef.value',
    from: 'payment.method',
    via: [{ op: 'lookup', path: 'settings.payment_methods', fix: 'Choose a payment method for it in the settings.' }],
    when: { path: 'payment.method', in_path: 'settings.mapped_payment_methods' },
  },
  {
    to: 'DepositToAccountRef.value',
    from: 'settings.deposit_account',
    when: { path: 'settings.deposit_account', is: 'present' },
  },
  // A tender with an account of its own goes there instead.
  {
    to: 'DepositToAccountRef.value',
    from: 'payment.method',
    via: [{ op: 'lookup', path: 'settings.deposit_accounts', fix: 'Choose an account for it in the settings.' }],
    when: { path: 'payment.method', in_path: 'settings.mapped_tenders' },
  },
];

const documentFields: Field[] = [
  number('DocNumber'),
  { to: 'TxnDate', from: 'placed_at', via: [{ op: 'day', zone_path: 'store.time_zone' }], required: true },
  { to: 'CustomerRef.value', from: 'customer.ref', ref: 'customer', required: true },
  { to: 'CurrencyRef.value', from: 'currency', when: { path: 'books.multi_currency', equals: true } },
  { to: 'BillEmail.Address', from: 'billing.email', via: [{ op: 'email' }, { op: 'truncate', length: 100 }] },
  note,
  { to: 'ClassRef.value', from: 'settings.class_id' },
  { to: 'DepartmentRef.value', from: 'settings.department_id' },
  { to: 'CustomerMemo.value', from: 'note', via: text(1000) },
  { to: 'GlobalTaxCalculation', value: 'TaxExcluded', when: globalTax },
  {
    to: 'Line',
    each: 'postings',
    only: { path: 'item.kind', equals: 'product' },
    fields: lineFields([{ to: itemRef, from: 'item.product_ref', ref: 'product', required: true }]),
  },
  {
    to: 'Line',
    each: 'postings',
    only: { path: 'item.kind', equals: 'rounding' },
    fields: lineFields([{ to: itemRef, value: 'system:rounding', ref: 'product', required: true }]),
  },
  {
    to: 'Line',
    when: { all: [taxAsLine, { path: 'tax_total', not_equals: '0.00' }] },
    fields: [
      { to: 'DetailType', value: 'SalesItemLineDetail' },
      { to: 'Amount', from: 'tax_total', via: [{ op: 'money' }] },
      { to: 'Description', value: 'Sales tax' },
      { to: 'SalesItemLineDetail.ItemRef.value', value: 'system:tax', ref: 'product' },
    ],
  },
  { to: 'TxnTaxDetail.TxnTaxCodeRef.value', from: 'books.tax.transaction_code', when: usTax },
  { to: 'TxnTaxDetail.TotalTax', from: 'tax_total', via: [{ op: 'money' }], when: usTax },
];

export const saleToSalesReceipt: MappingDocument = {
  id: 'pos.sale-quickbooks.sales_receipt',
  version: 1,
  source,
  target: { platform: 'quickbooks', entity: 'sales_receipt' },
  include: [{ when: settledAtOnce, otherwise: 'The sale is posted as an invoice.' }, notVoided],
  require: sameCurrency,
  fields: [...documentFields, number('PaymentRefNum'), ...money],
  settlement,
  provides,
};

export const saleToInvoice: MappingDocument = {
  id: 'pos.sale-quickbooks.invoice',
  version: 1,
  source,
  target: { platform: 'quickbooks', entity: 'invoice' },
  include: [{ when: asInvoice, otherwise: 'The sale is posted as a sales receipt.' }, notVoided],
  require: sameCurrency,
  fields: [...documentFields, { to: 'SalesTermRef.value', from: 'settings.terms_id' }],
  settlement,
  provides,
};

export const saleToPayment: MappingDocument = {
  id: 'pos.sale-quickbooks.payment',
  version: 1,
  source,
  target: { platform: 'quickbooks', entity: 'payment' },
  include: [
    { when: asInvoice, otherwise: 'The sale is posted as a sales receipt.' },
    notVoided,
    { when: { path: 'paid_total', not_equals: '0.00' }, otherwise: 'Nothing of the sale is paid yet.' },
  ],
  fields: [
    { to: 'TotalAmt', from: 'paid_total', via: [{ op: 'money' }], required: true },
    { to: 'TxnDate', from: 'paid_at', via: [{ op: 'day', zone_path: 'store.time_zone' }], required: true },
    { to: 'CustomerRef.value', from: 'customer.ref', ref: 'customer', required: true },
    { to: 'CurrencyRef.value', from: 'currency', when: { path: 'books.multi_currency', equals: true } },
    number('PaymentRefNum'),
    ...money,
    note,
    {
      to: 'Line',
      fields: [
        { to: 'Amount', from: 'paid_total', via: [{ op: 'money' }] },
        {
          to: 'LinkedTxn',
          fields: [
            { to: 'TxnId', step: 'invoice' },
            { to: 'TxnType', value: 'Invoice' },
          ],
        },
      ],
    },
  ],
  settlement: { total: 'paid_total', currency: 'currency' },
};

/** Names come to the books with the sales that need them: most came from the shop, and go there by that way. */
const needed: NonNullable<MappingDocument['include']> = [
  {
    when: { path: 'record.required', equals: true },
    otherwise: 'It comes to the books with the first sale of a till.',
  },
];

export const posCustomerToCustomer: MappingDocument = {
  ...customerToCustomer,
  id: 'pos.customer-quickbooks.customer',
  source: { platform: 'pos', entity: 'customer' },
  include: needed,
};

export const posProductToItem: MappingDocument = {
  ...productToItem,
  id: 'pos.product-quickbooks.item',
  source: { platform: 'pos', entity: 'product' },
  include: needed,
};
