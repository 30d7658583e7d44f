import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QuickBooksSimulator } from '#local/platforms/quickbooks/simulator.ts';
import { at, type Call, capture, code, line, newCompany, startBooks } from './quickbooks.support.ts';

let simulator: QuickBooksSimulator;
beforeAll(async () => {
  simulator = await startBooks();
});
afterAll(() => simulator.close());

const taxed = (amount: string, more: object = {}) => line(amount, { TaxCodeRef: { value: 'TAX' }, ...more });
const coded = (amount: string, value: string, more: object = {}) => line(amount, { TaxCodeRef: { value }, ...more });
const receipt = async (call: Call, body: object) => {
  const answer = await call('POST', 'salesreceipt', body);
  expect(answer.status, answer.text).toBe(200);
  return at(answer, 'SalesReceipt');
};

describe('US sales tax', () => {
  it('rounds half up on the transaction: the recorded 335.25 at 8 % and 345.00 at 6.5 %', async () => {
    const { call } = newCompany(simulator);
    const first = await receipt(call, { Line: [taxed('275.00'), taxed('12.75'), taxed('47.50')] });
    const recorded = capture('invoice_read_taxed').body;
    expect(at(first, 'TxnTaxDetail')).toEqual(at(recorded, 'Invoice.TxnTaxDetail'));
    expect(at(first, 'TotalAmt')).toBe(at(recorded, 'Invoice.TotalAmt'));
    const second = await receipt(call, { Line: [taxed('345.00')], ShipAddr: { CountrySubDivisionCode: 'WA' } });
    expect(second).toMatchObject({
      TotalAmt: 367.43,
      TxnTaxDetail: { TotalTax: 22.43, TaxLine: [{ TaxLineDetail: { TaxPercent: 6.5 } }] },
    });
  });

  it('honours a stated total and spreads it over the rates', async () => {
    const { call } = newCompany(simulator);
    const answer = await receipt(call, {
      Line: [taxed('100.00')],
      ShipAddr: { CountrySubDivisionCode: 'AZ' },
      TxnTaxDetail: { TxnTaxCodeRef: { value: '2' }, TotalTax: '9.50' },
    });
    expect(answer).toMatchObject({
      TotalAmt: 109.5,
      TxnTaxDetail: {
        TxnTaxCodeRef: { value: '3' },
        TotalTax: 9.5,
        TaxLine: [
          { Amount: 7.41, TaxLineDetail: { TaxRateRef: { value: '1' }, OverrideDeltaAmount: 0.31 } },
          { Amount: 2.09, TaxLineDetail: { TaxRateRef: { value: '2' }, OverrideDeltaAmount: 0.09 } },
        ],
      },
    });
  });

  it('keeps a stated total over a sparse update of something else', async () => {
    const { call } = newCompany(simulator);
    await receipt(call, { Line: [taxed('100.00')], TxnTaxDetail: { TotalTax: '7.00' } });
    const update = { Id: '1', SyncToken: '0', sparse: true, PrivateNote: 'x' };
    expect(await receipt(call, update)).toMatchObject({ TotalAmt: 107, TxnTaxDetail: { TotalTax: 7 } });
  });

  it('taxes nothing for exempt customers, NON lines and companies without sales tax', async () => {
    const { books, call } = newCompany(simulator);
    books.create('Customer', { DisplayName: 'Exempt', Taxable: false });
    const exempt = await receipt(call, {
      CustomerRef: { value: '1' },
      Line: [taxed('10.00')],
      TxnTaxDetail: { TotalTax: 1 },
    });
    expect(exempt).toMatchObject({ TotalAmt: 10, TxnTaxDetail: { TotalTax: 0 } });
    expect(await receipt(call, { Line: [line('10.00')] })).toMatchObject({ TotalAmt: 10 });
    books.settings.salesTax = 'off';
    const off = await receipt(call, { Line: [taxed('10.00')], TxnTaxDetail: { TotalTax: '0.80' } });
    expect(at(off, 'TxnTaxDetail')).toBeUndefined();
    expect(off).toMatchObject({ TotalAmt: 10 });
  });

  it('applies the chosen code in a manual company', async () => {
    const { call } = newCompany(simulator, { salesTax: 'manual' });
    expect(await receipt(call, { Line: [taxed('100.00')] })).toMatchObject({ TotalAmt: 100 });
    const TxnTaxDetail = { TxnTaxCodeRef: { value: '3' } };
    expect(await receipt(call, { Line: [taxed('100.00')], TxnTaxDetail })).toMatchObject({ TotalAmt: 109.1 });
    const wrong = { TxnTaxCodeRef: { value: '77' } };
    expect(code(await call('POST', 'salesreceipt', { Line: [taxed('1.00')], TxnTaxDetail: wrong }))).toBe('6160');
  });

  it('lowers the taxed amount by the discount only when told so', async () => {
    const { call } = newCompany(simulator);
    const Line = [taxed('100.00'), { Amount: 10, DetailType: 'DiscountLineDetail', DiscountLineDetail: {} }];
    expect(await receipt(call, { Line })).toMatchObject({ TotalAmt: 98, TxnTaxDetail: { TotalTax: 8 } });
    expect(await receipt(call, { Line, ApplyTaxAfterDiscount: true })).toMatchObject({ TotalAmt: 97.2 });
  });

  it('knows TAX and NON on lines and nothing else', async () => {
    const { call } = newCompany(simulator);
    expect(code(await call('POST', 'salesreceipt', { Line: [coded('1.00', '2')] }))).toBe('6100');
  });
});

