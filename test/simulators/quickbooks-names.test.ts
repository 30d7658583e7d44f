import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QuickBooksSimulator } from '#local/platforms/quickbooks/simulator.ts';
import { at, caller, code, line, newCompany, newShop, startBooks } from './quickbooks.support.ts';

let simulator: QuickBooksSimulator;
beforeAll(async () => {
  simulator = await startBooks();
});
afterAll(() => simulator.close());

describe('names', () => {
  it('are shared by customers, vendors and employees, inactive ones included', async () => {
    const { books, call } = newShop(simulator);
    expect(code(await call('POST', 'vendor', { DisplayName: ' ANN ' }))).toBe('6240');
    expect(code(await call('POST', 'employee', { GivenName: 'ann' }))).toBe('6240');
    books.edit('Customer', '1', { Active: false });
    expect(books.get('Customer', '1')).toMatchObject({ DisplayName: 'Ann (deleted)', Active: false });
    expect(code(await call('POST', 'vendor', { DisplayName: 'Ann' }))).toBe('6240');
    books.settings.inactiveNamesBlock = false;
    expect(code(await call('POST', 'vendor', { DisplayName: 'Ann' }))).toBe(200);
  });

  it('hold no colon, tab or line break and have a length', async () => {
    const { call } = newCompany(simulator);
    for (const DisplayName of ['a:b', 'a\tb', 'a\nb'])
      expect(code(await call('POST', 'customer', { DisplayName }))).toBe('2040');
    expect(code(await call('POST', 'customer', { DisplayName: 'x'.repeat(501) }))).toBe('2050');
    expect(code(await call('POST', 'customer', {}))).toBe('6080');
    expect(code(await call('POST', 'customer', { DisplayName: 'E', PrimaryEmailAddr: { Address: 'nobody' } }))).toBe(
      '2210',
    );
  });

  it('can be made one at a time only, where that is switched on', async () => {
    const slow = await startBooks({ companies: [{ realmId: '1', nameWriteMs: 40 }] });
    const call = caller(slow, '1');
    const [a, b] = await Promise.all([
      call('POST', 'customer', { DisplayName: 'A' }),
      call('POST', 'vendor', { DisplayName: 'B' }),
    ]);
    expect([code(a), code(b)].sort()).toEqual([200, '6000']);
    await slow.close();
  });

  it('need a type and an income account when they are items', async () => {
    const { books, call } = newCompany(simulator);
    expect(code(await call('POST', 'item', { Name: 'X' }))).toBe('2020');
    expect(code(await call('POST', 'item', { Name: 'X', Type: 'Service' }))).toBe('2020');
    expect(code(await call('POST', 'item', { Name: 'X', Type: 'Service', IncomeAccountRef: { value: '35' } }))).toBe(
      '6430',
    );
    expect(code(await call('POST', 'item', { Name: 'X', Type: 'Service', IncomeAccountRef: { value: '999' } }))).toBe(
      '2500',
    );
    const made = await call('POST', 'item', {
      Name: 'X',
      Type: 'Service',
      IncomeAccountRef: { value: '1' },
      Sku: 'SKU-1',
    });
    expect(code(made)).toBe(200);
    expect(code(await call('POST', 'item', { Name: 'x', Type: 'Service', IncomeAccountRef: { value: '1' } }))).toBe(
      '6240',
    );
    books.settings.plan = 'Essentials';
    expect(code(await call('POST', 'item', { Name: 'Y', Type: 'Inventory', TrackQtyOnHand: true }))).toBe('5030');
  });
});

