import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createConnectors } from '#shared/connectors/registry.ts';
import type { Field, MappingDocument, Transform } from '#shared/mapping/document.ts';
import { defaultMappings } from '#shared/mapping/documents/index.ts';
import { documentLimits } from '#shared/mapping/validate/shape.ts';
import { useOf, validateAs } from '#shared/mapping-editor/validation.ts';
import { routes } from '#shared/sync/routes.ts';
import { hostileValue } from '#test/contract/arbitrary.ts';
import { changed, pathsOf } from '#test/contract/mutations.ts';
import { cases } from '#test/support/seed.ts';
import { quickBooksApp } from './support.ts';

const platforms = createConnectors({ quickbooks: quickBooksApp });
const invoiceId = 'woocommerce.order-quickbooks.invoice';
const rowId = 'woocommerce.order-supabase.order';

function faultsOf(document: unknown, id = invoiceId) {
  const use = useOf(id);
  if (!use) throw new Error(`no mapping ${id}`);
  const checked = validateAs(platforms, use, document);
  return checked.ok ? [] : checked.faults;
}
const brief = (document: unknown, id = invoiceId) => faultsOf(document, id).map(({ path, code }) => `${path} ${code}`);

/** The default with other fields added; `n` is the position of the first of them. */
function withFields(fields: readonly unknown[], id = invoiceId): { document: MappingDocument; n: number } {
  const document = structuredClone(defaultMappings.get(id)) as MappingDocument;
  const n = document.fields.length;
  return { document: { ...document, fields: [...document.fields, ...(fields as Field[])] }, n };
}
/** Faults of one field more, by their paths within it. */
function ofField(field: unknown, id = invoiceId): string[] {
  const { document, n } = withFields([field], id);
  return brief(document, id).map((fault) => fault.replace(`fields[${n}]`, '$'));
}

describe('[M-DEFAULTS] [M-VALIDATION] the mappings of the product', () => {
  it('are there for every step of every route', () => {
    for (const { steps } of routes)
      for (const { mapping } of steps) expect([...defaultMappings.keys()]).toContain(mapping);
  });

  it.each([...defaultMappings.keys()])('%s fits the schemas of both of its ends', (id) => {
    expect(faultsOf(defaultMappings.get(id), id)).toEqual([]);
  });
});

describe('[M-PATHS] a path', () => {
  it.each<[string, string, string[]]>([
    ['of the record', 'billing.email', []],
    ['of an element', 'lines[0].sku', []],
    ['of the raw record, whatever it is called', 'raw.meta_data[0].value', []],
    ['of the store', 'store.time_zone', []],
    ['of the settings', 'settings.doc_number_prefix', []],
    ['that is misspelt', 'biling.email', ['$.from unknown_source_path']],
    ['of a member that is not there', 'billing.mail', ['$.from unknown_source_path']],
    ['into a list as if it were one thing', 'lines.sku', ['$.from unknown_source_path']],
    ['into one thing as if it were a list', 'billing[].email', ['$.from unknown_source_path']],
    ['of a setting there is not', 'settings.prefix', ['$.from unknown_source_path']],
    ['of an element where there is none', 'item.sku', ['$.from unknown_source_path']],
    ['of an inherited member', 'constructor.name', ['$.from unknown_source_path']],
  ])('%s is known or named: %s', (_what, from, expected) => {
    expect(ofField({ to: 'ShipMethodRef.value', from, via: [{ op: 'truncate', length: 20 }] })).toEqual(expected);
  });

  it('is checked wherever one can stand', () => {
    const { document, n } = withFields([
      { to: 'TrackingNum', template: 'x {nope1}' },
      { to: 'BillEmailCc.Address', first: ['status', 'nope2'], via: [{ op: 'truncate', length: 9 }] },
      {
        to: 'EmailStatus',
        from: 'status',
        when: {
          any: [
            { path: 'status', in: ['a'] },
            { path: 'nope3', is: 'present' },
          ],
        },
      },
      {
        to: 'ShipMethodRef.value',
        from: 'status',
        via: [
          { op: 'prefix', path: 'nope4' },
          { op: 'lookup', path: 'settings.nope5', fix: 'Ask {nope6} for {value}' },
          { op: 'concat', paths: ['value', 'nope7'] },
          {
            op: 'conditional',
            when: { path: 'nope8', is: 'present' },
            yes: { path: 'nope9' },
            no: { via: [{ op: 'prefix', path: 'nope10' }] },
          },
          { op: 'expression', cel: 'lines.map(l, l.nope11).join("") + nope12 + status + string(value)' },
        ],
      },
      {
        to: 'Line',
        each: 'postings',
        only: { path: 'item.nope13', is: 'present' },
        fields: [
          { to: 'DetailType', value: 'SalesItemLineDetail' },
          { to: 'Amount', from: 'item.nope14' },
        ],
      },
      {
        to: 'Line',
        each: 'nope15',
        fields: [
          { to: 'DetailType', value: 'SalesItemLineDetail' },
          { to: 'Amount', from: 'item.x' },
        ],
      },
    ]);
    document.include = [{ when: { path: 'nope16', is: 'present' }, otherwise: '{nope17}' }];
    document.settlement = { total: 'nope18', currency: 'currency' };
    const unknown = faultsOf(document);
    expect(new Set(unknown.map(({ code }) => code))).toEqual(new Set(['unknown_source_path']));
    expect(unknown.map(({ message }) => /nope\d+/.exec(message)?.[0]).toSorted()).toEqual(
      Array.from({ length: 18 }, (_, index) => `nope${index + 1}`).toSorted(),
    );
    expect(unknown.map(({ path }) => path.replace(`fields[${n + 3}]`, '$'))).toEqual(
      expect.arrayContaining([
        '$.via[3].no.via[0].path',
        '$.via[2].paths[1]',
        '$.via[4].cel',
        'include[0].when.path',
        'settlement.total',
      ]),
    );
  });
});

