import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balance, computedTotal, type TaxProfile } from '#shared/connectors/quickbooks/money.ts';
import { type JsonObject, parseExact, stringifyExact } from '#shared/core/json.ts';
import { decimal, fromMinor, money, roundHalfUp, sum } from '#shared/core/money.ts';
import { applyMapping } from '#shared/mapping/apply.ts';
import type { MappingDocument } from '#shared/mapping/document.ts';
import { defaultMappings } from '#shared/mapping/documents/index.ts';
import { candidateOf, globalBooks, scopeOf, settings, usBooks } from '#test/mapping/support.ts';
import { cases } from '#test/support/seed.ts';
import { randomShop, recordOf, seeds, styles, wireRecords } from './wire-records.ts';

const documentOf = (id: string): MappingDocument => {
  const document = defaultMappings.get(id);
  if (!document) throw new Error(`no document ${id}`);
  return document;
};
const invoice = documentOf('woocommerce.order-quickbooks.invoice');
const payment = documentOf('woocommerce.order-quickbooks.payment');
const row = documentOf('woocommerce.order-supabase.order');

const roundingLimit = decimal('0.05');
const elsewhere = globalBooks(['0', '4', '7', '8.875', '9.5', '14.975', '19']);
const books = fc.constantFrom<{ profile: JsonObject & { tax: JsonObject & TaxProfile }; chosen: JsonObject }>(
  { profile: usBooks, chosen: settings() },
  { profile: { ...usBooks, tax: { ...usBooks.tax, style: 'line' } }, chosen: settings() },
  { profile: elsewhere.books, chosen: settings({ tax_codes: elsewhere.taxCodes }) },
);

const linesOf = (payload: JsonObject) => (payload.Line ?? []) as readonly JsonObject[];

describe('an order of any shop', () => {
  it('comes to the books with exactly its total, or not at all and with a reason', () => {
    const ends = { posted: 0, rounded: 0, refused: 0 };
    fc.assert(
      fc.property(seeds, styles, books, (seed, style, { profile, chosen }) => {
        const shop = randomShop(seed, style, 25);
        for (const wire of wireRecords(shop, 'order')) {
          const record = recordOf('order', wire, shop.settings.currency);
          const scope = scopeOf(record, profile, chosen);
          const mapped = applyMapping(invoice, scope);
          if (mapped.kind !== 'mapped') continue;
          const candidate = candidateOf(invoice, scope);
          const balanced = balance(candidate, { tax: profile.tax, roundingLimit });
          if (!balanced.ok) {
            ends.refused += 1;
            expect(balanced.failure).toMatchObject({ code: expect.stringMatching(/total/), field: 'TotalAmt' });
            continue;
          }
          ends.posted += 1;
          expect(money(computedTotal(balanced.value, profile.tax)), String(wire.number)).toBe(wire.total);
          // What the shop and the books disagree about is a line of its own, never more than the limit.
          const added = linesOf(balanced.value).slice(linesOf(candidate.payload).length);
          ends.rounded += added.length;
          expect(added.length).toBeLessThanOrEqual(1);
          for (const { Amount } of added) expect(decimal(Amount).abs().lte(roundingLimit)).toBe(true);
        }
      }),
      { numRuns: cases(40) },
    );
    expect(ends.posted).toBeGreaterThan(500);
    expect(ends.posted).toBeGreaterThan(20 * ends.refused);
  });

  it('is paid and stored with exactly its total', () => {
    fc.assert(
      fc.property(seeds, styles, (seed, style) => {
        const shop = randomShop(seed, style, 25);
        for (const wire of wireRecords(shop, 'order')) {
          const record = recordOf('order', wire, shop.settings.currency);
          const scope = scopeOf(record, usBooks, settings());
          const paid = applyMapping(payment, scope);
          if (paid.kind === 'mapped') {
            expect(paid.payload.TotalAmt).toBe(wire.total);
            expect(linesOf(paid.payload as JsonObject).map(({ Amount }) => Amount)).toEqual([wire.total]);
          }
          const stored = applyMapping(row, scope);
          if (stored.kind === 'mapped') expect(stored.payload.total).toBe(wire.total);
        }
      }),
      { numRuns: cases(15) },
    );
  });
});

describe('an amount', () => {
  const minor = fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n });
  const amount = minor.map((value) => fromMinor(value));

  it('goes through the JSON of a platform and back without losing a digit', () => {
    const numeric = new Set(['Amount']);
    fc.assert(
      fc.property(amount, (text) => {
        const sent = stringifyExact({ Amount: text, Note: text }, numeric);
        // A bare number with these digits, and the text elsewhere left alone.
        expect(sent).toBe(`{"Amount":${text},"Note":"${text}"}`);
        const back = parseExact(sent) as { Amount: unknown };
        expect(money(back.Amount)).toBe(text);
      }),
    );
  });

  it('is the same in any order of adding, and split into parts', () => {
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 30 }), fc.nat(30), (amounts, at) => {
        const total = money(sum(amounts));
        expect(money(sum(amounts.toReversed()))).toBe(total);
        expect(money(sum([sum(amounts.slice(0, at)), sum(amounts.slice(at))]))).toBe(total);
      }),
    );
  });

  it('rounded once is rounded for good', () => {
    fc.assert(
      fc.property(minor, fc.integer({ min: 0, max: 6 }), (value, places) => {
        const once = money(fromMinor(value, 6), places);
        expect(money(once, places)).toBe(once);
        expect(roundHalfUp(decimal(once), places).eq(decimal(once))).toBe(true);
      }),
    );
  });
});
