import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decimal,
  fromMinor,
  isDecimalText,
  money,
  plainDecimal,
  roundHalfUp,
  sum,
  toMinor,
  unitPriceFor,
} from '#shared/core/money.ts';

const minor = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const places = fc.integer({ min: 0, max: 4 });

describe('amounts', () => {
  it('are read from text and whole numbers', () => {
    expect(plainDecimal('19.990')).toBe('19.99');
    expect(plainDecimal('.5')).toBe('0.5');
    expect(plainDecimal('-0.00')).toBe('0');
    expect(plainDecimal(3)).toBe('3');
    expect(plainDecimal('0.00000000000000000001')).toBe('0.00000000000000000001');
  });

  it('are refused as fractional numbers, because their digits are already lost', () => {
    for (const value of [0.1, 19.99, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => decimal(value)).toThrow(RangeError);
    }
  });

  it('are refused as anything but digits', () => {
    for (const value of [
      '',
      ' ',
      '1e3',
      '1,50',
      '12 ',
      '0x1f',
      'NaN',
      '--1',
      '1.2.3',
      '9'.repeat(41),
      null,
      {},
      true,
    ]) {
      expect(isDecimalText(value)).toBe(false);
      expect(() => decimal(value)).toThrow(RangeError);
    }
  });

  it('survive the way to minor units and back', () => {
    fc.assert(fc.property(minor, places, (value, digits) => toMinor(fromMinor(value, digits), digits) === value));
  });

  it('with more digits than the currency has no minor units', () => {
    expect(toMinor('12.340', 2)).toBe(1234n);
    expect(() => toMinor('12.345', 2)).toThrow(RangeError);
    expect(toMinor('2980.00', 0)).toBe(2980n);
  });
});

describe('sums', () => {
  it('are exact, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(minor, { maxLength: 60 }), (values) => {
        const total = values.reduce((left, right) => left + right, 0n);
        const amounts = values.map((value) => fromMinor(value));
        expect(toMinor(sum(amounts))).toBe(total);
        expect(toMinor(sum(amounts.toReversed()))).toBe(total);
      }),
    );
  });

  it('of nothing are zero, and ten times 0.10 is one', () => {
    expect(money(sum([]))).toBe('0.00');
    expect(sum(Array.from({ length: 10 }, () => '0.10')).eq(1)).toBe(true);
  });
});

describe('rounding', () => {
  it('goes half away from zero, on both sides', () => {
    const cases = [
      ['1.005', '1.01'],
      ['1.004999', '1.00'],
      ['2.675', '2.68'],
      ['-1.005', '-1.01'],
      ['-0.004', '0.00'],
      ['-0.005', '-0.01'],
      ['22.425', '22.43'],
    ];
    for (const [amount, rounded] of cases) expect(money(amount)).toBe(rounded);
  });

  it('is what integer arithmetic says', () => {
    fc.assert(
      fc.property(minor, (thousandths) => {
        const size = thousandths < 0n ? -thousandths : thousandths;
        const cents = (size + 5n) / 10n;
        const expected = thousandths < 0n ? -cents : cents;
        expect(toMinor(money(fromMinor(thousandths, 3)))).toBe(expected);
      }),
    );
  });

  it('never prints a negative zero', () => {
    expect(money('-0.001')).toBe('0.00');
    expect(money('-0.4', 0)).toBe('0');
  });
});

describe('the unit price of a line', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 9n }).map((value) => fromMinor(value));
  const quantity = fc.integer({ min: 1, max: 100_000 });

  it('times the quantity, rounded to cents, is the amount, or there is none', () => {
    fc.assert(
      fc.property(amount, quantity, fc.constantFrom(2, 4, 5, 7), (total, count, digits) => {
        const price = unitPriceFor(total, count, digits);
        if (price === undefined) return;
        expect((price.split('.')[1] ?? '').length).toBeLessThanOrEqual(digits);
        expect(roundHalfUp(decimal(price).times(count), 2).eq(decimal(total))).toBe(true);
      }),
    );
  });

  it('exists with seven decimals for every quantity up to a hundred thousand', () => {
    fc.assert(fc.property(amount, quantity, (total, count) => unitPriceFor(total, count) !== undefined));
  });

  it('does not exist for no quantity, or where too few decimals are allowed', () => {
    expect(unitPriceFor('10.00', 0)).toBeUndefined();
    expect(unitPriceFor('10.00', '3', 2)).toBeUndefined();
    expect(unitPriceFor('10.00', '3', 4)).toBe('3.3333');
    expect(unitPriceFor('59.97', '3', 2)).toBe('19.99');
  });
});
