import type { ObjectSchema, RecordSchema } from '../../model/record-schema.ts';
import type { Report } from './faults.ts';

/** Nothing is known of what stands here. */
const anything: RecordSchema = { kind: 'any' };
/** Roots of the scope that are not of the record; undefined members are those of the connections' own profiles. */
const free = ['raw', 'store', 'books'];

/** What paths can lead to. */
export interface SourceScope {
  /** Undefined: nothing is known of the record. */
  readonly record: ObjectSchema | undefined;
  /** Names of the target's settings; undefined: nothing is known of them. */
  readonly settings: readonly string[] | undefined;
  /** What the document derives from the record, as far as it has come. */
  readonly derived?: Readonly<Record<string, RecordSchema>> | undefined;
  /** Inside `each`: the element. */
  readonly item?: RecordSchema | undefined;
  /** Inside a transform: the value so far. */
  readonly value?: RecordSchema | undefined;
}

/** What stands at a path; undefined, and a fault, where the path leads nowhere. */
export function resolvePath(
  path: string,
  scope: SourceScope,
  report: (message: string) => void,
): RecordSchema | undefined {
  const [root = '', ...rest] = path.split('.');
  const [, name = root, index] = /^(.*?)(\[\d*\])?$/.exec(root) ?? [];
  const start = rootOf(name, scope, rest[0]);
  if (typeof start === 'string') {
    report(start);
    return undefined;
  }
  return walk(index === undefined ? start : elementOf(start), rest, name, path, report);
}

function rootOf(
  name: string,
  { record, settings, derived = {}, item, value }: SourceScope,
  next: string | undefined,
): RecordSchema | string {
  if (name === 'item') return item ?? 'item is there only inside of each.';
  if (name === 'value') return value ?? 'value is there only inside of a transform.';
  if (name === 'record') {
    const state = {
      required: { kind: 'boolean' },
      written: { kind: 'boolean' },
    } as const;
    return { kind: 'object', fields: { id: { kind: 'text' }, ...state } };
  }
  if (Object.hasOwn(derived, name)) return derived[name] ?? anything;
  if (name === 'settings') {
    const known = next === undefined || settings === undefined || settings.includes(next.replace(/\[.*$/, ''));
    return known ? anything : `The target has no setting ${next}.`;
  }
  if (free.includes(name) || record === undefined) return anything;
  const found = Object.hasOwn(record.fields, name) ? record.fields[name] : undefined;
  return found ?? `The record has no ${name}; it has ${Object.keys(record.fields).join(', ')}.`;
}

function walk(
  schema: RecordSchema | undefined,
  parts: readonly string[],
  before: string,
  path: string,
  report: (message: string) => void,
): RecordSchema | undefined {
  const [part, ...rest] = parts;
  if (schema === undefined) {
    report(`${before} is no list.`);
    return undefined;
  }
  if (part === undefined || schema.kind === 'any') return schema;
  const [, name = part, index] = /^(.*?)(\[\d*\])?$/.exec(part) ?? [];
  const found = schema.kind === 'object' && Object.hasOwn(schema.fields, name) ? schema.fields[name] : undefined;
  if (!found) {
    report(schema.kind === 'list' ? `${before} is a list: write ${before}[]` : `${before} has no ${name}.`);
    return undefined;
  }
  return walk(index === undefined ? found : elementOf(found), rest, `${before}.${name}`, path, report);
}

function elementOf(schema: RecordSchema): RecordSchema | undefined {
  return schema.kind === 'list' ? schema.of : schema.kind === 'any' ? schema : undefined;
}

/** The same, reporting under a path of the document. */
export function checkPath(path: string, scope: SourceScope, where: string, report: Report): RecordSchema | undefined {
  return resolvePath(path, scope, (message) =>
    report(where, 'unknown_source_path', `${path} leads nowhere: ${message}`),
  );
}

/** Every `{path}` of a template. */
export function templatePaths(template: string): readonly string[] {
  return [...template.matchAll(/\{([^{}]+)\}/g)].map(([, path = '']) => path);
}
