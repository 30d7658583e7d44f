import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createQuickBooks } from '#shared/connectors/quickbooks/index.ts';
import { unwrap } from '#shared/core/failure.ts';
import {
  ann,
  appAt,
  candidate,
  create,
  find,
  invoice,
  openBooks,
  type Platform,
  startPlatform,
  write,
} from './books.ts';
import { contextOf } from './support.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.simulator.close());

const customer = (name: string, email?: string) =>
  candidate({ DisplayName: name, ...(email === undefined ? {} : { PrimaryEmailAddr: { Address: email } }) });

describe('a customer', () => {
  it('[F3] is found by e-mail, whatever its name and the case', async () => {
    const books = await openBooks(platform);
    ann(books, { DisplayName: 'Ann Lee Ltd', PrimaryEmailAddr: { Address: 'Ann@Example.com' } });

    expect(await find(books, 'customer', customer('Ann', 'ann@example.com'))).toMatchObject([
      { kind: 'match', match: { id: '1', version: '0' } },
    ]);
  });

  it('[F3] is found by name when nothing contradicts, and makes way when the namesake has another e-mail', async () => {
    const books = await openBooks(platform);
    ann(books);
    books.company.create('Customer', { DisplayName: 'Bob' });

    expect(
      await find(
        books,
        'customer',
        customer('bob', 'bob@example.com'),
        customer('Bob'),
        customer('Ann', 'other@example.com'),
        customer('Cid'),
      ),
    ).toMatchObject([
      { kind: 'match', match: { id: '2', version: '0' } },
      { kind: 'match', match: { id: '2', version: '0' } },
      { kind: 'renamed', assigned: { DisplayName: 'Ann (7)' } },
      { kind: 'none' },
    ]);
  });

  it('[F3] that is inactive is no match', async () => {
    const books = await openBooks(platform);
    ann(books);
    books.company.edit('Customer', '1', { Active: false });

    expect(await find(books, 'customer', customer('Zoe', 'ann@example.com'))).toEqual([{ kind: 'none' }]);
  });

  it('[F3] of another currency is another customer, of several the oldest is chosen', async () => {
    const books = await openBooks(platform, { multicurrency: true });
    for (const [name, currency] of [
      ['A', 'EUR'],
      ['B', 'USD'],
      ['C', 'USD'],
    ] as const) {
      ann(books, { DisplayName: name, CurrencyRef: { value: currency } });
    }
    const wanted = (currency: string) =>
      candidate({ ...customer('X', 'ann@example.com').payload, CurrencyRef: { value: currency } });

    expect(await find(books, 'customer', wanted('USD'), wanted('EUR'), wanted('GBP'))).toMatchObject([
      { match: { id: '2' } },
      { match: { id: '1' } },
      { kind: 'none' },
    ]);
  });

  it('with quotes and backslashes in its name is found', async () => {
    const books = await openBooks(platform);
    const names = ["O'Brien & Sons", 'back\\slash', "both \\' here", '100% "quoted"', 'Zoë Ünlü 東京'];
    for (const DisplayName of names) books.company.create('Customer', { DisplayName });

    const found = await find(books, 'customer', ...names.map((name) => customer(name)));
    expect(found.map((outcome) => (outcome.kind === 'match' ? outcome.match.id : outcome.kind))).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
    ]);
  });

  it('is looked up with many others in few queries, answered in their order', async () => {
    const books = await openBooks(platform);
    for (let number = 0; number < 120; number += 1) {
      books.company.create('Customer', {
        DisplayName: `C${number}`,
        PrimaryEmailAddr: { Address: `c${number}@example.com` },
      });
    }
    const wanted = Array.from({ length: 120 }, (_, index) => 119 - index);
    const found = await find(
      books,
      'customer',
      ...wanted.map((number) => customer(`C${number}`, `c${number}@example.com`)),
    );

    expect(found.map((outcome) => (outcome.kind === 'match' ? outcome.match.id : '?'))).toEqual(
      wanted.map((number) => String(number + 1)),
    );
    expect(books.company.meters.metered_reads).toBe(6);
  });
});

describe('a vendor', () => {
  const mill = { DisplayName: 'Paper Mill', PrimaryEmailAddr: { Address: 'office@mill.example' } };

  it('[F6] is found by its name, because the platform does not search by its e-mail address', async () => {
    const books = await openBooks(platform);
    books.company.create('Vendor', mill);
    const other = { ...mill, PrimaryEmailAddr: { Address: 'other@mill.example' } };
    expect(
      await find(books, 'vendor', candidate(mill), candidate({ DisplayName: 'paper mill' }), candidate(other)),
    ).toMatchObject([
      { kind: 'match', match: { id: '1' } },
      { kind: 'match', match: { id: '1' } },
      { kind: 'renamed', assigned: { DisplayName: 'Paper Mill (7)' } },
    ]);
  });

  it('[F6] makes way for a customer or employee of its name, and is the same one when it is written again', async () => {
    const books = await openBooks(platform);
    books.company.create('Customer', { DisplayName: 'Paper Mill' });
    const [first] = await write(books, 'vendor', 'b-1', create(mill));
    expect(first).toMatchObject({ kind: 'written', target: { id: '1' }, assigned: { DisplayName: 'Paper Mill (7)' } });
    // Its answer was lost and the request id is forgotten.
    expect(await find(books, 'vendor', candidate(mill))).toMatchObject([
      { kind: 'match', match: { id: '1' }, assigned: { DisplayName: 'Paper Mill (7)' } },
    ]);
    const [again] = await write(books, 'vendor', 'b-2', create(mill));
    expect(again).toMatchObject({ target: { id: '1' } });
    expect(books.company.list('Vendor')).toHaveLength(1);
  });
});

