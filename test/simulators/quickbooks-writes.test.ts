import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QuickBooksSimulator } from '#local/platforms/quickbooks/simulator.ts';
import { at, caller, code, line, manualClock, newCompany, newShop, startBooks } from './quickbooks.support.ts';

const clock = manualClock();
let simulator: QuickBooksSimulator;
beforeAll(async () => {
  simulator = await startBooks({ clock });
});
afterAll(() => simulator.close());

describe('a repeated requestid', () => {
  it('gets the original answer and changes nothing, whatever the body', async () => {
    const { books, call } = newCompany(simulator);
    const first = await call('POST', 'salesreceipt?requestid=abc', { Line: [line(1)] });
    const again = await call('POST', 'salesreceipt?requestid=abc', { Line: [line(2)] });
    expect(at(again, 'SalesReceipt')).toEqual(at(first, 'SalesReceipt'));
    expect(books.list('SalesReceipt')).toHaveLength(1);
  });

  it('runs again after a fault, in another company, when it is empty and after 24 hours', async () => {
    const { books, call } = newCompany(simulator);
    expect(code(await call('POST', 'salesreceipt?requestid=r1', { Line: [] }))).toBe('2250');
    expect(code(await call('POST', 'salesreceipt?requestid=r1', { Line: [line(1)] }))).toBe(200);
    const other = newCompany(simulator);
    await other.call('POST', 'salesreceipt?requestid=r1', { Line: [line(1)] });
    expect(other.books.list('SalesReceipt')).toHaveLength(1);
    await call('POST', 'salesreceipt?requestid=', { Line: [line(1)] });
    await call('POST', 'salesreceipt?requestid=', { Line: [line(1)] });
    expect(books.list('SalesReceipt')).toHaveLength(3);
    clock.advance(86_400_001);
    const later = caller(simulator, books.realmId);
    await later('POST', 'salesreceipt?requestid=r1', { Line: [line(1)] });
    expect(books.list('SalesReceipt')).toHaveLength(4);
  });

  it('is safe after a connection that was cut once the work was done', async () => {
    const { books, call } = newCompany(simulator);
    simulator.addFault({ kind: 'drop_after', path: 'requestid=lost' });
    await expect(call('POST', 'salesreceipt?requestid=lost', { Line: [line(1)] })).rejects.toThrow();
    await call('POST', 'salesreceipt?requestid=lost', { Line: [line(1)] });
    expect(books.list('SalesReceipt')).toHaveLength(1);
  });

  it('has at most 50 characters', async () => {
    const { call } = newCompany(simulator);
    expect(code(await call('POST', `salesreceipt?requestid=${'x'.repeat(50)}`, { Line: [line(1)] }))).toBe(200);
    expect(code(await call('POST', `salesreceipt?requestid=${'x'.repeat(51)}`, { Line: [line(1)] }))).toBe('2130');
  });
});

describe('updates', () => {
  it('keep what a sparse one does not send and reset what a full one does not send', async () => {
    const { call } = newCompany(simulator);
    await call('POST', 'customer', { DisplayName: 'Ann', Notes: 'note', PrimaryEmailAddr: { Address: 'a@b.example' } });
    const sparse = await call('POST', 'customer', { Id: '1', SyncToken: '0', sparse: true, MiddleName: 'M' });
    expect(at(sparse, 'Customer')).toMatchObject({ Notes: 'note', MiddleName: 'M', sparse: false, SyncToken: '1' });
    const cleared = await call('POST', 'customer', { Id: '1', SyncToken: '1', sparse: true, Notes: null });
    expect(at(cleared, 'Customer.Notes')).toBeUndefined();
    const full = await call('POST', 'customer', { Id: '1', SyncToken: '2', DisplayName: 'Ann' });
    expect(at(full, 'Customer.MiddleName')).toBeUndefined();
    expect(at(full, 'Customer')).toMatchObject({ Active: true, CurrencyRef: { value: 'USD' } });
  });

  it('need Id and the current SyncToken', async () => {
    const { call } = newShop(simulator);
    expect(code(await call('POST', 'customer', { Id: '1', sparse: true }))).toBe('2020');
    expect(code(await call('POST', 'customer', { Id: '1', SyncToken: '7', sparse: true }))).toBe('5010');
    expect(code(await call('POST', 'customer', { Id: '9', SyncToken: '0', sparse: true }))).toBe('610');
    expect(code(await call('POST', 'customer?operation=delete', { Id: '1', SyncToken: '0' }))).toBe('500');
  });

  it('keep a known line id, number the others anew and drop what is left out', async () => {
    const { call } = newCompany(simulator);
    await call('POST', 'salesreceipt', { Line: [line(1), line(2)] });
    const update = {
      Id: '1',
      SyncToken: '0',
      sparse: true,
      Line: [
        { ...line(5), Id: '2' },
        { ...line(3), Id: '-1' },
      ],
    };
    const answer = await call('POST', 'salesreceipt', update);
    expect(at(answer, 'SalesReceipt.Line')).toMatchObject([
      { Id: '2', Amount: 5 },
      { Id: '3', Amount: 3 },
      { Amount: 8 },
    ]);
  });
});
