import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyMapping, mappingVersion } from '#shared/mapping/apply.ts';
import { type Field, type MappingDocument, mappingDocumentSchema } from '#shared/mapping/document.ts';
import { defaultMappings } from '#shared/mapping/documents/index.ts';
import { cases } from '#test/support/seed.ts';

function documentOf(fields: Field[], more: Partial<MappingDocument> = {}): MappingDocument {
  const platform = { platform: 'a', entity: 'thing' };
  return mappingDocumentSchema.parse({
    id: 'a.thing-b.thing',
    version: 1,
    source: platform,
    target: platform,
    fields,
    ...more,
  });
}
const map = (fields: Field[], scope: Record<string, unknown>, more: Partial<MappingDocument> = {}) =>
  applyMapping(documentOf(fields, more), scope);

describe('a field', () => {
  it('comes from a path, a constant, a template, or the first of several', () => {
    const scope = { a: 'A', blank: ' ', late: 'L' };
    const fields: Field[] = [
      { to: 'From', from: 'a' },
      { to: 'Constant', value: 0 },
      { to: 'Template', template: 'No. {a}' },
      { to: 'First', first: ['missing', 'blank', 'late'] },
    ];

    expect(map(fields, scope)).toEqual({
      kind: 'mapped',
      payload: { From: 'A', Constant: 0, Template: 'No. A', First: 'L' },
    });
  });

  it('is written at its path, beside what is there already', () => {
    const fields: Field[] = [
      { to: 'Ref.value', from: 'id' },
      { to: 'Ref.name', value: 'Ann' },
    ];
    expect(map(fields, { id: '7' })).toMatchObject({ payload: { Ref: { value: '7', name: 'Ann' } } });
  });

  it('with nothing to say is left out, and null only where it is meant', () => {
    const fields: Field[] = [
      { to: 'Missing', from: 'missing' },
      { to: 'Null', from: 'nothing' },
      { to: 'Empty', template: '{missing}' },
      { to: 'Meant', from: 'nothing', via: [{ op: 'null_if_empty' }] },
    ];
    expect(map(fields, { nothing: null })).toEqual({ kind: 'mapped', payload: { Meant: null } });
  });

  it('applies only when its condition holds; of two the later wins', () => {
    const fields: Field[] = [
      { to: 'Type', value: 'service' },
      { to: 'Type', value: 'goods', when: { path: 'stock', is: 'present' } },
    ];
    expect(map(fields, {})).toMatchObject({ payload: { Type: 'service' } });
    expect(map(fields, { stock: 1 })).toMatchObject({ payload: { Type: 'goods' } });
  });

  it('that is required and missing fails the record, and names the place', () => {
    expect(map([{ to: 'Name', from: 'name', via: [{ op: 'trim' }], required: true }], { name: '  ' })).toMatchObject({
      kind: 'failed',
      failure: { category: 'validation', code: 'mapping.required', field: 'Name', retryable: false },
    });
  });

  it('with a value that does not fit fails the record, and names the place inside lists', () => {
    const fields: Field[] = [
      { to: 'Line', each: 'lines', fields: [{ to: 'Amount', from: 'item.total', via: [{ op: 'money' }] }] },
    ];
    expect(map(fields, { lines: [{ total: '1' }, { total: 'free' }] })).toMatchObject({
      kind: 'failed',
      failure: { code: 'mapping.bad_value', field: 'Line[1].Amount', reason: expect.stringContaining('item.total') },
    });
  });

  it('may refer to another record or to an earlier step', () => {
    const fields: Field[] = [
      { to: 'CustomerRef.value', from: 'customer', ref: 'customer' },
      { to: 'TxnId', step: 'invoice' },
      { to: 'Nobody', from: 'missing', ref: 'customer', via: [{ op: 'null_if_empty' }] },
    ];
    expect(map(fields, { customer: 12 })).toEqual({
      kind: 'mapped',
      payload: {
        CustomerRef: { value: { $ref: { entity: 'customer', id: '12' } } },
        TxnId: { $step: 'invoice' },
        Nobody: null,
      },
    });
  });
});

describe('a list', () => {
  const line: Field = {
    to: 'Line',
    each: 'lines',
    fields: [
      { to: 'Name', from: 'item.name' },
      { to: 'Order', from: 'number' },
    ],
  };

  it('has one element per element, which sees itself and the record', () => {
    expect(map([line], { number: 5, lines: [{ name: 'a' }, { name: 'b' }] })).toMatchObject({
      payload: {
        Line: [
          { Name: 'a', Order: 5 },
          { Name: 'b', Order: 5 },
        ],
      },
    });
  });

  it('takes only what it asks for, and several rules add to one list', () => {
    const only = (kind: string): Field => ({
      to: 'Line',
      each: 'lines',
      only: { path: 'item.kind', equals: kind },
      fields: [{ to: 'Kind', from: 'item.kind' }],
    });
    const extra: Field = { to: 'Line', fields: [{ to: 'Kind', value: 'extra' }] };
    const lines = [{ kind: 'fee' }, { kind: 'product' }, { kind: 'product' }];

    expect(map([only('product'), only('fee'), extra], { lines })).toMatchObject({
      payload: { Line: [{ Kind: 'product' }, { Kind: 'product' }, { Kind: 'fee' }, { Kind: 'extra' }] },
    });
  });

  it('leaves out elements with nothing in them, and is empty rather than absent', () => {
    expect(map([line], { lines: [{}] })).toEqual({ kind: 'mapped', payload: { Line: [] } });
    expect(map([line], { lines: 'none' })).toEqual({ kind: 'mapped', payload: {} });
  });

  it('may nest', () => {
    const fields: Field[] = [
      {
        to: 'Outer',
        each: 'groups',
        fields: [{ to: 'Inner', each: 'item.rows', fields: [{ to: 'V', from: 'item' }] }],
      },
    ];
    expect(map(fields, { groups: [{ rows: [1, 2] }, { rows: [3] }] })).toMatchObject({
      payload: { Outer: [{ Inner: [{ V: 1 }, { V: 2 }] }, { Inner: [{ V: 3 }] }] },
    });
  });
});

