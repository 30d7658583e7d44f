import * as z from 'zod';
import { decimal } from '../../../core/money.ts';
import type { SourceRecord } from '../../source.ts';
import {
  amount,
  type Company,
  common,
  day,
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

const paymentSchema = z.object({
  Id: id,
  TxnDate: day.optional(),
  CurrencyRef: ref.optional(),
  ExchangeRate: quantity.default('1'),
  CustomerRef: ref,
  TotalAmt: amount,
  UnappliedAmt: amount.default('0.00'),
  PaymentMethodRef: ref.optional(),
  PaymentRefNum: text,
  DepositToAccountRef: ref.optional(),
  ARAccountRef: ref.optional(),
  PrivateNote: text,
  Line: z.array(z.object({ Amount: amount.default('0.00'), LinkedTxn: linked })).default([]),
  MetaData: metaData,
});
type Payment = z.infer<typeof paymentSchema>;

/** A payment received, with what it was applied to. @throws ZodError when QuickBooks sent something else. */
export function paymentRecord(row: Row, company: Company): SourceRecord {
  const payment = paymentSchema.parse(row);
  const number = payment.PaymentRefNum || payment.Id;
  return {
    ...common(row, payment.MetaData),
    entity: 'payment',
    id: payment.Id,
    label: `Payment ${number}`,
    ...(number === payment.Id ? {} : { number }),
    data: {
      kind: 'payment',
      number,
      status: statusOf(payment),
      business_day: payment.TxnDate ?? null,
      currency: payment.CurrencyRef?.value ?? company.home,
      exchange_rate: payment.ExchangeRate,
      customer: named(payment.CustomerRef),
      total: payment.TotalAmt,
      unapplied_total: payment.UnappliedAmt,
      payment: { method: named(payment.PaymentMethodRef), reference: payment.PaymentRefNum || null },
      deposit_account: named(payment.DepositToAccountRef),
      receivable_account: named(payment.ARAccountRef),
      note: payment.PrivateNote || null,
      lines: payment.Line.flatMap(({ Amount, LinkedTxn }) =>
        LinkedTxn.map((document) => ({ amount: Amount, document })),
      ).map((line, index) => ({ id: String(index + 1), position: index + 1, ...line })),
      created_at: payment.MetaData.CreateTime,
      modified_at: payment.MetaData.LastUpdatedTime,
    },
  };
}

function statusOf({ TotalAmt, UnappliedAmt, PrivateNote }: Payment): string {
  if (isVoided(TotalAmt, PrivateNote)) return 'voided';
  return decimal(UnappliedAmt).gt(0) ? 'unapplied' : 'applied';
}
