import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, contentHash, parseExact, stringifyExact } from '#shared/core/json.ts';

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: min, maxLength: max });
const decimalText = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 25n }), digits(1, 12))
  .map(([negative, whole, fraction]) => `${negative ? '-' : ''}${whole}.${fraction}`);

describe('reading JSON exactly', () => {
  it('keeps every digit of every number', () => {
    fc.assert(
      fc.property(decimalText, (text) => {
        expect(parseExact(`{"Amount":${text}}`)).toEqual({ Amount: text });
      }),
    );
  });

  it('leaves safe integers as numbers and makes text of all others', () => {
    expect(parseExact('[1, -7, 9007199254740991, 9007199254740993, 100.00, 1e3, 0.1, -0]')).toEqual([
      1,
      -7,
      9007199254740991,
      '9007199254740993',
      '100.00',
      '1e3',
      '0.1',
      -0,
    ]);
  });

  it('leaves text, flags and nesting alone', () => {
    expect(parseExact('{"a":"1.50","b":[true,null,{"c":2.5}]}')).toEqual({ a: '1.50', b: [true, null, { c: '2.5' }] });
  });

  it('refuses what is not JSON', () => {
    expect(() => parseExact('<html>')).toThrow(SyntaxError);
  });
});

describe('writing JSON exactly', () => {
  const numeric = new Set(['Amount']);

  it('writes decimal text under numeric names as bare numbers with the same digits', () => {
    fc.assert(
      fc.property(decimalText, (text) => {
        const written = stringifyExact({ Amount: text, Name: text }, numeric);
        expect(written).toBe(`{"Amount":${text},"Name":"${text}"}`);
        expect(parseExact(written)).toEqual({ Amount: text, Name: text });
      }),
    );
  });

  it('leaves text that is no JSON number in quotes', () => {
    for (const text of ['', '+1', '01', '1e3', '.5', '5.', 'NaN', '1 000']) {
      expect(stringifyExact({ Amount: text }, numeric)).toBe(JSON.stringify({ Amount: text }));
    }
  });
});

describe('canonical JSON', () => {
  it('does not depend on the order of members, at any depth', () => {
    const shuffle = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffle);
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, member]) => [key, shuffle(member)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(canonicalJson(shuffle(value))).toBe(canonicalJson(value));
        expect(contentHash(shuffle(value))).toBe(contentHash(value));
      }),
    );
  });

  it('leaves out undefined members but not null ones', () => {
    expect(canonicalJson({ b: undefined, a: null })).toBe('{"a":null}');
  });

  it('tells values apart that only look alike', () => {
    const values = [1, '1', [1], { 1: 1 }, null, 'null', true, 'true', [[1]], []];
    expect(new Set(values.map(contentHash)).size).toBe(values.length);
    expect(contentHash({ a: 1 })).toMatch(/^[0-9a-f]{32}$/);
  });
});
