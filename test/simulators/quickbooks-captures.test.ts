import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompanyOptions } from '#local/platforms/quickbooks/settings.ts';
import type { QuickBooksSimulator } from '#local/platforms/quickbooks/simulator.ts';
import {
  type Answer,
  at,
  type Call,
  caller,
  capture,
  captureText,
  line,
  query,
  startBooks,
} from './quickbooks.support.ts';

let simulator: QuickBooksSimulator;
beforeAll(async () => {
  simulator = await startBooks();
});
afterAll(() => simulator.close());

function company(options: CompanyOptions = {}): {
  call: Call;
  realmId: string;
  books: ReturnType<typeof simulator.addCompany>;
} {
  const books = simulator.addCompany({ customFields: ['Crew #'], ...options });
  return { books, realmId: books.realmId, call: caller(simulator, books.realmId) };
}

/** Removed from answers since these recordings were made, or needing data the case does not set up. */
const gone = new Set(['Lat', 'Long', 'BillAddr', 'ShipAddr', 'ProjectRef', 'ParentRef', 'PreferredDeliveryMethod']);

/** Keys of an object and of the objects inside it; lists by their first element. */
function keys(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.length > 0 ? keys(value[0], `${path}[]`) : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([name]) => !gone.has(name))
    .flatMap(([name, inner]) => [`${path}.${name}`, ...keys(inner, `${path}.${name}`)])
    .sort();
}

function expectSameKeys(answer: Answer, name: string, ignore: readonly string[] = []): void {
  const wanted = capture(name);
  expect(answer.status, answer.text).toBe(wanted.status);
  const without = (list: string[]) => list.filter((key) => !ignore.some((prefix) => key.startsWith(prefix)));
  expect(without(keys(answer.body))).toEqual(without(keys(wanted.body)));
}

/** The recorded fault, with what differs between companies made equal. */
function expectSameFault(answer: Answer, name: string, replace: readonly [RegExp, string][] = []): void {
  const wanted = capture(name);
  expect(answer.status, answer.text).toBe(wanted.status);
  const normal = (value: unknown) =>
    replace.reduce((text, [from, to]) => text.replace(from, to), JSON.stringify(value));
  expect(JSON.parse(normal(at(answer, 'Fault')))).toEqual(JSON.parse(normal(wanted.body.Fault)));
  expect('time' in (answer.body as object)).toBe('time' in wanted.body);
}