describe('tax outside the US', () => {
  it('rounds each rate on the sum of its net lines', async () => {
    const { call } = newCompany(simulator, { template: 'eur' });
    const body = { Line: [coded('10.03', '3'), coded('10.03', '3'), coded('5.55', '4'), coded('1.00', '6')] };
    expect(await receipt(call, body)).toMatchObject({
      GlobalTaxCalculation: 'TaxExcluded',
      TotalAmt: 30.81,
      TxnTaxDetail: {
        TotalTax: 4.2,
        TaxLine: [
          { Amount: 3.81, TaxLineDetail: { TaxPercent: 19, NetAmountTaxable: 20.06 } },
          { Amount: 0.39, TaxLineDetail: { TaxPercent: 7, NetAmountTaxable: 5.55 } },
          { Amount: 0, TaxLineDetail: { TaxPercent: 0 } },
        ],
      },
    });
  });

  it('takes the tax out of gross amounts', async () => {
    const { call } = newCompany(simulator, { template: 'gbp' });
    const Line = [coded('8.33', '2', { TaxInclusiveAmt: '9.99', Qty: 1, UnitPrice: '9.99' })];
    expect(await receipt(call, { GlobalTaxCalculation: 'TaxInclusive', Line })).toMatchObject({
      TotalAmt: 9.99,
      TxnTaxDetail: { TotalTax: 1.66, TaxLine: [{ TaxLineDetail: { NetAmountTaxable: 8.33 } }] },
    });
    const two = [coded('3.33', '2', { TaxInclusiveAmt: '4.00' }), coded('3.33', '2', { TaxInclusiveAmt: '4.00' })];
    expect(await receipt(call, { GlobalTaxCalculation: 'TaxInclusive', Line: two })).toMatchObject({
      TotalAmt: 8,
      TxnTaxDetail: { TotalTax: 1.33 },
    });
  });

  it('lets the caller state the tax of a rate', async () => {
    const { call } = newCompany(simulator, { template: 'eur' });
    const TaxLine = [{ Amount: '1.91', DetailType: 'TaxLineDetail', TaxLineDetail: { TaxRateRef: { value: '3' } } }];
    const body = { Line: [coded('10.03', '3')], TxnTaxDetail: { TaxLine } };
    expect(await receipt(call, body)).toMatchObject({ TotalAmt: 11.94 });
  });

  it('needs a code that exists on every line, and no tax detail when tax does not apply', async () => {
    const { call } = newCompany(simulator, { template: 'eur' });
    expect(code(await call('POST', 'salesreceipt', { Line: [line('1.00')] }))).toBe('6000');
    expect(code(await call('POST', 'salesreceipt', { Line: [coded('1.00', 'TAX')] }))).toBe('6160');
    const body = { GlobalTaxCalculation: 'NotApplicable', Line: [line('1.00')] };
    expect(await receipt(call, body)).toMatchObject({ TotalAmt: 1 });
    expect(code(await call('POST', 'salesreceipt', { ...body, TxnTaxDetail: { TotalTax: 1 } }))).toBe('6170');
  });
});
