import type { Big } from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balance, computedTotal } from '#shared/connectors/quickbooks/money.ts';
import { refundRecords } from '#shared/connectors/woocommerce/refunds.ts';
import { decimal, exactMoney, fromMinor, money, sum } from '#shared/core/money.ts';
import { defaultMappings } from '#shared/mapping/documents/index.ts';
import { cases } from '#test/support/seed.ts';
import { candidateOf, globalBooks, scopeOf, settings, usBooks } from './support.ts';

const percents = ['19', '7', '0'] as const;
const elsewhere = globalBooks(percents);
const roundingLimit = decimal('0.05');

/** A line of an order: its net in cents, and the rate it is taxed with. */
interface Sold {
  readonly net: number;
  readonly percent: (typeof percents)[number];
}
/** What somebody types: parts of a hundred of what is left of a line's net and, apart from it, of its tax; or of all. */
type Typed =
  | { readonly line: number; readonly net: number; readonly tax: number }
  | { readonly line: null; readonly amount: number };

const sold = fc.array(
  fc.record<Sold>({ net: fc.integer({ min: 1, max: 50_000 }), percent: fc.constantFrom(...percents) }),
  { minLength: 1, maxLength: 3 },
);
const part = fc.oneof(fc.constantFrom(0, 100), fc.integer({ min: 1, max: 99 }));
const typed = fc.array(
  fc.oneof(
    fc.record({ line: fc.nat(2), net: part, tax: part }),
    fc.record({ line: fc.constant(null), amount: fc.integer({ min: 1, max: 100 }) }),
  ),
  { minLength: 1, maxLength: 5 },
);

const rateId = (percent: string): number => percents.indexOf(percent as never) + 1;
const line = (id: number, percent: string, net: Big, tax: Big, more: object = {}) => ({
  ...{ id, name: 'Mug', product_id: 10, variation_id: 0, quantity: 1, sku: 'MUG' },
  ...{ subtotal: exactMoney(net), total: exactMoney(net), total_tax: exactMoney(tax) },
  taxes: percent === '0' ? [] : [{ id: rateId(percent), total: exactMoney(tax) }],
  ...more,
});
const common = {
  shipping_lines: [],
  fee_lines: [],
  tax_lines: percents.map((percent) => ({ rate_id: rateId(percent), rate_percent: percent, label: percent })),
};

/** The refunds as the shop tells them: none gives back more than is left, and none gives nothing. */
function shopOf(lines: readonly Sold[], given: readonly Typed[]) {
  const left = lines.map(({ net, percent }) => {
    const total = decimal(fromMinor(BigInt(net)));
    return { percent, net: total, tax: total.times(percent).div(100).round(2, 1) };
  });
  const items = left.map(({ percent, net, tax }, index) => line(index + 1, percent, net, tax));
  const total = sum(left.flatMap(({ net, tax }) => [net, tax]));
  let open = total;
  const rows = given.flatMap((entry, index) => {
    const id = 100 + index;
    const row = { id, date_created_gmt: '2026-04-05T10:00:00', reason: '', ...common };
    const of = entry.line === null ? undefined : left[entry.line % left.length];
    if (entry.line !== null && of) {
      const net = share(of.net, entry.net);
      const tax = share(of.tax, entry.tax);
      const amount = net.plus(tax);
      if (amount.eq(0) || amount.gt(open)) return [];
      Object.assign(of, { net: of.net.minus(net), tax: of.tax.minus(tax) });
      open = open.minus(amount);
      const meta = [{ key: '_refunded_item_id', value: String((entry.line % left.length) + 1) }];
      const back = line(id + 100, of.percent, net.times(-1), tax.times(-1), { quantity: -1, meta_data: meta });
      return [{ ...row, amount: exactMoney(amount), line_items: [back] }];
    }
    const amount = share(open, 'amount' in entry ? entry.amount : 0);
    if (amount.eq(0)) return [];
    open = open.minus(amount);
    return [{ ...row, amount: exactMoney(amount), line_items: [] }];
  });
  const order = {
    ...{ id: 78, number: '1001', status: 'completed', currency: 'EUR', customer_id: 0, coupon_lines: [], ...common },
    ...{ billing: { email: 'ada@example.com', first_name: 'Ada' }, shipping: {} },
    date_created_gmt: '2026-04-01T10:00:00',
    date_modified_gmt: '2026-04-05T10:00:00',
    date_paid_gmt: '2026-04-01T10:00:00',
    total: exactMoney(total),
    total_tax: exactMoney(sum(items.map(({ total_tax }) => total_tax))),
    line_items: items,
    refunds: rows.map(({ id, amount }) => ({ id, total: `-${amount}` })),
  };
  return { order, rows };
}

const share = (whole: Big, percent: number): Big => decimal(money(whole.times(percent).div(100)));

describe('refunds whose amounts and taxes are typed by hand', () => {
  it('[F2] become documents of exactly their amount, in the US and where books compute the tax themselves', () => {
    const receipt = defaultMappings.get('woocommerce.refund-quickbooks.refund_receipt');
    if (!receipt) throw new Error('no document');
    fc.assert(
      fc.property(sold, typed, (lines, typedIn) => {
        const { order, rows } = shopOf(lines, [...typedIn, { line: null, amount: 100 }]);
        const { records, rejected } = refundRecords(order, rows, { currency: 'EUR' });
        expect(rejected).toEqual([]);
        expect(records.map(({ data }) => data.amount)).toEqual(rows.map(({ amount }) => amount));
        for (const record of records) {
          for (const books of [elsewhere.books, usBooks]) {
            const chosen = settings({ refund_account: '35', tax_codes: elsewhere.taxCodes });
            const candidate = candidateOf(receipt, scopeOf(record, books, chosen));
            const result = balance(candidate, { tax: books.tax, roundingLimit });
            if (!result.ok) throw new Error(result.failure.reason);
            expect(money(computedTotal(result.value, books.tax))).toBe(record.data.amount);
          }
        }
        // The last one gives back what is left.
        const given = sum(records.map(({ data }) => data.tax_total));
        expect(money(given)).toBe(money(order.total_tax));
      }),
      { numRuns: cases(300) },
    );
  });
});
