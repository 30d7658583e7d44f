import { describe, expect, it } from 'vitest';
import { balance, computedTotal } from '#shared/connectors/quickbooks/money.ts';
import type { SourceRecord } from '#shared/connectors/source.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { decimal, money, sum } from '#shared/core/money.ts';
import { applyMapping } from '#shared/mapping/apply.ts';
import { defaultMappings } from '#shared/mapping/documents/index.ts';
import {
  type Books,
  candidateOf,
  capturedOrder,
  capturedRefunds,
  globalBooks,
  refundedOrders,
  scopeOf,
  settings,
  usBooks,
} from './support.ts';

function documentOf(entity: string) {
  const document = defaultMappings.get(`woocommerce.refund-quickbooks.${entity}`);
  if (!document) throw new Error(`no document ${entity}`);
  return document;
}
const memo = documentOf('credit_memo');
const payment = documentOf('payment');
const receipt = documentOf('refund_receipt');

const roundingLimit = decimal('0.05');
const elsewhere = globalBooks(['0', '8.875']);
const byMemo = { refund_document: 'credit_memo' };
const fromAccount = { refund_account: '35' };
const linesOf = (value: JsonObject, member = 'Line') => (value[member] ?? []) as readonly JsonObject[];
const refunds = refundedOrders.flatMap((name) => capturedRefunds(name).map((record) => ({ name, record })));
const taxed = refunds.filter(({ name }) => !name.includes('compound'));

/** The document as it is sent, checked to come to the amount. */
function balanced(document: typeof memo, record: SourceRecord, books: Books, chosen: JsonObject) {
  const candidate = candidateOf(document, scopeOf(record, books, chosen));
  const result = balance(candidate, { tax: books.tax, roundingLimit });
  if (!result.ok) throw new Error(result.failure.reason);
  return { candidate, payload: result.value };
}

describe('every recorded refund', () => {
  it('is there, amount-only ones too', () => {
    expect(refunds.length).toBe(11);
    expect(refunds.filter(({ record }) => record.data.by_line === false).length).toBe(6);
  });

  it.each(refunds)('[F2] of $name is lines plus tax, to the cent', ({ record }) => {
    const postings = linesOf(record.data, 'postings');

    expect(money(sum(postings.flatMap(({ total, tax_total }) => [total, tax_total])))).toBe(record.data.amount);
    expect(money(sum(postings.map(({ tax_total }) => tax_total)))).toBe(record.data.tax_total);
  });

  it.each(refunds)('[F2] of $name becomes a US document of exactly its amount under both settings', ({ record }) => {
    for (const [document, chosen] of [
      [memo, byMemo],
      [receipt, fromAccount],
    ] as const) {
      const { candidate, payload } = balanced(document, record, usBooks, settings(chosen));

      expect(money(computedTotal(payload, usBooks.tax))).toBe(record.data.amount);
      expect(candidate.settlement).toMatchObject({ total: record.data.amount, currency: record.data.currency });
      expect(linesOf(payload).length).toBe(linesOf(candidate.payload).length);
    }
  });

  it.each(taxed)('[F2] of $name becomes a document outside the US of exactly its amount', ({ record }) => {
    for (const [document, chosen] of [
      [memo, byMemo],
      [receipt, fromAccount],
    ] as const) {
      const { books, taxCodes } = elsewhere;
      const { candidate, payload } = balanced(document, record, books, settings({ ...chosen, tax_codes: taxCodes }));

      expect(money(computedTotal(payload, books.tax))).toBe(record.data.amount);
      expect(linesOf(payload).length - linesOf(candidate.payload).length).toBeLessThanOrEqual(1);
    }
  });

  it.each(refundedOrders)('[F2] of %s: all of them together are what the order says is refunded', (name) => {
    const given = sum(capturedRefunds(name).map(({ data }) => data.amount));

    expect(money(given)).toBe(capturedOrder(name).data.refund_total);
  });
});

describe('the tax of amounts without lines', () => {
  it('[F2] is the whole tax of the order when all of it goes back', () => {
    for (const name of ['orders-a/r04_status_refunded', 'orders-a/r06_amount_then_rest_full']) {
      const taxes = capturedRefunds(name).map(({ data }) => data.tax_total);

      expect([name, money(sum(taxes))]).toEqual([name, capturedOrder(name).data.tax_total]);
    }
  });

  it('[F2] says that it was allocated, in its line and in the note of the document', () => {
    const [record] = capturedRefunds('orders-a/r03_amount_only');
    if (!record) throw new Error('not recorded');
    const { payload } = balanced(receipt, record, usBooks, settings(fromAccount));

    expect(payload).toMatchObject({
      DocNumber: '82-R83',
      TxnDate: '2026-04-09',
      PrivateNote: 'Refund 83 of WooCommerce order 82 (id 82) Goodwill (shares of goods and tax allocated)',
      CustomerMemo: { value: 'Goodwill' },
      DepositToAccountRef: { value: '35' },
      TxnTaxDetail: { TotalTax: '0.82' },
    });
    expect(linesOf(payload)).toMatchObject([
      {
        Amount: '9.18',
        Description: 'Refunded amount without lines: the share taxed at 8.875 % (allocated)',
        SalesItemLineDetail: { ItemRef: { value: 'product/system:refund' }, TaxCodeRef: { value: 'TAX' } },
      },
    ]);
  });
});

