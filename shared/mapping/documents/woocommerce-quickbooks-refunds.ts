import type { Branch, Condition, Field, MappingDocument } from '../document.ts';
import { hasAccount, onRefundItem, refundAccounts, refundDocuments } from './quickbooks-refunds.ts';
import {
  address,
  chosenItem,
  inStatus,
  itemRef,
  lineFields,
  paymentMethod,
  placeFields,
  text,
} from './woocommerce-quickbooks.ts';

/** What the target has of the sale: it stands there by itself, or in the document of its day. */
const stands: NonNullable<MappingDocument['stands']> = [
  { name: 'order_document', ref: 'order', id: 'order_ref' },
  { name: 'day_document', ref: 'sales_day', id: 'sales_day' },
];
const isThere = (path: string): Condition => ({ path, is: 'present' });
const byItself: Condition = {
  any: [
    isThere('order_document'),
    {
      all: [
        { path: 'day_document', is: 'absent' },
        { path: 'business_day', periods: 'settings.posting', mode: 'per_order', before: 'per_order' },
      ],
    },
  ],
};
const choice = (when: Condition, yes: Branch, no: Branch): Branch => ({
  via: [{ op: 'conditional', when, yes, no }],
});
const asDay = choice(isThere('day_document'), { path: 'day_document' }, { path: 'settings.summary_document' });
const asOrder = choice(isThere('order_document'), { path: 'order_document' }, { path: 'settings.document' });

/** The document the sale stands in, or will: what is there decides before what is chosen, as it does for the sale. */
const ofSale: NonNullable<MappingDocument['derive']> = [
  { name: 'business_day', from: 'order_placed_at', via: [{ op: 'day', zone_path: 'store.time_zone' }] },
  { name: 'sales_day', template: '{business_day}@{currency}' },
  {
    name: 'sale_by',
    via: [{ op: 'conditional', when: byItself, yes: { value: 'itself' }, no: { value: 'day' } }],
  },
  { name: 'sale_document', via: [{ op: 'conditional', when: byItself, yes: asOrder, no: asDay }] },
];

const asInvoice: Condition = { path: 'sale_document', equals: 'invoice' };
const isPaid = isThere('order_paid_at');
/** Money was received for it by the books' own word: a receipt says so of its whole sale. */
const wasPaid: Condition = {
  any: [{ path: 'was_paid', equals: true }, { all: [{ path: 'sale_document', not_equals: 'invoice' }, isPaid] }],
};
const wasOpen: Condition = {
  all: [{ path: 'was_paid', not_equals: true }, { any: [asInvoice, { path: 'order_paid_at', is: 'absent' }] }],
};
const ofDay: Condition = { all: [wasOpen, { path: 'sale_by', equals: 'day' }] };
const ofOrder: Condition = { any: [wasPaid, { path: 'sale_by', equals: 'itself' }] };

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
    when: { any: [asInvoice, isPaid] },
    otherwise: 'The order is not paid, so it has no document that could be taken back.',
  },
];

/** A part of the order is taken back only where the order itself is, by itself or in the summary of its day. */
const order = { ref: 'order', id: 'order_ref', or: { ref: 'sales_day', id: 'sales_day' } };

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
  // What nobody has paid yet is owed by the customer of the invoice: that of its day where it is one.
  { to: 'CustomerRef.value', from: 'customer.ref', ref: 'customer', required: true, when: ofOrder },
  { to: 'CustomerRef.value', from: 'day_customer.ref', ref: 'customer', required: true, when: ofDay },
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
  stands,
  derive: ofSale,
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
      { when: asInvoice, otherwise: 'The order is posted as a sales receipt: there is no invoice to apply it to.' },
      { when: wasOpen, otherwise: 'The invoice was paid: nothing of it is open.' },
    ],
    amount: 'amount',
    invoice: [
      { to: 'TxnId', from: 'order_ref', ref: 'order', when: ofOrder },
      { to: 'TxnId', from: 'sales_day', ref: 'sales_day', when: ofDay },
    ],
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
