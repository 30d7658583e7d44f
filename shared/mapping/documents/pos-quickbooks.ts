import type { Condition, Field, MappingDocument } from '../document.ts';
import { hasAccount, refundAccounts, refundDocuments } from './quickbooks-refunds.ts';
import {
  customerToCustomer,
  globalTax,
  itemRef,
  lineFields,
  paymentMethod,
  placeFields,
  productToItem,
  provides,
  sameCurrency,
  settlement,
  taxFields,
  text,
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

const numbered: Field['via'] = [
  { op: 'trim' },
  { op: 'prefix', path: 'settings.pos_number_prefix' },
  { op: 'max_length', length: 21 },
];
const number = (to: string): Field => ({ to, from: 'number', via: numbered, required: true });

const note: Field = {
  to: 'PrivateNote',
  template: 'Sale {number} at register {register} (id {record.id}), {payment.title} {payment.transaction_id}',
  via: text(4000),
};

/** By the tender that brought the most; the note lists all of them. */
const hasOwnAccount: Condition = { path: 'payment.method', in_path: 'settings.deposit_accounts' };
const ownAccount: Field = {
  to: 'DepositToAccountRef.value',
  from: 'payment.method',
  via: [
    {
      op: 'lookup',
      path: 'settings.deposit_accounts',
      fix: 'Choose an account for it under “Money of the tills goes to, by tender” in the settings of QuickBooks.',
    },
  ],
  when: hasOwnAccount,
};
/** A tender with an account of its own goes there; the others to the account for all. */
const money: Field[] = [
  paymentMethod,
  {
    to: 'DepositToAccountRef.value',
    from: 'settings.deposit_account',
    when: { path: 'settings.deposit_account', is: 'present' },
  },
  ownAccount,
];

const goods: Field[] = [
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
];

const buyer: Field[] = [
  { to: 'CustomerRef.value', from: 'customer.ref', ref: 'customer', required: true },
  { to: 'CurrencyRef.value', from: 'currency', when: { path: 'books.multi_currency', equals: true } },
];
const billEmail: Field = {
  to: 'BillEmail.Address',
  from: 'billing.email',
  via: [{ op: 'email' }, { op: 'truncate', length: 100 }],
};

const documentFields: Field[] = [
  number('DocNumber'),
  { to: 'TxnDate', from: 'placed_at', via: [{ op: 'day', zone_path: 'store.time_zone' }], required: true },
  ...buyer,
  billEmail,
  note,
  ...placeFields,
  { to: 'CustomerMemo.value', from: 'note', via: text(1000) },
  { to: 'GlobalTaxCalculation', value: 'TaxExcluded', when: globalTax },
  ...goods,
  ...taxFields,
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
    ...buyer,
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

/** Given back in money, or as a credit; `part` is refused below. */
const paidBack: Condition = { path: 'paid_back', not_equals: 'none' };
const credited: Condition = { path: 'paid_back', equals: 'none' };

export const posRefundsToBooks = refundDocuments({
  source: { platform: 'pos', entity: 'refund' },
  include: [
    {
      when: { path: 'amount', not_equals: '0.00' },
      otherwise: 'Nothing was paid back: goods only went back to stock.',
    },
    {
      // What was given back before is part of the voiding; in the books it goes with the sale, whichever came first.
      when: {
        any: [
          { path: 'sale_state', not_equals: 'voided' },
          {
            all: [
              { path: 'taken_along', equals: false },
              { path: 'record.written', equals: false },
            ],
          },
        ],
      },
      otherwise: 'Sale {order_number} was voided at the till, and what was given back of it with it.',
      written: 'archive',
    },
  ],
  require: [
    {
      when: { path: 'sale_state', not_equals: 'voided' },
      code: 'mapping.sale_voided',
      field: 'sale_id',
      reason: 'Sale {order_number} had been voided before: nothing of it was left to give back.',
      fix: 'If money was given back all the same, send the refund again from the till under a new event id and without its sale; otherwise acknowledge this.',
    },
    {
      when: { path: 'sale_state', not_equals: 'unknown' },
      code: 'mapping.sale_unknown',
      field: 'sale_id',
      reason: 'No till has told of sale {order_ref} yet.',
      fix: 'Nothing to do while a till is offline: it is posted as soon as the sale comes. Otherwise send it again under a new event id and without its sale.',
    },
    {
      when: { path: 'same_currency', equals: true },
      code: 'mapping.other_currency',
      field: 'currency',
      reason: 'It is in {currency}, and sale {order_number} was in another currency.',
      fix: 'Correct it at the till and send it again under a new event id.',
    },
    {
      when: { path: 'too_large', not_equals: 'amount' },
      code: 'mapping.refund_too_large',
      field: 'totals.total',
      reason:
        'It gives back {goods_total} {currency}, and {left_total} is left of sale {order_number} after what was given back before.',
      fix: 'Correct it at the till and send it again under a new event id; where so much was really given back, without its sale.',
    },
    {
      when: { path: 'too_large', not_equals: 'tax' },
      code: 'mapping.refund_too_large',
      field: 'totals.tax',
      reason: 'It gives back {tax_total} {currency} of tax, and {left_tax} is left of the tax of sale {order_number}.',
      fix: 'Correct the tax at the till and send it again under a new event id.',
    },
    {
      when: { path: 'paid_back', not_equals: 'part' },
      code: 'mapping.refund_in_two_ways',
      field: 'totals.due',
      reason:
        'Of {amount} {currency} a part was paid back and {due_total} is credited: the books have a document for each.',
      fix: 'Send it again from the till as two refunds, one that is paid back and one that is due.',
    },
  ],
  after: [{ ref: 'sale', id: 'order_ref' }],
  paid: paidBack,
  open: credited,
  number: numbered,
  header: [
    { to: 'TxnDate', from: 'refunded_at', via: [{ op: 'day', zone_path: 'store.time_zone' }], required: true },
    ...buyer,
    {
      to: 'PrivateNote',
      template:
        'Refund {number} of sale {order_number} at register {register} (id {record.id}), {payment.title} {payment.transaction_id}',
      via: text(4000),
    },
  ],
  more: [billEmail, ...placeFields, { to: 'CustomerMemo.value', from: 'reason', via: text(1000) }],
  lines: goods,
  setOff: {
    include: [
      { when: credited, otherwise: 'It was paid back.' },
      {
        when: { path: 'set_off', not_equals: '0.00' },
        otherwise: 'Nothing of the sale is left to pay: the credit stays with the customer.',
        written: 'archive',
      },
    ],
    amount: 'set_off',
    invoice: [{ to: 'TxnId', from: 'order_ref', ref: 'sale' }],
  },
  account: [paymentMethod, { to: 'DepositToAccountRef.value', first: refundAccounts, when: hasAccount }, ownAccount],
  accounts: { any: [hasOwnAccount, hasAccount] },
  said: {
    asReceipts: 'Refunds that are paid back are posted as refund receipts.',
    asMemos: 'Refunds are posted as credit memos.',
    notPaid: 'Nothing was paid back: it is a credit memo.',
    it: 'what was paid back',
  },
});

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
