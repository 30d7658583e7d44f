import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Transform, transformSchema } from '#shared/mapping/document.ts';
import { applyTransforms, TransformError, type TransformStep } from '#shared/mapping/transforms.ts';

const scope = {
  store: { time_zone: 'Europe/Berlin' },
  settings: { prefix: 'WEB-', codes: { '19': '3', no: 'NON' }, fallback: 'none' },
  country: 'DE',
};
const apply = (value: unknown, ...transforms: Transform[]): unknown => applyTransforms(value, transforms, scope);

describe('[M-TRANSFORMS] each transform', () => {
  it.each<[Transform, unknown, unknown]>([
    [{ op: 'trim' }, '  a b ', 'a b'],
    [{ op: 'upper' }, 'straße', 'STRASSE'],
    [{ op: 'lower' }, 'ABC', 'abc'],
    [{ op: 'plain_text' }, '<b>A&amp;B</b>', 'A&B'],
    [{ op: 'truncate', length: 3 }, 'ab😀', 'ab'],
    [{ op: 'max_length', length: 3 }, 'abc', 'abc'],
    [{ op: 'remove', characters: ':\\' }, 'a:b\\c', 'abc'],
    [{ op: 'prefix', path: 'settings.prefix' }, 1001, 'WEB-1001'],
    [{ op: 'prefix', path: 'settings.missing' }, '1001', '1001'],
    [{ op: 'default', value: 'x' }, '', 'x'],
    [{ op: 'default', value: 'x' }, undefined, 'x'],
    [{ op: 'default', path: 'settings.fallback' }, null, 'none'],
    [{ op: 'default', value: 'x' }, 'y', 'y'],
    [{ op: 'default', value: false }, [], false],
    [{ op: 'money' }, '12.345', '12.35'],
    [{ op: 'money' }, 7, '7.00'],
    [{ op: 'decimal' }, '4.500', '4.5'],
    [{ op: 'to_text' }, 12, '12'],
    [{ op: 'email' }, ' ann@example.com ', 'ann@example.com'],
    [{ op: 'email' }, 'ann@example', undefined],
    [{ op: 'email' }, 'a@b.com, c@d.com', undefined],
    [{ op: 'day', zone_path: 'store.time_zone' }, '2026-03-28T23:30:00.000Z', '2026-03-29'],
    [{ op: 'split', separator: ' ', index: 0 }, 'Ann Lee', 'Ann'],
    [{ op: 'split', separator: ' ', index: -1 }, 'Ann Lee', 'Lee'],
    [{ op: 'split', separator: ' ', index: 5 }, 'Ann Lee', undefined],
    [{ op: 'join', separator: ', ' }, ['a', '', null, 'b'], 'a, b'],
    [{ op: 'join', separator: ', ' }, 'already text', 'already text'],
    [{ op: 'lookup', path: 'settings.codes', fix: '' }, 19, '3'],
    [{ op: 'null_if_empty' }, '  ', null],
    [{ op: 'null_if_empty' }, undefined, null],
    [{ op: 'null_if_empty' }, '0', '0'],
  ])('%j makes of %j %j', (transform, value, expected) => {
    expect(apply(value, transform)).toEqual(expected);
  });

  it('runs in order', () => {
    expect(apply(' ab ', { op: 'trim' }, { op: 'upper' }, { op: 'prefix', path: 'settings.prefix' })).toBe('WEB-AB');
  });

  it('leaves nothing alone, except those that say what to do with it', () => {
    expect(apply(undefined, { op: 'trim' }, { op: 'money' }, { op: 'default', value: 'x' }, { op: 'upper' })).toBe('X');
    expect(apply(null, { op: 'upper' })).toBeNull();
  });

  it('is the same after a round trip through its schema', () => {
    const transform: Transform = { op: 'lookup', path: 'settings.codes', fix: 'Create {value}.' };
    expect(transformSchema.parse(JSON.parse(JSON.stringify(transform)))).toEqual(transform);
    expect(transformSchema.safeParse({ op: 'trim', surprise: 1 }).success).toBe(false);
    expect(transformSchema.safeParse({ op: 'explode' }).success).toBe(false);
    expect(transformSchema.safeParse({ op: 'date_format', format: 'dd.MM.YYYY' }).success).toBe(false);
  });
});

