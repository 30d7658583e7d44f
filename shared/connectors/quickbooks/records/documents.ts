import * as z from 'zod';
import { decimal, exactMoney } from '../../../core/money.ts';
import type { SourceRecord } from '../../source.ts';
import { canonicalLines, lineSchema, taxDetail, totalOf } from './lines.ts';
import {
  address,
  amount,
  type Company,
  common,
  day,
  email,
  id,
  isVoided,
  linked,
  metaData,
  named,
  quantity,
  type Row,
  ref,
  text,
} from './values.ts';

/** What is read of a transaction with lines; everything else stays in `raw` (reference section 3). */
const documentSchema = z.object({
  Id: id,
  DocNumber: text,
  TxnDate: day,
  DueDate: day.optional(),
  CurrencyRef: ref.optional(),
  ExchangeRate: quantity.default('1'),
  CustomerRef: ref.optional(),
  VendorRef: ref.optional(),
  APAccountRef: ref.optional(),
  BillEmail: email,
  BillAddr: address,
  ShipAddr: address,
  Line: z.array(lineSchema).default([]),
  TxnTaxDetail: taxDetail,
  TotalAmt: amount,
  HomeTotalAmt: amount.optional(),
  Balance: amount.optional(),
  RemainingCredit: amount.optional(),
  PaymentMethodRef: ref.optional(),
  PaymentRefNum: text,
  DepositToAccountRef: ref.optional(),
  SalesTermRef: ref.optional(),
  CustomerMemo: z.object({ value: z.string().optional() }).optional(),
  PrivateNote: text,
  LinkedTxn: linked,
  MetaData: metaData,
});
type Document = z.infer<typeof documentSchema>;

/** How one kind of transaction is told from the others. */
export interface DocumentKind {
  readonly entity: string;
  readonly title: string;
  /** What stands open on it; null for one that is settled as it is made. */
  readonly open: (document: Document) => string | null;
  /** In words people use: what it is while something is open, and once nothing is. */
  readonly words: { readonly open: string; readonly settled: string };
}

export const invoice: DocumentKind = {
  entity: 'invoice',
  title: 'Invoice',
  open: ({ Balance = '0.00' }) => Balance,
  words: { open: 'open', settled: 'paid' },
};
export const bill: DocumentKind = { ...invoice, entity: 'bill', title: 'Bill' };
export const salesReceipt: DocumentKind = {
  entity: 'sales_receipt',
  title: 'Sales receipt',
  open: () => null,
  words: { open: 'open', settled: 'paid' },
};
export const refundReceipt: DocumentKind = { ...salesReceipt, entity: 'refund_receipt', title: 'Refund receipt' };
export const creditMemo: DocumentKind = {
  entity: 'credit_memo',
  title: 'Credit memo',
  open: ({ RemainingCredit, Balance = '0.00' }) => RemainingCredit ?? Balance,
  words: { open: 'open', settled: 'applied' },
};

/** @throws ZodError when QuickBooks sent something else. */
export function documentRecord(kind: DocumentKind, row: Row, company: Company): SourceRecord {
  const document = documentSchema.parse(row);
  const lines = canonicalLines(document.Line, document.TxnTaxDetail);
  const open = kind.open(document);
  const number = document.DocNumber || document.Id;
  return {
    ...common(row, document.MetaData),
    entity: kind.entity,
    id: document.Id,
    label: `${kind.title} ${number}`,
    ...(number === document.Id ? {} : { number }),
    data: {
      kind: kind.entity,
      number,
      status: statusOf(kind, document, open, company),
      business_day: document.TxnDate,
      due_day: document.DueDate ?? null,
      currency: document.CurrencyRef?.value ?? company.home,
      exchange_rate: document.ExchangeRate,
      customer: named(document.CustomerRef),
      vendor: named(document.VendorRef),
      email: document.BillEmail?.Address ?? null,
      billing: document.BillAddr,
      shipping: document.ShipAddr,
      lines,
      subtotal: totalOf(lines, 'item', 'account'),
      shipping_total: totalOf(lines, 'shipping'),
      tip_total: totalOf(lines, 'tip'),
      discount_total: exactMoney(decimal(totalOf(lines, 'discount')).times(-1)),
      tax_total: document.TxnTaxDetail.TotalTax,
      total: document.TotalAmt,
      home_total: document.HomeTotalAmt ?? null,
      open_total: open ?? '0.00',
      payment: { method: named(document.PaymentMethodRef), reference: document.PaymentRefNum || null },
      deposit_account: named(document.DepositToAccountRef),
      payable_account: named(document.APAccountRef),
      terms_ref: document.SalesTermRef?.value ?? null,
      memo: document.CustomerMemo?.value ?? null,
      note: document.PrivateNote || null,
      linked: document.LinkedTxn,
      created_at: document.MetaData.CreateTime,
      modified_at: document.MetaData.LastUpdatedTime,
    },
  };
}

function statusOf(kind: DocumentKind, document: Document, open: string | null, { today }: Company): string {
  if (isVoided(document.TotalAmt, document.PrivateNote)) return 'voided';
  if (open === null || decimal(open).lte(0)) return kind.words.settled;
  return document.DueDate !== undefined && document.DueDate < today ? 'overdue' : kind.words.open;
}
