import type { SourceRecord } from '../../source.ts';
import {
  bill,
  creditMemo,
  type DocumentKind,
  documentRecord,
  invoice,
  refundReceipt,
  salesReceipt,
} from './documents.ts';
import { itemRecord } from './items.ts';
import { customerRecord, vendorRecord } from './names.ts';
import { paymentRecord } from './payments.ts';
import type { Company, Row } from './values.ts';

/** How one entity is read. Data, so that another entity is another row. */
export interface SourceEntity {
  /** QuickBooks name. */
  readonly type: string;
  /** `name`: never deleted, made inactive. `transaction`: dated, and gone when it is deleted. */
  readonly kind: 'name' | 'transaction';
  /** It becomes overdue on a day, which changes no date of its own. */
  readonly falls_due: boolean;
  /** @throws ZodError when the row is not as QuickBooks documents it. */
  readonly record: (row: Row, company: Company) => SourceRecord;
}

const transaction = (type: string, kind: DocumentKind, falls_due = false): SourceEntity => ({
  type,
  kind: 'transaction',
  falls_due,
  record: (row, company) => documentRecord(kind, row, company),
});
const name = (type: string, record: SourceEntity['record']): SourceEntity => ({
  type,
  kind: 'name',
  falls_due: false,
  record,
});

export const sourceEntities: Readonly<Record<string, SourceEntity>> = {
  customer: name('Customer', customerRecord),
  vendor: name('Vendor', vendorRecord),
  item: name('Item', itemRecord),
  invoice: transaction('Invoice', invoice, true),
  sales_receipt: transaction('SalesReceipt', salesReceipt),
  credit_memo: transaction('CreditMemo', creditMemo),
  refund_receipt: transaction('RefundReceipt', refundReceipt),
  payment: { type: 'Payment', kind: 'transaction', falls_due: false, record: paymentRecord },
  bill: transaction('Bill', bill, true),
};