describe('[I7] [M-VALIDATION] a target field', () => {
  const text = [{ op: 'plain_text' }, { op: 'truncate', length: 20 }];
  it.each<[string, unknown, string[]]>([
    ['that there is', { to: 'TrackingNum', from: 'number' }, []],
    ['that there is not', { to: 'TrackingNo', from: 'number' }, ['$.to unknown_target_field']],
    [
      'that a member does not have',
      { to: 'ShipMethodRef.id', from: 'number' },
      ['fields required_field_missing', '$.to unknown_target_field'],
    ],
    ['that the platform sets', { to: 'TotalAmt', from: 'total' }, ['$.to read_only_field']],
    ['that is a number, from text', { to: 'ExchangeRate', from: 'note' }, ['$ wrong_type']],
    ['that is a number, made one', { to: 'ExchangeRate', from: 'note', via: [{ op: 'number' }] }, []],
    ['that is a number, from a constant', { to: 'ExchangeRate', value: 'one' }, ['$ wrong_type']],
    ['that is a day, from an instant', { to: 'ShipDate', from: 'paid_at' }, ['$ wrong_type']],
    [
      'that is a day, made one',
      { to: 'ShipDate', from: 'paid_at', via: [{ op: 'day', zone_path: 'store.time_zone' }] },
      [],
    ],
    ['that is true or false, from text', { to: 'ApplyTaxAfterDiscount', from: 'note' }, ['$ wrong_type']],
    ['that is text, from true or false', { to: 'TrackingNum', from: 'prices_include_tax' }, ['$ wrong_type']],
    ['that is text, from an object', { to: 'TrackingNum', from: 'billing' }, ['$ wrong_type']],
    ['that is text, from many', { to: 'TrackingNum', from: 'lines[].sku' }, ['$ wrong_type']],
    [
      'that is text, from many joined',
      { to: 'TrackingNum', from: 'lines[].sku', via: [{ op: 'join', separator: ',' }] },
      [],
    ],
    ['that is an object, from text', { to: 'ShipMethodRef', from: 'note' }, ['$.to wrong_type']],
    ['that is a list, from text', { to: 'CustomField', from: 'note' }, ['$.to wrong_type']],
    ['that has a limit, with text of any length', { to: 'BillEmailCc.Address', from: 'note' }, ['$ may_be_too_long']],
    [
      'that has a limit, cut too late',
      { to: 'BillEmailCc.Address', from: 'note', via: [{ op: 'truncate', length: 101 }] },
      ['$.via[0] may_be_too_long'],
    ],
    [
      'that has a limit, grown after the cut',
      { to: 'BillEmailCc.Address', from: 'note', via: [...text, { op: 'prefix', path: 'number' }] },
      ['$.via[2] may_be_too_long'],
    ],
    ['that has a limit, kept', { to: 'BillEmailCc.Address', from: 'note', via: text }, []],
    [
      'that has a limit, with a longer constant',
      { to: 'BillEmailCc.Address', value: 'x'.repeat(101) },
      ['$ may_be_too_long'],
    ],
    ['that is one of some', { to: 'PrintStatus', value: 'NeedToPrint' }, []],
    ['that is written already', { to: 'CustomerMemo.value', value: 'x' }, ['$.to duplicate_target']],
    ['of which a part is written already', { to: 'BillAddr', from: 'raw.x' }, ['$.to duplicate_target']],
    ['that is emptied', { to: 'ShipDate', value: null }, []],
    ['without an origin', { to: 'TrackingNum' }, ['$ invalid']],
  ])('%s', (_what, field, expected) => {
    expect(ofField(field).toSorted()).toEqual(expected.toSorted());
  });

  it.each<[string, Transform | object, string]>([
    ['an unknown transform', { op: 'explode' }, '$.via[0].op unknown_transform'],
    ['a wrong option', { op: 'truncate', length: 'x' }, '$.via[0].length invalid'],
    ['an option there is not', { op: 'trim', size: 3 }, '$.via[0].size unknown_member'],
    ['a broken expression', { op: 'expression', cel: 'note +' }, '$.via[0].cel invalid_expression'],
    [
      'an expression that reaches out',
      { op: 'expression', cel: 'note.matches("a")' },
      '$.via[0].cel invalid_expression',
    ],
    ['a zone there is not', { op: 'date_format', format: 'yyyy', zone: 'Mars/Olympus' }, '$.via[0].zone unknown_zone'],
    ['letters that are no date', { op: 'date_format', format: 'YYYY' }, '$.via[0].format invalid'],
  ])('with %s is named by its place', (_what, transform, expected) => {
    expect(ofField({ to: 'TrackingNum', from: 'note', via: [transform] })).toContain(expected);
  });

  it('that is required and missing is named, also inside of what is written', () => {
    const document = structuredClone(defaultMappings.get(invoiceId)) as MappingDocument;
    document.fields = document.fields.filter(({ to }) => to !== 'CustomerRef.value' && to !== 'CustomerMemo.value');
    document.fields.push({ to: 'SalesTermRef.name', from: 'note' });
    document.fields.push({ to: 'Line', fields: [{ to: 'Amount', from: 'total' }] });
    const n = document.fields.length - 1;
    expect(faultsOf(document)).toEqual([
      expect.objectContaining({
        path: `fields[${n}].fields`,
        code: 'required_field_missing',
        message: expect.stringContaining('DetailType'),
      }),
      expect.objectContaining({ path: 'fields', message: expect.stringContaining('CustomerRef') }),
    ]);
  });

  it('may be written by several fields only where each says when', () => {
    const paid = { path: 'paid_at', is: 'present' };
    const { document } = withFields([
      { to: 'TrackingNum', value: 'a', when: paid },
      { to: 'TrackingNum', value: 'b', when: { path: 'paid_at', is: 'absent' } },
    ]);
    expect(faultsOf(document)).toEqual([]);
    const { document: both, n } = withFields([
      { to: 'TrackingNum', value: 'a', when: paid },
      { to: 'TrackingNum', value: 'b' },
    ]);
    expect(brief(both)).toEqual([`fields[${n + 1}].to duplicate_target`]);
  });

  it('can refer only to what some flow brings, and to documents made before', () => {
    expect(ofField({ to: 'ShipMethodRef.value', from: 'number', ref: 'class' })).toEqual(['$.ref unknown_reference']);
    expect(ofField({ to: 'ShipMethodRef.value', step: 'payment' })).toEqual(['$.step unknown_step']);
    expect(ofField({ to: 'ShipMethodRef.value', step: 'invoice' }, 'woocommerce.order-quickbooks.payment')).toEqual([
      '$.to unknown_target_field',
    ]);
    const document = structuredClone(defaultMappings.get(invoiceId)) as MappingDocument;
    expect(brief({ ...document, provides: [] })).toEqual(['settlement.adjustment unknown_reference']);
  });

  it('of a warehouse row has the types of its columns', () => {
    expect(ofField({ to: 'loyalty', from: 'note' }, rowId)).toEqual(['$.to unknown_target_field']);
    const document = structuredClone(defaultMappings.get(rowId)) as MappingDocument;
    const at = document.fields.findIndex(({ to }) => to === 'placed_at');
    document.fields[at] = { to: 'placed_at', from: 'note' };
    document.fields = document.fields.filter(({ to }) => to !== 'source_id');
    expect(brief(document, rowId)).toEqual([`fields[${at - 1}] wrong_type`, 'fields required_field_missing']);
  });
});