describe('answers have the members of the recordings', () => {
  it('creates and fully updates a customer', async () => {
    const { call } = company();
    const created = await call('POST', 'customer?requestid=', { DisplayName: 'Doe5, Jane' });
    expectSameKeys(created, 'customer_create');
    const updated = await call('POST', 'customer', {
      DisplayName: 'Jack Moe',
      PrimaryPhone: { FreeFormNumber: '(415) 444-1234' },
      Id: '1',
      SyncToken: '0',
    });
    expectSameKeys(updated, 'customer_full_update');
    expect(at(updated, 'Customer.SyncToken')).toBe('1');
  });

  it('creates, deletes and voids an invoice', async () => {
    const { call } = company({ customTxnNumbers: false });
    await call('POST', 'customer', { DisplayName: 'Birds' });
    const created = await call('POST', 'invoice', { CustomerRef: { value: '1' }, Line: [line(100)] });
    expectSameKeys(created, 'invoice_create');
    expect(created.text).toContain('"TotalAmt":100.00');
    expect(created.text).toContain('"TotalTax":0}');
    const voided = await call('POST', 'invoice?operation=void', { Id: '1', SyncToken: '0' });
    expectSameKeys(voided, 'invoice_void');
    expect(voided.body).toMatchObject({ Invoice: { TotalAmt: 0, Balance: 0, PrivateNote: 'Voided', SyncToken: '1' } });
    const deleted = await call('POST', 'invoice?operation=delete', { Id: '1', SyncToken: '1' });
    expectSameKeys(deleted, 'invoice_delete');
  });

  it('creates and voids a sales receipt without customer and without a sales tax', async () => {
    const { call } = company({ customTxnNumbers: false, salesTax: 'off', customFields: [] });
    const created = await call('POST', 'salesreceipt', { Line: [line(0, { Qty: 1, UnitPrice: 0 })] });
    expectSameKeys(created, 'salesreceipt_create_minimal');
    const voided = await call('POST', 'salesreceipt?operation=update&include=void', {
      Id: '1',
      SyncToken: '0',
      sparse: true,
    });
    expectSameKeys(voided, 'salesreceipt_void');
    expect(at(voided, 'SalesReceipt.Line.0.SalesItemLineDetail')).toMatchObject({ Qty: 0, UnitPrice: 0 });
  });

  it('gives a new line a new id on a full update', async () => {
    const { call } = company({ customTxnNumbers: false });
    const body = { Line: [{ ...line(337.5, { UnitPrice: 75, Qty: 4.5 }), Description: 'Custom Design' }] };
    await call('POST', 'salesreceipt', { ...body, PrivateNote: 'goes away' });
    const updated = await call('POST', 'salesreceipt?requestid=a90bfae9', { ...body, Id: '1', SyncToken: '0' });
    expectSameKeys(updated, 'salesreceipt_update_with_requestid');
    expect(at(updated, 'SalesReceipt.Line.0.Id')).toBe('2');
    expect(updated.text).toContain('"UnitPrice":75,"Qty":4.5');
  });

  it('creates credit memos, refunds, bills and payments', async () => {
    const { call } = company({ customTxnNumbers: false });
    await call('POST', 'customer', { DisplayName: 'Cool Cars' });
    await call('POST', 'vendor', { DisplayName: 'Burgers' });
    const memo = await call('POST', 'creditmemo', { CustomerRef: { value: '1' }, Line: [line(50)] });
    expectSameKeys(memo, 'creditmemo_create', ['.CreditMemo.CurrencyRef']);
    const refund = await call('POST', 'refundreceipt', { DepositToAccountRef: { value: '35' }, Line: [line(420)] });
    expectSameKeys(refund, 'refundreceipt_create', ['.RefundReceipt.CurrencyRef']);
    const bill = await call('POST', 'bill', {
      VendorRef: { value: '1' },
      Line: [
        {
          Amount: 200,
          DetailType: 'AccountBasedExpenseLineDetail',
          AccountBasedExpenseLineDetail: { AccountRef: { value: '7' } },
        },
      ],
    });
    expectSameKeys(bill, 'bill_create', ['.Bill.CurrencyRef', '.Bill.LinkedTxn']);
  });

  it('creates an inventory item', async () => {
    const { call } = company();
    const item = await call('POST', 'item', {
      Name: 'Garden Supplies',
      Type: 'Inventory',
      TrackQtyOnHand: true,
      QtyOnHand: 10,
      InvStartDate: '2015-01-01',
      IncomeAccountRef: { value: '79' },
      ExpenseAccountRef: { value: '80' },
      AssetAccountRef: { value: '81' },
    });
    expectSameKeys(item, 'item_inventory_create');
  });

  it('answers a mixed batch item by item', async () => {
    const { call, books } = company();
    books.create('SalesReceipt', { Line: [line('337.50')] });
    books.edit('SalesReceipt', '1', { PrivateNote: 'edited meanwhile' });
    const answer = await call('POST', 'batch', {
      BatchItemRequest: [
        { bId: 'bid1', operation: 'create', Vendor: { DisplayName: 'Boraski Family Store' } },
        { bId: 'bid2', operation: 'delete', Invoice: { Id: '129', SyncToken: '0' } },
        {
          bId: 'bid3',
          operation: 'update',
          SalesReceipt: { domain: 'QBO', sparse: true, Id: '1', SyncToken: '0', PrivateNote: 'A private note.' },
        },
        { bId: 'bid4', Query: "select * from SalesReceipt where TotalAmt > '300.00'" },
      ],
    });
    const wanted = capture('batch_mixed').body.BatchItemResponse as Record<string, unknown>[];
    const got = at(answer, 'BatchItemResponse') as Record<string, unknown>[];
    expect(keys(got[0])).toEqual(keys(wanted[0]));
    expect(got[1]).toEqual(wanted[1]);
    expect(keys(got[2])).toEqual(keys(wanted[2]));
    expect(at(got[3], 'QueryResponse.SalesReceipt.0.Id')).toBe('1');
    expect(got.map(({ bId }) => bId)).toEqual(['bid1', 'bid2', 'bid3', 'bid4']);
  });

  it('counts, answers an empty page as {} and marks inactive names', async () => {
    const { call, books } = company();
    expect(keys((await query(call, 'SELECT COUNT(*) FROM Item')).body)).toEqual(keys(capture('query_count').body));
    expect(keys((await query(call, 'select * from Customer')).body)).toEqual(keys(capture('query_empty').body));
    books.create('Employee', { GivenName: 'Emily', FamilyName: 'Platt' });
    books.edit('Employee', '1', { Active: false });
    expect((await query(call, 'select * from Employee')).body).toMatchObject({ QueryResponse: {} });
    const all = await query(call, 'select * from Employee where Active in (true, false)');
    expectSameKeys(all, 'query_inactive_employee_deleted_suffix');
    expect(at(all, 'QueryResponse.Employee.0.DisplayName')).toBe('Emily Platt (deleted)');
  });

  it('repeats a deactivation with an unchanged SyncToken', async () => {
    const { call, books } = company();
    books.edit('Account', '5', { Active: false });
    const body = { Id: '5', SyncToken: '1', sparse: true, Active: false, Name: 'Fees Billed (deleted)' };
    const again = await call('POST', 'account', body);
    expectSameKeys(again, 'account_deactivate_already_inactive');
    expect(again.body).toMatchObject({ Account: { Name: 'Fees Billed (deleted)', SyncToken: '1', Active: false } });
  });

  it('reports deletions in change data capture', async () => {
    const { call, books } = company();
    books.create('Customer', { DisplayName: 'A' });
    books.create('Invoice', { CustomerRef: { value: '1' }, Line: [line('1')] });
    books.remove('Invoice', '1');
    const since = encodeURIComponent(new Date(Date.now() - 60_000).toISOString());
    const answer = await call('GET', `cdc?entities=Customer,Invoice,Vendor&changedSince=${since}`);
    const [customers, invoices, vendors] = at(answer, 'CDCResponse.0.QueryResponse') as Record<string, unknown>[];
    expect(customers).toMatchObject({ Customer: [{ Id: '1', DisplayName: 'A' }], startPosition: 1, maxResults: 1 });
    const deletion = at(capture('cdc_with_deletion').body, 'CDCResponse.0.QueryResponse.1.Estimate.2');
    expect(keys(at(invoices, 'Invoice.0'))).toEqual(keys(deletion));
    expect(vendors).toEqual({});
  });

  it('answers exchange rates and the tax service in their own shapes', async () => {
    const { call } = company({ multicurrency: true });
    const rate = await call('GET', 'exchangerate?sourcecurrencycode=EUR&asofdate=2015-07-07');
    expectSameKeys(rate, 'exchangerate');
    const code = await call('POST', 'taxservice/taxcode', {
      TaxRateDetails: [{ RateValue: '8', TaxApplicableOn: 'Sales', TaxAgencyId: '1', TaxRateName: 'myNewTaxRateName' }],
      TaxCode: 'MyTaxCodeName',
    });
    expectSameKeys(code, 'taxservice_create');
    expect(at(code, 'TaxRateDetails.0.RateValue')).toBe('8%');
  });
});