describe('[M-TRANSFORMS] dates, numbers, texts of several values, and choices', () => {
  const noon = '2026-07-04T21:05:09Z';
  it.each<[Transform, unknown, unknown]>([
    [{ op: 'date_format', format: 'dd.MM.yyyy HH:mm:ss' }, noon, '04.07.2026 21:05:09'],
    [{ op: 'date_format', format: 'd.M.yy H:mm', zone: 'Asia/Kolkata' }, noon, '5.7.26 2:35'],
    [{ op: 'date_format', format: 'yyyy-MM-dd', zone_path: 'store.time_zone' }, noon, '2026-07-04'],
    [{ op: 'date_format', format: 'EEEE, d MMMM', zone: 'America/New_York' }, noon, 'Saturday, 4 July'],
    [{ op: 'date_format', format: "EEE d MMM 'at' HH", zone: 'UTC' }, noon, 'Sat 4 Jul at 21'],
    [
      { op: 'date_format', format: "yyyy-MM-dd'T'HH:mm:ssXXX", zone: 'Europe/Berlin' },
      noon,
      '2026-07-04T23:05:09+02:00',
    ],
    // The hour that the clocks go through twice: the offset tells which one it was.
    [{ op: 'date_format', format: 'HH:mm XXX', zone: 'Europe/Berlin' }, '2026-10-25T00:30:00Z', '02:30 +02:00'],
    [{ op: 'date_format', format: 'HH:mm XXX', zone: 'Europe/Berlin' }, '2026-10-25T01:30:00Z', '02:30 +01:00'],
    [{ op: 'date_format', format: 'dd/MM/yyyy', zone: 'Pacific/Auckland' }, '2026-12-31', '31/12/2026'],
    [{ op: 'date_format', format: 'HH:mm', zone: 'UTC' }, '2026-01-01T00:00:00Z', '00:00'],
    [{ op: 'concat', paths: ['value', 'country'], separator: ' / ' }, 'Berlin', 'Berlin / DE'],
    [{ op: 'concat', paths: ['value', 'country'], separator: ' / ' }, '', 'DE'],
    [{ op: 'concat', paths: ['settings.prefix', 'value'] }, 12, 'WEB-12'],
    [{ op: 'concat', paths: ['nowhere'] }, 'x', undefined],
    [{ op: 'number' }, '4.500', '4.5'],
    [{ op: 'number', places: 2 }, '2.675', '2.68'],
    [{ op: 'number', places: 2, rounding: 'half_even' }, '2.665', '2.66'],
    [{ op: 'number', places: 2, rounding: 'half_even' }, '2.675', '2.68'],
    [{ op: 'number', places: 1, rounding: 'down' }, '-1.99', '-1.9'],
    [{ op: 'number', places: 0, rounding: 'up' }, '1.01', '2'],
    [{ op: 'number', places: 2, rounding: 'down' }, '-0.001', '0.00'],
    [{ op: 'number', parse: { decimal: ',', group: '.' } }, ' 1.234.567,8901 ', '1234567.8901'],
    [{ op: 'number', parse: { decimal: '.', group: ',' }, places: 2 }, '12,345', '12345.00'],
    [{ op: 'number', parse: { decimal: ',', group: ' ' } }, '1\u00A0234,5', '1234.5'],
    [{ op: 'number', places: 2, format: { decimal: ',', group: '.' } }, '-1234567.5', '-1.234.567,50'],
    [{ op: 'number', format: { decimal: '.', group: "'" } }, '0.125', '0.125'],
    [{ op: 'number', places: 2 }, '99999999999999999999.995', '100000000000000000000.00'],
  ])('%j makes of %j %j', (transform, value, expected) => {
    expect(apply(value, transform)).toEqual(expected);
  });

  it.each<[Transform, unknown]>([
    [{ op: 'date_format', format: 'yyyy', zone: 'Mars/Olympus' }, noon],
    [{ op: 'date_format', format: 'yyyy' }, '04.07.2026'],
    [{ op: 'date_format', format: 'yyyy' }, '2026-07-04T10:00:00'],
    [{ op: 'date_format', format: 'yyyy' }, '2026-02-31T10:00:00+99:99'],
    [{ op: 'number' }, '1,5'],
    // Not fifteen: a group has three digits.
    [{ op: 'number', parse: { decimal: ',', group: '.' } }, '1.5'],
    [{ op: 'number', parse: { decimal: ',' } }, '1,2,3'],
    [{ op: 'number' }, 0.1],
    [{ op: 'concat', paths: ['settings'] }, 'x'],
  ])('%j refuses %j instead of guessing', (transform, value) => {
    expect(() => apply(value, transform)).toThrow(RangeError);
  });

  it('takes the side its condition says, and shows which', () => {
    const transform: Transform = {
      op: 'conditional',
      when: {
        any: [
          { path: 'country', equals: 'FR' },
          { path: 'value', is: 'absent' },
        ],
      },
      yes: { template: 'none in {country}' },
      no: { via: [{ op: 'trim' }, { op: 'upper' }] },
    };
    const steps: TransformStep[] = [];
    expect(applyTransforms(' ab ', [transform, { op: 'truncate', length: 1 }], scope, steps)).toBe('A');
    expect(steps).toEqual([
      {
        op: 'conditional',
        before: ' ab ',
        after: 'AB',
        taken: {
          side: 'no',
          steps: [
            { op: 'trim', before: ' ab ', after: 'ab' },
            { op: 'upper', before: 'ab', after: 'AB' },
          ],
        },
      },
      { op: 'truncate', before: 'AB', after: 'A' },
    ]);
    expect(apply(undefined, transform)).toBe('none in DE');
    expect(apply('b', { op: 'conditional', when: { path: 'country', equals: 'FR' }, yes: { value: 1 } })).toBe('b');
    expect(
      apply('b', { op: 'conditional', when: { path: 'country', equals: 'DE' }, yes: { path: 'settings.fallback' } }),
    ).toBe('none');
  });

  it('evaluates an expression over record and value, and says why when it has none', () => {
    expect(apply('19.99', { op: 'expression', cel: 'money(decimal(value) * 1.19)' })).toBe('23.79');
    expect(apply(undefined, { op: 'expression', cel: 'present(value) ? value : country' })).toBe('DE');
    expect(() => apply('5.00', { op: 'expression', cel: 'value * 2' })).toThrow(
      expect.objectContaining({ code: 'mapping.expression_failed', message: expect.stringContaining('decimal(') }),
    );
    expect(() => apply('x', { op: 'expression', cel: 'decimal(value)' })).toThrow(TransformError);
  });
});

