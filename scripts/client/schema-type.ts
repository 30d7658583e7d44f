import type { JsonSchema } from './openapi-types.ts';

/** Keywords that narrow or describe a value without changing its TypeScript type. */
const silent = new Set([
  ...['description', 'title', 'example', 'examples', 'default', 'format', 'pattern', 'deprecated', 'readOnly'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'contentEncoding'],
]);
const understood = new Set([
  ...['$ref', 'type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf', 'items'],
  ...['properties', 'required', 'additionalProperties', 'propertyNames'],
]);

const referencePrefix = '#/components/schemas/';

/** Name of the schema that a reference leads to. */
export function referenced(reference: string): string {
  if (!reference.startsWith(referencePrefix)) throw new Error(`no reference into the components: ${reference}`);
  return reference.slice(referencePrefix.length);
}

/** How optional members are written: callers may also give undefined for those of requests. */
export interface TypeOptions {
  readonly isRequest: boolean;
}

/**
 * The TypeScript type of a schema, as text that still wants formatting.
 *
 * @throws Error for a keyword it does not know, so that nothing is typed wrongly in silence.
 */
export function typeOf(schema: JsonSchema, options: TypeOptions): string {
  for (const keyword of Object.keys(schema)) {
    if (!silent.has(keyword) && !understood.has(keyword)) {
      throw new Error(`the client generator does not know the JSON Schema keyword ${keyword}`);
    }
  }
  if (schema.$ref !== undefined) return referenced(schema.$ref);
  if (schema.enum) return union(schema.enum.map(literal));
  if (schema.const !== undefined) return literal(schema.const);
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return union(either.map((one) => typeOf(one, options)));
  if (schema.allOf) return schema.allOf.map((one) => `(${typeOf(one, options)})`).join(' & ');
  const types = schema.type === undefined ? [] : [schema.type].flat();
  return types.length === 0 ? 'unknown' : union(types.map((type) => typeNamed(type, schema, options)));
}

const literal = (value: unknown): string => JSON.stringify(value);
const union = (types: readonly string[]): string => [...new Set(types)].join(' | ');

function typeNamed(type: string, schema: JsonSchema, options: TypeOptions): string {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'number':
    case 'integer':
      return 'number';
    case 'array':
      return `readonly (${schema.items ? typeOf(schema.items, options) : 'unknown'})[]`;
    case 'object':
      return objectType(schema, options);
    default:
      throw new Error(`the client generator does not know the JSON Schema type ${type}`);
  }
}

function objectType(schema: JsonSchema, options: TypeOptions): string {
  const { additionalProperties: more, properties = {} } = schema;
  const others = typeof more === 'object' ? typeOf(more, options) : 'unknown';
  if (Object.keys(properties).length > 0) return `{\n${members(schema, options)}${more ? restMember : ''}}`;
  if (more === false) return 'Readonly<Record<string, never>>';
  const names = schema.propertyNames ? typeOf(schema.propertyNames, options) : 'string';
  const record = `Readonly<Record<${names}, ${others}>>`;
  return names === 'string' || schema.required ? record : `Partial<${record}>`;
}

/** What stands beside named members must admit their types too, so it is `unknown` whatever its own schema says. */
const restMember = 'readonly [member: string]: unknown;\n';

/** Members of an object type, one below the other. */
export function members({ properties = {}, required = [] }: JsonSchema, options: TypeOptions): string {
  return Object.entries(properties)
    .map(([name, schema]) => member({ name, schema, isRequired: required.includes(name) }, options))
    .join('');
}

interface Member {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

/** One member with its comment. */
export function member({ name, schema, isRequired }: Member, options: TypeOptions): string {
  const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
  const undefinable = !isRequired && options.isRequest ? ' | undefined' : '';
  return `${comment(describe(schema))}readonly ${key}${isRequired ? '' : '?'}: ${typeOf(schema, options)}${undefinable};\n`;
}

/** What a schema says about itself, on one line. */
export function describe({ description, example }: JsonSchema): readonly string[] {
  const shown = example === undefined ? [] : [`e.g. \`${typeof example === 'string' ? example : literal(example)}\``];
  const text = [...(description === undefined ? [] : [description]), ...shown].join('; ');
  return text === '' ? [] : [text];
}

/** A doc comment of these lines; nothing without lines. */
export function comment(lines: readonly string[]): string {
  const safe = lines.map((line) => line.replaceAll('*/', '*\\/').replaceAll(/\s+/g, ' '));
  if (safe.length === 0) return '';
  if (safe.length === 1) return `/** ${safe[0]} */\n`;
  return `/**\n${safe.map((line) => ` *${line === '' ? '' : ` ${line}`}\n`).join('')} */\n`;
}
