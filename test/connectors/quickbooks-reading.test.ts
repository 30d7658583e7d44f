import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompanyHandle } from '#local/platforms/quickbooks/company-handle.ts';
import { createQuickBooks } from '#shared/connectors/quickbooks/index.ts';
import type { ReadQuery, SourceConnector, SourceRecord } from '#shared/connectors/source.ts';
import { instant } from '#shared/core/clock.ts';
import { ok, unwrap } from '#shared/core/failure.ts';
import { cases } from '#test/support/seed.ts';
import { appAt, type OpenBooks, openBooks, type Platform, salesLine, startPlatform } from './books.ts';
import { changedSince, full, idsOf, readAllPages } from './shop.ts';
import { opened } from './support.ts';

const day = 86_400_000;
const minute = 60_000;

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.simulator.close());

interface Reading extends OpenBooks {
  readonly source: SourceConnector;
}

async function openCompany(): Promise<Reading> {
  let realm = '';
  // Tests let days pass: an expired token is renewed as it is in production.
  const renew = async () => ok({ access_token: platform.simulator.issueTokens(realm).accessToken });
  const books = await openBooks(platform, {}, { renew });
  realm = books.company.realmId;
  const source = opened(createQuickBooks(appAt(platform.simulator.url)).openSource, books.context);
  books.company.create('Customer', { DisplayName: 'Ann' });
  return { ...books, source };
}

const sell = (company: CompanyHandle, count: number, more: object = {}): string[] =>
  Array.from({ length: count }, (_, index) =>
    String(
      company.create('Invoice', { CustomerRef: { value: '1' }, Line: [salesLine(`${index + 1}.00`)], ...more } as never)
        .Id,
    ),
  );
const now = () => instant(platform.clock.now());
const sweep = (since: string | null): ReadQuery => ({ ...full, mode: 'sweep', since });
const gone = (records: readonly SourceRecord[]): string[] =>
  records.filter((record) => record.gone === 'deleted').map(({ id }) => id);
const alive = (records: readonly SourceRecord[]): string[] => idsOf(records.filter((record) => !record.gone));
const sorted = (ids: Iterable<string>): string[] => [...new Set(ids)].sort((a, b) => Number(a) - Number(b));

describe('a full read', () => {
  it('[F6] has everything once, in pages of a thousand, and says how much there is', async () => {
    const { company, source } = await openCompany();
    const ids = sell(company, 1203);
    company.resetMeters();
    const first = unwrap(await source.read('invoice', full));
    expect(first.total).toBe(1203);
    const rest = await readAllPages(source, 'invoice', { ...full, cursor: first.next });
    // The second page begins with the last row of the first.
    expect(sorted(idsOf([...first.records, ...rest]))).toEqual(sorted(ids));
    expect(company.meters.metered_reads).toBe(3);
  });

  it('[F6] has inactive names, under the name they had', async () => {
    const { company, source } = await openCompany();
    company.create('Vendor', { DisplayName: 'Old supplier' });
    company.edit('Vendor', '1', { Active: false });
    const [vendor] = await readAllPages(source, 'vendor', full);
    expect(vendor).toMatchObject({ label: 'Vendor Old supplier', data: { name: 'Old supplier', active: false } });
  });

  it('[F6] skips nothing, whatever comes and goes between two pages', async () => {
    const step = fc.record({ removed: fc.array(fc.nat({ max: 1150 }), { maxLength: 80 }), made: fc.nat({ max: 30 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 3 }), async (steps) => {
        const { company, source } = await openCompany();
        const before = sell(company, 1150);
        const read = await readAllPages(source, 'invoice', full, (page) => {
          const { removed = [], made = 0 } = steps[page - 1] ?? {};
          for (const index of removed)
            if (company.get('Invoice', before[index] ?? '')) company.remove('Invoice', before[index] ?? '');
          sell(company, made);
        });
        const left = before.filter((id) => company.get('Invoice', id));
        expect(left.filter((id) => !idsOf(read).includes(id))).toEqual([]);
      }),
      { numRuns: cases(6) },
    );
  });

  it('[F5] takes the days and statuses it is asked for', async () => {
    const { company, source } = await openCompany();
    sell(company, 2, { TxnDate: '2026-01-31' });
    const [open = '', paid = ''] = sell(company, 2, { TxnDate: '2026-02-10', DueDate: '2026-04-01' });
    company.create('Payment', {
      CustomerRef: { value: '1' },
      TotalAmt: '2.00',
      Line: [{ Amount: '2.00', LinkedTxn: [{ TxnId: paid, TxnType: 'Invoice' }] }],
    });
    const filtered = (filters: ReadQuery['filters']) => readAllPages(source, 'invoice', { ...full, filters });
    const february = { date_range: { start: '2026-02-01', end: '2026-02-28' } };
    expect(idsOf(await filtered(february))).toEqual([open, paid]);
    expect(idsOf(await filtered({ ...february, status: ['paid'] }))).toEqual([paid]);
    // Half past midnight in London is the evening before in Los Angeles, where these books are kept.
    const range = { start: '2026-02-11T00:30:00Z', end: '2026-02-11T00:30:00Z' };
    expect(idsOf(await filtered({ date_range: range }))).toEqual([open, paid]);
  });
});

