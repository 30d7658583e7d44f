import type { Failure } from '../core/failure.ts';
import { contentHash } from '../core/json.ts';
import { isDecimalText } from '../core/money.ts';
import { withDerived } from './derive.ts';
import type { Condition, Field, MappingDocument } from './document.ts';
import { fillTemplate, holds, isPresent, readPath, type Scope } from './scope.ts';
import { applyTransforms, TransformError, type TransformStep, text } from './transforms.ts';

type Payload = Record<string, unknown>;

interface MappedSettlement {
  readonly total: string;
  readonly currency: string;
  readonly adjustment?: { readonly ref: string; readonly id: string } | undefined;
  readonly parts?: number | undefined;
}

/** Records that stand for the same thing, of which none may be on the target beside this one. */
export interface Rivals {
  readonly entity: string;
  readonly ids: readonly string[];
  /** Said when all of them are there, and this one is left out. */
  readonly otherwise: string;
  /** Said when some are. */
  readonly reason: string;
  readonly fix: string;
}

interface SourceId {
  readonly entity: string;
  readonly id: string;
}
/** A record that must be on the target first, or the one that stands there for it. */
export interface Needed extends SourceId {
  readonly or?: SourceId | undefined;
}

export type Mapped =
  /** `field` is the member of the record that the rule looked at. */
  | {
      readonly kind: 'excluded';
      readonly reason: string;
      readonly field?: string | undefined;
      /** What becomes of a document that was written before; absent: a person decides. */
      readonly written?: 'archive' | 'keep' | undefined;
    }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** The payload may hold reference marks. */
  | {
      readonly kind: 'mapped';
      readonly payload: Payload;
      readonly settlement?: MappedSettlement | undefined;
      /** Absent where nothing else stands for the same. */
      readonly instead?: readonly Rivals[] | undefined;
      /** What must be on the target first, beside what the payload refers to. */
      readonly after?: readonly Needed[];
    };

/** What a field did with one record, for people. */
export interface FieldTrace {
  /** Where the field stands in the document: `fields[3].fields[0]`. */
  readonly at: string;
  /** Where it writes in the payload: `Line[0].Amount`. */
  readonly to: string;
  readonly outcome: 'written' | 'absent' | 'skipped' | 'failed';
  readonly input?: unknown;
  readonly steps: readonly TransformStep[];
  readonly output?: unknown;
}

/** Filled while a record is mapped, when somebody wants to see how. */
export interface MappingTrace {
  readonly rules: { readonly at: string; readonly held: boolean }[];
  readonly fields: FieldTrace[];
}

/** A record of the source of which a document asks what the target has. */
export interface Asked extends SourceId {
  /** The member of the scope that says it. */
  readonly name: string;
}

/** What a document asks before it is applied; nothing where its scope cannot be made, which applying it tells. */
export function askedBy(document: Pick<MappingDocument, 'stands' | 'derive'>, given: Scope): Asked[] {
  const { stands = [] } = document;
  if (stands.length === 0) return [];
  try {
    const scope = withDerived(given, document.derive);
    return stands.flatMap(({ name, ...asked }) => {
      const record = recordAt(asked, scope);
      return record ? [{ name, ...record }] : [];
    });
  } catch (error) {
    if (error instanceof TransformError || error instanceof RangeError) return [];
    throw error;
  }
}

/** Runs a mapping document over one scope. Never throws for bad data: that is a `failed`. */
export function applyMapping(document: MappingDocument, given: Scope, trace?: MappingTrace): Mapped {
  let scope = given;
  try {
    scope = withDerived(given, document.derive);
  } catch (error) {
    if (error instanceof TransformError) return failed(error.code, 'derive', error.message, error.fix);
    if (!(error instanceof RangeError)) throw error;
    return failed('mapping.bad_value', 'derive', `A value is ${error.message}.`, 'Correct the record at its source.');
  }
  const holdsRule = (list: 'include' | 'require', index: number, when: Condition): boolean => {
    const held = holds(when, scope);
    trace?.rules.push({ at: `${list}[${index}]`, held });
    return held;
  };
  for (const [index, { when, otherwise, written }] of (document.include ?? []).entries()) {
    if (!holdsRule('include', index, when)) {
      const field = 'path' in when ? when.path : undefined;
      return { kind: 'excluded', reason: fillTemplate(otherwise, scope), field, written };
    }
  }
  for (const [index, rule] of (document.require ?? []).entries()) {
    if (!holdsRule('require', index, rule.when)) {
      return failed(rule.code, rule.field, fillTemplate(rule.reason, scope), fillTemplate(rule.fix, scope));
    }
  }
  const payload: Payload = {};
  const missing = fill(payload, document.fields, { scope, path: '', at: '', trace });
  if (missing) return { kind: 'failed', failure: missing };
  const { settlement } = document;
  const rivals = document.instead && { instead: document.instead.map((rule) => rivalsOf(rule, scope)) };
  const needed = (document.after ?? []).flatMap(({ or, ...first }): Needed[] => {
    const record = recordAt(first, scope);
    return record ? [{ ...record, or: or && recordAt(or, scope) }] : [];
  });
  const beside = { ...rivals, ...(needed.length > 0 ? { after: needed } : {}) };
  if (!settlement) return { kind: 'mapped', payload, ...beside };
  const total = readPath(scope, settlement.total);
  const currency = readPath(scope, settlement.currency);
  if (!isDecimalText(total) || typeof currency !== 'string') {
    return failed(
      'mapping.bad_value',
      settlement.total,
      'The record has no total that its document could come to.',
      'Correct the record at its source.',
    );
  }
  const { adjustment } = settlement;
  const parts = settlement.parts === undefined ? {} : { parts: Number(readPath(scope, settlement.parts)) };
  return { kind: 'mapped', payload, ...beside, settlement: { total, currency, adjustment, ...parts } };
}

