import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Ledger } from '#shared/connectors/ledger.ts';
import { createQuickBooks } from '#shared/connectors/quickbooks/index.ts';
import { unwrap } from '#shared/core/failure.ts';
import type { Json } from '#shared/core/json.ts';
import type { LedgerRecord } from '#shared/model/ledger.ts';
import { appAt, type OpenBooks, openBooks, type Platform, startPlatform } from './books.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.simulator.close());

/** Invoices on ten days, with a shipping line, a discount and a rounding line each. */
function fill({ company }: OpenBooks, count: number): string[] {
  const customer = String(company.create('Customer', { DisplayName: 'Ada' }).Id);
  const [account] = company.list('Account').filter(({ AccountType }) => AccountType === 'Income');
  const item = (Name: string): string =>
    String(company.create('Item', { Name, Type: 'Service', IncomeAccountRef: { value: String(account?.Id) } }).Id);
  const [goods, shipping, rounding] = [item('Goods'), item('Shipping'), item('Rounding difference')];
  const line = (Amount: string, id: string) => ({
    DetailType: 'SalesItemLineDetail',
    Amount,
    SalesItemLineDetail: { ItemRef: { value: id } },
  });
  for (let index = 0; index < count; index += 1) {
    company.create('Invoice', {
      DocNumber: String(index),
      TxnDate: `2026-10-${String(1 + (index % 10)).padStart(2, '0')}`,
      CustomerRef: { value: customer },
      Line: [line('20.00', goods), line('5.00', shipping), line('-0.01', rounding)],
    });
  }
  return [shipping, rounding];
}

async function readAll(ledger: Ledger, between: (page: number) => void = () => undefined): Promise<LedgerRecord[]> {
  const found = new Map<string, LedgerRecord>();
  let cursor: Json | null = null;
  let pages = 0;
  do {
    const page: Awaited<ReturnType<Ledger['read']>> = await ledger.read({
      from: '2026-10-02',
      to: '2026-10-10',
      cursor,
    });
    for (const record of unwrap(page).records) found.set(`${record.entity}/${record.id}`, record);
    cursor = unwrap(page).next;
    pages += 1;
    between(pages);
  } while (cursor !== null && pages < 20);
  return [...found.values()];
}

it('reads every document of the days, also when others go between two pages', async () => {
  const books = await openBooks(platform);
  const [shipping = '', rounding = ''] = fill(books, 2600);
  const parts = { [shipping]: 'shipping', [rounding]: 'rounding' } as const;
  const connector = createQuickBooks(appAt(platform.simulator.url));
  const ledger = connector.openLedger?.(books.context, { sources: ['woocommerce'], parts });
  if (!ledger) throw new Error('no ledger');
  const inDays = () =>
    books.company
      .list('Invoice')
      .filter(({ TxnDate }) => String(TxnDate) >= '2026-10-02')
      .map(({ Id }) => String(Id));
  books.company.resetMeters();
  const all = await readAll(ledger);
  expect(all.map(({ id }) => id).sort()).toEqual(inDays().sort());
  // 2340 invoices: three pages, and one each for sales receipts, credit memos and refund receipts.
  expect(books.company.meters.metered_reads).toBe(6);
  expect(all[0]).toMatchObject({ gross: '24.99', shipping: '5.00', rounding: '-0.01', tax: '0.00', void: false });

  const drifting = await readAll(ledger, (page) => {
    if (page !== 1) return;
    for (const id of inDays().slice(0, 300)) books.company.remove('Invoice', id);
  });
  const kept = new Set(drifting.map(({ id }) => id));
  expect(inDays().filter((id) => !kept.has(id))).toEqual([]);
});
