import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QuickBooksSimulator } from '#local/platforms/quickbooks/simulator.ts';
import { type Answer, at, type Call, caller, code, line, query, startBooks } from './quickbooks.support.ts';

let simulator: QuickBooksSimulator;
let call: Call;
let books: ReturnType<QuickBooksSimulator['addCompany']>;

beforeAll(async () => {
  simulator = await startBooks();
  books = simulator.addCompany();
  call = caller(simulator, books.realmId);
  const names = ["Adam's Candy", 'Bob 100%', 'Carla', 'dora \\ co'];
  names.forEach((DisplayName, index) => {
    books.create('Customer', { DisplayName, PrimaryEmailAddr: { Address: `Person${index}@Example.com` } });
  });
  for (let index = 1; index <= 12; index += 1) {
    books.create('SalesReceipt', {
      DocNumber: `W-${index}`,
      TxnDate: `2026-01-${String(index).padStart(2, '0')}`,
      CustomerRef: { value: index % 2 === 0 ? '1' : '2' },
      Line: [line(`${index}.50`)],
    });
  }
});
afterAll(() => simulator.close());

const ids = (answer: Answer, entity: string): unknown[] => {
  expect(answer.status, answer.text).toBe(200);
  return ((at(answer, `QueryResponse.${entity}`) ?? []) as { Id: string }[]).map(({ Id }) => Id);
};
const find = async (where: string, entity = 'SalesReceipt') =>
  ids(await query(call, `select * from ${entity} ${where}`), entity);

describe('filters', () => {
  it('compare numbers, days and references by their kind', async () => {
    expect(await find("where TotalAmt > '9.5' orderby Id")).toEqual(['10', '11', '12']);
    expect(await find("where TxnDate >= '2026-01-11' and TxnDate < '2026-01-12'")).toEqual(['11']);
    expect(await find("where CustomerRef = '1' and TotalAmt <= '4.50' orderby TxnDate desc")).toEqual(['4', '2']);
    expect(await find("where DocNumber in ('W-3', 'W-5', 'W-99') orderby DocNumber")).toEqual(['3', '5']);
    expect(await find("where MetaData.LastUpdatedTime > '2020-01-01T00:00:00-08:00' orderby Id maxresults 2")).toEqual([
      '1',
      '2',
    ]);
  });

  it('unescape apostrophes and backslashes', async () => {
    expect(await find("where DisplayName = 'Adam\\'s Candy'", 'Customer')).toEqual(['1']);
    expect(await find("where DisplayName = 'dora \\\\ co'", 'Customer')).toEqual(['4']);
    expect(code(await query(call, "select * from Customer where DisplayName = 'Adam''s Candy'"))).toBe('4000');
  });

  it('match e-mail addresses and patterns whatever the letter case', async () => {
    expect(await find("where PrimaryEmailAddr = 'person2@example.com'", 'Customer')).toEqual(['3']);
    expect(await find("where DisplayName like 'bob%'", 'Customer')).toEqual(['2']);
    expect(await find("where DisplayName LIKE '%a%' ORDER BY DisplayName DESC", 'Customer')).toEqual(['4', '3', '1']);
  });

  it('hide inactive names unless asked', async () => {
    books.create('Vendor', { DisplayName: 'Old' });
    books.edit('Vendor', '1', { Active: false });
    expect(await find('', 'Vendor')).toEqual([]);
    expect(await find('where Active in (true, false)', 'Vendor')).toEqual(['1']);
    expect(await find("where Active = 'false'", 'Vendor')).toEqual(['1']);
  });
});

describe('pages and projections', () => {
  it('start at one, tell how many came and end with {}', async () => {
    const page = await query(call, 'select * from salesreceipt orderby Id startposition 11 maxresults 5');
    expect(page.body).toMatchObject({ QueryResponse: { startPosition: 11, maxResults: 2 } });
    expect((await query(call, 'select * from SalesReceipt maxresults 5 startposition 13')).body).toMatchObject({
      QueryResponse: {},
    });
    expect((await query(call, "select count(*) from SalesReceipt where CustomerRef = '1'")).body).toMatchObject({
      QueryResponse: { totalCount: 6 },
    });
  });

  it('answer selected properties as sparse rows', async () => {
    const answer = await query(call, "select Id, DocNumber, MetaData.CreateTime from SalesReceipt where Id = '3'");
    expect(at(answer, 'QueryResponse.SalesReceipt.0')).toEqual({
      domain: 'QBO',
      sparse: true,
      Id: '3',
      DocNumber: 'W-3',
      MetaData: { CreateTime: expect.any(String) },
    });
  });

  it('come by POST as text too', async () => {
    const type = { 'content-type': 'application/text' };
    expect(
      ids(await call('POST', 'query', "select * from SalesReceipt where DocNumber = 'W-7'", type), 'SalesReceipt'),
    ).toEqual(['7']);
    expect(code(await call('POST', 'query', 'select * from SalesReceipt'))).toBe('500');
  });
});

describe('refusals', () => {
  it.each([
    ['select * from SalesReceipt where TotalAmt > 5', '4000'],
    ["select * from SalesReceipt where DocNumber = 'a' or DocNumber = 'b'", '4000'],
    ["select * from SalesReceipt where DocNumber != 'a'", '4000'],
    ['select * from SalesReceipt where', '4000'],
    ['select * SalesReceipt', '4000'],
    ['delete from SalesReceipt', '4000'],
    ["select * from SalesReceipt where DocNumber = 'open", '4000'],
    ['select * from SalesReceipt maxresults 1001', '4001'],
    ['select * from SalesReceipt startposition 0', '4001'],
    ["select * from SalesReceipt where PrivateNote = 'x'", '4001'],
    ["select * from SalesReceipt where Colour = 'x'", '4001'],
    ['select Colour from SalesReceipt', '4001'],
    ["select * from SalesReceipt where Id > '5'", '4001'],
    ["select * from SalesReceipt where TotalAmt = 'many'", '4001'],
    ["select * from SalesReceipt where Line.Amount = '1'", '4001'],
    ['select * from Nothing', '4001'],
  ])('%s is %s', async (statement, wanted) => {
    expect(code(await query(call, statement))).toBe(wanted);
  });

  it('names the place of a parse error', async () => {
    const answer = await query(call, "select * from Customer where PrimayEmailAddr>Address = 'x'");
    expect(at(answer, 'Fault.Error.0.Detail')).toContain('at line 1, column');
  });
});

describe('change data capture', () => {
  it('refuses more than 30 days, unknown entities and those it does not cover', async () => {
    const cdc = (entities: string, since: string) =>
      call('GET', `cdc?entities=${entities}&changedSince=${encodeURIComponent(since)}`);
    const recent = new Date(Date.now() - 60_000).toISOString();
    expect(code(await cdc('Customer', '2011-01-01'))).toBe('6000');
    expect(code(await cdc('Custmoer', recent))).toBe('4001');
    expect(code(await cdc('TaxRate', recent))).toBe('4001');
    expect(code(await cdc('Customer', 'yesterday'))).toBe('2060');
  });
});
