import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { convertRows } from '#shared/connectors/quickbooks/records/convert.ts';
import { type SourceEntity, sourceEntities } from '#shared/connectors/quickbooks/records/index.ts';
import { targetSchemas as books } from '#shared/connectors/quickbooks/schemas.ts';
import { sourceSchemas as booksSource } from '#shared/connectors/quickbooks/source-schemas.ts';
import { targetSchemas as warehouse } from '#shared/connectors/supabase/schemas.ts';
import { documents } from '#shared/connectors/supabase/tables.ts';
import { sourceSchemas as shop } from '#shared/connectors/woocommerce/schemas.ts';
import { isDecimalText } from '#shared/core/money.ts';
import type { ObjectSchema, RecordSchema } from '#shared/model/record-schema.ts';
import { capturedOrder, capturedOrders, capturedRefunds, refundedOrders } from '#test/mapping/support.ts';
import { type Entity, randomShop, recordOf, wireRecords } from '#test/properties/wire-records.ts';
import { capturedRows } from './quickbooks-captures.ts';

/** Where a record holds what its schema does not know, or holds otherwise than it says. */
function strangers(value: unknown, schema: RecordSchema | undefined, path: string): string[] {
  if (schema === undefined) return [`${path}: unknown`];
  if (value === null || value === undefined || value === '' || schema.kind === 'any') return [];
  if (schema.kind === 'list') {
    if (!Array.isArray(value)) return [`${path}: no list`];
    return value.flatMap((element) => strangers(element, schema.of, `${path}[]`));
  }
  if (schema.kind === 'object') {
    return Object.entries(value).flatMap(([name, member]) => strangers(member, schema.fields[name], `${path}.${name}`));
  }
  const fits = {
    text: typeof value === 'string',
    decimal: isDecimalText(value),
    integer: Number.isSafeInteger(value),
    boolean: typeof value === 'boolean',
    day: /^\d{4}-\d\d-\d\d$/.test(String(value)),
    instant: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(String(value)),
  }[schema.kind];
  return fits ? [] : [`${path}: ${JSON.stringify(value)} is no ${schema.kind}`];
}

/** Paths of values, lists as `[]`. */
function pathsOf(schema: RecordSchema, path = ''): string[] {
  if (schema.kind === 'list') return pathsOf(schema.of, `${path}[]`);
  if (schema.kind !== 'object') return [path];
  return Object.entries(schema.fields).flatMap(([name, member]) => pathsOf(member, path ? `${path}.${name}` : name));
}

function present(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((element) => present(element, `${path}[]`));
  if (value === null || typeof value !== 'object' || /(^|\.)raw$/.test(path)) return [path];
  return Object.entries(value).flatMap(([name, member]) => present(member, path ? `${path}.${name}` : name));
}

describe('[M-VALIDATION] the description of canonical records', () => {
  const entities: readonly Entity[] = ['order', 'customer', 'product'];
  const made = (entity: Entity) => {
    const generated = (['tax_exclusive', 'tax_inclusive'] as const).flatMap((style) => {
      const random = randomShop(11, style, 120);
      return wireRecords(random, entity).map((wire) => recordOf(entity, wire, 'USD'));
    });
    const captured = capturedOrders.map(capturedOrder);
    const carried = captured.flatMap(({ embedded = [] }) => embedded.map(({ record }) => record));
    return [...captured, ...carried, ...generated].filter((record) => record.entity === entity);
  };

  it.each(entities)('fits every recorded and every generated %s', (entity) => {
    const records = made(entity);
    expect(records.length).toBeGreaterThan(20);
    const schema = shop[entity];
    expect([...new Set(records.flatMap(({ data }) => strangers(data, schema, entity)))]).toEqual([]);
  });

  it('fits every recorded refund, and describes nothing that none has', () => {
    const records = refundedOrders.flatMap(capturedRefunds);
    const seen = new Set(records.flatMap(({ data }) => present(data)));

    expect([...new Set(records.flatMap(({ data }) => strangers(data, shop.refund, 'refund')))]).toEqual([]);
    // None of them has a negative fee, which alone has shares.
    const described = pathsOf(shop.refund as ObjectSchema).filter((path) => !path.includes('.shares[]'));
    expect(described.filter((path) => !seen.has(path))).toEqual([]);
  });

  it.each(entities)('describes nothing that no %s has', (entity) => {
    const seen = new Set(made(entity).flatMap(({ data }) => present(data)));
    const missing = pathsOf(shop[entity] as ObjectSchema).filter((path) => !seen.has(path));
    expect(missing).toEqual([]);
  });
});

