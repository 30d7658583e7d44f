import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Condition, conditionSchema } from '#shared/mapping/document.ts';
import { fillTemplate, holds, isPresent, readPath } from '#shared/mapping/scope.ts';

const scope = {
  number: '1001',
  total: '0.00',
  paid: null,
  note: ' ',
  flag: false,
  customer: { name: 'Ann', address: { city: 'Lyon' } },
  lines: [{ sku: 'A' }, { sku: 'B', tags: ['x', 'y'] }],
  settings: { statuses: ['processing', 'completed'], table: { completed: '3', '1001': null } },
  status: 'completed',
  none: [],
  day: '2026-03-01',
  placed_at: '2026-03-02T03:30:00.000Z',
  store: { time_zone: 'America/New_York' },
};

describe('a path', () => {
  it.each([
    ['number', '1001'],
    ['customer.address.city', 'Lyon'],
    ['lines[].sku', ['A', 'B']],
    ['lines[1].sku', 'B'],
    ['lines[1].tags[0]', 'x'],
    ['lines[7].sku', undefined],
    ['customer[].name', undefined],
    ['customer.nothing.at.all', undefined],
    ['number.length', undefined],
    ['customer.constructor', undefined],
    ['__proto__.polluted', undefined],
    ['lines.length', 2],
  ])('%s reads %j', (path, expected) => {
    expect(readPath(scope, path)).toEqual(expected);
  });

  it('never throws, whatever it leads through', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.string(), (value, path) => void readPath(value, path)));
  });
});

describe('a condition', () => {
  it.each<[Condition, boolean]>([
    [{ path: 'number', is: 'present' }, true],
    [{ path: 'paid', is: 'absent' }, true],
    [{ path: 'note', is: 'present' }, false],
    [{ path: 'none', is: 'absent' }, true],
    [{ path: 'flag', is: 'present' }, true],
    [{ path: 'missing', is: 'absent' }, true],
    [{ path: 'total', equals: '0.00' }, true],
    [{ path: 'total', equals: 0 }, false],
    [{ path: 'missing', equals: null }, true],
    [{ path: 'total', not_equals: '0.00' }, false],
    [{ path: 'flag', not_equals: true }, true],
    [{ path: 'status', in: ['a', 'completed'] }, true],
    [{ path: 'status', in: [] }, false],
    [{ path: 'status', in_path: 'settings.statuses' }, true],
    [{ path: 'status', in_path: 'settings.missing' }, false],
    [{ path: 'status', in_path: 'settings.table' }, true],
    [{ path: 'flag', in_path: 'settings.table' }, false],
    [{ path: 'number', in_path: 'settings.table' }, false],
    [{ path: 'missing', in_path: 'settings.table' }, false],
    [
      {
        any: [
          { path: 'flag', equals: true },
          { path: 'number', is: 'present' },
        ],
      },
      true,
    ],
    [
      {
        all: [
          { path: 'flag', equals: true },
          { path: 'number', is: 'present' },
        ],
      },
      false,
    ],
    [{ path: 'day', from: '2026-03-01' }, true],
    [{ path: 'day', from: '2026-03-02' }, false],
    [{ path: 'day', to: '2026-03-01' }, true],
    [{ path: 'day', from: '2026-02-01', to: '2026-02-28' }, false],
    // Late in the evening in New York, and already the next day in UTC.
    [{ path: 'placed_at', from: '2026-03-01', to: '2026-03-01' }, true],
    [{ path: 'placed_at', from: '2026-03-02' }, false],
    [{ path: 'missing', to: '2026-03-01' }, false],
    [{ path: 'number', from: '1000-01-01' }, false],
    [{ any: [] }, false],
    [{ all: [] }, true],
  ])('%j is %s', (condition, expected) => {
    expect(conditionSchema.parse(condition)).toEqual(condition);
    expect(holds(condition, scope)).toBe(expected);
  });

  it('with a member nobody knows is refused rather than ignored', () => {
    expect(conditionSchema.safeParse({ path: 'a', equal: 1 }).success).toBe(false);
    expect(conditionSchema.safeParse({ path: 'a', is: 'there' }).success).toBe(false);
    expect(conditionSchema.safeParse({ path: 'a' }).success).toBe(false);
    expect(conditionSchema.safeParse({ path: 'a', from: '2026-02-30' }).success).toBe(false);
  });
});

describe('a template', () => {
  it('fills its holes and leaves nothing where there is nothing', () => {
    expect(fillTemplate('Order {number}, {customer.name}{paid}{missing} {lines[].sku}', scope)).toBe(
      'Order 1001, Ann A, B',
    );
    expect(fillTemplate('{} {{number}}', scope)).toBe('{} {1001}');
  });

  it('does not read values as templates again', () => {
    expect(fillTemplate('{a}', { a: '{secret}', secret: 'hidden' })).toBe('{secret}');
  });

  it('takes zero and false for something', () => {
    expect(isPresent(0)).toBe(true);
    expect(fillTemplate('{flag} {zero}', { ...scope, zero: 0 })).toBe('false 0');
  });
});
