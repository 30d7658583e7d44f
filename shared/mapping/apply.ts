import type { Failure } from '../core/failure.ts';
import { contentHash } from '../core/json.ts';
import { isDecimalText } from '../core/money.ts';
import type { Field, MappingDocument } from './document.ts';
import { fillTemplate, holds, isPresent, readPath, type Scope } from './scope.ts';
import { applyTransforms, TransformError, text } from './transforms.ts';

type Payload = Record<string, unknown>;

interface MappedSettlement {
  readonly total: string;
  readonly currency: string;
  readonly adjustment?: { readonly ref: string; readonly id: string } | undefined;
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
  | { readonly kind: 'mapped'; readonly payload: Payload; readonly settlement?: MappedSettlement | undefined };

/** Runs a mapping document over one scope. Never throws for bad data: that is a `failed`. */
export function applyMapping(document: MappingDocument, scope: Scope): Mapped {
  for (const { when, otherwise, written } of document.include ?? []) {
    if (!holds(when, scope)) {
      const field = 'path' in when ? when.path : undefined;
      return { kind: 'excluded', reason: fillTemplate(otherwise, scope), field, written };
    }
  }
  for (const rule of document.require ?? []) {
    if (!holds(rule.when, scope)) {
      return failed(rule.code, rule.field, fillTemplate(rule.reason, scope), fillTemplate(rule.fix, scope));
    }
  }
  const payload: Payload = {};
  const missing = fill(payload, document.fields, scope, '');
  if (missing) return { kind: 'failed', failure: missing };
  const { settlement } = document;
  if (!settlement) return { kind: 'mapped', payload };
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
  return { kind: 'mapped', payload, settlement: { total, currency, adjustment: settlement.adjustment } };
}

/** Identifies the rules a payload was made by, for the journal. */
export function mappingVersion(document: MappingDocument): string {
  return `${document.id}@${document.version}#${contentHash(document).slice(0, 8)}`;
}

/** Writes the fields into the payload; answers the first fault. */
function fill(payload: Payload, fields: readonly Field[], scope: Scope, at: string): Failure | undefined {
  for (const field of fields) {
    if (field.when && !holds(field.when, scope)) continue;
    const path = at ? `${at}.${field.to}` : field.to;
    const fault = field.fields
      ? fillElements(payload, field, field.fields, scope, path)
      : fillValue(payload, field, scope, path);
    if (fault) return fault;
  }
  return undefined;
}

function fillElements(
  payload: Payload,
  field: Field,
  fields: readonly Field[],
  scope: Scope,
  path: string,
): Failure | undefined {
  const source = field.each === undefined ? [undefined] : readPath(scope, field.each);
  if (!Array.isArray(source)) return undefined;
  const existing = payload[field.to];
  const elements: unknown[] = Array.isArray(existing) ? existing : [];
  payload[field.to] = elements;
  for (const item of source) {
    const element: Payload = {};
    const elementScope = field.each === undefined ? scope : { ...scope, item };
    if (field.only && !holds(field.only, elementScope)) continue;
    const fault = fill(element, fields, elementScope, `${path}[${elements.length}]`);
    if (fault) return fault;
    if (Object.keys(element).length > 0) elements.push(element);
  }
  return undefined;
}

function fillValue(payload: Payload, field: Field, scope: Scope, path: string): Failure | undefined {
  let value: unknown;
  try {
    value = applyTransforms(input(field, scope), field.via ?? [], scope);
    if (field.ref && isPresent(value)) value = { $ref: { entity: field.ref, id: text(value) } };
  } catch (error) {
    if (error instanceof TransformError) return failure(error.code, path, error.message, error.fix);
    if (error instanceof RangeError) {
      return failure(
        'mapping.bad_value',
        path,
        `The value of ${field.from ?? field.to} is ${error.message}.`,
        'Correct the record at its source.',
      );
    }
    throw error;
  }
  if (value === undefined || (field.required && !isPresent(value))) {
    if (!field.required) return undefined;
    return failure(
      'mapping.required',
      path,
      `${path} is required and the record has no ${field.from ?? 'value'} for it.`,
      'Complete the record at its source, or set a default in the mapping.',
    );
  }
  setPath(payload, field.to, value);
  return undefined;
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