describe('[M-TRANSFORMS] a value that does not fit', () => {
  const fault = (value: unknown, transform: Transform): TransformError => {
    try {
      apply(value, transform);
    } catch (error) {
      if (error instanceof TransformError) return error;
      throw error;
    }
    throw new Error('it did fit');
  };

  it('fails when too long, and says how long', () => {
    const error = fault('1234567890', { op: 'max_length', length: 4 });
    expect(error).toMatchObject({ code: 'mapping.too_long' });
    expect(error.message).toBe('"1234567890" has 10 characters; the target takes 4.');
  });

  it('fails when the table has no entry, and says which', () => {
    const error = fault('7', {
      op: 'lookup',
      path: 'settings.codes',
      fix: 'Create a code of {value} % for {country}.',
    });
    expect(error).toMatchObject({ code: 'mapping.not_in_table', fix: 'Create a code of 7 % for DE.' });
    expect(error.message).toContain('"7"');
  });

  it('finds no entry in what a table inherits', () => {
    expect(fault('constructor', { op: 'lookup', path: 'settings.codes', fix: '' }).code).toBe('mapping.not_in_table');
    expect(fault('length', { op: 'lookup', path: 'settings.prefix', fix: '' }).code).toBe('mapping.not_in_table');
  });

  it('is refused as an amount or an instant', () => {
    expect(() => apply('12 EUR', { op: 'money' })).toThrow(RangeError);
    expect(() => apply(0.1, { op: 'decimal' })).toThrow(RangeError);
    expect(() => apply('soon', { op: 'day', zone_path: 'store.time_zone' })).toThrow(RangeError);
  });

  it('never fails in another way, whatever it is', () => {
    const path = fc.constantFrom('settings.codes', 'settings.prefix', 'nowhere', 'store.time_zone');
    const transform = fc.oneof(
      fc.record({
        op: fc.constantFrom(
          'trim',
          'upper',
          'lower',
          'plain_text',
          'money',
          'decimal',
          'to_text',
          'email',
          'null_if_empty',
        ),
      }),
      fc.record({ op: fc.constantFrom('truncate', 'max_length'), length: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ op: fc.constant('remove'), characters: fc.string({ minLength: 1 }) }),
      fc.record({ op: fc.constant('prefix'), path }),
      fc.record({ op: fc.constant('default'), path }),
      fc.record({ op: fc.constant('day'), zone_path: path }),
      fc.record({ op: fc.constant('split'), separator: fc.string({ minLength: 1 }), index: fc.integer() }),
      fc.record({ op: fc.constant('join'), separator: fc.string() }),
      fc.record({ op: fc.constant('lookup'), path, fix: fc.string() }),
      fc.record({ op: fc.constant('concat'), paths: fc.array(path, { minLength: 1 }), separator: fc.string() }),
      fc.record({ op: fc.constant('date_format'), format: fc.string(), zone_path: path }),
      fc.record({ op: fc.constant('number'), places: fc.integer({ min: 0, max: 10 }) }),
      fc.record({ op: fc.constant('expression'), cel: fc.constantFrom('value', 'value + "x"', 'decimal(value)', '(') }),
    ) as fc.Arbitrary<Transform>;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.array(transform, { maxLength: 4 }), (value, transforms) => {
        try {
          apply(value, ...transforms);
        } catch (error) {
          expect(error instanceof TransformError || error instanceof RangeError).toBe(true);
        }
      }),
    );
  });
});
