import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate, gather, less, type Part } from '#shared/connectors/woocommerce/allocate-refund.ts';
import { refundRecords } from '#shared/connectors/woocommerce/refunds.ts';
import { decimal, fromMinor, money, sum } from '#shared/core/money.ts';
import { cases } from '#test/support/seed.ts';

const part = (percent: string, net: string, tax: string): Part => ({
  taxed: decimal(tax).eq(0) ? 'no' : 'yes',
  tax_percent: percent,
  net: decimal(net),
  tax: decimal(tax),
});
const shown = (parts: readonly Part[]) =>
  parts.map(({ tax_percent, net, tax }) => `${tax_percent}: ${money(net)} + ${money(tax)}`);
const grossOf = (parts: readonly Part[]) => sum(parts.flatMap(({ net, tax }) => [net, tax]));

describe('an amount without lines', () => {
  const mixed = [part('19', '100.00', '19.00'), part('7', '50.00', '3.50'), part('0', '27.50', '0.00')];

  it('[F2] is split over the tax rates of the order in proportion, tax included', () => {
    expect(shown(allocate(decimal('20.00'), mixed))).toEqual(['19: 10.00 + 1.90', '7: 5.00 + 0.35', '0: 2.75 + 0.00']);
  });

  it('[F2] gives odd cents to the largest remainders', () => {
    const shares = allocate(decimal('0.05'), mixed);

    expect(shown(shares)).toEqual(['19: 0.03 + 0.00', '7: 0.01 + 0.00', '0: 0.01 + 0.00']);
  });

  it('[F2] that is all there is takes everything as it stands', () => {
    expect(shown(allocate(decimal('200.00'), mixed))).toEqual(shown(mixed));
  });

  it('[F2] takes a negative fee along', () => {
    const order = [part('8.875', '100.00', '8.88'), part('0', '-8.88', '0.00')];

    expect(shown(allocate(decimal('50.00'), order))).toEqual(['8.875: 50.00 + 4.44', '0: -4.44 + 0.00']);
  });

  it('[F2] takes along the cent by which the shop itself is off its lines', () => {
    expect(shown(allocate(decimal('119.01'), [part('19', '100.00', '19.00')]))).toEqual(['19: 100.01 + 19.00']);
  });

  it('[F2] of which nothing can be told is one untaxed share', () => {
    expect(shown(allocate(decimal('5.00'), []))).toEqual(['0: 5.00 + 0.00']);
  });

  const cents = fc.integer({ min: 0, max: 300_000 });
  const rate = fc.constantFrom('0', '5', '7', '8.875', '9.5', '14.975', '19');
  const order = fc.array(fc.tuple(rate, cents), { minLength: 1, maxLength: 5 }).map((lines) =>
    gather(
      lines.map(([percent, net]) => {
        const tax = money(decimal(net).times(percent).div(10_000));
        return part(percent, fromMinor(BigInt(net)), tax);
      }),
    ),
  );

  it('[F2] however often it is taken, never takes more of a rate than is left and ends at nothing, to the cent', () => {
    fc.assert(
      fc.property(order, fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 8 }), (whole, portions) => {
        let left: readonly Part[] = whole;
        for (const portion of [...portions, 100]) {
          const open = grossOf(left);
          const amount = portion === 100 ? open : decimal(money(open.times(portion).div(100)));
          if (amount.lte(0)) continue;
          const shares = allocate(amount, left);
          expect(money(grossOf(shares))).toBe(money(amount));
          left = less(left, shares);
          for (const rest of left) {
            expect(rest.net.gte(0) && rest.tax.gte(0), shown(left).join()).toBe(true);
          }
        }
        expect(money(grossOf(left))).toBe('0.00');
      }),
      { numRuns: cases(300) },
    );
  });
});

