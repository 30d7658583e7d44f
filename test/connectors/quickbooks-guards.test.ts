import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createQuickBooks } from '#shared/connectors/quickbooks/index.ts';
import type { WriteItem, WriteOutcome } from '#shared/connectors/target.ts';
import { type Failure, unwrap } from '#shared/core/failure.ts';
import type { JsonObject } from '#shared/core/json.ts';
import {
  ann,
  appAt,
  create,
  invoice,
  type OpenBooks,
  openBooks,
  type Platform,
  salesLine,
  startPlatform,
  update,
  write,
} from './books.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.simulator.close());

type CompanyOf = Parameters<typeof openBooks>[1];

async function withAnn(company: CompanyOf = {}, settings: JsonObject = {}): Promise<OpenBooks> {
  const books = await openBooks(platform, company, { settings });
  ann(books);
  return books;
}

const failureOf = (outcome: WriteOutcome | undefined): Failure => {
  if (outcome?.kind !== 'failed') throw new Error(`not failed: ${JSON.stringify(outcome)}`);
  return outcome.failure;
};

const connector = () => createQuickBooks(appAt(platform.simulator.url));

async function faultsOf(books: OpenBooks, chosen: JsonObject) {
  const { verifySettings, settings } = connector();
  if (!verifySettings) throw new Error('settings are not verified');
  const merged = settings.parse({ ...books.settings, ...chosen }) as JsonObject;
  return unwrap(await verifySettings({ ...books.context, settings: merged }, chosen));
}

const tables = ['payment_methods', 'deposit_accounts', 'tax_codes'];
const entryOf = (setting: string, id: string) => (tables.includes(setting) ? { some: id } : id);

describe('settings are compared with the company', () => {
  it('[I9] every fault is named by its field, with what may be chosen instead', async () => {
    const books = await withAnn();
    books.company.edit('Account', '36', { Active: false });
    const faults = await faultsOf(books, {
      income_account: '999',
      rounding_account: '35',
      deposit_account: '36',
      terms_id: '9',
      deposit_accounts: { cash: '36', card: '79', voucher: '998', cheque: '35' },
      payment_methods: { stripe: '3', cod: '77' },
      shipping_item: '404',
      class_id: '5',
    });

    expect(Object.fromEntries(faults.map(({ path, code }) => [path, code]))).toEqual({
      income_account: 'unknown_reference',
      rounding_account: 'unfit_reference',
      deposit_account: 'inactive_reference',
      'deposit_accounts.cash': 'inactive_reference',
      'deposit_accounts.card': 'unfit_reference',
      'deposit_accounts.voucher': 'unknown_reference',
      terms_id: 'unknown_reference',
      'payment_methods.cod': 'unknown_reference',
      shipping_item: 'unknown_reference',
      class_id: 'unknown_reference',
    });
    const message = (wanted: string) => faults.find(({ path }) => path === wanted)?.message ?? '';
    expect(message('deposit_account')).toMatch(/36 “Savings” is inactive.*Valid are: 4 Undeposited Funds, 35 Checking/);
    expect(message('deposit_account')).not.toContain('36 Savings');
    expect(message('deposit_accounts.card')).toMatch(
      /is not an account of type Bank or Other Current Asset\. Valid are: 4 /,
    );
    expect(message('rounding_account')).toContain('“Checking” is not an income account');
    expect(message('terms_id')).toContain('1 Due on receipt, 2 Net 15, 3 Net 30, 4 Net 60');
    expect(message('class_id')).toContain('There is none to choose');
  });

  it('[I9] what fits is taken, and what is not chosen is not asked for', async () => {
    const books = await withAnn();
    expect(
      await faultsOf(books, {
        income_account: '79',
        deposit_account: '35',
        deposit_accounts: { cash: '35', card: '4', voucher: null },
        terms_id: '3',
        payment_methods: { stripe: '3' },
        shipping_item: '1',
        doc_number_prefix: 'W-',
      }),
    ).toEqual([]);
    books.company.resetMeters();
    expect(await faultsOf(books, { rounding_limit: '0.10' })).toEqual([]);
    expect(books.company.meters.calls).toBe(0);
  });

  it('[I9] what may be chosen is listed by name: active, and of the kind the setting needs', async () => {
    const books = await openBooks(platform);
    books.company.edit('Account', '36', { Active: false });
    const { settingChoices } = connector();
    if (!settingChoices) throw new Error('settings have no choices');
    const choices = unwrap(await settingChoices(books.context));
    expect(choices.deposit_accounts).toEqual(choices.deposit_account);
    const labels = (setting: string) => choices[setting]?.map(({ label }) => label);
    expect(labels('deposit_account')).toEqual(expect.arrayContaining(['Undeposited Funds', 'Checking']));
    expect(labels('deposit_account')).not.toContain('Savings');
    expect(labels('income_account')).not.toContain('Checking');
    expect(labels('terms_id')).toEqual(['Due on receipt', 'Net 15', 'Net 30', 'Net 60']);
    for (const [setting, list] of Object.entries(choices)) {
      const [first] = list;
      if (first) expect(await faultsOf(books, { [setting]: entryOf(setting, first.value) })).toEqual([]);
    }
  });

  it('[I9] a tax code that taxes at another percentage is a fault', async () => {
    const books = await openBooks(platform, { template: 'eur' });
    const faults = await faultsOf(books, { tax_codes: { '19': '4', '7': '4' } });
    expect(faults).toEqual([
      {
        path: 'tax_codes.19',
        code: 'unfit_reference',
        message: 'Tax code 4 taxes at 7 %, not at 19 %. Valid are: 3.',
      },
    ]);
  });

  it('[I9] a test of the connection warns of what has become unusable since', async () => {
    const books = await withAnn();
    books.company.edit('Account', '35', { Active: false });
    const context = {
      ...books.context,
      settings: { ...books.settings, deposit_account: '35', deposit_accounts: { cash: '35' } },
    };
    const { warnings } = unwrap(await connector().check(context));
    expect(warnings).toEqual([
      expect.stringMatching(/^Setting deposit_account: Account 35 “Checking” is inactive/),
      expect.stringMatching(/^Setting deposit_accounts.cash: Account 35 “Checking” is inactive/),
    ]);
  });
});

