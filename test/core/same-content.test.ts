import { describe, expect, it } from 'vitest';
import { sameContent } from '#shared/core/same-content.ts';

describe('what is stored says what was sent', () => {
  it.each([
    ['12.50', '12.5', true],
    [12, '12.00', true],
    ['2026-11-20T12:00:00Z', '2026-11-20T04:00:00-08:00', true],
    ['', null, true],
    [{ Address: '' }, undefined, true],
    [{ Line1: '', City: '' }, { Id: '79' }, true],
    [{ Line1: '', City: '' }, { Id: '79', City: 'Kent' }, false],
    [{}, { Id: '79' }, false],
    ['', { Id: '79' }, false],
    [[], [1], false],
    [[''], ['x'], false],
    [{ value: '7' }, { value: '7', name: 'Ada' }, true],
    [[{ a: '1' }], [{ a: '1', Id: '9' }], true],
    ['12.50', '12.51', false],
    ['a', 'A', false],
    [{ value: '7' }, { value: '8' }, false],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [{ a: { b: 'x' } }, { a: 'x' }, false],
  ])('%j and %j: %s', (sent, stored, same) => {
    expect(sameContent(sent, stored)).toBe(same);
  });
});
