import { readdirSync, readFileSync } from 'node:fs';
import { createQuickBooks } from '#shared/connectors/quickbooks/index.ts';
import type { TaxProfile } from '#shared/connectors/quickbooks/money.ts';
import type { SourceRecord } from '#shared/connectors/source.ts';
import type { Candidate } from '#shared/connectors/target.ts';
import { orderRecord } from '#shared/connectors/woocommerce/orders.ts';
import { refundRecords } from '#shared/connectors/woocommerce/refunds.ts';
import { type JsonObject, parseExact } from '#shared/core/json.ts';
import { applyMapping } from '#shared/mapping/apply.ts';
import type { MappingDocument } from '#shared/mapping/document.ts';
import type { Scope } from '#shared/mapping/scope.ts';
import { substitute } from '#shared/sync/references.ts';

const folder = new URL('../fixtures/woocommerce/', import.meta.url);

/** Every recorded order: store A counts prices before tax in USD, store B including it in EUR. */
export const capturedOrders: readonly string[] = ['orders-a', 'orders-b'].flatMap((store) =>
  readdirSync(new URL(store, folder)).map((file) => `${store}/${file.replace('.json', '')}`),
);

export function rawOrder(name: string): Record<string, unknown> {
  return parseExact(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Record<string, unknown>;
}

export function capturedOrder(name: string): SourceRecord {
  return orderRecord(rawOrder(name), { currency: name.startsWith('orders-b') ? 'EUR' : 'USD' });
}

/** Orders of store A whose refunds were recorded, with what was recorded of them. */
export const refundedOrders: readonly string[] = readdirSync(new URL('refunds-a', folder)).map(
  (file) => `orders-a/${file.replace('.json', '')}`,
);

/** The recorded refunds of a recorded order, in canonical form, oldest first. */
export function capturedRefunds(name: string): readonly SourceRecord[] {
  const path = new URL(`${name.replace('orders-a', 'refunds-a')}.json`, folder);
  const rows = parseExact(readFileSync(path, 'utf8')) as Record<string, unknown>[];
  const { records, rejected } = refundRecords(rawOrder(name), rows, { currency: 'USD' });
  if (rejected.length > 0) throw new Error(JSON.stringify(rejected));
  return records;
}

export const quickBooksApp = {
  clientId: '',
  clientSecret: '',
  apiUrl: '',
  authorizeUrl: '',
  tokenUrl: '',
  revokeUrl: '',
  sandboxApiUrl: '',
};

/** The settings of a QuickBooks connection: its defaults, every order status posted, and these changes. */
export function settings(changes: JsonObject = {}): JsonObject {
  const defaults = createQuickBooks(quickBooksApp).settings.parse({
    post_statuses: [
      'pending',
      'on-hold',
      'processing',
      'completed',
      'refunded',
      'cancelled',
      'failed',
      'trash',
      'checkout-draft',
    ],
    income_account: '79',
    rounding_account: '93',
  });
  return { ...(defaults as JsonObject), ...changes };
}

export interface Books extends JsonObject {
  readonly tax: JsonObject & TaxProfile;
}

const byTaxed = { yes: 'TAX', no: 'NON' };

export const usBooks: Books = {
  home_currency: 'USD',
  currencies: ['USD'],
  multi_currency: true,
  tax: { style: 'us', codes: {}, untaxed_code: null, by_taxed: byTaxed, transaction_code: '2' },
};

/** Books outside the US with one code per percentage; code `p19` taxes 19 %. */
export function globalBooks(percents: readonly string[]): { books: Books; taxCodes: Record<string, string> } {
  const taxCodes = Object.fromEntries(percents.map((percent) => [percent, `p${percent}`]));
  const codes = Object.fromEntries(
    percents.map((percent) => [`p${percent}`, [{ rate: `r${percent}`, percent, on: 'amount' as const }]]),
  );
  const tax = { style: 'global' as const, codes, untaxed_code: 'p0', by_taxed: byTaxed, transaction_code: null };
  return { books: { home_currency: 'EUR', currencies: ['EUR'], multi_currency: true, tax }, taxCodes };
}

/** What the engine gives a mapping to read. */
export function scopeOf(record: SourceRecord, books: JsonObject, chosen: JsonObject, zone = 'America/New_York'): Scope {
  return {
    ...record.data,
    raw: record.raw,
    record: { id: record.id, required: false },
    store: { time_zone: zone },
    books,
    settings: chosen,
  };
}

/** The mapped payload with `entity/id` in place of each reference, ready to be balanced. */
export function candidateOf(document: MappingDocument, scope: Scope): Candidate {
  const mapped = applyMapping(document, scope);
  if (mapped.kind !== 'mapped') throw new Error(`not mapped: ${JSON.stringify(mapped)}`);
  const result = substitute(
    mapped.payload,
    { entity: 'order', id: '1' },
    ({ entity, id }) => ({ entity, resolved: { kind: 'id', id: `${entity}/${id}` } }),
    (step) => `${step}/1`,
  );
  if (!result.ok) throw new Error(result.failure.reason);
  const { settlement } = mapped;
  return {
    key: '1',
    payload: result.payload,
    settlement: settlement && {
      total: settlement.total,
      currency: settlement.currency,
      adjustment_id: settlement.adjustment ? `product/${settlement.adjustment.id}` : null,
    },
  };
}