describe('a document dated in closed books', () => {
  const closed = { bookCloseDate: '2026-02-28' };

  it('[I9] is refused before anything is sent', async () => {
    const books = await withAnn();
    books.company.settings.bookCloseDate = closed.bookCloseDate;
    const known = await openBooks(platform, closed);
    const [outcome] = await write(known, 'invoice', 'b-1', create(invoice('1', '10.00')));
    expect(failureOf(outcome)).toMatchObject({
      category: 'conflict',
      code: 'quickbooks.closed_period',
      field: 'TxnDate',
      reason: expect.stringContaining('closed to 2026-02-28, and it is dated 2026-02-27'),
    });
    expect(known.company.meters.calls).toBe(0);
  });

  it.each(['delete', 'update', 'restore'] as const)('[I9] cannot be touched by %s either', async (action) => {
    const books = await openBooks(platform, closed);
    const target = { id: '55', version: '0' };
    const [outcome] = await write(books, 'invoice', 'b-1', {
      ...create(invoice('1', '10.00')),
      action,
      target,
    } satisfies WriteItem);
    expect(failureOf(outcome).code).toBe('quickbooks.closed_period');
    expect(books.company.meters.calls).toBe(0);
  });

  it('[I9] that closed after the company was last read says to which day', async () => {
    const books = await withAnn();
    books.company.settings.bookCloseDate = '2026-03-31';
    const [outcome] = await write(books, 'invoice', 'b-1', create(invoice('1', '10.00')));
    expect(failureOf(outcome)).toMatchObject({
      code: 'quickbooks.closed_period',
      platform_code: '6200',
      reason: expect.stringContaining('closed to 2026-03-31'),
    });
  });

  it('[I9] moves to the first open day where the owner chose that, and its note says so', async () => {
    const books = await openBooks(platform, closed, { settings: { closed_period: 'next_open_day' } });
    const { admit } = books.target;
    const payload = invoice('1', '10.00', { PrivateNote: 'Order 1' });
    expect(unwrap(admit?.('invoice', { action: 'create', payload }) ?? unreachable())).toEqual({
      TxnDate: '2026-03-01',
      PrivateNote: 'Order 1 Of 2026-02-27; posted on 2026-03-01 because the books are closed to 2026-02-28.',
    });
    const dayAfter = { ...payload, TxnDate: '2026-03-01' };
    expect(unwrap(admit?.('invoice', { action: 'create', payload: dayAfter }) ?? unreachable())).toEqual({});
    expect(admit?.('invoice', { action: 'update', payload })).toMatchObject({
      ok: false,
      failure: { code: 'quickbooks.closed_period' },
    });
    expect(unwrap(admit?.('customer', { action: 'create', payload: { DisplayName: 'Ann' } }) ?? unreachable())).toEqual(
      {},
    );
  });

  it('[I9] moves also when the books closed meanwhile, once, however often the batch is sent', async () => {
    const books = await withAnn({ bookClosePassword: true }, { closed_period: 'next_open_day' });
    books.company.settings.bookCloseDate = '2026-03-31';
    const items = [create(invoice('1', '10.00')), create(invoice('2', '20.00', { TxnDate: '2026-04-02' }), other)];
    const first = await write(books, 'invoice', 'b-1', ...items);
    expect(first).toMatchObject([
      { kind: 'written', assigned: { TxnDate: '2026-04-01', PrivateNote: expect.stringContaining('2026-02-27') } },
      { kind: 'written' },
    ]);
    expect(await write(books, 'invoice', 'b-1', ...items)).toEqual(first);
    expect(books.company.list('Invoice').map(({ DocNumber, TxnDate }) => [DocNumber, TxnDate])).toEqual([
      ['2', '2026-04-02'],
      ['1', '2026-04-01'],
    ]);
  });
});

