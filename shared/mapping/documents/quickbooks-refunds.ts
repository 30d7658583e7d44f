import type { Condition, Field, MappingDocument } from '../document.ts';
import {
  globalTax,
  itemRef,
  lineFields,
  provides,
  sameCurrency,
  service,
  taxFields,
} from './woocommerce-quickbooks.ts';

/** How the refunds of one source come to the books: what they have of their own. */
interface RefundFlow {
  readonly source: MappingDocument['source'];
  /** Rules of all documents of a refund. */
  readonly include: NonNullable<MappingDocument['include']>;
  readonly require?: NonNullable<MappingDocument['require']>;
  /** What is asked of what was sold, and made of it, before any rule is looked at. */
  readonly stands?: MappingDocument['stands'];
  readonly derive?: MappingDocument['derive'];
  /** What was sold, which must be in the books first. */
  readonly after: NonNullable<MappingDocument['after']>;
  /** Whether money was paid back, or what is owed became less. */
  readonly paid: Condition;
  readonly open: Condition;
  readonly number: Field['via'];
  /** What documents and the payment between them share: day, customer, currency, note. */
  readonly header: readonly Field[];
  /** Of the documents only: addresses, memo, places. */
  readonly more: readonly Field[];
  /** Lines of goods and whatever else was given back. */
  readonly lines: readonly Field[];
  /** How a credit is set off against an invoice: when, how much, and which. */
  readonly setOff: {
    readonly include: NonNullable<MappingDocument['include']>;
    readonly amount: string;
    readonly invoice: readonly Field[];
  };
  /** Where money that is paid back comes from. */
  readonly account: readonly Field[];
  /** Paths of which one has to lead to an account. */
  readonly accounts: Condition;
  readonly said: {
    readonly asReceipts: string;
    readonly asMemos: string;
    readonly notPaid: string;
    readonly it: string;
  };
}

const byCreditMemo: Condition = { path: 'settings.refund_document', equals: 'credit_memo' };
const byReceipt: Condition = { path: 'settings.refund_document', equals: 'refund_receipt' };
const appliesCredits: Condition = { path: 'books.auto_apply_credit', not_equals: true };

/** The item that money without goods is given back on. */
export const onRefundItem = lineFields([{ to: itemRef, value: 'system:refund', ref: 'product', required: true }]);

const settlement: NonNullable<MappingDocument['settlement']> = {
  total: 'amount',
  currency: 'currency',
  adjustment: { ref: 'product', id: 'system:rounding' },
};

const provided: NonNullable<MappingDocument['provides']> = [
  ...provides,
  { entity: 'product', id: 'system:refund', label: 'Refund', data: service('Refund', 'income') },
];

/**
 * The documents a refund may become, in the order of the steps: a credit memo, a payment of zero that sets it off against
 * the invoice, or a refund receipt instead of the two.
 */
export function refundDocuments(flow: RefundFlow): readonly MappingDocument[] {
  const { source, number, header, said } = flow;
  const common = { version: 1, source, stands: flow.stands, derive: flow.derive } as const;
  const idOf = (entity: string) => ({
    id: `${source.platform}.${source.entity}-quickbooks.${entity}`,
    ...common,
    target: { platform: 'quickbooks', entity },
  });
  const documentFields: Field[] = [
    { to: 'DocNumber', from: 'number', via: number, required: true },
    ...header,
    ...flow.more,
    { to: 'GlobalTaxCalculation', value: 'TaxExcluded', when: globalTax },
    ...flow.lines,
    ...taxFields,
  ];
  const applied = (link: Field[]): Field => ({
    to: 'Line',
    fields: [
      { to: 'Amount', from: flow.setOff.amount, via: [{ op: 'money' }] },
      { to: 'LinkedTxn', fields: link },
    ],
  });
  const creditMemo: MappingDocument = {
    ...idOf('credit_memo'),
    include: [{ when: { any: [byCreditMemo, flow.open] }, otherwise: said.asReceipts }, ...flow.include],
    require: [
      ...sameCurrency,
      ...(flow.require ?? []),
      {
        when: { any: [flow.open, appliesCredits] },
        code: 'mapping.auto_apply_credit',
        field: 'refund_document',
        reason: `This company applies credits by itself: a credit memo for ${said.it} would be set off against the next invoice of the customer, which would then look paid twice.`,
        fix: 'Turn off "Automatically apply credits" in QuickBooks (Account and settings, Advanced, Automation) and test the connection again, or choose “Refund receipt” for “A refund of a paid order becomes” in the settings of QuickBooks.',
      },
    ],
    after: flow.after,
    fields: documentFields,
    settlement,
    provides: provided,
  };
  const payment: MappingDocument = {
    ...idOf('payment'),
    include: [
      ...flow.setOff.include,
      ...flow.include,
      { when: appliesCredits, otherwise: 'This company applies credits by itself.' },
    ],
    fields: [
      { to: 'TotalAmt', value: 0, via: [{ op: 'money' }] },
      ...header,
      { to: 'PaymentRefNum', from: 'number', via: number },
      applied([...flow.setOff.invoice, { to: 'TxnType', value: 'Invoice' }]),
      applied([
        { to: 'TxnId', step: 'credit_memo' },
        { to: 'TxnType', value: 'CreditMemo' },
      ]),
    ],
  };
  const receipt: MappingDocument = {
    ...idOf('refund_receipt'),
    include: [
      { when: byReceipt, otherwise: said.asMemos },
      { when: flow.paid, otherwise: said.notPaid },
      ...flow.include,
    ],
    require: [
      ...sameCurrency,
      ...(flow.require ?? []),
      {
        when: flow.accounts,
        code: 'mapping.no_refund_account',
        field: 'refund_account',
        reason: 'It is not known from which account refunds are paid.',
        fix: 'Choose an account for “Refunds are paid from” in the settings of QuickBooks, or test the connection again to find Undeposited Funds.',
      },
    ],
    after: flow.after,
    fields: [...documentFields, { to: 'PaymentRefNum', from: 'number', via: number }, ...flow.account],
    settlement,
    provides: provided,
  };
  return [creditMemo, payment, receipt];
}

/** Where refunds are paid from, in the order of choice. */
export const refundAccounts = ['settings.refund_account', 'settings.deposit_account', 'books.undeposited_account'];
export const hasAccount: Condition = { any: refundAccounts.map((path) => ({ path, is: 'present' as const })) };
