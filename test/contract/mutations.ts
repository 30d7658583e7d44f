import type { ErrorObject } from 'ajv';
import fc from 'fast-check';
import { parseExact } from '#shared/core/json.ts';
import { hostileTexts, hostileValue, validOf } from './arbitrary.ts';
import type { JsonSchema, OpenApi, Operation, Parameter } from './document.ts';

export type Path = readonly (string | number)[];

/** A body of which some part is probably wrong. */
export function disturbedBody(operation: Operation, api: OpenApi): fc.Arbitrary<unknown> {
  const schema = operation.body ?? {};
  return fc
    .tuple(validOf(schema, api.resolve), fc.nat(1000), hostileValue, fc.constantFrom('replace', 'remove', 'add'))
    .map(([valid, index, hostile, kind]) => {
      const places = [
        ...new Map([...pathsOf(valid), ...fieldsOf(schema, api)].map((path) => [path.join('\u0000'), path])).values(),
      ];
      const place = places[index % places.length] ?? [];
      if (kind === 'add') return changed(valid, [...place, 'no_such_field'], hostile);
      return changed(valid, place, kind === 'remove' && place.length > 0 ? undefined : hostile);
    });
}

/** Wrong types, and values beyond a limit, in the place of each field of the schema. */
export function wrongBodies(operation: Operation, api: OpenApi, valid: unknown): unknown[] {
  const wrong: unknown[] = [null, true, 7, 'text', '', 'x'.repeat(201), [], {}, [{}], [null], ['']];
  const places = [[], ...fieldsOf(operation.body ?? {}, api)];
  return places.flatMap((place) => wrong.map((value) => changed(valid, place, value)));
}

/** Every field that the schema names, whether a value has it or not. */
function fieldsOf(given: JsonSchema, api: OpenApi, at: Path = []): Path[] {
  const schema = api.resolve(given);
  const parts = Object.entries(schema.properties ?? {});
  return parts.flatMap(([name, part]) => [[...at, name], ...fieldsOf(part, api, [...at, name])]);
}

/** The path of every value inside. */
export function pathsOf(value: unknown, at: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [at];
  const entries = Array.isArray(value) ? value.map((member, index) => [index, member] as const) : Object.entries(value);
  return [at, ...entries.flatMap(([name, member]) => pathsOf(member, [...at, name]))];
}

/** A copy with another value at the path; undefined takes it away. */
export function changed(value: unknown, [name, ...rest]: Path, next: unknown): unknown {
  if (name === undefined) return next;
  if (Array.isArray(value)) {
    return value.map((member: unknown, index) => (index === Number(name) ? changed(member, rest, next) : member));
  }
  const before = value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  const after = changed(before[name], rest, next);
  const others = Object.entries(before).filter(([key]) => key !== String(name));
  return Object.fromEntries(after === undefined ? others : [...others, [String(name), after]]);
}

/**
 * Whether the document refuses this body, and the paths at fault as problems write them. Numbers that are no safe
 * integers reach the schemas as their text.
 */
export function verdict({ accepts }: Operation, text: string): { readonly refused: boolean; readonly paths: string[] } {
  if (!accepts || accepts(parseExact(text))) return { refused: false, paths: [] };
  return { refused: true, paths: [...new Set((accepts.errors ?? []).map(pathAtFault))] };
}

function pathAtFault({ instancePath, keyword, params }: ErrorObject): string {
  const own = keyword === 'required' ? params.missingProperty : undefined;
  const extra = keyword === 'additionalProperties' ? params.additionalProperty : own;
  const parts = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return [...parts, ...(typeof extra === 'string' ? [extra] : [])]
    .map((part, index) => (/^\d+$/.test(part) ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join('');
}

/** Bodies that are no JSON, or none that may be read. */
export const malformedBodies: readonly string[] = [
  '{',
  '{"mode":',
  "{'mode':'full'}",
  '{"mode":"full",}',
  '[1,]',
  'mode=full',
  '<xml/>',
  '{"a":1}{"b":2}',
  '\ufeff{"mode":"full"}',
  '{"__proto__":{"role":"admin"}}',
  '{"filters":{"__proto__":[]}}',
  '{"a":\u0000}',
  '{"a":"\u0001"}',
  '{"a":01}',
  '{"a":NaN}',
  '{"a":"\\x41"}',
  '{"a":"\\ud83"}',
  'undefined',
  `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  '{"a":'.repeat(20_000),
];

/** Values a query parameter cannot have; each with the path it must be refused under. */
export function wrongValues({ schema }: Parameter, api: OpenApi): string[] {
  const part = api.resolve(schema);
  const choices = part.anyOf?.map((each) => api.resolve(each)) ?? [part];
  const of = (each: JsonSchema): string[] => {
    if (each.enum) return ['', 'no-such-value', 'a,b', `${String(each.enum[0])},${String(each.enum[0])}`];
    if (each.type === 'integer' || each.type === 'number') {
      const low = each.minimum === undefined ? [] : [String(each.minimum - 1)];
      const high = each.maximum === undefined || each.maximum > 1e9 ? [] : [String(each.maximum + 1)];
      return ['', 'x', '1.5', '1e400', 'NaN', 'Infinity', '5,6', '99999999999999999999', ...low, ...high];
    }
    if (each.type === 'boolean') return ['', 'maybe', 'true,false'];
    if (each.format === 'date' || each.format === 'date-time') {
      return ['', 'x', '2026-02-30', '2026-13-01', '2026-01-01T25:00:00Z', '20260101', '2026-01-01,2026-01-02'];
    }
    const long = each.maxLength === undefined ? [] : ['x'.repeat(each.maxLength + 1)];
    return [...((each.minLength ?? 0) > 0 ? [''] : []), ...long];
  };
  const lists = choices.map(of);
  // Of several forms, only what is wrong in each of them is wrong.
  return (lists[0] ?? []).filter((value) => lists.every((list) => list.includes(value)));
}

/** Path segments as they go over the wire: encoded separators, broken escapes, names of prototypes, other scripts. */
export const hostileSegments: readonly string[] = [
  '%2F',
  'a%2Fb',
  '..%2F..%2Fapi%2Faudit',
  '%2e%2e',
  '.',
  '..',
  '%00',
  'a%00b',
  '%',
  '%zz',
  '%C3%28',
  '%ED%A0%80',
  '%F0%9F%98%80',
  '%E2%80%AE',
  '%20',
  '+',
  ';a=b',
  "'--",
  '%22',
  '%23',
  '%25',
  '%2525',
  'RUN%23x',
  'TENANT%23demo',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  '-1',
  '*',
  '%7Bsync_id%7D',
  ...hostileTexts.filter((text) => text.length < 300 && text.isWellFormed()).map(encodeURIComponent),
];