describe('an item', () => {
  const item = (name: string, sku?: string) => candidate({ Name: name, ...(sku === undefined ? {} : { Sku: sku }) });

  it('[F4] is found by SKU before name', async () => {
    const books = await openBooks(platform);
    const income = { IncomeAccountRef: { value: '79' }, Type: 'Service' };
    const mug = books.company.create('Item', { Name: 'Mug', Sku: 'MUG-1', ...income });
    const plain = books.company.create('Item', { Name: 'Plate', ...income });

    expect(
      await find(
        books,
        'item',
        item('Becher', 'mug-1'),
        item('Plate', 'P-9'),
        item('Mug', 'OTHER'),
        item('Bowl', 'B-1'),
      ),
    ).toMatchObject([
      { kind: 'match', match: { id: mug.Id, version: '0' } },
      { kind: 'match', match: { id: plain.Id, version: '0' } },
      { kind: 'renamed', assigned: { Name: 'Mug (7)' } },
      { kind: 'none' },
    ]);
  });

  it('[F4] is never a category of the same name', async () => {
    const books = await openBooks(platform);
    books.company.create('Item', { Name: 'Mugs', Type: 'Category' });

    expect(await find(books, 'item', item('Mugs'))).toEqual([{ kind: 'renamed', assigned: { Name: 'Mugs (7)' } }]);
  });
});

describe('a document', () => {
  const settled = (number: string, total: string, customerId = '1') =>
    candidate(invoice(number, total, { CustomerRef: { value: customerId } }), {
      settlement: { total, currency: 'USD', adjustment_id: null },
    });

  it('is found by number when customer and total are the same', async () => {
    const books = await openBooks(platform);
    ann(books);
    const made = books.company.create('Invoice', invoice('1001', '25.00') as never);

    expect(await find(books, 'invoice', settled('1001', '25.00'), settled('1002', '25.00'))).toMatchObject([
      { kind: 'match', match: { id: made.Id, version: '0' } },
      { kind: 'none' },
    ]);
  });

  it.each([
    ['total', settled('1001', '25.01')],
    ['customer', settled('1001', '25.00', '2')],
  ])('whose number stands on another one with another %s fails and names it', async (_what, wanted) => {
    const books = await openBooks(platform);
    ann(books);
    ann(books, { DisplayName: 'Bob' });
    const made = books.company.create('Invoice', invoice('1001', '25.00') as never);

    expect(await find(books, 'invoice', wanted)).toMatchObject([
      {
        kind: 'failed',
        failure: {
          category: 'conflict',
          code: 'quickbooks.duplicate_number',
          field: 'DocNumber',
          reason: expect.stringContaining(`id ${made.Id}`),
        },
      },
    ]);
  });

  it('of another kind may have the same number', async () => {
    const books = await openBooks(platform);
    ann(books);
    books.company.create('Invoice', invoice('1001', '25.00') as never);

    expect(await find(books, 'sales_receipt', settled('1001', '25.00'))).toEqual([{ kind: 'none' }]);
  });

  it('that is a payment may share its number with others', async () => {
    const books = await openBooks(platform);
    ann(books);
    books.company.create('Payment', { CustomerRef: { value: '1' }, TotalAmt: '10', PaymentRefNum: '1001' });
    const wanted = (total: string) =>
      candidate({ PaymentRefNum: '1001', TotalAmt: total, CustomerRef: { value: '1' } });

    expect(await find(books, 'payment', wanted('10.00'), wanted('11.00'))).toMatchObject([
      { kind: 'match' },
      { kind: 'none' },
    ]);
  });

  it('is not asked for when there is nothing to ask', async () => {
    const books = await openBooks(platform);
    expect(await find(books, 'invoice')).toEqual([]);
    expect(books.company.meters.calls).toBe(0);
  });
});

describe('a check of the connection', () => {
  const check = async (options: Parameters<Platform['simulator']['addCompany']>[0]) => {
    const { simulator, clock } = platform;
    const { realmId } = simulator.addCompany(options);
    const secret = { access_token: simulator.issueTokens(realmId).accessToken };
    const context = contextOf({ url: simulator.url, clock, secret, profile: { realm_id: realmId } });
    return unwrap(await createQuickBooks(appAt(simulator.url)).check(context));
  };

  it('of a US company learns that it takes the tax it is given', async () => {
    expect(await check({ companyName: 'Harbour' })).toMatchObject({
      display_name: 'Harbour (QuickBooks US, USD)',
      profile: {
        country: 'US',
        home_currency: 'USD',
        multi_currency: false,
        time_zone: 'America/Los_Angeles',
        tax: { style: 'us', by_taxed: { yes: 'TAX', no: 'NON' }, transaction_code: '2' },
      },
      suggested_settings: { income_account: '79', rounding_account: '93', tax_codes: {} },
      warnings: [],
    });
  });

  it('of a company elsewhere learns its rates, and proposes the first code of each percentage', async () => {
    const { profile, suggested_settings } = await check({ template: 'eur' });
    expect(profile).toMatchObject({
      home_currency: 'EUR',
      tax: { style: 'global', untaxed_code: '6', transaction_code: null },
    });
    expect(suggested_settings.tax_codes).toMatchObject({ '20': '2', '19': '3', '7': '4', '0': '6', '12': '8' });
  });

  it('of a company without sales tax puts the tax on a line', async () => {
    expect((await check({ salesTax: 'off' })).profile).toMatchObject({ tax: { style: 'line' } });
  });

  it('warns when order numbers would be lost, and knows closed books', async () => {
    const { warnings, profile } = await check({ customTxnNumbers: false, bookCloseDate: '2025-12-31' });
    expect(warnings).toHaveLength(1);
    expect(profile.close_date).toBe('2025-12-31');
  });
});