describe('which document a refund becomes', () => {
  const [paid] = capturedRefunds('orders-a/r01_partial_line_items');
  if (!paid) throw new Error('not recorded');
  const paidLater = { ...paid, data: { ...paid.data, was_paid: false } };
  const unpaid = { ...paid, data: { ...paidLater.data, order_paid_at: null } };
  const kinds = (record: SourceRecord, chosen: JsonObject, books: JsonObject = {}) =>
    [memo, payment, receipt].map(
      (document) =>
        applyMapping(document, scopeOf(record, { ...usBooks, ...books }, settings({ ...fromAccount, ...chosen }))).kind,
    );

  it('[F2] is chosen by the setting where the order was paid', () => {
    expect(kinds(paid, {})).toEqual(['excluded', 'excluded', 'mapped']);
    expect(kinds(paid, byMemo)).toEqual(['mapped', 'excluded', 'excluded']);
  });

  it('[F2] is a credit memo on the open invoice where it was not', () => {
    expect(kinds(unpaid, {})).toEqual(['mapped', 'mapped', 'excluded']);
    expect(kinds(unpaid, byMemo)).toEqual(['mapped', 'mapped', 'excluded']);
    expect(kinds(unpaid, { document: 'sales_receipt' })).toEqual(['excluded', 'excluded', 'excluded']);
  });

  it('[F2] is of the order when it was paid later, as far as the books know it', () => {
    expect(kinds(paidLater, {})).toEqual(['mapped', 'mapped', 'excluded']);
    // A sales receipt says that all of the order was received.
    expect(kinds(paidLater, { document: 'sales_receipt' })).toEqual(['excluded', 'excluded', 'mapped']);
    expect(kinds(paidLater, { ...byMemo, document: 'sales_receipt' })).toEqual(['mapped', 'excluded', 'excluded']);
  });

  it('[F2] [I9] follows the document of the day where the sale is part of one, by link before setting', () => {
    const daily = { posting: [{ from: '2000-01-01', mode: 'daily_summary' }] };
    const standing = (record: SourceRecord, chosen: JsonObject, there: JsonObject) =>
      kinds({ ...record, data: { ...record.data, ...there } }, chosen);
    expect(kinds(unpaid, { ...daily, summary_document: 'sales_receipt' })).not.toContain('mapped');
    expect(kinds(unpaid, { ...daily, summary_document: 'invoice' })).toEqual(['mapped', 'mapped', 'excluded']);
    expect(kinds(paidLater, { ...daily, summary_document: 'sales_receipt' })).toEqual([
      'excluded',
      'excluded',
      'mapped',
    ]);
    const asReceipts = { ...daily, summary_document: 'sales_receipt' };
    expect(standing(unpaid, asReceipts, { order_document: 'invoice' })).toEqual(['mapped', 'mapped', 'excluded']);
    expect(standing(unpaid, asReceipts, { day_document: 'invoice' })).toEqual(['mapped', 'mapped', 'excluded']);
    expect(standing(unpaid, {}, { day_document: 'sales_receipt' })).not.toContain('mapped');
    expect(standing(unpaid, {}, { order_document: 'sales_receipt' })).not.toContain('mapped');
  });

  it('[F2] [I9] is owed to the customer of the day where the invoice is that of the day', () => {
    const chosen = {
      ...fromAccount,
      posting: [{ from: '2000-01-01', mode: 'daily_summary' }],
      summary_document: 'invoice',
    };
    const payloadOf = (document: typeof memo, record: SourceRecord) => {
      const mapped = applyMapping(document, scopeOf(record, { ...usBooks }, settings(chosen)));
      if (mapped.kind !== 'mapped') throw new Error(mapped.kind);
      return mapped.payload;
    };
    const ofDay = { CustomerRef: { value: { $ref: { entity: 'customer', id: 'sales:USD' } } } };
    expect(payloadOf(memo, unpaid)).toMatchObject(ofDay);
    expect(payloadOf(payment, unpaid)).toMatchObject(ofDay);
    expect(JSON.stringify(payloadOf(payment, unpaid))).toContain('"entity":"sales_day"');
    expect(payloadOf(receipt, paid)).not.toMatchObject(ofDay);
  });

  it('[F2] leaves out what paid nothing back, and orders that are not posted', () => {
    const with_ = (more: JsonObject) => ({ ...paid, data: { ...paid.data, ...more } });

    expect(kinds(with_({ amount: '0.00' }), {})).toEqual(['excluded', 'excluded', 'excluded']);
    expect(kinds(with_({ order_status: 'cancelled' }), { post_statuses: ['completed'] })).not.toContain('mapped');
  });

  it('[F2] is not a credit memo that the next invoice would eat: AutoApplyCredit', () => {
    const auto = { auto_apply_credit: true };

    expect(kinds(paid, byMemo, auto)).toEqual(['failed', 'excluded', 'excluded']);
    expect(kinds(paid, {}, auto)).toEqual(['excluded', 'excluded', 'mapped']);
    // QuickBooks sets it off against the open invoice itself.
    expect(kinds(unpaid, {}, auto)).toEqual(['mapped', 'excluded', 'excluded']);
  });
});
