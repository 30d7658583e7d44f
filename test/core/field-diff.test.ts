import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldDiff } from '#shared/core/field-diff.ts';

const value = fc.jsonValue({ maxDepth: 3 });

describe('the fields two values differ in', () => {
  it('are named by path, with old and new value', () => {
    const before = { DocNumber: '1', Line: [{ Amount: '5.00' }, { Amount: '6.00' }], Memo: 'x' };
    const after = { DocNumber: '1', Line: [{ Amount: '5.50' }], Tax: { Total: '1.00' } };
    expect(fieldDiff(before, after)).toEqual([
      { path: 'Line[0].Amount', before: '5.00', after: '5.50' },
      { path: 'Line[1].Amount', before: '6.00' },
      { path: 'Tax.Total', after: '1.00' },
      { path: 'Memo', before: 'x' },
    ]);
  });

  it('are every leaf of what is new', () => {
    expect(fieldDiff(undefined, { a: 1, b: { c: [true] } })).toEqual([
      { path: 'a', after: 1 },
      { path: 'b.c[0]', after: true },
    ]);
  });

  it('say when a list became something else', () => {
    expect(fieldDiff({ a: [1] }, { a: { b: 1 } })).toEqual([{ path: 'a', before: [1], after: { b: 1 } }]);
    expect(fieldDiff({ a: [1] }, { a: 'x' })).toEqual([{ path: 'a', before: [1], after: 'x' }]);
  });

  it('are none exactly when the values are equal', async () => {
    const property = fc.property(value, value, (a, b) => {
      expect(fieldDiff(a, structuredClone(a))).toEqual([]);
      expect(fieldDiff(a, b).length === 0).toBe(isDeepStrictEqual(a, b));
    });
    await fc.assert(property);
  });
});