describe('[M-VALIDATION] the description of what is read from QuickBooks', () => {
  const company = { home: 'USD', today: '2016-12-01' };
  const rows = capturedRows();
  const made = (entity: string) =>
    rows
      .filter((row) => row.entity === entity)
      .flatMap(({ row }) => convertRows(entity, sourceEntities[entity] as SourceEntity, [row], company).records);

  it.each(Object.keys(sourceEntities))('fits every recorded %s', (entity) => {
    const records = made(entity);
    expect(records.length).toBeGreaterThan(1);
    const found = records.flatMap(({ data }) => strangers(data, booksSource[entity], entity));
    expect([...new Set(found)]).toEqual([]);
  });

  it('describes nothing that no record has', () => {
    const data = Object.keys(sourceEntities).flatMap((entity) => made(entity).map((record) => record.data));
    const seen = new Set(data.flatMap((each) => present(each)));
    const described = Object.values(booksSource).flatMap((schema) => pathsOf(schema));
    // An address that is not there is null, and so are its parts.
    const parts = /^(billing|shipping)\./;
    expect([...new Set(described)].filter((path) => !seen.has(path) && !parts.test(path))).toEqual([]);
  });
});

interface Reference {
  readonly type: string;
  readonly max?: number;
  readonly required?: boolean;
  readonly read_only?: boolean;
  readonly fields?: Readonly<Record<string, Reference>>;
}

describe('[M-VALIDATION] the description of QuickBooks documents', () => {
  const reference = JSON.parse(
    readFileSync(new URL('../fixtures/reference/quickbooks-fields.json', import.meta.url), 'utf8'),
  ) as Record<string, Record<string, Reference>>;
  const kinds: Readonly<Record<string, string>> = {
    Decimal: 'decimal',
    BigDecimal: 'decimal',
    Boolean: 'boolean',
    Date: 'day',
  };

  const disagreements = (schema: RecordSchema, fields: Readonly<Record<string, Reference>>, path: string): string[] => {
    const object = schema.kind === 'list' ? schema.of : schema;
    if (object.kind !== 'object') return [];
    return Object.entries(object.fields).flatMap(([name, own]) => {
      const field = fields[name];
      const at = `${path}.${name}`;
      if (!field) return [`${at}: not in the reference`];
      const found: string[] = [];
      // A custom field is named by its place, which the reference calls read-only because it is chosen, not made.
      const isKey = own.kind === 'text' && own.constant === true;
      if (!isKey && Boolean(own.read_only) !== Boolean(field.read_only) && !/^(MetaData|Type)$/.test(name)) {
        found.push(`${at}: read-only ${field.read_only}`);
      }
      if (field.required && !own.required && !own.read_only && !isKey) found.push(`${at}: required`);
      if (own.kind === 'text' && field.max !== undefined && (own.max_length ?? 0) !== field.max) {
        found.push(`${at}: ${own.max_length} instead of ${field.max}`);
      }
      const kind = kinds[field.type];
      if (kind !== undefined && own.kind !== kind && !own.read_only)
        found.push(`${at}: ${own.kind} instead of ${kind}`);
      return [...found, ...(field.fields ? disagreements(own, field.fields, at) : [])];
    });
  };

  it.each(Object.keys(reference))('agrees with the field reference on %s', (type) => {
    const entity = type.replace(/\B[A-Z]/g, '_$&').toLowerCase();
    const schema = books[entity];
    if (!schema) throw new Error(`no schema of ${entity}`);
    expect(disagreements(schema, reference[type] ?? {}, type)).toEqual([]);
  });
});

describe('[M-VALIDATION] the description of warehouse rows', () => {
  const folder = new URL('../../shared/connectors/supabase/migrations/', import.meta.url);
  const sql = globSync('*.sql', { cwd: folder.pathname })
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n');
  const kinds: readonly (readonly [RegExp, string])[] = [
    [/^numeric/, 'decimal'],
    [/^timestamptz/, 'instant'],
    [/^date/, 'day'],
    [/^boolean/, 'boolean'],
    [/^(integer|bigint|smallint)/, 'integer'],
    [/^(text|char)/, 'text'],
    [/^jsonb/, 'any'],
  ];
  const columnsIn = (table: string): Map<string, string> => {
    const [, body = ''] = new RegExp(`create table if not exists public\\.${table} \\(([^;]*)\\);`).exec(sql) ?? [];
    const rows = [...body.matchAll(/^\s+(\w+)\s+([a-z]+[\w(),]*)/gm)].filter(([, name]) => name !== 'primary');
    // Added by a loop over tables: what it adds is of one type in all of them.
    rows.push(...sql.matchAll(/alter table \S+ add column if not exists (\w+) ([a-z]+)/g));
    return new Map(
      rows.map(([, name = '', type = '']) => [name, kinds.find(([pattern]) => pattern.test(type))?.[1] ?? type]),
    );
  };

  it.each(Object.keys(documents))('has the types of the columns of %s', (entity) => {
    const { head, lines } = documents[entity] ?? {};
    const schema = warehouse[entity];
    const parts = [
      { table: head?.table ?? '', fields: schema?.fields ?? {} },
      ...(lines && schema?.fields[lines.member]?.kind === 'list'
        ? [{ table: lines.spec.table, fields: (schema.fields[lines.member] as { of: ObjectSchema }).of.fields }]
        : []),
    ];
    for (const { table, fields } of parts) {
      const columns = columnsIn(table);
      expect(columns.size, table).toBeGreaterThan(5);
      for (const [name, { kind }] of Object.entries(fields)) {
        if (kind === 'list' || kind === 'any') continue;
        expect(`${table}.${name} ${kind}`).toBe(`${table}.${name} ${columns.get(name)}`);
      }
    }
  });
});
