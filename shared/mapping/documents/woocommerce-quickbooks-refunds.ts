import type { Condition, Field, MappingDocument } from '../document.ts';
import {
  address,
  asInvoice,
  chosenItem,
  globalTax,
  inStatus,
  itemRef,
  lineFields,
  placeFields,
  provides,
  sameCurrency,
  service,
  taxFields,
  text,
} from './woocommerce-quickbooks.ts';

const source = { platform: 'woocommerce', entity: 'refund' } as const;
const wasPaid: Condition = { path: 'was_paid', equals: true };
const wasOpen: Condition = { path: 'was_paid', equals: false };
const byCreditMemo: Condition = { path: 'settings.refund_document', equals: 'credit_memo' };
const byReceipt: Condition = { path: 'settings.refund_document', equals: 'refund_receipt' };

/** What holds for all documents of a refund. */
const posted: NonNullable<MappingDocument['include']> = [
  ...inStatus(
    'order_status',
    'Orders with status {order_status} are not posted to the books, nor is what was paid back of them.',
  ),
  {
    when: { path: 'amount', not_equals: '0.00' },
    otherwise: 'Nothing was paid back: goods only went back to stock.',
  },
  {
    when: { any: [asInvoice, wasPaid] },
    otherwise: 'The order was not paid, so it had no document that could be taken back.',
  },
];

/** A part of the order is taken back only where the order itself is, by itself or in the summary of its day. */
const order = { ref: 'order', id: 'order_ref', or: { ref: 'sales_day', id: 'sales_day' } };
const ofItsDay: NonNullable<MappingDocument['derive']> = [
  { name: 'business_day', from: 'order_placed_at', via: [{ op: 'day', zone_path: 'store.time_zone' }] },
  { name: 'sales_day', template: '{business_day}@{currency}' },
];

const number: Field['via'] = [
  { op: 'trim' },
  { op: 'prefix', path: 'settings.doc_number_prefix' },
  { op: 'max_length', length: 21 },
];

const note = 'Refund {id} of WooCommerce order {order_number} (id {order_ref}) {reason}';

const allocated: Condition = { path: 'item.allocated', equals: true };
const ofShop = (kind: string): Condition => ({
  all: [
    { path: 'item.kind', equals: kind },
    { path: 'item.allocated', equals: false },
  ],
});

const header: Field[] = [
  { to: 'TxnDate', from: 'refunded_at', via: [{ op: 'day', zone_path: 'store.time_zone' }], required: true },
  { to: 'CustomerRef.value', from: 'customer.ref', ref: 'customer', required: true },
  { to: 'CurrencyRef.value', from: 'currency', when: { path: 'books.multi_currency', equals: true } },
  { to: 'PrivateNote', template: note, via: text(4000), when: { path: 'by_line', equals: true } },
  {
    to: 'PrivateNote',
    template: `${note} (shares of goods and tax allocated)`,
    via: text(4000),
    when: { path: 'by_line', equals: false },
  },
];

const documentFields: Field[] = [
  { to: 'DocNumber', from: 'number', via: number, required: true },
  ...header,
  { to: 'BillEmail.Address', from: 'billing.email', via: [{ op: 'email' }, { op: 'truncate', length: 100 }] },
  ...address('BillAddr', 'billing'),
  ...address('ShipAddr', 'shipping'),
  { to: 'CustomerMemo.value', from: 'reason', via: text(1000) },
  ...placeFields,
  { to: 'GlobalTaxCalculation', value: 'TaxExcluded', when: globalTax },
  {
    to: 'Line',
    each: 'postings',
    only: ofShop('product'),
    fields: lineFields([
      {
        to: itemRef,
        from: 'item.product_ref',
        via: [{ op: 'default', value: 'system:unlisted' }],
        ref: 'product',
        required: true,
      },
    ]),
  },
  {
    to: 'Line',
    each: 'postings',
    only: ofShop('shipping'),
    fields: lineFields(chosenItem('shipping_item', 'system:shipping')),
  },
  {
    to: 'Line',
    each: 'postings',
    only: ofShop('fee'),
    fields: lineFields(chosenItem('fee_item', 'system:fee')),
  },
  {
    to: 'Line',
    each: 'postings',
    only: allocated,
    fields: lineFields([{ to: itemRef, value: 'system:refund', ref: 'product', required: true }]),
  },
  ...taxFields,
];