describe('an incremental read', () => {
  it('[F-INCREMENTAL] is one call: what changed, and what is gone', async () => {
    const { company, source } = await openCompany();
    const [edited = '', removed = '', voided = '', untouched = ''] = sell(company, 4);
    platform.clock.advance(day);
    const since = now();
    company.edit('Invoice', edited, { PrivateNote: 'Call first' });
    company.remove('Invoice', removed);
    company.void('Invoice', voided);
    const [made = ''] = sell(company, 1);
    company.resetMeters();
    const records = await readAllPages(source, 'invoice', changedSince(since));
    expect(alive(records)).not.toContain(untouched);
    expect(sorted(alive(records))).toEqual(sorted([edited, voided, made]));
    expect(records.find(({ id }) => id === voided)?.data).toMatchObject({ status: 'voided', total: '0.00' });
    expect(records.find(({ id }) => id === removed)).toEqual({
      entity: 'invoice',
      id: removed,
      label: `Invoice ${removed}`,
      modified_at: now().replace(/\.\d+Z/, '.000Z'),
      data: {},
      raw: {},
      gone: 'deleted',
    });
    // One for the changes, one to be certain that what is called deleted is.
    expect(company.meters.metered_reads).toBe(2);
  });

  it('[F-INCREMENTAL] without a change is one call and no record', async () => {
    const { company, source } = await openCompany();
    sell(company, 3);
    platform.clock.advance(day);
    company.resetMeters();
    expect(await readAllPages(source, 'invoice', changedSince(now()))).toEqual([]);
    expect(company.meters.metered_reads).toBe(1);
  });

  it('[F-INCREMENTAL] looks back behind its watermark for what arrived late', async () => {
    const { company, source } = await openCompany();
    const [late = ''] = sell(company, 1);
    platform.clock.advance(2 * minute);
    expect(idsOf(await readAllPages(source, 'invoice', changedSince(now())))).toEqual([late]);
  });

  it('[F-INCREMENTAL] of more changes than one answer holds skips neither changes nor deletions', async () => {
    const { company, source } = await openCompany();
    const ids = sell(company, 1300);
    platform.clock.advance(day);
    const since = now();
    for (const id of ids.slice(0, 1100)) company.edit('Invoice', id, { PrivateNote: 'Reviewed' });
    platform.clock.advance(6 * 60 * minute);
    for (const id of ids.slice(1290)) company.remove('Invoice', id);
    platform.clock.advance(minute);
    company.resetMeters();
    const records = await readAllPages(source, 'invoice', changedSince(since));
    expect(sorted(alive(records))).toEqual(sorted(ids.slice(0, 1100)));
    expect(sorted(gone(records))).toEqual(sorted(ids.slice(1290)));
    expect(company.meters.metered_reads).toBeLessThanOrEqual(8);
  });

  it('[F-INCREMENTAL] from more than 30 days ago asks by date, and for the deletions of 30 days', async () => {
    const { company, source } = await openCompany();
    const [old = '', early = '', lately = ''] = sell(company, 3);
    platform.clock.advance(20 * day);
    const since = now();
    platform.clock.advance(day);
    company.edit('Invoice', old, { PrivateNote: 'Changed long ago' });
    company.remove('Invoice', early);
    platform.clock.advance(35 * day);
    company.remove('Invoice', lately);
    const records = await readAllPages(source, 'invoice', changedSince(since));
    expect(alive(records)).toEqual([old]);
    expect(gone(records)).toEqual([lately]);
    expect(await source.absent?.('invoice', [old, early, lately])).toEqual({ ok: true, value: [early, lately] });
  });

  it('[F6] reports a payment with the invoice it paid', async () => {
    const { company, source } = await openCompany();
    const [invoice = ''] = sell(company, 1);
    platform.clock.advance(day);
    const since = now();
    company.create('Payment', {
      CustomerRef: { value: '1' },
      TotalAmt: '1.00',
      Line: [{ Amount: '1.00', LinkedTxn: [{ TxnId: invoice, TxnType: 'Invoice' }] }],
    });
    const [payment] = await readAllPages(source, 'payment', changedSince(since));
    expect(payment?.data).toMatchObject({
      status: 'applied',
      lines: [{ amount: '1.00', document: { kind: 'invoice', ref: invoice } }],
    });
    const [paid] = await readAllPages(source, 'invoice', changedSince(since));
    expect(paid?.data).toMatchObject({ status: 'paid', open_total: '0.00' });
    const [customer] = await readAllPages(source, 'customer', changedSince(since));
    expect(customer?.data).toMatchObject({ name: 'Ann', balance: '0.00' });
  });

  it('[F-DELETE] does not believe that something is deleted which exists', async () => {
    const { company, source } = await openCompany();
    const [ghost = '', removed = ''] = sell(company, 2);
    platform.clock.advance(day);
    const since = now();
    company.edit('Invoice', ghost, { PrivateNote: 'Here I am' });
    company.remove('Invoice', removed);
    company.settings.wronglyDeleted = [ghost];
    const records = await readAllPages(source, 'invoice', changedSince(since));
    expect(gone(records)).toEqual([removed]);
    expect(records.find(({ id }) => id === ghost)?.data).toMatchObject({ note: 'Here I am' });
  });

  it('[F6] of a merge has the name that is gone, and the documents of the one that took it in', async () => {
    const { company, source } = await openCompany();
    company.create('Customer', { DisplayName: 'Ann Lee' });
    const [own = '', moved = ''] = [...sell(company, 1), ...sell(company, 1, { CustomerRef: { value: '2' } })];
    platform.clock.advance(day);
    const since = now();
    company.merge('Customer', '2', '1');
    expect(gone(await readAllPages(source, 'customer', changedSince(since)))).toEqual(['2']);
    const invoices = await readAllPages(source, 'invoice', changedSince(since));
    expect(invoices).toMatchObject([{ id: moved, data: { customer: { ref: '1', name: 'Ann' } } }]);
    expect(idsOf(invoices)).not.toContain(own);
  });

  it('[F6] keeps an inactive name as a record that is not active', async () => {
    const { company, source } = await openCompany();
    platform.clock.advance(day);
    const since = now();
    company.edit('Customer', '1', { Active: false });
    expect(await readAllPages(source, 'customer', changedSince(since))).toMatchObject([
      { id: '1', label: 'Customer Ann', data: { name: 'Ann', active: false } },
    ]);
  });
});

