import { describe, expect, it } from 'vitest';
import { balance, computedTotal, percentOf } from '#shared/connectors/quickbooks/money.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { decimal, money, roundHalfUp, sum } from '#shared/core/money.ts';
import { applyMapping } from '#shared/mapping/apply.ts';
import type { MappingDocument } from '#shared/mapping/document.ts';
import { defaultMappings } from '#shared/mapping/documents/index.ts';
import { candidateOf, capturedOrder, capturedOrders, globalBooks, scopeOf, settings, usBooks } from './support.ts';

function documentOf(id: string): MappingDocument {
  const document = defaultMappings.get(id);
  if (!document) throw new Error(`no document ${id}`);
  return document;
}
const invoice = documentOf('woocommerce.order-quickbooks.invoice');
const payment = documentOf('woocommerce.order-quickbooks.payment');
const receipt = documentOf('woocommerce.order-quickbooks.sales_receipt');
const row = documentOf('woocommerce.order-supabase.order');

const roundingLimit = decimal('0.05');
const elsewhere = globalBooks(['0', '4', '7', '8.875', '9.5', '14.975', '19']);
const inUs = settings();
const inEurope = settings({ tax_codes: elsewhere.taxCodes });

const linesOf = (value: JsonObject, member = 'Line') => (value[member] ?? []) as readonly JsonObject[];
const withLines = capturedOrders.filter((name) => linesOf(capturedOrder(name).data, 'lines').length > 0);
/** Taxed at 5 %, and at 9.975 % on the amount with that tax. */
const compound = ['orders-a/o11_compound_tax_qc', 'orders-a/o34_deleted_customer', 'orders-a/r08_compound_partial'];