describe('[M-CUSTOMFIELDS] custom fields', () => {
  const custom = (DefinitionId: unknown, from = 'number', length = 31) => ({
    to: 'CustomField',
    fields: [
      DefinitionId,
      { to: 'Type', value: 'StringType' },
      { to: 'StringValue', from, via: [{ op: 'truncate', length }] },
    ],
  });
  const id = (value: string) => ({ to: 'DefinitionId', value });

  it('are at most three, by three numbers', () => {
    const three = ['1', '2', '3'].map((number) => custom(id(number)));
    expect(faultsOf(withFields(three).document)).toEqual([]);
    const { document, n } = withFields([...three, custom(id('1'))]);
    expect(brief(document)).toEqual([
      `fields[${n + 3}] too_many_elements`,
      `fields[${n + 3}].fields[0].value duplicate_target`,
    ]);
    expect(ofField(custom(id('4')))).toEqual(['$.fields[0].value value_not_allowed']);
    expect(ofField(custom({ to: 'DefinitionId', from: 'number' }))).toEqual(['$.fields[0] value_not_allowed']);
    expect(ofField({ ...custom(id('1')), each: 'lines' })).toEqual(['$.each too_many_elements']);
  });

  it('are texts of 31 characters', () => {
    expect(ofField(custom(id('1'), 'note', 32))).toEqual(['$.fields[2].via[0] may_be_too_long']);
    expect(
      ofField({
        to: 'CustomField',
        fields: [id('1'), { to: 'Type', value: 'NumberType' }, { to: 'StringValue', value: 'x' }],
      }),
    ).toEqual(['$.fields[1].value value_not_allowed']);
    expect(ofField({ to: 'CustomField', fields: [{ to: 'StringValue', value: 'x' }] })).toEqual([
      '$.fields required_field_missing',
    ]);
  });
});

