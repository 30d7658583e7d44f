import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal } from '#shared/core/money.ts';
import { compileExpression } from '#shared/mapping/expression/expression.ts';
import { ExpressionError } from '#shared/mapping/expression/limits.ts';
import { cases } from '#test/support/seed.ts';

const record = {
  number: '1001',
  total: '19.99',
  note: null,
  name: 'Bob',
  quantity: 3,
  deep: { x: 'y', constructor: 'own' },
  lines: [
    { kind: 'product', sku: 'A-1', total: '1.10', quantity: 2 },
    { kind: 'fee', sku: null, total: '2.20', quantity: 1 },
  ],
};
const evaluate = (source: string, scope: Record<string, unknown> = record) => compileExpression(source).evaluate(scope);
const fault = (source: string, scope: Record<string, unknown> = record): ExpressionError => {
  try {
    evaluate(source, scope);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`${source} has a value`);
};

describe('[M-TRANSFORMS] an expression', () => {
  it.each<[string, unknown]>([
    ['total', '19.99'],
    ['deep.x + "/" + name', 'y/Bob'],
    ['deep["x"]', 'y'],
    ['lines[1].kind', 'fee'],
    ['lines[9].kind', undefined],
    ['missing.member.of.nothing', undefined],
    ['note', undefined],
    ['quantity + 1', 4],
    ['-quantity', -3],
    ['quantity % 2 == 1 ? "odd" : "even"', 'odd'],
    ['present(note) || quantity > 2 && !(name in ["Al"])', true],
    ['coalesce(note, missing, name)', 'Bob'],
    ['sum(lines.map(l, l.total))', '3.3'],
    ['money(sum(lines.filter(l, l.kind == "fee").map(l, l.total)))', '2.20'],
    ['lines.map(l, present(l.sku), l.sku).join(", ")', 'A-1'],
    ['lines.exists(l, l.kind == "fee") && lines.all(l, decimal(l.total) > 1)', true],
    ['size(lines) + size(name) + "ab".size()', 7],
    ['name.upperAscii().replace("B", "bb").substring(0, 3)', 'bbO'],
    ['"a;b".split(";").map(x, x + "!").join("")', 'a!b!'],
    ['name.startsWith("B") && name.endsWith("b") && name.contains("o") && name.indexOf("o") == 1', true],
    ['day("2026-11-22T02:30:00Z", "America/New_York")', '2026-11-21'],
    ['int("5.00") * 2', 10],
    ['string(1.50) + string(true) + string(note)', '1.5true'],
    ['lines.filter(l, l.quantity == 2)', [record.lines[0]]],
  ])('%s comes to %j', (source, expected) => {
    expect(evaluate(source)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['decimal(total) * 0.1', '1.999'],
    ['decimal("0.1") + 0.2', '0.3'],
    ['0.1 + 0.2 == 0.3', true],
    ['round(2.675, 2)', '2.68'],
    ['round(-0.5)', '-1'],
    ['div(1, 3, 4)', '0.3333'],
    // Rounded once: with twenty digits in between it would come to 0.01.
    ['div(1, 200.0000000000000000000000001, 2)', '0'],
    ['money(div(decimal(total), 3, 10))', '6.66'],
    ['9007199254740993 + 1', '9007199254740994'],
    ['decimal("12345678901234567890.12") - 0.01', '12345678901234567890.11'],
    ['max(decimal(total), 20) == 20.00 && min(1, 2) == 1 && abs(-1.5) == 1.5', true],
    ['decimal(5) == 5.00 && 5 == decimal("5")', true],
  ])('calculates exactly: %s is %j', (source, expected) => {
    expect(evaluate(source)).toEqual(expected);
  });

  it.each(['total + total', 'total > "5"', 'total * 2', '1 - total', 'lines.map(l, l.total + l.total)'])(
    'does not calculate with the letters of an amount: %s',
    (source) => {
      expect(fault(source)).toMatchObject({ kind: 'evaluation', message: expect.stringContaining('decimal(') });
    },
  );

  it('agrees with decimal arithmetic for any amounts', () => {
    const amount = fc
      .tuple(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.integer({ min: 0, max: 6 }))
      .map(([digits, places]) =>
        decimal(`${digits}`)
          .div(`1${'0'.repeat(places)}`)
          .toFixed(),
      );
    fc.assert(
      fc.property(amount, amount, amount, (a, b, c) => {
        const exact = decimal(a).plus(decimal(b).times(decimal(c)));
        expect(evaluate('decimal(a) + decimal(b) * decimal(c)', { a, b, c })).toBe(
          exact.toFixed().replace(/^-0$/, '0'),
        );
      }),
    );
  });

  it('tells which paths it reads', () => {
    expect(compileExpression('lines.filter(l, l.kind == "fee").map(l, l.deep.total)').reads.toSorted()).toEqual([
      'lines',
      'lines[].deep.total',
      'lines[].kind',
    ]);
    expect(compileExpression('billing.email + settings["prefix"] + value').reads.toSorted()).toEqual([
      'billing.email',
      'settings.prefix',
    ]);
  });

  it('is compiled once', () => {
    expect(compileExpression('total + "!"')).toBe(compileExpression('total + "!"'));
    expect(() => compileExpression('total +')).toThrow(ExpressionError);
    expect(() => compileExpression('total +')).toThrow(ExpressionError);
  });
});

describe('[M-TRANSFORMS] a hostile expression', () => {
  it.each([
    'name.constructor',
    'lines.constructor',
    'lines["constructor"]',
    'name["__proto__"]',
    'lines.length',
    '"".constructor.constructor("return process")()',
    '(1).toString()',
  ])('reaches nothing of JavaScript: %s', (source) => {
    expect(['syntax', 'evaluation']).toContain(fault(source).kind);
  });

  it.each(['constructor', 'toString', 'deep.toString', 'deep.hasOwnProperty', 'valueOf.name'])(
    'finds no inherited member: %s',
    (source) => {
      expect(evaluate(source)).toBeUndefined();
    },
  );

  it('reads own members whatever they are called', () => {
    expect(evaluate('deep.constructor')).toBe('own');
    expect(evaluate('a["__proto__"]', { a: JSON.parse('{"__proto__":"own"}') })).toBe('own');
  });

  it.each([
    ['name.matches("(a+)+$")', 'matches'],
    ['double("1")', 'double'],
    ['type(1)', 'type'],
    ['dyn(1)', 'dyn'],
    ['get__(scope__, "x")', 'get__'],
    ['cel.bind(x, 1, x)', 'bind'],
    ['timestamp("2026-01-01T00:00:00Z")', 'timestamp'],
    ['b"abc"', 'no value'],
    ['1u', 'no value'],
    ['1e400', ''],
    ['1e5', 'no value'],
    ['1 / 3', 'no operator /'],
    ['{"a": 1}', ''],
    ['lines.map(get__, 1)', 'name'],
    ['__proto__', ''],
    ['', ''],
    ['total)', ''],
    ['x'.repeat(2001), '2000'],
    ['['.repeat(200) + ']'.repeat(200), ''],
    ['('.repeat(1900), ''],
    ['!'.repeat(1900), ''],
    [`1${'+1'.repeat(600)}`, ''],
    [`a${'.a'.repeat(600)}`, ''],
    ['9'.repeat(100), 'digits'],
    ['"\\uD800"', ''],
  ])('is refused before it runs: %.60s', (source, message) => {
    const error = fault(source);
    expect(error.kind).toBe('syntax');
    expect(error.message).toContain(message);
  });

  const many = { lines: Array.from({ length: 1000 }, (_, index) => ({ t: `T${index}` })), text: 'x'.repeat(30_000) };
  it.each([
    'lines.map(a, lines.map(b, lines.map(c, 1)))',
    'lines.exists(a, lines.exists(b, lines.exists(c, lines.exists(d, false))))',
    'lines.all(a, lines.all(b, lines.all(c, true))) || true',
    'lines.map(a, lines)',
    'lines.map(a, text)',
    'lines.map(a, text).join("")',
    'text.replace("x", text)',
    'text.split("")',
    'text + text',
    'lines + lines',
    'lines.map(a, text.split("y"))',
    `[9]${'.map(a, a * a)'.repeat(20)}`,
    `["ab"]${'.map(a, a + a)'.repeat(20)}`,
  ])('is stopped in time: %s', (source) => {
    const begun = performance.now();
    expect(fault(source, many).kind).toBe('limit');
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it('never throws anything else, whatever it and the record are', () => {
    const piece = fc.constantFrom(
      ...['total', 'lines', 'l', 'value', 'name', '.', '[', ']', '(', ')', ',', '"a"', '"', '1', '0.5', '+', '-', '*'],
      ...['%', '==', '<', '&&', '||', '!', '?', ':', 'in', 'null', 'true', '.map(l, ', '.filter(l, ', '.exists(l, '],
      ...['decimal(', 'sum(', 'round(', 'div(', 'size(', '.join(', '.split(', '.replace(', '__proto__', 'constructor'],
    );
    const source = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(' ')),
    );
    fc.assert(
      fc.property(
        source,
        fc.dictionary(fc.constantFrom('total', 'lines', 'value', 'name'), fc.anything({ maxDepth: 3 })),
        (text, scope) => {
          try {
            JSON.stringify(evaluate(text, scope), (_key, member) =>
              typeof member === 'bigint' ? `${member}` : member,
            );
          } catch (error) {
            expect(error).toBeInstanceOf(ExpressionError);
          }
        },
      ),
      { numRuns: cases(600) },
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