describe('every recorded order', () => {
  it('is there', () => {
    expect(capturedOrders.length).toBeGreaterThanOrEqual(50);
  });

  it.each(capturedOrders)('%s is understood, and its total is lines plus tax', (name) => {
    const { data, id, raw } = capturedOrder(name);
    const lines = linesOf(data, 'lines');

    expect(id).toBe(String(raw.id));
    expect(money(sum(lines.map(({ total }) => total)).plus(decimal(data.tax_total)))).toBe(data.total);
    expect(data.total).toBe(String(raw.total));
    expect(lines.map(({ position }) => position)).toEqual(lines.map((_line, index) => index + 1));
  });

  it.each(withLines)('%s is posted line by line: amount, price and tax of each add up', (name) => {
    const { data } = capturedOrder(name);
    const lines = linesOf(data, 'lines');
    const postings = linesOf(data, 'postings');

    expect(money(sum(postings.map(({ total }) => total)))).toBe(money(sum(lines.map(({ total }) => total))));
    expect(money(sum(postings.map(({ tax_total }) => tax_total)))).toBe(
      money(sum(lines.map(({ tax_total }) => tax_total))),
    );
    for (const { unit_price, quantity, total } of postings) {
      if (unit_price === null) continue;
      expect(money(roundHalfUp(decimal(unit_price).times(decimal(quantity)), 2))).toBe(money(total));
    }
  });

  it.each(withLines)('%s becomes a US invoice of exactly its total, without a rounding line', (name) => {
    const candidate = candidateOf(invoice, scopeOf(capturedOrder(name), usBooks, inUs));
    const balanced = balance(candidate, { tax: usBooks.tax, roundingLimit });
    if (!balanced.ok) throw new Error(balanced.failure.reason);

    expect(money(computedTotal(balanced.value, usBooks.tax))).toBe(candidate.settlement?.total);
    expect(linesOf(balanced.value).length).toBe(linesOf(candidate.payload).length);
  });

  it.each(withLines.filter((name) => !compound.includes(name)))(
    '%s becomes an invoice outside the US of exactly its total, with at most one small rounding line',
    (name) => {
      const { books } = elsewhere;
      const candidate = candidateOf(invoice, scopeOf(capturedOrder(name), books, inEurope));
      const balanced = balance(candidate, { tax: books.tax, roundingLimit });
      if (!balanced.ok) throw new Error(balanced.failure.reason);
      const added = linesOf(balanced.value).slice(linesOf(candidate.payload).length);

      expect(money(computedTotal(balanced.value, books.tax))).toBe(candidate.settlement?.total);
      expect(added.length).toBeLessThanOrEqual(1);
      for (const line of added) {
        expect(decimal(line.Amount).abs().lte(roundingLimit)).toBe(true);
        expect(line).toMatchObject({
          SalesItemLineDetail: { ItemRef: { value: 'product/system:rounding' }, TaxCodeRef: { value: 'p0' } },
        });
      }
    },
  );

  it.each(compound)(
    '[F1] %s, of which one tax is on another, fails with the code to make where there is none',
    (name) => {
      const mapped = applyMapping(invoice, scopeOf(capturedOrder(name), elsewhere.books, inEurope));

      expect(mapped).toMatchObject({
        kind: 'failed',
        failure: {
          category: 'validation',
          code: 'mapping.not_in_table',
          field: expect.stringContaining('TaxCodeRef'),
          reason:
            'No sales tax code of QuickBooks is known for 15.47375 %: the shop taxed it at 5 %, then 9.975 % on the amount with that tax.',
          fix: 'Create a sales tax code of 5 %, then 9.975 % on the amount with that tax in QuickBooks and test the connection again, or choose one for 15.47375 under “Tax code by percentage” in the settings of QuickBooks.',
        },
      });
    },
  );

  it.each(compound)('[F1] %s comes to its total, rate by rate, by a code whose second rate is on the first', (name) => {
    const codes = {
      p0: [{ rate: 'r0', percent: '0', on: 'amount' as const }],
      both: [
        { rate: 'gst', percent: '5', on: 'amount' as const },
        { rate: 'qst', percent: '9.975', on: 'amount_and_tax' as const },
      ],
    };
    const books = { ...elsewhere.books, tax: { ...elsewhere.books.tax, codes } };
    const chosen = settings({ tax_codes: { '0': 'p0', '15.47375': 'both' } });
    const candidate = candidateOf(invoice, scopeOf(capturedOrder(name), books, chosen));
    const balanced = balance(candidate, { tax: books.tax, roundingLimit });
    if (!balanced.ok) throw new Error(balanced.failure.reason);

    expect(percentOf(codes.both)).toBe('15.47375');
    expect(money(computedTotal(balanced.value, books.tax))).toBe(candidate.settlement?.total);
    expect(linesOf(balanced.value).length - linesOf(candidate.payload).length).toBeLessThanOrEqual(1);
  });

  it.each(capturedOrders)('%s becomes a row with its lines and amounts', (name) => {
    const record = capturedOrder(name);
    const { payload } = candidateOf(row, scopeOf(record, {}, {}));

    expect(payload).toMatchObject({
      source: 'woocommerce',
      source_id: record.id,
      total: record.data.total,
      raw: record.raw,
    });
    expect(linesOf(payload, 'lines').length).toBe(linesOf(record.data, 'lines').length);
    for (const line of linesOf(payload, 'lines')) expect(line.order_source_id).toBe(record.id);
  });
});

