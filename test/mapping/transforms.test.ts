import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Transform, transformSchema } from '#shared/mapping/document.ts';
import { applyTransforms, TransformError } from '#shared/mapping/transforms.ts';

const scope = {
  store: { time_zone: 'Europe/Berlin' },
  settings: { prefix: 'WEB-', codes: { '19': '3', no: 'NON' }, fallback: 'none' },
  country: 'DE',
};
const apply = (value: unknown, ...transforms: Transform[]): unknown => applyTransforms(value, transforms, scope);

describe('each transform', () => {
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
  });
});

describe('a value that does not fit', () => {
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
