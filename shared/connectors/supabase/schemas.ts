import type { ObjectSchema, RecordSchema, RecordSchemas, ValueKind } from '../../model/record-schema.ts';
import { documents, type TableSpec } from './tables.ts';

/** Columns say what they hold by their names; a test holds these rules and the migrations together. */
const kinds: readonly (readonly [RegExp, ValueKind])[] = [
  [/^raw$/, 'any'],
  [/_at$/, 'instant'],
  [/_day$/, 'day'],
  [/^is_|^(active|taxable|tracks_stock)$/, 'boolean'],
  [/^position$/, 'integer'],
  [/(^|_)(total|subtotal|price|quantity|amount|balance|cost|percent|rate)$/, 'decimal'],
  [
    /^(source|kind|status|sku|name|email|phone|company|country|currency|account|type|note|memo)$|_(id|name|number|method|title|reference|account|code|kind)$/,
    'text',
  ],
];

function columnsOf({ columns, key }: TableSpec): Record<string, RecordSchema> {
  return Object.fromEntries(
    columns.map((column): [string, RecordSchema] => {
      const [, kind = 'any'] = kinds.find(([pattern]) => pattern.test(column)) ?? [];
      return [column, { kind, ...(key.includes(column) ? { required: true as const } : {}) }];
    }),
  );
}

/** Rows as this connector writes them, by the columns of tables.ts. */
export const targetSchemas: RecordSchemas = Object.fromEntries(
  Object.entries(documents).map(([entity, { head, lines }]): [string, ObjectSchema] => {
    const rows: Record<string, RecordSchema> = lines
      ? { [lines.member]: { kind: 'list', of: { kind: 'object', fields: columnsOf(lines.spec) } } }
      : {};
    return [entity, { kind: 'object', fields: { ...columnsOf(head), ...rows } }];
  }),
);