const settlement: NonNullable<MappingDocument['settlement']> = {
  total: 'amount',
  currency: 'currency',
  adjustment: { ref: 'product', id: 'system:rounding' },
};

const provided: NonNullable<MappingDocument['provides']> = [
  ...provides,
  { entity: 'product', id: 'system:refund', label: 'Refund', data: service('Refund', 'income') },
];

export const refundToCreditMemo: MappingDocument = {
  id: 'woocommerce.refund-quickbooks.credit_memo',
  version: 1,
  source,
  target: { platform: 'quickbooks', entity: 'credit_memo' },
  include: [
    { when: { any: [byCreditMemo, wasOpen] }, otherwise: 'Refunds of paid orders are posted as refund receipts.' },
    ...posted,
  ],
  require: [
    ...sameCurrency,
    {
      when: { any: [wasOpen, { path: 'books.auto_apply_credit', not_equals: true }] },
      code: 'mapping.auto_apply_credit',
      field: 'refund_document',
      reason:
        'This company applies credits by itself: a credit memo for an order that was paid would be set off against the next invoice of the customer, which would then look paid twice.',
      fix: 'Turn off "Automatically apply credits" in QuickBooks (Account and settings, Advanced, Automation) and test the connection again, or choose refund_receipt as refund_document in the settings.',
    },
  ],
  derive: ofItsDay,
  after: [order],
  fields: documentFields,
  settlement,
  provides: provided,
};

/** Sets a credit memo off against the invoice of the order: a payment of zero that links both. */
export const refundToPayment: MappingDocument = {
  id: 'woocommerce.refund-quickbooks.payment',
  version: 1,
  source,
  target: { platform: 'quickbooks', entity: 'payment' },
  include: [
    { when: asInvoice, otherwise: 'Orders are posted as sales receipts: there is no invoice to apply it to.' },
    { when: wasOpen, otherwise: 'The invoice was paid: nothing of it is open.' },
    ...posted,
    {
      when: { path: 'books.auto_apply_credit', not_equals: true },
      otherwise: 'This company applies credits by itself.',
    },
  ],
  fields: [
    { to: 'TotalAmt', value: 0, via: [{ op: 'money' }] },
    ...header,
    { to: 'PaymentRefNum', from: 'number', via: number },
    {
      to: 'Line',
      fields: [
        { to: 'Amount', from: 'amount', via: [{ op: 'money' }] },
        {
          to: 'LinkedTxn',
          fields: [
            { to: 'TxnId', from: 'order_ref', ref: 'order' },
            { to: 'TxnType', value: 'Invoice' },
          ],
        },
      ],
    },
    {
      to: 'Line',
      fields: [
        { to: 'Amount', from: 'amount', via: [{ op: 'money' }] },
        {
          to: 'LinkedTxn',
          fields: [
            { to: 'TxnId', step: 'credit_memo' },
            { to: 'TxnType', value: 'CreditMemo' },
          ],
        },
      ],
    },
  ],
};

export const refundToReceipt: MappingDocument = {
  id: 'woocommerce.refund-quickbooks.refund_receipt',
  version: 1,
  source,
  target: { platform: 'quickbooks', entity: 'refund_receipt' },
  include: [
    { when: byReceipt, otherwise: 'Refunds are posted as credit memos.' },
    { when: wasPaid, otherwise: 'The order was not paid: its refund is a credit memo.' },
    ...posted,
  ],
  require: [
    ...sameCurrency,
    {
      when: {
        any: ['settings.refund_account', 'settings.deposit_account', 'books.undeposited_account'].map((path) => ({
          path,
          is: 'present' as const,
        })),
      },
      code: 'mapping.no_refund_account',
      field: 'refund_account',
      reason: 'It is not known from which account refunds are paid.',
      fix: 'Choose refund_account in the settings of QuickBooks, or test the connection again to find Undeposited Funds.',
    },
  ],
  derive: ofItsDay,
  after: [order],
  fields: [
    ...documentFields,
    { to: 'PaymentRefNum', from: 'number', via: number },
    {
      to: 'PaymentMethodRef.value',
      from: 'payment.method',
      via: [{ op: 'lookup', path: 'settings.payment_methods', fix: '' }],
      when: { path: 'payment.method', in_path: 'settings.mapped_payment_methods' },
    },
    {
      to: 'DepositToAccountRef.value',
      first: ['settings.refund_account', 'settings.deposit_account', 'books.undeposited_account'],
      required: true,
    },
  ],
  settlement,
  provides: provided,
};