describe('a sweep', () => {
  it('[F-INCREMENTAL] reads the last month again, and what has become overdue since', async () => {
    const { company, source } = await openCompany();
    const [due = '', later = ''] = [
      ...sell(company, 1, { TxnDate: '2026-01-01', DueDate: '2026-03-20' }),
      ...sell(company, 1, { TxnDate: '2026-01-01', DueDate: '2027-12-31' }),
    ];
    platform.clock.advance(400 * day);
    const [recent = ''] = sell(company, 1);
    const records = await readAllPages(source, 'invoice', sweep(now()));
    expect(idsOf(records)).not.toContain(later);
    expect(new Set(idsOf(records))).toEqual(new Set([recent, due]));
    expect(records.find(({ id }) => id === due)?.data.status).toBe('overdue');
  });

  it('[F-DELETE] finds what is absent, three hundred ids a call, and gives no opinion on ids that are none', async () => {
    const { company, source } = await openCompany();
    const ids = sell(company, 601);
    company.edit('Customer', '1', { Notes: 'x' });
    company.resetMeters();
    expect(await source.absent?.('invoice', [...ids, '999999'])).toEqual({ ok: true, value: ['999999'] });
    expect(company.meters.metered_reads).toBe(3);
    expect(await source.absent?.('customer', ['1', 'guest:ann@example.com'])).toEqual({ ok: true, value: [] });
  });
});

describe('reading by id', () => {
  it('[F6] answers those that exist, inactive ones too', async () => {
    const { company, source } = await openCompany();
    company.edit('Customer', '1', { Active: false });
    const { records } = unwrap(await source.readByIds('customer', ['1', '77', 'abc']));
    expect(records).toMatchObject([{ id: '1', data: { active: false } }]);
  });

  it('[F6] reads a record the same way it is listed', async () => {
    const { company, source } = await openCompany();
    const [id = ''] = sell(company, 1);
    const { records } = unwrap(await source.readByIds('invoice', [id]));
    expect(records).toEqual(await readAllPages(source, 'invoice', full));
  });
});
