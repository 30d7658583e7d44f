import type { Condition, Field, MappingDocument } from '../document.ts';
import { hasAccount, onRefundItem, refundAccounts, refundDocuments } from './quickbooks-refunds.ts';
import {
  address,
  asInvoice,
  chosenItem,
  inStatus,
  itemRef,
  lineFields,
  paymentMethod,
  placeFields,
  text,
} from './woocommerce-quickbooks.ts';

const wasPaid: Condition = { path: 'was_paid', equals: true };
const wasOpen: Condition = { path: 'was_paid', equals: false };

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

const lines: Field[] = [
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
  { to: 'Line', each: 'postings', only: allocated, fields: onRefundItem },
];

export const refundsToBooks = refundDocuments({
  source: { platform: 'woocommerce', entity: 'refund' },
  include: posted,
  derive: ofItsDay,
  after: [order],
  paid: wasPaid,
  open: wasOpen,
  number: [{ op: 'trim' }, { op: 'prefix', path: 'settings.doc_number_prefix' }, { op: 'max_length', length: 21 }],
  header,
  more: [
    { to: 'BillEmail.Address', from: 'billing.email', via: [{ op: 'email' }, { op: 'truncate', length: 100 }] },
    ...address('BillAddr', 'billing'),
    ...address('ShipAddr', 'shipping'),
    { to: 'CustomerMemo.value', from: 'reason', via: text(1000) },
    ...placeFields,
  ],
  lines,
  setOff: {
    include: [
      { when: asInvoice, otherwise: 'Orders are posted as sales receipts: there is no invoice to apply it to.' },
      { when: wasOpen, otherwise: 'The invoice was paid: nothing of it is open.' },
    ],
    amount: 'amount',
    invoice: { from: 'order_ref', ref: 'order' },
  },
  account: [paymentMethod, { to: 'DepositToAccountRef.value', first: refundAccounts, required: true }],
  accounts: hasAccount,
  said: {
    asReceipts: 'Refunds of paid orders are posted as refund receipts.',
    asMemos: 'Refunds are posted as credit memos.',
    notPaid: 'The order was not paid: its refund is a credit memo.',
    it: 'an order that was paid',
  },
});
