import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompanyOptions } from '#local/platforms/quickbooks/settings.ts';
import type { Candidate, WriteItem } from '#shared/connectors/target.ts';
import { unwrap } from '#shared/core/failure.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { money } from '#shared/core/money.ts';
import { defaultMappings } from '#shared/mapping/documents/index.ts';
import { candidateOf, capturedOrder, capturedOrders, scopeOf, settings } from '#test/mapping/support.ts';
import { type OpenBooks, openBooks, type Platform, startPlatform } from './books.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.simulator.close());

const currencies = ['USD', 'EUR', 'CAD', 'JPY'];

/** A company with one customer per currency, and items for everything that is sold. */
async function companyFor(options: CompanyOptions): Promise<OpenBooks> {
  const rates = { EUR: '1.1', USD: '0.9', CAD: '0.7', JPY: '0.007' };
  const books = await openBooks(platform, { multicurrency: true, exchangeRates: rates, ...options });
  for (const currency of currencies)
    books.company.create('Customer', { DisplayName: currency, CurrencyRef: { value: currency } });
  return books;
}

const numberOf = (name: string): string => `R${capturedOrders.indexOf(name)}`;

/** The invoice as the engine would send it. */
async function prepared(books: OpenBooks, name: string, chosen: JsonObject): Promise<Candidate> {
  const document = defaultMappings.get('woocommerce.order-quickbooks.invoice');
  if (!document) throw new Error('no invoice document');
  const { payload, settlement } = candidateOf(document, scopeOf(capturedOrder(name), books.context.profile, chosen));
  const customer = String(currencies.indexOf(settlement?.currency ?? '') + 1);
  const lines = (payload.Line as readonly JsonObject[]).map((line) => ({
    ...line,
    SalesItemLineDetail: { ...(line.SalesItemLineDetail as JsonObject), ItemRef: { value: '1' } },
  }));
  const candidate: Candidate = {
    key: name,
    payload: { ...payload, DocNumber: numberOf(name), CustomerRef: { value: customer }, Line: lines },
    settlement: settlement && { ...settlement, adjustment_id: '2' },
  };
  return { ...candidate, payload: unwrap(await books.target.prepare('invoice', candidate)) };
}

/** Percentages the companies' template has a tax code for. */
const knownRates = new Set(['0', '7', '19']);

const withLines = capturedOrders.filter((name) => (capturedOrder(name).data.lines as unknown[]).length > 0);
const onKnownRates = withLines.filter((name) =>
  (capturedOrder(name).data.postings as readonly { tax_percent: string }[]).every(({ tax_percent }) =>
    knownRates.has(tax_percent),
  ),
);

describe.each<[string, CompanyOptions, readonly string[]]>([
  ['a US company', {}, withLines],
  ['a German company', { template: 'eur', country: 'DE' }, onKnownRates],
])('the recorded orders in %s', (_what, options, names) => {
  it('are accepted by QuickBooks and come to their totals, to the cent', async () => {
    const books = await companyFor(options);
    const { post_statuses } = settings();
    const chosen = { ...books.settings, ...(post_statuses === undefined ? {} : { post_statuses }) };
    const items: WriteItem[] = [];
    for (const name of names) {
      const { payload, settlement } = await prepared(books, name, chosen);
      items.push({ key: name, item_id: `i${items.length}`, action: 'create', target: null, payload, settlement });
    }
    for (let start = 0; start < items.length; start += 30) {
      const outcomes = unwrap(await books.writer.write('invoice', `b-${start}`, items.slice(start, start + 30)));
      expect(outcomes.filter(({ kind }) => kind !== 'written')).toEqual([]);
    }

    const stored = new Map(
      books.company.list('Invoice').map((row) => [String(row.DocNumber), money(String(row.TotalAmt))]),
    );
    expect(items.length).toBeGreaterThan(10);
    expect(stored.size).toBe(items.length);
    for (const { key, settlement } of items) expect([key, stored.get(numberOf(key))]).toEqual([key, settlement?.total]);
  });
});
