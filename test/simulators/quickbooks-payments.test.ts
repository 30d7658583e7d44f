import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QuickBooksSimulator } from '#local/platforms/quickbooks/simulator.ts';
import { at, code, line, newCompany, newShop, startBooks } from './quickbooks.support.ts';

let simulator: QuickBooksSimulator;
beforeAll(async () => {
  simulator = await startBooks();
});
afterAll(() => simulator.close());

describe('payments', () => {
  it('lower balances, raise the SyncToken of the invoice and give both back when deleted', async () => {
    const { books, call } = newShop(simulator);
    await call('POST', 'invoice', { CustomerRef: { value: '1' }, Line: [line(100)] });
    const paid = await call('POST', 'payment', {
      CustomerRef: { value: '1' },
      TotalAmt: 65,
      Line: [{ Amount: 55, LinkedTxn: [{ TxnId: '1', TxnType: 'Invoice' }] }],
    });
    expect(at(paid, 'Payment')).toMatchObject({ UnappliedAmt: 10, DepositToAccountRef: { value: '4' } });
    expect(books.get('Invoice', '1')).toMatchObject({
      Balance: '45.00',
      SyncToken: '1',
      LinkedTxn: [{ TxnId: '2', TxnType: 'Payment' }],
    });
    expect(books.get('Customer', '1')).toMatchObject({ Balance: '35.00', SyncToken: '0' });
    books.remove('Payment', '2');
    expect(books.get('Invoice', '1')).toMatchObject({ Balance: '100.00', SyncToken: '2', LinkedTxn: [] });
    expect(books.get('Customer', '1')).toMatchObject({ Balance: '100.00' });
  });

  it('link only what the same customer owes, up to what is open', async () => {
    const { books, call } = newShop(simulator);
    books.create('Customer', { DisplayName: 'Bob' });
    await call('POST', 'invoice', { CustomerRef: { value: '1' }, Line: [line(100)] });
    const pay = (customer: string, total: number, amount: number, TxnType = 'Invoice') =>
      call('POST', 'payment', {
        CustomerRef: { value: customer },
        TotalAmt: total,
        Line: [{ Amount: amount, LinkedTxn: [{ TxnId: '1', TxnType }] }],
      });
    expect(code(await pay('2', 100, 100))).toBe('620');
    expect(code(await pay('1', 200, 101))).toBe('620');
    expect(code(await pay('1', 50, 100))).toBe('620');
    expect(code(await pay('1', 100, 100, 'SalesReceipt'))).toBe('620');
    expect(code(await pay('1', 100, 100))).toBe(200);
    expect(code(await pay('1', 1, 1))).toBe('620');
  });

  it('are voided by an update that says so; a voided invoice lets go of them', async () => {
    const { books, call } = newShop(simulator);
    await call('POST', 'invoice', { CustomerRef: { value: '1' }, Line: [line(100)] });
    const Line = [{ Amount: 40, LinkedTxn: [{ TxnId: '1', TxnType: 'Invoice' }] }];
    await call('POST', 'payment', { CustomerRef: { value: '1' }, TotalAmt: 40, Line });
    expect(code(await call('POST', 'payment?operation=void', { Id: '2', SyncToken: '0' }))).toBe('500');
    books.void('Invoice', '1');
    expect(books.get('Payment', '2')).toMatchObject({ UnappliedAmt: '40.00', Line: [], SyncToken: '1' });
    const voided = await call('POST', 'payment?operation=update&include=void', {
      Id: '2',
      SyncToken: '1',
      sparse: true,
    });
    expect(at(voided, 'Payment')).toMatchObject({ TotalAmt: 0, UnappliedAmt: 0, PrivateNote: 'Voided', Line: [] });
    expect(books.get('Customer', '1')).toMatchObject({ Balance: '0' });
  });

  it('set a credit memo off against an invoice, alone where AutoApplyCredit is on', async () => {
    const { books, call } = newShop(simulator, { autoApplyCredit: true });
    await call('POST', 'invoice', { CustomerRef: { value: '1' }, Line: [line(100)] });
    const memo = await call('POST', 'creditmemo', { CustomerRef: { value: '1' }, Line: [line(30)] });
    expect(at(memo, 'CreditMemo')).toMatchObject({ TotalAmt: 30, Balance: 0, RemainingCredit: 0 });
    expect(books.get('Invoice', '1')).toMatchObject({ Balance: '70.00' });
    expect(books.get('Customer', '1')).toMatchObject({ Balance: '70.00' });
  });

  it('cannot be changed while they are in a deposit', async () => {
    const { books, call } = newCompany(simulator);
    await call('POST', 'salesreceipt', { Line: [line(100)] });
    const deposit = await call('POST', 'deposit', {
      DepositToAccountRef: { value: '35' },
      Line: [
        { Amount: 100, LinkedTxn: [{ TxnId: '1', TxnType: 'SalesReceipt', TxnLineId: '0' }] },
        { Amount: '-3.20', DetailType: 'DepositLineDetail', DepositLineDetail: { AccountRef: { value: '92' } } },
      ],
    });
    expect(at(deposit, 'Deposit.TotalAmt')).toBe(96.8);
    expect(code(await call('POST', 'salesreceipt?operation=delete', { Id: '1', SyncToken: '0' }))).toBe('6540');
    books.remove('Deposit', '2');
    expect(code(await call('POST', 'salesreceipt?operation=delete', { Id: '1', SyncToken: '0' }))).toBe(200);
  });
});
