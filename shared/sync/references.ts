import type { SourceRecord } from '../connectors/source.ts';
import type { Failure } from '../core/failure.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { Needed } from '../mapping/apply.ts';
import type { CausedBy, StoredReference } from './change.ts';

export interface Reference {
  readonly entity: string;
  readonly id: string;
}

/** Where a reference leads: a target id, or why there is none. */
export type Resolved =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly caused_by: CausedBy };

export const referenceKey = ({ entity, id }: Reference): string => `${entity}\u0000${id}`;

/** All references in a payload, in order, each once. */
export function referencesIn(payload: unknown): Reference[] {
  const found = new Map<string, Reference>();
  visit(payload, (reference) => found.set(referenceKey(reference), reference));
  return [...found.values()];
}

function visit(value: unknown, take: (reference: Reference) => void): void {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const element of value) visit(element, take);
    return;
  }
  const mark = (value as { $ref?: Reference }).$ref;
  if (mark) take(mark);
  else for (const member of Object.values(value)) visit(member, take);
}

export type Substituted =
  | { readonly ok: true; readonly payload: JsonObject; readonly references: readonly StoredReference[] }
  | { readonly ok: false; readonly failure: Failure; readonly caused_by?: CausedBy };

/**
 * Puts target ids where the marks are; the first reference that leads nowhere decides.
 *
 * @param resolve where a reference leads, and the entity of the target it leads to.
 * @param step target id of an earlier document of the same record.
 * @param after references beside those of the payload, which must lead somewhere too.
 */
export function substitute(
  payload: Record<string, unknown>,
  record: Pick<SourceRecord, 'entity' | 'id'>,
  resolve: (reference: Reference) => { readonly entity: string; readonly resolved: Resolved | undefined },
  step: (name: string) => string | undefined,
  after: readonly Needed[] = [],
): Substituted {
  let problem: Substituted | undefined;
  const references: StoredReference[] = [];
  const replace = (value: unknown, path: string): unknown => {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((element, index) => replace(element, `${path}[${index}]`));
    const { $ref, $step } = value as { $ref?: Reference; $step?: string };
    if ($step !== undefined) {
      const id = step($step);
      if (id === undefined) problem ??= { ok: false, failure: missingStep($step, path) };
      references.push({ path, source_entity: record.entity, source_id: record.id, entity: $step });
      return id;
    }
    if ($ref) {
      const { entity, resolved } = resolve($ref);
      references.push({ path, source_entity: $ref.entity, source_id: $ref.id, entity });
      if (resolved?.kind === 'id') return resolved.id;
      problem ??= unresolved($ref, resolved, path);
      return undefined;
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, replace(member, path ? `${path}.${key}` : key)]),
    );
  };
  const result = replace(payload, '') as JsonObject;
  for (const { or, ...reference } of after) {
    const { resolved } = resolve(reference);
    if (resolved?.kind === 'id' || (or && resolve(or).resolved?.kind === 'id')) continue;
    problem ??= unresolved(reference, resolved, reference.entity);
  }
  return problem ?? { ok: true, payload: result, references };
}

function unresolved(
  reference: Reference,
  resolved: Exclude<Resolved, { kind: 'id' }> | undefined,
  path: string,
): Substituted {
  return {
    ok: false,
    failure: resolved ? dependencyFailure(reference, resolved.failure, path) : missingDependency(reference, path),
    caused_by: resolved?.caused_by ?? { entity: reference.entity, source_id: reference.id },
  };
}

/** The payload with other values at these paths, spelled as {@link StoredReference} has them. */
export function replaceAt(payload: JsonObject, values: ReadonlyMap<string, string>): JsonObject {
  if (values.size === 0) return payload;
  const replace = (value: Json | undefined, path: string): Json | undefined => {
    const other = values.get(path);
    if (other !== undefined) return other;
    if (value === null || typeof value !== 'object') return value;
    if (isList(value)) return value.map((element, index) => replace(element, `${path}[${index}]`) ?? null);
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, replace(member, path ? `${path}.${key}` : key)]),
    );
  };
  return replace(payload, '') as JsonObject;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** Records carried inside others, by reference; the first of each wins. */
export function embeddedRecords(records: readonly SourceRecord[], authoritative: boolean): Map<string, SourceRecord> {
  const found = new Map<string, SourceRecord>();
  for (const { embedded = [] } of records) {
    for (const { record, authoritative: own } of embedded) {
      const key = referenceKey(record);
      if (own === authoritative && !found.has(key)) found.set(key, record);
    }
  }
  return found;
}

function dependencyFailure(reference: Reference, cause: Failure, field: string): Failure {
  return {
    ...cause,
    code: 'sync.dependency_failed',
    field,
    reason: `It needs ${reference.entity} ${reference.id}, which failed: ${cause.reason}`,
    fix: cause.fix,
  };
}

function missingDependency(reference: Reference, field: string): Failure {
  return {
    category: 'not_found',
    code: 'sync.dependency_missing',
    field,
    reason: `It needs ${reference.entity} ${reference.id}, which the source does not have any more.`,
    fix: `Restore the ${reference.entity} at the source, or edit the record so that it does not need it, then retry.`,
    retryable: false,
  };
}

function missingStep(step: string, field: string): Failure {
  return {
    category: 'conflict',
    code: 'sync.step_missing',
    field,
    reason: `It belongs to the ${step} of the same record, which was not made.`,
    fix: `Resolve why the ${step} is missing and retry.`,
    retryable: false,
  };
}