describe('a record', () => {
  it('is left out for the first reason that applies', () => {
    const include = [
      { when: { path: 'status', in: ['paid'] }, otherwise: 'Status {status} is not posted.' },
      { when: { path: 'lines', is: 'present' as const }, otherwise: 'No lines.' },
    ];
    expect(map([], { status: 'draft' }, { include })).toMatchObject({
      kind: 'excluded',
      reason: 'Status draft is not posted.',
    });
    expect(map([], { status: 'paid' }, { include })).toMatchObject({ kind: 'excluded', reason: 'No lines.' });
  });

  it('fails when it should be there and cannot', () => {
    const rule = { code: 'x.y', field: 'F', reason: 'It is in {currency}.', fix: 'Change {currency}.' };
    const document = { require: [{ when: { path: 'currency', equals: 'USD' }, ...rule }] };
    expect(map([], { currency: 'EUR' }, document)).toMatchObject({
      kind: 'failed',
      failure: { category: 'validation', code: 'x.y', field: 'F', reason: 'It is in EUR.', fix: 'Change EUR.' },
    });
  });

  it('carries the total its document must come to', () => {
    const settlement = { total: 'total', currency: 'currency', adjustment: { ref: 'product', id: 'rounding' } };
    expect(map([], { total: '9.99', currency: 'USD' }, { settlement })).toMatchObject({
      settlement: { total: '9.99', currency: 'USD', adjustment: { ref: 'product', id: 'rounding' } },
    });
  });
});

describe('the documents that come with the product', () => {
  it.each([...defaultMappings.values()].map((document) => [document.id, document] as const))(
    '%s is valid, as data',
    (id, document) => {
      expect(mappingDocumentSchema.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
      expect(id).toBe(
        `${document.source.platform}.${document.source.entity}-${document.target.platform}.${document.target.entity}`,
      );
    },
  );

  it('refuse a member nobody knows, so that a misspelt rule is not silently ignored', () => {
    const document = structuredClone([...defaultMappings.values()][0]);
    expect(mappingDocumentSchema.safeParse({ ...document, filds: [] }).success).toBe(false);
    expect(mappingDocumentSchema.safeParse({ ...document, fields: [{ to: 'A', form: 'b' }] }).success).toBe(false);
  });

  it('have a version that changes with their content', () => {
    const document = documentOf([{ to: 'A', from: 'a' }]);
    expect(mappingVersion(document)).toBe(mappingVersion(structuredClone(document)));
    expect(mappingVersion(documentOf([{ to: 'A', from: 'b' }]))).not.toBe(mappingVersion(document));
  });

  it.each([...defaultMappings.keys()])('%s never throws, whatever the record is', (id) => {
    const document = defaultMappings.get(id);
    if (!document) throw new Error('gone');
    const open: MappingDocument = { ...document, include: [], require: [] };
    const anything = fc.jsonValue({ maxDepth: 3 });
    const amount = fc.oneof(fc.constantFrom('1.00', '', 'x', null), fc.double());
    const line = fc.record(
      { kind: fc.constantFrom('product', 'fee', 'shipping'), total: amount, tax_percent: amount },
      { requiredKeys: [] },
    );
    const record = fc.record(
      {
        number: anything,
        placed_at: fc.oneof(fc.constant('2026-03-01T00:00:00.000Z'), anything),
        customer: anything,
        billing: anything,
        name: fc.string({ unit: 'binary' }),
        email: anything,
        lines: fc.oneof(fc.array(line), anything),
        total: fc.oneof(amount, anything),
        currency: fc.oneof(fc.constant('USD'), anything),
        books: fc.oneof(anything, fc.record({ tax: fc.record({ style: fc.constantFrom('us', 'global', 'line') }) })),
        store: fc.oneof(anything, fc.constant({ time_zone: 'Mars/Olympus' })),
        settings: anything,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(record, (scope) => {
        expect(['excluded', 'failed', 'mapped']).toContain(applyMapping(document, scope).kind);
        expect(['failed', 'mapped']).toContain(applyMapping(open, scope).kind);
      }),
      { numRuns: cases(150) },
    );
  });
});
