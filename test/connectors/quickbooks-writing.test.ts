import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WriteItem, WriteOutcome } from '#shared/connectors/target.ts';
import { type Failure, fail, ok } from '#shared/core/failure.ts';
import { money } from '#shared/core/money.ts';
import {
  ann,
  candidate,
  create,
  find,
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

async function withAnn(
  ...options: Parameters<typeof openBooks> extends [Platform, ...infer Rest] ? Rest : never
): Promise<OpenBooks> {
  const books = await openBooks(platform, ...options);
  ann(books);
  return books;
}

const idOf = (outcome: WriteOutcome | undefined): string =>
  outcome && 'target' in outcome ? outcome.target.id : 'failed';
const failureOf = (outcome: WriteOutcome | undefined): Failure => {
  if (outcome?.kind !== 'failed') throw new Error(`not failed: ${JSON.stringify(outcome)}`);
  return outcome.failure;
};
const settled = (total: string, adjustmentId: string | null = '2') => ({
  settlement: { total, currency: 'USD', adjustment_id: adjustmentId },
});

describe('a batch', () => {
  const thirty = (): WriteItem[] =>
    Array.from({ length: 30 }, (_, index) =>
      create(invoice(`N${index}`, `${index + 1}.10`), { key: `k${index}`, item_id: `i${index}` }),
    );

  it('[E6] of thirty is one call, with outcomes in the order of the items', async () => {
    const books = await withAnn();
    const outcomes = await write(books, 'invoice', 'b-1', ...thirty());

    expect(outcomes.map((outcome) => books.company.get('Invoice', idOf(outcome))?.DocNumber)).toEqual(
      thirty().map(({ payload }) => payload.DocNumber),
    );
    expect(books.company.meters).toMatchObject({ calls: 1, batches: 1, batch_items: 30, writes: 30 });
  });

  it('[E2] written again has no second effect and the same outcomes', async () => {
    const books = await withAnn();
    const first = await write(books, 'invoice', 'b-1', ...thirty());
    const before = books.company.snapshot();

    expect(await write(books, 'invoice', 'b-1', ...thirty())).toEqual(first);
    expect(books.company.snapshot()).toEqual(before);
  });

  it('carries amounts to QuickBooks with exactly their digits', async () => {
    const books = await withAnn();
    const detail = { Qty: '3', UnitPrice: '33.3333333' };
    const [outcome] = await write(
      books,
      'invoice',
      'b-1',
      create(invoice('1', '100.00', { Line: [salesLine('100.00', detail)] })),
    );

    expect(books.company.get('Invoice', idOf(outcome))?.Line).toMatchObject([
      { Amount: '100.00', SalesItemLineDetail: { Qty: '3', UnitPrice: '33.3333333' } },
      { DetailType: 'SubTotalLineDetail' },
    ]);
  });

  it('[E6] is not stopped by an item that is refused', async () => {
    const books = await withAnn();
    const outcomes = await write(
      books,
      'invoice',
      'b-1',
      create(invoice('1', '10.00'), { key: 'a', item_id: '1' }),
      create(invoice('2', '10.00', { CustomerRef: { value: '999' } }), { key: 'b', item_id: '2' }),
      create(invoice('3', '10.00'), { key: 'c', item_id: '3' }),
    );

    expect(outcomes.map(({ kind }) => kind)).toEqual(['written', 'failed', 'written']);
    expect(failureOf(outcomes[1]).category).toBe('not_found');
    expect(books.company.list('Invoice').map(({ DocNumber }) => DocNumber)).toEqual(['1', '3']);
  });

  it('[E6] that QuickBooks refuses as a whole is halved until the item at fault stands alone', async () => {
    const books = await openBooks(platform);
    const items = Array.from({ length: 9 }, (_, index) =>
      create(index === 5 ? { DisplayName: 'Wrong', Misspelt: true } : { DisplayName: `Right ${index}` }, {
        key: `c${index}`,
        item_id: String(index + 1),
      }),
    );
    const outcomes = await write(books, 'customer', 'batch-2010', ...items);
    expect(outcomes.map(({ kind }) => kind)).toEqual(items.map((_, index) => (index === 5 ? 'failed' : 'written')));
    expect(outcomes[5]).toMatchObject({ failure: { platform_code: '2010', field: 'Misspelt' } });
    const made = (all: readonly WriteOutcome[]) => all.filter(({ kind }) => kind === 'written');
    expect(made(await write(books, 'customer', 'batch-2010', ...items))).toEqual(made(outcomes));
    expect(books.company.list('Customer').filter((row) => String(row.DisplayName).startsWith('Right'))).toHaveLength(8);
  });

  it('of 6070, an amount that is not price times quantity, is a fault of ours', async () => {
    const books = await withAnn();
    const line = salesLine('10.01', { Qty: '2', UnitPrice: '5' });
    const [outcome] = await write(books, 'invoice', 'b-1', create(invoice('1', '10.01', { Line: [line] })));

    expect(failureOf(outcome)).toMatchObject({ category: 'internal', code: 'quickbooks.amount_mismatch' });
  });
});

describe('an answer that gets lost', () => {
  it('[E2] is asked for again, and there is one document', async () => {
    const books = await withAnn();
    platform.simulator.addFault({ kind: 'drop_after', path: `${books.company.realmId}/batch` });
    const [outcome] = await write(books, 'invoice', 'b-1', create(invoice('1', '10.00')));

    expect(books.company.list('Invoice').map(({ Id }) => Id)).toEqual([idOf(outcome)]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7])(
    '%i times in a row leaves one document, whenever the batch is repeated',
    async (times) => {
      const books = await withAnn();
      platform.simulator.addFault({ kind: 'drop_after', path: `${books.company.realmId}/batch`, times });
      const items = [
        create(invoice('1', '10.00'), { item_id: 'a' }),
        create(invoice('2', '20.00'), { key: '8', item_id: 'b' }),
      ];
      const first = await books.writer.write('invoice', 'b-1', items);
      const second = await books.writer.write('invoice', 'b-1', items);

      if (!first.ok) expect(first.failure).toMatchObject({ category: 'network', ambiguous: true, retryable: true });
      expect(first.ok).toBe(times < 4);
      expect(second).toMatchObject({ ok: true, value: [{ kind: 'written' }, { kind: 'written' }] });
      expect(books.company.list('Invoice').map(({ DocNumber }) => DocNumber)).toEqual(['1', '2']);
    },
  );

  it.each([1, 2, 3])('at call %i of a write with corrections is repeated without a second effect', async (call) => {
    const books = await withAnn();
    books.company.create('Vendor', { DisplayName: 'Cid' });
    const items = [
      create({ DisplayName: 'Cid', PrimaryEmailAddr: { Address: 'cid@example.com' } }, { key: '31', item_id: 'a' }),
      create({ DisplayName: 'Dee' }, { key: '32', item_id: 'b' }),
    ];
    // Batch, look-up by e-mail, look-up by name, batch of free names.
    platform.simulator.addFault({
      kind: 'drop_after',
      path: `${books.company.realmId}/(batch|query)`,
      after: call - 1,
      times: 4,
    });
    await books.writer.write('customer', 'b-1', items);
    platform.simulator.clearFaults();
    const outcomes = await write(books, 'customer', 'b-1', ...items);

    expect(
      books.company
        .list('Customer')
        .map(({ DisplayName }) => DisplayName)
        .sort(),
    ).toEqual(['Ann', 'Cid (31)', 'Dee']);
    expect(outcomes.map(({ kind }) => kind).every((kind) => kind === 'written' || kind === 'adopted')).toBe(true);
  });

  it('of a write that was stored although a fault came back is found by its number', async () => {
    const books = await withAnn();
    const text = 'Business Validation Error: An unexpected error occurred. Please wait a few minutes and try again.';
    books.company.failNext({ entity: 'Invoice', fault: { Message: 'x', Detail: text, code: '6000' }, commit: true });
    const [outcome] = await write(books, 'invoice', 'b-1', create(invoice('1', '10.00')));

    expect(failureOf(outcome)).toMatchObject({ category: 'network', retryable: true, ambiguous: true });
    expect(await find(books, 'invoice', candidate(invoice('1', '10.00'), settled('10.00')))).toMatchObject([
      { kind: 'match' },
    ]);
  });
});

describe('a name that is taken', () => {
  const cid = (key = '31') => create({ DisplayName: 'Cid', PrimaryEmailAddr: { Address: 'cid@example.com' } }, { key });
  const outcomeOf = async (books: OpenBooks, item = cid()) => (await write(books, 'customer', 'b-1', item))[0];

  it('[F3] by a vendor gets the source id behind it, and says so', async () => {
    const books = await withAnn();
    books.company.create('Vendor', { DisplayName: 'cid' });

    const outcome = await outcomeOf(books);
    expect(outcome).toMatchObject({ kind: 'written', assigned: { DisplayName: 'Cid (31)' } });
    expect(books.company.get('Customer', idOf(outcome))).toMatchObject({ DisplayName: 'Cid (31)' });
  });

  it('[F3] by an inactive customer gets the source id behind it', async () => {
    const books = await withAnn();
    books.company.create('Customer', { DisplayName: 'Cid' });
    books.company.edit('Customer', '2', { Active: false });

    expect(await outcomeOf(books)).toMatchObject({ kind: 'written', assigned: { DisplayName: 'Cid (31)' } });
  });

  it('[F3] by the same person is adopted, whatever the case of the name', async () => {
    const books = await withAnn();
    books.company.create('Customer', { DisplayName: 'CID', PrimaryEmailAddr: { Address: 'CID@example.com' } });

    expect(await outcomeOf(books)).toMatchObject({ kind: 'adopted', target: { id: '2', version: '0' } });
    expect(books.company.meters.writes).toBe(0);
  });

  it('by somebody else, and the free one as well, fails in the end', async () => {
    const books = await withAnn();
    books.company.create('Vendor', { DisplayName: 'Cid' });
    books.company.create('Vendor', { DisplayName: 'Cid (31)' });

    expect(failureOf(await outcomeOf(books))).toMatchObject({
      category: 'conflict',
      code: 'quickbooks.duplicate_name',
    });
  });

  it('stays within the length names may have, without half a character', async () => {
    const books = await withAnn();
    const name = `${'x'.repeat(93)}😀${'y'.repeat(5)}`;
    books.company.create('Vendor', { DisplayName: name });
    const outcome = await outcomeOf(books, create({ DisplayName: name }, { key: 'guest:zoe' }));
    const assigned = outcome?.kind === 'written' ? String(outcome.assigned?.DisplayName) : '';

    expect(assigned.length).toBeLessThanOrEqual(100);
    expect(assigned.endsWith(' (guest zoe)')).toBe(true);
    expect(assigned.isWellFormed()).toBe(true);
  });

  it('[F3] in an update keeps the name it has and changes the rest', async () => {
    const books = await withAnn();
    books.company.create('Customer', { DisplayName: 'Bob', PrimaryEmailAddr: { Address: 'bob@example.com' } });
    const payload = {
      DisplayName: 'Ann',
      PrimaryPhone: { FreeFormNumber: '555' },
      PrimaryEmailAddr: { Address: 'bob@example.com' },
    };
    const [outcome] = await write(books, 'customer', 'b-1', update(payload, '2', '0'));

    expect(outcome).toMatchObject({ kind: 'written', target: { id: '2' } });
    expect(books.company.get('Customer', '2')).toMatchObject({
      DisplayName: 'Bob',
      PrimaryPhone: { FreeFormNumber: '555' },
    });
  });

  it('[F4] of items is told apart by SKU', async () => {
    const books = await withAnn();
    const income = { Type: 'NonInventory', IncomeAccountRef: { value: '79' } };
    books.company.create('Item', { Name: 'Mug', Sku: 'A', ...income } as never);
    const mug = (Sku: string, key: string) => create({ Name: 'Mug', Sku, ...income }, { key, item_id: key });
    const outcomes = await write(books, 'item', 'b-1', mug('A', '10'), mug('B', '11'));

    expect(outcomes).toMatchObject([{ kind: 'adopted' }, { kind: 'written', assigned: { Name: 'Mug (11)' } }]);
  });
});

describe('a number that is taken', () => {
  it('by the same document is adopted, by another one fails', async () => {
    const books = await withAnn({ warnDuplicateDocNumber: true });
    const made = books.company.create('Invoice', invoice('1', '10.00') as never);
    books.company.create('Invoice', invoice('2', '10.00') as never);
    const outcomes = await write(
      books,
      'invoice',
      'b-1',
      create(invoice('1', '10.00'), { item_id: 'a', ...settled('10.00') }),
      create(invoice('2', '11.00'), { key: '8', item_id: 'b', ...settled('11.00') }),
    );

    expect(outcomes[0]).toMatchObject({ kind: 'adopted', target: { id: made.Id, version: '0' } });
    expect(failureOf(outcomes[1])).toMatchObject({ category: 'conflict', code: 'quickbooks.duplicate_number' });
    expect(books.company.list('Invoice')).toHaveLength(2);
  });
});

describe('an update', () => {
  it('[F3] with a stale token reads the new one and goes through', async () => {
    const books = await withAnn();
    const made = books.company.create('Invoice', invoice('1', '10.00') as never);
    books.company.edit('Invoice', String(made.Id), { PrivateNote: 'seen by Ada' });
    const [outcome] = await write(
      books,
      'invoice',
      'b-1',
      update(invoice('1', '12.00'), String(made.Id), '0', settled('12.00')),
    );

    expect(outcome).toMatchObject({ kind: 'written', target: { id: made.Id, version: '2' } });
    expect(books.company.get('Invoice', String(made.Id))).toMatchObject({
      PrivateNote: 'seen by Ada',
      TotalAmt: '12.00',
    });
  });

  it('[E6] of a document that somebody deleted fails alone', async () => {
    const books = await withAnn();
    const gone = books.company.create('Invoice', invoice('1', '10.00') as never);
    const there = books.company.create('Invoice', invoice('2', '10.00') as never);
    books.company.remove('Invoice', String(gone.Id));
    const outcomes = await write(
      books,
      'invoice',
      'b-1',
      update(invoice('1', '12.00'), String(gone.Id), '0', { item_id: 'a' }),
      update(invoice('2', '12.00'), String(there.Id), '0', { key: '8', item_id: 'b' }),
    );

    expect(failureOf(outcomes[0]).category).toBe('not_found');
    expect(outcomes[1]).toMatchObject({ kind: 'written', target: { version: '1' } });
  });

  it('in closed books is a conflict for the owner', async () => {
    const books = await withAnn({ bookCloseDate: '2026-12-31' });
    const [outcome] = await write(books, 'invoice', 'b-1', create(invoice('1', '10.00')));

    expect(failureOf(outcome)).toMatchObject({ category: 'conflict', code: 'quickbooks.closed_period' });
  });
});

describe('a total', () => {
  const totals = (books: OpenBooks) => books.company.list('Invoice').map(({ TotalAmt }) => money(String(TotalAmt)));

  it.each(['10.01', '9.96', '10.05'])(
    'of %s where QuickBooks comes to 10.00 gets a rounding line at once',
    async (total) => {
      const books = await withAnn();
      const [outcome] = await write(books, 'invoice', 'b-1', create(invoice('1', '10.00'), settled(total)));

      expect(outcome).toMatchObject({ kind: 'written', target: { version: '1' } });
      expect(totals(books)).toEqual([total]);
      expect(books.company.get('Invoice', idOf(outcome))?.Line).toMatchObject([
        { Amount: '10.00' },
        { Description: 'Rounding difference to the shop', SalesItemLineDetail: { ItemRef: { value: '2' } } },
        { DetailType: 'SubTotalLineDetail' },
      ]);
    },
  );

  it.each([
    ['too far apart', settled('12.00')],
    ['a little apart with nothing to book it on', settled('10.01', null)],
  ])('%s is taken back, and the books are as before', async (_what, more) => {
    const books = await withAnn();
    const [outcome] = await write(books, 'invoice', 'b-1', create(invoice('1', '10.00'), more));

    expect(failureOf(outcome)).toMatchObject({
      category: 'validation',
      code: 'quickbooks.total_differs',
      field: 'TotalAmt',
      retryable: false,
    });
    expect(totals(books)).toEqual([]);
  });

  it('that was corrected or taken back is neither a second time when the write is repeated', async () => {
    const books = await withAnn();
    const items = [
      create(invoice('1', '10.00'), { key: 'a', item_id: 'a', ...settled('10.02') }),
      create(invoice('2', '10.00'), { key: 'b', item_id: 'b', ...settled('15.00') }),
      create(invoice('3', '10.00'), { key: 'c', item_id: 'c', ...settled('10.00') }),
    ];
    const first = await write(books, 'invoice', 'b-1', ...items);
    const before = books.company.snapshot();

    expect(await write(books, 'invoice', 'b-1', ...items)).toEqual(first);
    expect(books.company.snapshot()).toEqual(before);
    expect(totals(books)).toEqual(['10.02', '10.00']);
  });

  it('of a US invoice is the tax the shop charged, not what QuickBooks would', async () => {
    const books = await withAnn();
    const payload = invoice('1', '100.00', {
      Line: [salesLine('100.00', { TaxCodeRef: { value: 'TAX' } })],
      TxnTaxDetail: { TxnTaxCodeRef: { value: '2' }, TotalTax: '8.88' },
    });
    const [outcome] = await write(books, 'invoice', 'b-1', create(payload, settled('108.88')));

    expect(outcome?.kind).toBe('written');
    expect(totals(books)).toEqual(['108.88']);
  });

  it('too far apart after an update stays, and fails loudly', async () => {
    const books = await withAnn();
    const made = books.company.create('Invoice', invoice('1', '10.00') as never);
    const [outcome] = await write(
      books,
      'invoice',
      'b-1',
      update(invoice('1', '11.00'), String(made.Id), '0', settled('15.00')),
    );

    expect(failureOf(outcome).code).toBe('quickbooks.total_differs');
    expect(totals(books)).toEqual(['11.00']);
  });
});

describe('a foreign currency', () => {
  it('is booked at the company’s rate of the day, asked once per day', async () => {
    const books = await openBooks(platform, { multicurrency: true });
    ann(books, { CurrencyRef: { value: 'EUR' } });
    const euro = (number: string, day: string) => ({
      ...invoice(number, '10.00'),
      TxnDate: day,
      CurrencyRef: { value: 'EUR' },
    });
    const outcomes = await write(
      books,
      'invoice',
      'b-1',
      create(euro('1', '2026-02-27'), { item_id: 'a' }),
      create(euro('2', '2026-02-27'), { key: '8', item_id: 'b' }),
      create(euro('3', '2026-02-28'), { key: '9', item_id: 'c' }),
    );

    expect(outcomes.map((outcome) => books.company.get('Invoice', idOf(outcome))?.ExchangeRate)).toEqual([
      '1.1',
      '1.1',
      '1.1',
    ]);
    expect(
      platform.simulator.calls.filter(({ target }) => target.includes(`${books.company.realmId}/exchangerate`)),
    ).toHaveLength(2);
  });

  it('is not asked for in the home currency or for updates', async () => {
    const books = await withAnn({ multicurrency: true });
    const payload = { ...invoice('1', '10.00'), CurrencyRef: { value: 'USD' } };
    const [outcome] = await write(books, 'invoice', 'b-1', create(payload));
    await write(books, 'invoice', 'b-2', update(payload, idOf(outcome), '0'));

    expect(
      platform.simulator.calls.filter(({ target }) => target.includes(`${books.company.realmId}/exchangerate`)),
    ).toEqual([]);
  });
});

describe('the connection', () => {
  it('renews a refused token once and goes on', async () => {
    const renewals: unknown[] = [];
    let fresh = '';
    const books = await withAnn(
      {},
      {
        renew: async (refused) => {
          renewals.push(refused);
          return ok({ access_token: fresh });
        },
      },
    );
    platform.simulator.revoke(books.company.realmId);
    fresh = platform.simulator.issueTokens(books.company.realmId).accessToken;
    const [outcome] = await write(books, 'invoice', 'b-1', create(invoice('1', '10.00')));

    expect(outcome?.kind).toBe('written');
    expect(renewals).toHaveLength(1);
  });

  it('does not go on renewing when the new token is refused too', async () => {
    let renewals = 0;
    const books = await withAnn(
      {},
      {
        renew: async (refused) => {
          renewals += 1;
          return ok(refused);
        },
      },
    );
    platform.simulator.revoke(books.company.realmId);

    expect(await books.writer.write('invoice', 'b-1', [create(invoice('1', '10.00'))])).toMatchObject({
      ok: false,
      failure: { category: 'authentication', code: 'quickbooks.unauthorised' },
    });
    expect(renewals).toBe(1);
  });

  it('says so when the owner must connect again', async () => {
    const gone = { category: 'authentication', code: 'x', reason: 'r', fix: 'f', retryable: false } as const;
    const books = await withAnn({}, { renew: async () => fail(gone) });
    platform.simulator.revoke(books.company.realmId);

    expect(await books.writer.write('invoice', 'b-1', [create(invoice('1', '10.00'))])).toEqual({
      ok: false,
      failure: gone,
    });
  });

  it('of a whole company in trouble fails the write and none of its items', async () => {
    const books = await withAnn();
    books.company.failNext({
      entity: 'Invoice',
      fault: { Message: 'x', Detail: 'Subscription period has ended', code: '6190' },
    });

    expect(await books.writer.write('invoice', 'b-1', [create(invoice('1', '10.00'))])).toMatchObject({
      ok: false,
      failure: { category: 'authentication', code: 'quickbooks.subscription', platform_code: '6190' },
    });
  });

  it.each(['xml', 'json'])('that is throttled (%s) waits a minute and goes on', async (form) => {
    const books = await withAnn();
    const xml =
      '<IntuitResponse><Fault type="SERVICE"><Error code="3001"><Detail>limit</Detail></Error></Fault></IntuitResponse>';
    const body =
      form === 'xml' ? xml : { fault: { error: [{ message: 'ThrottleExceeded', code: '3001' }], type: 'SERVICE' } };
    platform.simulator.addFault({ kind: 'reply', path: `${books.company.realmId}/batch`, status: 429, body });
    const start = platform.clock.now();
    const [outcome] = await write(books, 'invoice', 'b-1', create(invoice('1', '10.00')));

    expect(outcome?.kind).toBe('written');
    expect(platform.clock.now() - start).toBeGreaterThanOrEqual(60_000);
  });

  it.each([
    ['something that is no JSON', '<html>'],
    ['an answer without all items', { BatchItemResponse: [{ bId: 'other' }] }],
  ])('that answers %s leaves the batch open', async (_what, body) => {
    const books = await withAnn();
    platform.simulator.addFault({ kind: 'reply', path: `${books.company.realmId}/batch`, status: 200, body });

    expect(await books.writer.write('invoice', 'b-1', [create(invoice('1', '10.00'))])).toMatchObject({
      ok: false,
      failure: { category: 'network', code: 'quickbooks.unexpected_reply', ambiguous: true, retryable: true },
    });
  });

  it.each([{}, { BatchItemResponse: 'none' }, { Fault: { Error: [{ code: '10000', Detail: 'x' }] } }])(
    'that answers 200 with %j does not throw',
    async (body) => {
      const books = await withAnn();
      platform.simulator.addFault({ kind: 'reply', path: `${books.company.realmId}/batch`, status: 200, body });

      expect(await books.writer.write('invoice', 'b-1', [create(invoice('1', '10.00'))])).toMatchObject({ ok: false });
    },
  );
});