describe('faults have the texts of the recordings', () => {
  it('2010 for an unknown property, also inside a line', async () => {
    const { call } = company();
    const answer = await call('POST', 'invoice', { BadJson: true });
    expectSameFault(answer, 'fault_400_2010_unknown_property', [[/\(\d+ known properties: .*\[truncated\]\]/, '(…)']]);
    const nested = await call('POST', 'salesreceipt', { Line: [line(1, { Colour: 'red' })] });
    expect(nested.text).toContain(
      'Unrecognized field \\"Colour\\" (class com.intuit.schema.finance.v3.SalesItemLineDetail)',
    );
  });

  it('2020, 2030 and 2050 for what is missing, no id or too long', async () => {
    const { call } = company();
    expectSameFault(
      await call('POST', 'item', { Type: 'Service', IncomeAccountRef: { value: '1' } }),
      'fault_400_2020_missing_name',
    );
    const noType = await call('POST', 'salesreceipt', { Line: [{ Amount: 1 }] });
    expectSameFault(noType, 'fault_400_2020_line_detailtype');
    expectSameFault(await call('GET', 'customer/1.5'), 'fault_400_2030_invalid_id');
    const memo = { Line: [line(1)], CustomerMemo: { value: 'x'.repeat(1016) } };
    expectSameFault(await call('POST', 'salesreceipt', memo), 'fault_400_2050_customer_memo');
    const both = await call('POST', 'salesreceipt', { DocNumber: 'x'.repeat(45) });
    expect(at(both, 'Fault.Error')).toEqual([
      at(capture('fault_400_2050_multi_error').body, 'Fault.Error.0') as object,
      expect.objectContaining({ code: '2020', element: 'Line' }),
    ]);
  });

  it('610 for what does not exist or was deleted meanwhile', async () => {
    const { call, books } = company();
    expectSameFault(await call('GET', 'item/99'), 'fault_400_610_not_found');
    books.create('SalesReceipt', { Line: [line('1')] });
    books.remove('SalesReceipt', '1');
    expectSameFault(await call('GET', 'salesreceipt/1'), 'fault_400_610_not_found');
    const gone = await call('POST', 'salesreceipt?operation=delete', { Id: '1', SyncToken: '0' });
    expectSameFault(gone, 'fault_400_610_deleted_by_other');
  });

  it('4000 and 4001 for queries', async () => {
    const { call } = company();
    expectSameFault(await query(call, 'select * from NULL'), 'fault_400_4000_query_parse');
    expectSameFault(await query(call, 'SELECT * FROM Custmoer'), 'fault_400_4001_unknown_entity');
    const email = await query(call, "select * from Vendor where PrimaryEmailAddr = 'a@b.example'");
    expect(captureText('fault_400_4001_not_queryable_vendor_email.xml')).toContain(
      String(at(email, 'Fault.Error.0.Detail')),
    );
    const zero = await query(call, 'select * from Vendor startposition 0');
    expect(captureText('ruckus_query_validation_error.xml')).toContain(String(at(zero, 'Fault.Error.0.Detail')));
  });

  it('5010, 6070, 6140, 6240 and 6270 for business conflicts', async () => {
    const { call, books } = company({
      warnDuplicateDocNumber: true,
      otherUser: 'Leo Nikkilä',
      duplicateNameText: 'null',
    });
    await call('POST', 'customer', { DisplayName: 'Weiskopf Consulting' });
    books.edit('Customer', '1', { Notes: 'called' });
    const stale = await call('POST', 'customer', { Id: '1', SyncToken: '0', sparse: true, Notes: 'mine' });
    expectSameFault(stale, 'fault_400_5010_stale');
    const mismatch = await call('POST', 'salesreceipt', {
      Line: [line('1861.07', { Qty: '14.5', UnitPrice: '128.35' })],
    });
    expectSameFault(mismatch, 'fault_400_6070_amount_mismatch');
    const same = await call('POST', 'vendor', { DisplayName: 'WEISKOPF consulting' });
    expectSameFault(same, 'fault_400_6240_duplicate_name');
    const receipt = { DocNumber: 'W-1', Line: [line(1)] };
    await call('POST', 'salesreceipt', receipt);
    expectSameFault(await call('POST', 'salesreceipt', receipt), 'fault_400_6140_duplicate_docnumber', [
      [/DocNumber=\S+ is assigned to TxnType=.* with TxnId=\d+/, '…'],
    ]);
  });

  it('401 and 403 in the envelope of the gateway, 429 as XML', async () => {
    const { call, realmId } = company();
    const unknown = await caller(simulator, realmId, 'AB01')('GET', 'customer/1');
    const wanted = capture('fault_401_token_expired');
    expect(unknown.status).toBe(401);
    expect(Object.keys(unknown.body as object)).toEqual(Object.keys(wanted.body));
    expect(at(unknown, 'fault.error.0')).toEqual({
      ...(at(wanted.body, 'fault.error.0') as object),
      detail: 'Token expired: AB01',
    });
    expect(unknown.headers.get('www-authenticate')).toBe('Bearer realm="Intuit", error="invalid_token"');
    const other = company();
    const foreign = await caller(simulator, other.realmId, simulator.issueTokens(realmId).accessToken)('GET', 'item/1');
    expect(foreign.status).toBe(403);
    expect({ ...(foreign.body as object), time: 0 }).toEqual({
      ...capture('fault_403_3100_application_authorization').body,
      time: 0,
    });
    simulator.setLimits('documented');
    const answers: Answer[] = [];
    for (let count = 0; count < 12; count += 1) answers.push(await call('GET', 'item/1'));
    simulator.setLimits('off');
    const throttled = answers.find(({ status }) => status === 429);
    const plain = (xml: string) =>
      xml
        .replace(/<!--.*?-->\s*/s, '')
        .replace(/time="[^"]*"/, '')
        .trim();
    expect(plain(throttled?.text ?? '')).toBe(plain(captureText('fault_429_3001_throttle.xml')));
  });

  it('speaks XML to callers that do not ask for JSON', async () => {
    const { call, books } = company();
    books.create('Customer', { DisplayName: 'Taken' });
    const answer = await call('POST', 'customer', { DisplayName: 'Taken' }, { accept: '*/*' });
    const recorded = captureText('fault_400_6240_full_text.xml').replace(/<!--.*?-->\s*/s, '');
    const plain = (xml: string) =>
      xml
        .replace(/time="[^"]*"/, '')
        .replaceAll(/\s+/g, ' ')
        .trim();
    expect(plain(answer.text)).toBe(plain(recorded));
    const read = await call('GET', 'customer/1', undefined, { accept: 'text/xml' });
    expect(read.text).toContain('<CurrencyRef name="United States Dollar">USD</CurrencyRef>');
  });
});