describe('an order as an invoice', () => {
  it('is this, to the last member', () => {
    const record = capturedOrder('orders-a/o01_processing_3x1999_ny');
    const address = {
      Line1: '1 Main St',
      City: 'New York',
      CountrySubDivisionCode: 'NY',
      PostalCode: '10001',
      Country: 'US',
    };
    const line = (item: string, amount: string, description: string, quantity: string, price: string) => ({
      DetailType: 'SalesItemLineDetail',
      Amount: amount,
      Description: description,
      SalesItemLineDetail: {
        ItemRef: { value: item },
        Qty: quantity,
        UnitPrice: price,
        TaxCodeRef: { value: 'TAX' },
      },
    });

    expect(candidateOf(invoice, scopeOf(record, usBooks, settings({ doc_number_prefix: 'W-' })))).toEqual({
      key: '1',
      settlement: { total: '72.86', currency: 'USD', adjustment_id: 'product/system:rounding' },
      payload: {
        DocNumber: 'W-44',
        TxnDate: '2026-01-05',
        CustomerRef: { value: 'customer/2' },
        CurrencyRef: { value: 'USD' },
        BillEmail: { Address: 'john1@customers.example' },
        BillAddr: { ...address, Line2: '' },
        ShipAddr: { ...address, Line2: '' },
        PrivateNote: 'WooCommerce order 44 (id 44), Credit card ch_dummy_0001',
        CustomerMemo: { value: 'try 2204' },
        Line: [
          line('product/10', '59.97', 'Rounding Mug', '3', '19.99'),
          line('product/system:shipping', '6.95', 'Flat rate', '1', '6.95'),
        ],
        TxnTaxDetail: { TxnTaxCodeRef: { value: '2' }, TotalTax: '5.94' },
      },
    });
  });

  const invoiceOf = (name: string, chosen = inUs) =>
    candidateOf(invoice, scopeOf(capturedOrder(name), usBooks, chosen)).payload;

  it('names the day of the shop, not of the server', () => {
    expect(capturedOrder('orders-a/o17_deleted_product').data.placed_at).toMatch(/^2026-02-16T0/);
    expect(invoiceOf('orders-a/o17_deleted_product').TxnDate).toBe('2026-02-15');
  });

  it('sells what was deleted in the shop as the unlisted product', () => {
    const [first] = linesOf(invoiceOf('orders-a/o17_deleted_product'));
    expect(first).toMatchObject({
      Description: 'Soon deleted',
      SalesItemLineDetail: { ItemRef: { value: 'product/system:unlisted' } },
    });
    expect(linesOf(invoiceOf('orders-a/s01_line_without_product'))[0]).toMatchObject({
      SalesItemLineDetail: { ItemRef: { value: 'product/system:unlisted' } },
    });
  });

  it('sells a variation, not its parent', () => {
    const { data } = capturedOrder('orders-a/o03_variations');
    const rawLine = linesOf(data, 'lines')[0]?.raw as JsonObject;
    expect(linesOf(data, 'lines')[0]?.product_ref).toBe(String(rawLine.variation_id));
  });

  it('has the unit price of the fewest digits that multiplies back to the amount', () => {
    const { data } = capturedOrder('orders-a/o22_qty1000');
    expect(linesOf(data, 'lines').map(({ quantity, unit_price, total }) => [quantity, unit_price, total])).toEqual([
      ['1000', '0.01', '10.00'],
      ['1000', '0.333', '333.00'],
    ]);
  });

  it('goes to one customer for guests without an address, and to one per e-mail otherwise', () => {
    const customer = (name: string) => (capturedOrder(name).data.customer as JsonObject).ref;
    expect(customer('orders-a/o19_guest_no_email')).toBe('guest:unknown');
    expect(customer('orders-a/o20_guest')).toMatch(/^guest:[^@\s]+@[^@\s]+$/);
    expect(customer('orders-a/o01_processing_3x1999_ny')).toBe('2');
    expect(customer('orders-a/o14_eur')).toBe('7@EUR');
  });

  it('is not made without lines, for statuses the owner left out, or when sales receipts were chosen', () => {
    const outcome = (name: string, chosen: JsonObject) =>
      applyMapping(invoice, scopeOf(capturedOrder(name), usBooks, chosen));

    expect(outcome('orders-a/o29_no_lines', inUs)).toMatchObject({
      kind: 'excluded',
      reason: expect.stringContaining('no lines'),
    });
    expect(outcome('orders-a/o26_cancelled', settings({ post_statuses: ['completed'] }))).toMatchObject({
      kind: 'excluded',
      reason: 'Orders with status cancelled are not posted to the books.',
    });
    expect(outcome('orders-a/o20_guest', settings({ document: 'sales_receipt' })).kind).toBe('excluded');
  });

  it('in a foreign currency fails while the books know one currency only', () => {
    const books = { ...usBooks, multi_currency: false };
    expect(applyMapping(invoice, scopeOf(capturedOrder('orders-a/o14_eur'), books, inUs))).toMatchObject({
      kind: 'failed',
      failure: { code: 'mapping.foreign_currency', field: 'CurrencyRef' },
    });
    expect(applyMapping(invoice, scopeOf(capturedOrder('orders-a/o20_guest'), books, inUs)).kind).toBe('mapped');
  });

  it('with a number too long for the books fails instead of losing digits', () => {
    const chosen = settings({ doc_number_prefix: 'ABCDEFGHIJK' });
    const record = capturedOrder('orders-a/o20_guest');
    const long = { ...record, data: { ...record.data, number: '12345678901' } };
    expect(applyMapping(invoice, scopeOf(long, usBooks, chosen))).toMatchObject({
      kind: 'failed',
      failure: { code: 'mapping.too_long', field: 'DocNumber' },
    });
  });

  it('with a tax percentage the books have no code for fails and says which', () => {
    const { books } = elsewhere;
    const chosen = settings({ tax_codes: { '0': 'p0' } });
    expect(applyMapping(invoice, scopeOf(capturedOrder('orders-b/o02_mixed_rates'), books, chosen))).toMatchObject({
      kind: 'failed',
      failure: { code: 'mapping.not_in_table', fix: expect.stringContaining('19 %') },
    });
  });
});

