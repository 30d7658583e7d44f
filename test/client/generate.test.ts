import { describe, expect, it } from 'vitest';
import { generate } from '../../scripts/client/generate.ts';
import type { JsonSchema, OpenApiOperation } from '../../scripts/client/openapi-types.ts';
import { typeOf } from '../../scripts/client/schema-type.ts';

const typed = (schema: object, isRequest = false): string =>
  typeOf(schema as JsonSchema, { isRequest }).replaceAll(/\s+/g, ' ');

describe('the type of a schema', () => {
  it.each<[object, string]>([
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ anyOf: [{ type: 'integer', minimum: 0 }, { type: 'null' }] }, 'number | null'],
    [{ enum: ['a', 1, null] }, '"a" | 1 | null'],
    [{ const: true }, 'true'],
    [{}, 'unknown'],
    [{ type: 'array', items: { type: ['string', 'null'] } }, 'readonly (string | null)[]'],
    [{ $ref: '#/components/schemas/Sync' }, 'Sync'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, 'Readonly<Record<string, number>>'],
    [
      { type: 'object', propertyNames: { enum: ['a', 'b'] }, additionalProperties: { type: 'number' } },
      'Partial<Readonly<Record<"a" | "b", number>>>',
    ],
    [{ type: 'object', additionalProperties: false }, 'Readonly<Record<string, never>>'],
    [
      { type: 'object', properties: { 'a-b': { type: 'string' } }, required: ['a-b'], additionalProperties: {} },
      '{ readonly "a-b": string; readonly [member: string]: unknown; }',
    ],
  ])('%j', (schema, expected) => expect(typed(schema)).toBe(expected));

  it('lets callers give undefined, and promises that answers do not', () => {
    const schema = { type: 'object', properties: { limit: { type: 'integer', description: 'How */ many' } } };
    expect(typed(schema, true)).toBe('{ /** How *\\/ many */ readonly limit?: number | undefined; }');
    expect(typed(schema)).toContain('limit?: number;');
  });

  it('is refused when there is something it does not know', () => {
    expect(() => typed({ not: { type: 'string' } })).toThrow(/not/);
    expect(() => typed({ type: 'tuple' })).toThrow(/tuple/);
  });
});

describe('the generator', () => {
  const document = (operation: Partial<OpenApiOperation>, schemas = {}) => ({
    paths: {
      '/x': { post: { operationId: 'doIt', summary: 'Do it', responses: { 204: { description: '' } }, ...operation } },
    },
    components: { schemas },
    'x-roles': ['reader', 'writer'],
  });
  const parameter = (where: string, name = 'id') => ({ in: where, name, schema: { type: 'string' } });

  it('gives operations without an answer none', () => {
    expect(generate(document({}))['operations.ts']).toContain(
      'doIt: (input?: NoInput, options?: CallOptions) => Promise<void>',
    );
  });

  it('says which role an operation needs, so that a program can tell before it calls', () => {
    const { 'operations.ts': text } = generate(document({ 'x-role': 'writer', security: [{ bearer: [] }] }));
    expect(text).toContain('roles = ["reader","writer"] as const');
    expect(text).toContain('"role":"writer"');
    expect(generate(document({}))['operations.ts']).toContain('"role":null');
  });

  it('refuses what the client could not send or name', () => {
    expect(() => generate(document({ parameters: [parameter('header')] }))).toThrow(/header/);
    expect(() => generate(document({ parameters: [parameter('query'), parameter('path')] }))).toThrow(/one name/);
    expect(() => generate(document({}, { DoItInput: {} }))).toThrow(/DoItInput/);
  });
});
