import { type Condition, type Document, type Scalar, valueAt } from '#web/lib/document.ts';

export interface Rule {
  readonly to: string;
  readonly from?: string;
  readonly first?: readonly string[];
  readonly value?: Scalar;
  readonly template?: string;
  readonly each?: string;
  readonly fields?: readonly Rule[];
  readonly via?: readonly Transform[];
  readonly when?: Condition;
  readonly only?: Condition;
  readonly required?: boolean;
  readonly ref?: string;
  readonly step?: string;
}

export type Transform = Readonly<Record<string, unknown>> & { readonly op: string };

/** Where the value of a field comes from. */
export const origins = ['from', 'first', 'value', 'template', 'each', 'element', 'step'] as const;
export type Origin = (typeof origins)[number];

export function originOf(rule: Rule): Origin {
  if (rule.step !== undefined) return 'step';
  if (rule.each !== undefined) return 'each';
  if (rule.fields !== undefined) return 'element';
  if (rule.template !== undefined) return 'template';
  if (rule.value !== undefined) return 'value';
  return rule.first === undefined ? 'from' : 'first';
}

/** The same field with another origin; what belongs to the one before goes. */
export function withOrigin(rule: Rule, origin: Origin): Rule {
  const { from, first, value: _value, template: _template, each, fields, step: _step, only, ...rest } = rule;
  switch (origin) {
    case 'from':
      return { ...rest, from: from ?? first?.[0] ?? '' };
    case 'first':
      return { ...rest, first: first ?? (from ? [from] : ['']) };
    case 'value':
      return { ...rest, value: '' };
    case 'template':
      return { ...rest, template: from ? `{${from}}` : '' };
    case 'each':
      return { ...rest, each: each ?? from ?? '', fields: fields ?? [], ...(only ? { only } : {}) };
    case 'element':
      return { ...rest, fields: fields ?? [] };
    case 'step':
      return { ...rest, step: '' };
  }
}

/** Takes the value from this place of the record; transforms, condition and reference stay. */
export function connected(rule: Rule, source: string): Rule {
  if (originOf(rule) === 'each') return { ...rule, each: source };
  const { first: _first, value: _value, template: _template, fields: _fields, step: _step, ...rest } = rule;
  return { ...rest, from: source };
}

/** The place as it is written inside of `each`: `lines[].sku` -> `item.sku`. */
export function seenFrom(path: string, each: string | undefined): string {
  return each !== undefined && path.startsWith(`${each}[].`) ? `item.${path.slice(each.length + 3)}` : path;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const isOptional = (value: unknown, fits: (value: unknown) => boolean) => value === undefined || fits(value);
const isListOf = (fits: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(fits);
const isTransform = (value: unknown) => isObject(value) && typeof value.op === 'string';

function isRule(value: unknown): value is Rule {
  return (
    isObject(value) &&
    typeof value.to === 'string' &&
    isOptional(value.fields, isListOf(isRule)) &&
    isOptional(value.via, isListOf(isTransform)) &&
    isOptional(value.when, isObject) &&
    isOptional(value.only, isObject) &&
    isOptional(
      value.first,
      isListOf((path) => typeof path === 'string'),
    )
  );
}

/** The fields of a document; undefined: it has faults of its shape, and can only be corrected as text. */
export const fieldsOf = (document: Document): readonly Rule[] | undefined =>
  isListOf(isRule)(document.fields) ? (document.fields as readonly Rule[]) : undefined;

export interface Leaf {
  readonly path: string;
  readonly value: unknown;
}

/** Every value of a record with its path; of lists the first element stands for all. */
export function leavesOf(value: unknown, path = '', most = 300): readonly Leaf[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : leavesOf(value[0], `${path}[]`, most);
  if (!isObject(value)) return [{ path, value }];
  return Object.entries(value)
    .flatMap(([name, inner]) => leavesOf(inner, path === '' ? name : `${path}.${name}`, most))
    .slice(0, most);
}

/** The value at a path of a record; of lists the first element's. */
export const sampleAt = (record: unknown, path: string): unknown => valueAt(record, path.replaceAll('[]', '[0]'));

/** A value as it fits on a line. */
export function inShort(value: unknown): string {
  if (value === undefined || value === null || value === '') return '';
  if (typeof value === 'string') return value;
  if (isObject(value) && isObject(value.$ref)) return `${String(value.$ref.entity)} ${String(value.$ref.id)}`;
  if (isObject(value) && typeof value.$step === 'string') return value.$step;
  return JSON.stringify(value);
}

export interface Change {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Places at which two documents differ. */
export function changesBetween(before: unknown, after: unknown, path = ''): readonly Change[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) {
    const longest = Math.max(before.length, after.length);
    return Array.from({ length: longest }, (_, index) =>
      changesBetween(before[index], after[index], `${path}[${index}]`),
    ).flat();
  }
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => changesBetween(before[name], after[name], path === '' ? name : `${path}.${name}`));
  }
  return [{ path, before, after }];
}