describe('a negative fee', () => {
  it('that takes back tax of several rates is posted rate by rate', () => {
    const { data } = capturedOrder('orders-a/o09_fees');
    const shares = linesOf(data, 'postings').filter(({ kind, total }) => kind === 'fee' && decimal(total).lt(0));
    const fee = linesOf(data, 'lines').find(({ kind, total }) => kind === 'fee' && decimal(total).lt(0));

    expect(money(sum(shares.map(({ total }) => total)))).toBe(fee?.total);
    expect(money(sum(shares.map(({ tax_total }) => tax_total)))).toBe(fee?.tax_total);
    expect(shares.map(({ total, tax_total, tax_percent }) => [total, tax_total, tax_percent])).toEqual([
      ['-3.15', '-0.28', '8.875'],
      ['-0.18', '0.00', '0'],
    ]);
  });
});

describe('a payment', () => {
  const paymentOf = (name: string, chosen = inUs) =>
    applyMapping(payment, scopeOf(capturedOrder(name), usBooks, chosen));

  it('pays the invoice of the same order in full, on the day it was paid', () => {
    expect(
      candidateOf(payment, scopeOf(capturedOrder('orders-a/o01_processing_3x1999_ny'), usBooks, inUs)).payload,
    ).toEqual({
      TotalAmt: '72.86',
      TxnDate: '2026-01-05',
      CustomerRef: { value: 'customer/2' },
      CurrencyRef: { value: 'USD' },
      PaymentRefNum: '44',
      PrivateNote: 'WooCommerce order 44, Credit card ch_dummy_0001',
      Line: [{ Amount: '72.86', LinkedTxn: [{ TxnId: 'invoice/1', TxnType: 'Invoice' }] }],
    });
  });

  it('is not made for what is unpaid or was free', () => {
    expect(paymentOf('orders-a/o02_pending_multiline')).toMatchObject({
      kind: 'excluded',
      reason: 'The order is not paid yet.',
    });
    expect(paymentOf('orders-a/o24_free100')).toMatchObject({
      kind: 'excluded',
      reason: 'The order was free: there is no payment.',
    });
  });

  it('names its method and account where the owner chose them', () => {
    const chosen = settings({
      payment_methods: { stripe: '3' },
      deposit_account: '35',
    });
    const record = capturedOrder('orders-a/o01_processing_3x1999_ny');
    const paid = {
      ...record,
      data: { ...record.data, payment: { method: 'stripe', title: 'Card', transaction_id: '' } },
    };
    expect(candidateOf(payment, scopeOf(paid, usBooks, chosen)).payload).toMatchObject({
      PaymentMethodRef: { value: '3' },
      DepositToAccountRef: { value: '35' },
    });
  });
});

describe('a sales receipt', () => {
  it('is made when the owner chose it, once the order is paid', () => {
    const chosen = settings({ document: 'sales_receipt', deposit_account: '35' });
    const unpaid = applyMapping(receipt, scopeOf(capturedOrder('orders-a/o02_pending_multiline'), usBooks, chosen));
    const { payload, settlement } = candidateOf(
      receipt,
      scopeOf(capturedOrder('orders-a/o01_processing_3x1999_ny'), usBooks, chosen),
    );

    expect(unpaid.kind).toBe('excluded');
    expect(payload).toMatchObject({ DocNumber: '44', PaymentRefNum: '44', DepositToAccountRef: { value: '35' } });
    expect(settlement?.total).toBe('72.86');
  });
});
