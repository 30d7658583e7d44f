import fc from 'fast-check';
import type { JsonSchema } from './document.ts';

type Resolve = (schema: JsonSchema) => JsonSchema;

/** Longest text and list that are made: limits of a schema beyond these are tested one by one. */
const longest = 40;
const most = 4;
const latestDay = Date.parse('9999-12-31T00:00:00Z');

/** Values that a schema allows. */
export function validOf(given: JsonSchema, resolve: Resolve): fc.Arbitrary<unknown> {
  const schema = resolve(given);
  const again = (part: JsonSchema): fc.Arbitrary<unknown> => validOf(part, resolve);
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(again));
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type: string) => again({ ...schema, type })));
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return numbers(schema);
    case 'string':
      return texts(schema);
    case 'array': {
      const maxLength = Math.min(schema.maxItems ?? most, Math.max(most, schema.minItems ?? 0));
      return fc.array(again(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength });
    }
    case 'object':
      return objects(schema, again);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function numbers({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): fc.Arbitrary<number> {
  const min = minimum ?? (exclusiveMinimum === undefined ? 0 : exclusiveMinimum + 1);
  const max = maximum ?? (exclusiveMaximum === undefined ? min + 1000 : exclusiveMaximum - 1);
  return fc.integer({ min, max: Math.min(max, min + 1000) });
}

function texts({ format, pattern, minLength = 0, maxLength = longest }: JsonSchema): fc.Arbitrary<string> {
  const moment = fc
    .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date(latestDay), noInvalidDate: true })
    .map((date) => date.toISOString());
  if (format === 'date') return moment.map((text) => text.slice(0, 'yyyy-mm-dd'.length));
  if (format === 'date-time') return moment;
  if (format === 'email') return fc.constantFrom('ada@example.com', 'a.b+c@shop.example');
  if (format === 'uri' || format === 'url') return fc.constant('https://shop.example/path');
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern)).filter((text) => text.length <= maxLength);
  return fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, longest)) });
}

function objects(schema: JsonSchema, again: (part: JsonSchema) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const known = fc.record(Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, again(part)])), {
    requiredKeys: Object.keys(properties).filter((name) => required.includes(name)),
    noNullPrototype: true,
  });
  if (typeof additionalProperties !== 'object') return known;
  const others = fc.dictionary(
    fc.string({ minLength: 1, maxLength: 12 }).filter((name) => name !== '__proto__'),
    again(additionalProperties),
    {
      maxKeys: most,
      noNullPrototype: true,
    },
  );
  return fc.tuple(known, others).map(([own, more]) => ({ ...more, ...(own as object) }));
}

/** Text that breaks what is not careful: keys of the table, regular expressions, prototypes, encodings, columns. */
export const hostileTexts: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '__proto__',
  'constructor',
  'toString',
  '#',
  '%',
  '%23',
  'TENANT#demo',
  '../../etc/passwd',
  '\ud800',
  'x\udfffy',
  '😀'.repeat(40),
  'ÅÅ\u0301\u202e',
  '{"$ne":null}',
  '=HYPERLINK("http://x")',
  "' OR 1=1 --",
  '<script>alert(1)</script>',
  'x'.repeat(201),
  'x'.repeat(5000),
  '1e999',
  '-0',
  'NaN',
  '9007199254740993',
  '0x10',
  '٣',
];

/** Anything at all in the place of a value. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 2 ** 53, -(2 ** 53), 1e308, [], {}, [[]], [null], { length: 1 }),
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.array(fc.constantFrom<unknown>('x', null, 1), { maxLength: 3 }),
  fc.jsonValue({ maxDepth: 3 }),
);
