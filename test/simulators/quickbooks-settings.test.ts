import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QuickBooksSimulator } from '#local/platforms/quickbooks/simulator.ts';
import { at, code, line, newCompany, query, startBooks } from './quickbooks.support.ts';

let simulator: QuickBooksSimulator;
beforeAll(async () => {
  simulator = await startBooks();
});
afterAll(() => simulator.close());

describe('company settings', () => {
  it('number documents, or leave that to the caller', async () => {
    const { books, call } = newCompany(simulator, { customTxnNumbers: true });
    const receipt = async (more: object = {}) =>
      at(await call('POST', 'salesreceipt', { Line: [line(1)], ...more }), 'SalesReceipt.DocNumber');
    expect(await receipt()).toBeUndefined();
    expect(await receipt({ DocNumber: 'W-1' })).toBe('W-1');
    expect(await receipt({ DocNumber: 'W-1' })).toBe('W-1');
    expect(await receipt({ AutoDocNumber: true })).toBe('1001');
    books.settings.customTxnNumbers = false;
    expect(await receipt({ DocNumber: '5000' })).toBe('5000');
    expect(await receipt()).toBe('1002');
  });

  it('refuse a number in use only where the company warns, unless told otherwise', async () => {
    const { call } = newCompany(simulator, { warnDuplicateDocNumber: true });
    const body = { DocNumber: 'W-1', Line: [line(1)] };
    await call('POST', 'salesreceipt', body);
    const refused = await call('POST', 'salesreceipt', body);
    expect(at(refused, 'Fault.Error.0.Detail')).toMatch(
      /DocNumber=W-1 is assigned to TxnType=Sales Receipt with TxnId=1$/,
    );
    expect(code(await call('POST', 'salesreceipt?include=allowduplicatedocnum', body))).toBe(200);
  });

  it('protect closed books', async () => {
    const { books, call } = newCompany(simulator);
    await call('POST', 'salesreceipt', { Line: [line(1)], TxnDate: '2025-12-31' });
    books.settings.bookCloseDate = '2025-12-31';
    expect(code(await call('POST', 'salesreceipt', { Line: [line(1)], TxnDate: '2025-12-31' }))).toBe('6200');
    expect(
      code(await call('POST', 'salesreceipt', { Id: '1', SyncToken: '0', sparse: true, TxnDate: '2026-01-05' })),
    ).toBe('6200');
    books.settings.bookClosePassword = true;
    expect(code(await call('POST', 'salesreceipt?operation=delete', { Id: '1', SyncToken: '0' }))).toBe('6210');
    expect(code(await call('POST', 'salesreceipt', { Line: [line(1)], TxnDate: '2026-01-01' }))).toBe(200);
  });

  it('keep the currency of the customer', async () => {
    const { books, call } = newCompany(simulator, { multicurrency: true });
    books.create('Customer', { DisplayName: 'Eva', CurrencyRef: { value: 'EUR' } });
    const sale = (more: object) =>
      call('POST', 'salesreceipt', { CustomerRef: { value: '1' }, Line: [line(10)], ...more });
    expect(code(await sale({ CurrencyRef: { value: 'USD' } }))).toBe('6000');
    const fine = await sale({ CurrencyRef: { value: 'EUR' }, ExchangeRate: '1.25' });
    expect(at(fine, 'SalesReceipt')).toMatchObject({ TotalAmt: 10, HomeTotalAmt: 12.5, ExchangeRate: 1.25 });
    const single = newCompany(simulator);
    expect(code(await single.call('POST', 'customer', { DisplayName: 'E', CurrencyRef: { value: 'EUR' } }))).toBe(
      '6000',
    );
  });

  it('track stock from the start date on', async () => {
    const { books, call } = newCompany(simulator);
    books.create('Item', {
      Name: 'Pump',
      Type: 'Inventory',
      TrackQtyOnHand: true,
      QtyOnHand: '10',
      InvStartDate: '2026-01-15',
      IncomeAccountRef: { value: '79' },
      ExpenseAccountRef: { value: '80' },
      AssetAccountRef: { value: '81' },
    });
    const sale = (TxnDate: string, detail: object) =>
      call('POST', 'salesreceipt', { TxnDate, Line: [line(30, { ItemRef: { value: '3' }, ...detail })] });
    const early = await sale('2026-01-14', { Qty: 2 });
    expect(code(early)).toBe('6270');
    expect(code(await sale('2026-01-15', {}))).toBe('6520');
    expect(code(await sale('2026-01-15', { Qty: 2 }))).toBe(200);
    expect(books.get('Item', '3')).toMatchObject({ QtyOnHand: '8' });
    books.remove('SalesReceipt', '1');
    expect(books.get('Item', '3')).toMatchObject({ QtyOnHand: '10' });
  });

  it('show in preferences and company info, with the time zone of the company', async () => {
    const { books, call } = newCompany(simulator, { template: 'gbp', bookCloseDate: '2025-12-31' });
    const info = await call('GET', `companyinfo/${books.realmId}`);
    expect(at(info, 'CompanyInfo')).toMatchObject({
      Country: 'GB',
      DefaultTimeZone: 'Europe/London',
      CompanyAddr: { Country: 'GBR' },
    });
    expect(String(at(info, 'time'))).toMatch(/\+00:00$/);
    const preferences = await query(call, 'select * from Preferences');
    expect(at(preferences, 'QueryResponse.Preferences.0')).toMatchObject({
      AccountingInfoPrefs: { BookCloseDate: '2025-12-31' },
      SalesFormsPrefs: { CustomTxnNumbers: true, AllowShipping: true, DefaultShippingAccount: '91' },
      CurrencyPrefs: { HomeCurrency: { value: 'GBP' } },
    });
  });
});