describe('references and amounts', () => {
  it('refuse inactive and unknown targets', async () => {
    const { books, call } = newShop(simulator);
    books.edit('Item', '2', { Active: false });
    const receipt = (detail: object, more: object = {}) =>
      call('POST', 'salesreceipt', { Line: [line(1, { ...detail })], ...more });
    expect(code(await receipt({ ItemRef: { value: '2' } }))).toBe('610');
    const unknown = await receipt({ ItemRef: { value: '77' } });
    expect(at(unknown, 'Fault.Error.0.Detail')).toBe('Invalid Reference Id : Line.SalesItemLineDetail.ItemRef');
    expect(code(await receipt({}, { CustomerRef: { value: '8' } }))).toBe('610');
    expect(code(await receipt({}, { PaymentMethodRef: { value: '88' } }))).toBe('2500');
    expect(code(await receipt({}, { DepositToAccountRef: { value: '1' } }))).toBe('6430');
  });

  it('round quantity times price half up, in decimals', async () => {
    const { call } = newCompany(simulator);
    const receipt = (amount: string | undefined) =>
      call('POST', 'salesreceipt', {
        Line: [{ ...line(amount ?? '', { Qty: '14.5', UnitPrice: '128.35' }), Amount: amount }],
      });
    expect(code(await receipt('1861.07'))).toBe('6070');
    expect((await receipt('1861.08')).text).toContain('"TotalAmt":1861.08');
    expect((await receipt(undefined)).text).toContain('"TotalAmt":1861.08');
  });

  it('allow negative lines but no negative total, and an amount with quantity gives the price', async () => {
    const { call } = newCompany(simulator);
    const kept = await call('POST', 'salesreceipt', { Line: [line('132', { Qty: 3 }), line('-3')] });
    expect(kept.text).toContain('"UnitPrice":44');
    expect(kept.text).toContain('"TotalAmt":129.00');
    expect(code(await call('POST', 'salesreceipt', { Line: [line(1), line(-2)] }))).toBe('6000');
  });

  it('show discount and shipping after the subtotal', async () => {
    const { books, call } = newCompany(simulator);
    const body = {
      Line: [
        line(50),
        { DetailType: 'DiscountLineDetail', DiscountLineDetail: { PercentBased: true, DiscountPercent: 10 } },
        line('4.50', { ItemRef: { value: 'SHIPPING_ITEM_ID' } }),
      ],
    };
    const answer = await call('POST', 'salesreceipt', body);
    expect(at(answer, 'SalesReceipt')).toMatchObject({
      TotalAmt: 49.5,
      Line: [
        { Id: '1', Amount: 50 },
        { DetailType: 'SubTotalLineDetail', Amount: 50 },
        { Amount: 5, DiscountLineDetail: { DiscountAccountRef: { value: '86', name: 'Discounts given' } } },
        { Amount: 4.5, SalesItemLineDetail: { ItemRef: { value: 'SHIPPING_ITEM_ID' } } },
      ],
    });
    books.settings.allowShipping = false;
    expect(code(await call('POST', 'salesreceipt', body))).toBe('6000');
    const tooMuch = { Line: [line(1), { Amount: 2, DetailType: 'DiscountLineDetail', DiscountLineDetail: {} }] };
    expect(code(await call('POST', 'salesreceipt', tooMuch))).toBe('6000');
    const empty = { Line: [line(1), { DetailType: 'DiscountLineDetail', DiscountLineDetail: {} }] };
    expect(code(await call('POST', 'salesreceipt', empty))).toBe('6090');
  });

  it('overwrite read-only properties and ignore the amount of a line without item', async () => {
    const { call } = newCompany(simulator);
    const answer = await call('POST', 'salesreceipt', {
      TotalAmt: 173.7,
      Line: [line(30), { Amount: 9, Description: 'text', DetailType: 'SalesItemLineDetail', SalesItemLineDetail: {} }],
    });
    expect(at(answer, 'SalesReceipt')).toMatchObject({
      TotalAmt: 30,
      Line: [{}, { DetailType: 'DescriptionOnly' }, {}],
    });
  });

  it('fill enabled custom fields and refuse others', async () => {
    const { call } = newCompany(simulator, { customFields: ['Order #'] });
    const receipt = (DefinitionId: string) =>
      call('POST', 'salesreceipt', {
        Line: [line(1)],
        CustomField: [{ DefinitionId, Type: 'StringType', StringValue: 'W-7' }],
      });
    expect(at(await receipt('1'), 'SalesReceipt.CustomField')).toMatchObject([{ Name: 'Order #', StringValue: 'W-7' }]);
    expect(code(await receipt('2'))).toBe('3000');
  });
});