describe('the refunds of an order', () => {
  const line = (id: number, total: string, tax: string, more: object = {}) => ({
    id,
    name: 'Mug',
    product_id: 10,
    variation_id: 0,
    quantity: 1,
    subtotal: total,
    total,
    total_tax: tax,
    taxes: [{ id: 1, total: tax }],
    sku: 'MUG',
    ...more,
  });
  const order = (refunds: readonly number[]) => ({
    id: 78,
    number: '1001',
    status: 'completed',
    currency: 'USD',
    customer_id: 0,
    billing: { email: 'ada@example.com', first_name: 'Ada' },
    shipping: {},
    date_created_gmt: '2026-04-01T10:00:00',
    date_modified_gmt: '2026-04-05T10:00:00',
    date_paid_gmt: '2026-04-01T10:00:00',
    total: '130.50',
    total_tax: '10.50',
    line_items: [line(1, '100.00', '8.75'), line(2, '20.00', '1.75')],
    shipping_lines: [],
    fee_lines: [],
    tax_lines: [{ rate_id: 1, rate_percent: '8.75', label: 'Tax' }],
    coupon_lines: [],
    refunds: refunds.map((id) => ({ id, total: '-1.00' })),
  });
  const refund = (id: number, amount: string, lines: readonly object[] = []) => ({
    id,
    date_created_gmt: '2026-04-05T10:00:00',
    amount,
    reason: '',
    line_items: lines,
    shipping_lines: [],
    fee_lines: [],
    tax_lines: [],
  });
  const backLine = (id: number, of: number, total: string, tax: string) =>
    line(id, `-${total}`, `-${tax}`, {
      quantity: -1,
      meta_data: [{ key: '_refunded_item_id', value: String(of) }],
    });
  const records = (...rows: { readonly id: number }[]) =>
    refundRecords(order(rows.map(({ id }) => id)), rows, { currency: 'USD' });

  it('[F2] say which line of the order each of theirs gives back, counted forwards', () => {
    const [record] = records(refund(79, '21.75', [backLine(5, 2, '20.00', '1.75')])).records;

    expect(record).toMatchObject({
      entity: 'refund',
      id: '78:79',
      number: '1001-R79',
      data: { by_line: true, amount: '21.75', tax_total: '1.75', order_ref: '78', was_paid: true },
    });
    expect(record?.data.postings).toMatchObject([
      { order_line_ref: '2', quantity: '1', total: '20.00', tax_total: '1.75', tax_percent: '8.75', allocated: false },
    ]);
  });

  it('[F2] with lines and more money than those are split: the rest is allocated', () => {
    const [record] = records(refund(79, '31.75', [backLine(5, 2, '20.00', '1.75')])).records;

    expect(record?.data).toMatchObject({ by_line: false, amount: '31.75' });
    expect(record?.data.postings).toMatchObject([
      { total: '20.00', allocated: false },
      { total: '9.20', tax_total: '0.80', allocated: true, description: expect.stringContaining('allocated') },
    ]);
  });

  it('[F2] with lines and less money than those take the difference off them', () => {
    const [record] = records(refund(79, '20.00', [backLine(5, 2, '20.00', '1.75')])).records;

    expect(record?.data.postings).toMatchObject([
      { total: '20.00', tax_total: '1.75' },
      { total: '-1.61', tax_total: '-0.14', allocated: true },
    ]);
  });

  it('[F2] with lines for stock alone pay nothing back', () => {
    const [record] = records(refund(79, '0.00', [backLine(5, 2, '0.00', '0.00')])).records;

    expect(record?.data).toMatchObject({ amount: '0.00', by_line: true, tax_total: '0.00' });
  });

  it('[F2] are told apart from an older one that cannot be read: what is allocated after it is refused', () => {
    const { records: read, rejected } = records(
      refund(79, 'five'),
      refund(80, '21.75', [backLine(5, 2, '20.00', '1.75')]),
      refund(81, '3.00'),
    );

    expect(read.map(({ id }) => id)).toEqual(['78:80']);
    expect(rejected.map(({ id, failure }) => `${id} ${failure.code}`)).toEqual([
      '78:79 woocommerce.unreadable_record',
      '78:81 woocommerce.unreadable_record',
    ]);
  });
});
