import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { SourceRecord } from '#shared/connectors/source.ts';
import { applyMapping, type Mapped } from '#shared/mapping/apply.ts';
import type { MappingDocument } from '#shared/mapping/document.ts';
import { defaultMappings } from '#shared/mapping/documents/index.ts';
import { routes } from '#shared/sync/routes.ts';
import { globalBooks, scopeOf, settings, usBooks } from '#test/mapping/support.ts';
import { cases } from '#test/support/seed.ts';
import {
  disturbances,
  disturbed,
  type Entity,
  faultsOfPayload,
  randomShop,
  recordOf,
  seeds,
  styles,
  type Wire,
  wireRecords,
} from './wire-records.ts';

const entities = ['order', 'customer', 'product'] as const;
const documents = [...defaultMappings.values()];
const elsewhere = globalBooks(['0', '7', '19']);
/** Where records may go: books of each kind, with invoices or sales receipts. */
const destinations = fc.constantFrom(
  { books: usBooks, chosen: settings() },
  { books: usBooks, chosen: settings({ document: 'sales_receipt', doc_number_prefix: 'WEB-', terms_id: '3' }) },
  { books: elsewhere.books, chosen: settings({ tax_codes: elsewhere.taxCodes, deposit_account: '4' }) },
  { books: { ...usBooks, tax: { ...usBooks.tax, style: 'line' as const } }, chosen: settings() },
  { books: { ...usBooks, multi_currency: false }, chosen: settings({ item_type: 'Service', expense_account: '7' }) },
);

/** What QuickBooks calls the entity of a document; undefined for the warehouse. */
function quickBooksType({ target }: MappingDocument): string | undefined {
  const name = target.entity.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
  return target.platform === 'quickbooks' ? name : undefined;
}

/** One of three ends, whatever came in. */
function checkEnd(document: MappingDocument, mapped: Mapped): void {
  if (mapped.kind === 'excluded') expect(mapped.reason, document.id).toMatch(/\w/);
  if (mapped.kind !== 'failed') return;
  const { category, code, field, reason, fix } = mapped.failure;
  expect({ category, code }).toEqual({ category: 'validation', code: expect.stringMatching(/^mapping\.[a-z_]+$/) });
  expect(field, `${document.id}: ${reason}`).toMatch(/^[A-Za-z_][\w.[\]]*$/);
  for (const text of [reason, fix]) expect(text, document.id).toMatch(/\w/);
}

/** Every document of the entity over the record; answers how many were mapped. */
function mapAll(entity: Entity, record: SourceRecord, { books, chosen }: { books: object; chosen: object }): number {
  let count = 0;
  for (const document of documents.filter(({ source }) => source.entity === entity)) {
    const mapped = applyMapping(document, scopeOf(record, books as never, chosen as never));
    checkEnd(document, mapped);
    const type = quickBooksType(document);
    if (mapped.kind !== 'mapped') continue;
    count += 1;
    if (type)
      expect(faultsOfPayload(type, mapped.payload), `${document.id} ${JSON.stringify(mapped.payload)}`).toEqual([]);
  }
  return count;
}

describe('the default mappings', () => {
  it('[M-DEFAULTS] are those of every route', () => {
    const wanted = routes.flatMap(({ steps }) => steps.map(({ mapping }) => mapping));
    expect(documents.map(({ id }) => id).toSorted()).toEqual(wanted.toSorted());
  });

  it('[E7] make of every record of any shop what QuickBooks takes, or say which field is at fault', () => {
    let mapped = 0;
    fc.assert(
      fc.property(seeds, styles, destinations, (seed, style, destination) => {
        const shop = randomShop(seed, style, 12);
        for (const entity of entities) {
          for (const wire of wireRecords(shop, entity)) {
            mapped += mapAll(entity, recordOf(entity, wire, shop.settings.currency), destination);
          }
        }
      }),
      { numRuns: cases(25) },
    );
    expect(mapped).toBeGreaterThan(500);
  });

  it('do so with whatever a shop, a plug-in or an attacker sends in any place', () => {
    const shop = randomShop(1, 'tax_exclusive', 30);
    const known = {
      order: wireRecords(shop, 'order'),
      customer: wireRecords(shop, 'customer'),
      product: wireRecords(shop, 'product'),
    };
    const sent = fc.tuple(fc.constantFrom(...entities), fc.nat(1000), disturbances, destinations);
    let read = 0;
    fc.assert(
      fc.property(sent, ([entity, index, changes, destination]) => {
        const wire = disturbed(known[entity][index % known[entity].length], changes) as Wire;
        let record: SourceRecord;
        try {
          record = recordOf(entity, wire, 'USD');
        } catch (error) {
          // The connector refuses it as a record of its own; anything else would be a crash.
          expect(error).toBeInstanceOf(z.ZodError);
          return;
        }
        read += 1;
        mapAll(entity, record, destination);
      }),
      { numRuns: cases(3000) },
    );
    expect(read).toBeGreaterThan(500);
  });

  it('come to one of the three ends even for records that no connector would make', () => {
    const [wire = {}] = wireRecords(randomShop(2, 'tax_inclusive', 5), 'order');
    const record = recordOf('order', wire, 'EUR');
    fc.assert(
      fc.property(disturbances, destinations, (changes, { books, chosen }) => {
        const scope = disturbed(scopeOf(record, books, chosen), changes);
        for (const document of documents) checkEnd(document, applyMapping(document, scope as never));
      }),
      { numRuns: cases(1500) },
    );
  });
});