function recordAt({ ref, id }: { readonly ref: string; readonly id: string }, scope: Scope): SourceId | undefined {
  const value = readPath(scope, id);
  return isPresent(value) ? { entity: ref, id: text(value) } : undefined;
}

function rivalsOf({ ref, ids, ...said }: NonNullable<MappingDocument['instead']>[number], scope: Scope): Rivals {
  const found = [readPath(scope, ids)].flat().filter(isPresent).map(text);
  const inWords = (template: string): string => fillTemplate(template, scope);
  return {
    entity: ref,
    ids: found,
    otherwise: inWords(said.otherwise),
    reason: inWords(said.reason),
    fix: inWords(said.fix),
  };
}

/** Identifies the rules a payload was made by, for the journal. */
export function mappingVersion(document: MappingDocument): string {
  const { id, version, saved_version: saved } = document;
  return `${id}@${saved === undefined ? version : `saved-${saved}`}#${contentHash(document).slice(0, 8)}`;
}

/** Where in document and payload the work is. */
interface Place {
  readonly scope: Scope;
  readonly path: string;
  readonly at: string;
  readonly trace: MappingTrace | undefined;
}

/** Writes the fields into the payload; answers the first fault. */
function fill(payload: Payload, fields: readonly Field[], outer: Place): Failure | undefined {
  for (const [index, field] of fields.entries()) {
    const place = {
      ...outer,
      path: outer.path ? `${outer.path}.${field.to}` : field.to,
      at: `${outer.at ? `${outer.at}.` : ''}fields[${index}]`,
    };
    if (field.when && !holds(field.when, place.scope)) {
      place.trace?.fields.push({ at: place.at, to: place.path, outcome: 'skipped', steps: [] });
      continue;
    }
    const fault = field.fields ? fillElements(payload, field, field.fields, place) : fillValue(payload, field, place);
    if (fault) return fault;
  }
  return undefined;
}

function fillElements(payload: Payload, field: Field, fields: readonly Field[], place: Place): Failure | undefined {
  const source = field.each === undefined ? [undefined] : readPath(place.scope, field.each);
  if (!Array.isArray(source)) return undefined;
  const existing = payload[field.to];
  const elements: unknown[] = Array.isArray(existing) ? existing : [];
  payload[field.to] = elements;
  for (const item of source) {
    const element: Payload = {};
    const scope = field.each === undefined ? place.scope : { ...place.scope, item };
    if (field.only && !holds(field.only, scope)) continue;
    const fault = fill(element, fields, { ...place, scope, path: `${place.path}[${elements.length}]` });
    if (fault) return fault;
    if (Object.keys(element).length > 0) elements.push(element);
  }
  return undefined;
}

function fillValue(payload: Payload, field: Field, place: Place): Failure | undefined {
  const steps: TransformStep[] | undefined = place.trace && [];
  const given = input(field, place.scope);
  const made = makeValue(field, given, place, steps);
  const outcome = 'failure' in made ? 'failed' : made.value === undefined ? 'absent' : 'written';
  place.trace?.fields.push({
    at: place.at,
    to: place.path,
    outcome,
    input: given,
    steps: steps ?? [],
    ...('value' in made ? { output: made.value } : {}),
  });
  if ('failure' in made) return made.failure;
  if (made.value !== undefined) setPath(payload, field.to, made.value);
  return undefined;
}

function makeValue(
  field: Field,
  given: unknown,
  { scope, path }: Place,
  steps: TransformStep[] | undefined,
): { readonly value: unknown } | { readonly failure: Failure } {
  let value: unknown;
  try {
    value = applyTransforms(given, field.via ?? [], scope, steps);
    if (field.ref && isPresent(value)) value = { $ref: { entity: field.ref, id: text(value) } };
  } catch (error) {
    if (error instanceof TransformError) return { failure: failure(error.code, path, error.message, error.fix) };
    if (!(error instanceof RangeError)) throw error;
    const reason = `The value of ${field.from ?? field.to} is ${error.message}.`;
    return { failure: failure('mapping.bad_value', path, reason, 'Correct the record at its source.') };
  }
  if (!field.required || isPresent(value)) return { value };
  const reason = `${path} is required and the record has no ${field.from ?? 'value'} for it.`;
  const fix = 'Complete the record at its source, or set a default in the mapping.';
  return { failure: failure('mapping.required', path, reason, fix) };
}

function input(field: Field, scope: Scope): unknown {
  if (field.step !== undefined) return { $step: field.step };
  if (field.template !== undefined) return fillTemplate(field.template, scope).trim() || undefined;
  if (field.value !== undefined) return field.value;
  if (field.first) return field.first.map((path) => readPath(scope, path)).find(isPresent);
  const value = field.from === undefined ? undefined : readPath(scope, field.from);
  return value === null ? undefined : value;
}

function setPath(target: Payload, path: string, value: unknown): void {
  const parts = path.split('.');
  const last = parts.pop() ?? path;
  let current = target;
  for (const part of parts) {
    const next = current[part];
    if (next !== null && typeof next === 'object' && !Array.isArray(next)) {
      current = next as Payload;
    } else {
      const created: Payload = {};
      current[part] = created;
      current = created;
    }
  }
  current[last] = value;
}

function failed(code: string, field: string, reason: string, fix: string): Mapped {
  return { kind: 'failed', failure: failure(code, field, reason, fix) };
}

function failure(code: string, field: string, reason: string, fix: string): Failure {
  return { category: 'validation', code, field, reason, fix, retryable: false };
}