describe('[M-VALIDATION] a document', () => {
  const base = () => structuredClone(defaultMappings.get(invoiceId)) as MappingDocument;

  it('of another mapping is refused', () => {
    expect(brief({ ...base(), id: 'x', target: { platform: 'supabase', entity: 'order' } })).toEqual(
      expect.arrayContaining(['id different_mapping', 'target different_mapping']),
    );
  });

  it('that is too large, too deep or has too many fields is refused', () => {
    expect(brief({ ...base(), settlement: { note: 'x'.repeat(documentLimits.size) } })).toEqual([' too_large']);
    const deep = Array.from({ length: 30 }).reduce<unknown>((inner) => ({ any: [inner] }), {
      path: 'x',
      is: 'present',
    });
    expect(brief({ ...base(), include: [{ when: deep, otherwise: '' }] })).toEqual([' too_deep']);
    const deepest = Array.from({ length: 50_000 }).reduce<unknown>((inner) => [inner], 1);
    expect(brief(deepest)).toEqual([' too_deep']);
    const fields = Array.from({ length: 401 }, (_, index) => ({ to: `F${index}`, value: 1 }));
    expect(brief({ ...base(), fields })).toContain('fields too_many_fields');
  });

  it('never reaches a prototype by where it writes', () => {
    for (const to of ['__proto__.x', 'constructor.prototype.x', 'CustomerMemo.__proto__']) {
      expect(ofField({ to, value: 'x' })).toEqual(['$.to invalid']);
    }
  });

  it('is told all of its faults at once', () => {
    const { document, n } = withFields([
      { to: 'Nope', from: 'nope' },
      { to: 'TotalAmt', from: 'total' },
      { to: 'ShipMethodRef.value', from: 'number', ref: 'class', via: [{ op: 'expression', cel: '(' }] },
    ]);
    expect(brief(document)).toEqual([
      `fields[${n}].to unknown_target_field`,
      `fields[${n}].from unknown_source_path`,
      `fields[${n + 1}].to read_only_field`,
      `fields[${n + 2}].via[0].cel invalid_expression`,
      `fields[${n + 2}].ref unknown_reference`,
    ]);
  });

  it('of any kind is answered, and never throws', () => {
    const paths = pathsOf(base());
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5000), hostileValue), { minLength: 1, maxLength: 4 }), (changes) => {
        const document = changes.reduce<unknown>(
          (before, [place, value]) => changed(before, paths[place % paths.length] ?? [], value),
          base(),
        );
        for (const { path, code, message } of faultsOf(document))
          expect([typeof path, typeof code, typeof message]).toEqual(['string', 'string', 'string']);
      }),
      { numRuns: cases(300) },
    );
    for (const value of [undefined, null, 1, 'x', [], {}]) expect(faultsOf(value).length).toBeGreaterThan(0);
  }, 60_000);
});