const other = { key: '8', item_id: '2' };
function unreachable(): never {
  throw new Error('the target admits everything');
}

describe('a reference that QuickBooks does not take', () => {
  it('[I9] is named, with the setting it comes from', async () => {
    const books = await withAnn({}, { deposit_account: '35', terms_id: '2' });
    books.company.edit('Account', '35', { Active: false });
    books.company.edit('Term', '2', { Active: false });
    const [receipt] = await write(
      books,
      'sales_receipt',
      'b-1',
      create(invoice('1', '10.00', { DepositToAccountRef: { value: '35' } })),
    );
    expect(failureOf(receipt)).toMatchObject({
      category: 'not_found',
      code: 'quickbooks.inactive_reference',
      platform_code: '610',
      field: 'DepositToAccountRef',
      reason: 'QuickBooks: account 35 “Checking” is inactive.',
      fix: 'Reactivate it in QuickBooks, or choose another in the setting deposit_account, then retry.',
      retryable: false,
    });
    const [sale] = await write(
      books,
      'invoice',
      'b-2',
      create(invoice('1', '10.00', { SalesTermRef: { value: '2' } })),
    );
    expect(failureOf(sale)).toMatchObject({ field: 'SalesTermRef', fix: expect.stringContaining('terms_id') });
  });

  it('[I9] that is one of several items is told from the others', async () => {
    const books = await withAnn();
    books.company.create('Item', { Name: 'Mug', Type: 'Service', IncomeAccountRef: { value: '79' } });
    books.company.edit('Item', '3', { Active: false });
    const Line = [salesLine('5.00'), salesLine('5.00', { ItemRef: { value: '3' } })];
    const outcomes = await write(
      books,
      'invoice',
      'b-1',
      create(invoice('1', '10.00', { Line })),
      create(invoice('2', '10.00'), other),
    );
    expect(failureOf(outcomes[0])).toMatchObject({
      field: 'Line[1].SalesItemLineDetail.ItemRef',
      reason: 'QuickBooks: item 3 “Mug” is inactive.',
    });
    expect(outcomes[1]?.kind).toBe('written');
  });

  it('[I9] is made active again under its clean name where the owner chose that, once', async () => {
    const books = await withAnn({}, { inactive_references: 'reactivate' });
    books.company.edit('Customer', '1', { Active: false });
    const items = [create(invoice('1', '10.00')), create(invoice('2', '20.00'), other)];
    const first = await write(books, 'invoice', 'b-1', ...items);
    expect(first.map(({ kind }) => kind)).toEqual(['written', 'written']);
    expect(books.company.get('Customer', '1')).toMatchObject({ DisplayName: 'Ann', Active: true });
    expect(await write(books, 'invoice', 'b-1', ...items)).toEqual(first);
    expect(books.company.list('Invoice')).toHaveLength(2);
  });

  it('[I9] that was merged away is told to the engine, so that its link is made anew', async () => {
    const books = await withAnn();
    ann(books, { DisplayName: 'Ann B', PrimaryEmailAddr: { Address: 'b@example.com' } });
    books.company.merge('Customer', '1', '2');
    const [outcome] = await write(books, 'invoice', 'b-1', create(invoice('1', '10.00')));
    expect(outcome).toMatchObject({
      kind: 'failed',
      failure: { code: 'quickbooks.bad_reference', field: 'CustomerRef', retryable: true },
      lost: [{ entity: 'customer', id: '1' }],
    });
    const [own] = await write(books, 'customer', 'b-2', update({ DisplayName: 'Ann' }, '1', '0'));
    expect(own).toMatchObject({ kind: 'failed', lost: [{ entity: 'customer', id: '1' }] });
  });

  it('[I9] costs nothing while nothing is refused', async () => {
    const books = await withAnn();
    await write(books, 'invoice', 'b-1', create(invoice('1', '10.00')));
    expect(books.company.meters).toMatchObject({ calls: 1, metered_reads: 0 });
  });

  it('[I9] two names at once are refused for the moment only', async () => {
    const books = await withAnn();
    const Detail = 'Business Validation Error: You can only add or edit one name at a time. Try that again.';
    const fault = { Message: 'x', Detail: Detail.replace(' Try that again.', ''), code: '6000' };
    books.company.failNext({ entity: 'Customer', fault });
    const [outcome] = await write(books, 'customer', 'b-1', create({ DisplayName: 'Bob' }));
    expect(failureOf(outcome)).toMatchObject({ category: 'network', retryable: true });
    expect(failureOf(outcome).ambiguous).toBeUndefined();
  });
});
