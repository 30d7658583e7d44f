import type { SourceRecord } from '../connectors/source.ts';
import { type Failure, unwrap } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import type { Mapped } from '../mapping/apply.ts';
import type { MappingDocument } from '../mapping/document.ts';
import type { CausedBy } from './change.ts';
import { recordRejected } from './record-outcomes.ts';
import { embeddedRecords, type Reference, type Resolved, referenceKey, referencesIn } from './references.ts';
import { dependencyRoute } from './route-table.ts';
import type { Route } from './routes.ts';
import { countDocument, type WindowContext } from './window-context.ts';
import { addressFor, type Work } from './work.ts';

/** A mapped record and what it carries. */
interface Mapping {
  readonly work: Work;
  readonly mapped: Extract<Mapped, { kind: 'mapped' }>;
}

/** The pipeline, for records that others need. */
type Bring = (route: Route, records: readonly SourceRecord[]) => Promise<Work[]>;

/** Finds where references lead; what the target does not have yet is brought there first. */
export async function resolveReferences(
  context: WindowContext,
  route: Route,
  document: MappingDocument,
  drafts: readonly Mapping[],
  bring: Bring,
): Promise<void> {
  const wanted = new Map<string, Reference>();
  for (const { mapped } of drafts) {
    for (const reference of [...referencesIn(mapped.payload), ...(mapped.after ?? [])]) {
      wanted.set(referenceKey(reference), reference);
    }
    const adjustment = mapped.settlement?.adjustment;
    if (adjustment)
      wanted.set(referenceKey({ entity: adjustment.ref, id: adjustment.id }), {
        entity: adjustment.ref,
        id: adjustment.id,
      });
  }
  const resolveAll = async (references: Iterable<Reference>): Promise<void> => {
    const open = [...references].filter((reference) => !context.references.has(referenceKey(reference)));
    for (const [entity, own] of Map.groupBy(open, (reference) => reference.entity)) {
      const dependency = dependencyRoute(route, entity, context.routes);
      if (!dependency) throw new Error(`no route brings ${entity} where ${route.id} needs it`);
      await resolveEntity(context, dependency, document, own, drafts, bring);
    }
  };
  await resolveAll(wanted.values());
  await resolveAll(standIns(context, drafts));
}

/** What may stand on the target for a record that is needed and was left out. */
function standIns({ references }: WindowContext, drafts: readonly Mapping[]): Iterable<Reference> {
  const wanted = new Map<string, Reference>();
  for (const { or, ...first } of drafts.flatMap(({ mapped }) => mapped.after ?? [])) {
    const resolved = references.get(referenceKey(first));
    const isLeftOut = resolved?.kind === 'failed' && resolved.failure.code === leftOutCode;
    if (or && isLeftOut) wanted.set(referenceKey(or), or);
  }
  return wanted.values();
}

async function resolveEntity(
  context: WindowContext,
  dependency: Route,
  document: MappingDocument,
  references: readonly Reference[],
  drafts: readonly Mapping[],
  bring: Bring,
): Promise<void> {
  const { steps } = dependency;
  const links = await context.deps.links.findMany(
    context.tenantId,
    references.flatMap(({ id }) => steps.map((step) => addressFor(dependency, step.entity, { id }))),
  );
  const missing: Reference[] = [];
  references.forEach((reference, index) => {
    const own = links.slice(index * steps.length, (index + 1) * steps.length);
    // Of several documents a record may become, the first there is stands for it.
    const made = own.find((link) => link?.state === 'linked' && link.target_id !== undefined);
    if (made?.target_id === undefined) {
      missing.push(reference);
      return;
    }
    context.references.set(referenceKey(reference), { kind: 'id', id: made.target_id });
    for (const link of own) {
      if (link?.state === 'linked' && link.written_by?.window === context.window)
        countDocument(context, link.target_entity, link.written_by.kind);
    }
  });
  if (missing.length === 0) return;
  const records = await findRecords(context, dependency, document, missing, drafts);
  const works = await bring(dependency, records);
  for (const work of works) {
    const resolved = resolvedBy(work);
    if (resolved) context.references.set(referenceKey(work.record), resolved);
  }
}

/** The first document made of it; otherwise why there is none. */
function resolvedBy({ record, outcomes }: Work): Resolved | undefined {
  const all = [...outcomes.values()];
  for (const outcome of all) {
    if ('target_id' in outcome && outcome.kind !== 'deleted') return { kind: 'id', id: outcome.target_id };
  }
  const caused_by: CausedBy = { entity: record.entity, source_id: record.id };
  const failed = all.find(({ kind }) => kind === 'failed');
  if (failed?.kind === 'failed')
    return { kind: 'failed', failure: failed.failure, caused_by: failed.caused_by ?? caused_by };
  const last = all.at(-1);
  return last?.kind === 'excluded'
    ? { kind: 'failed', caused_by, failure: leftOut(record.label, last.reason) }
    : undefined;
}

/** Referenced records: those carried along, those the mapping provides, the rest from the source by id. */
async function findRecords(
  context: WindowContext,
  dependency: Route,
  document: MappingDocument,
  missing: readonly Reference[],
  drafts: readonly Mapping[],
): Promise<SourceRecord[]> {
  const carriers = drafts.map(({ work }) => work.record);
  const own = embeddedRecords(carriers, true);
  for (const { entity, id, label, data } of document.provides ?? []) {
    own.set(referenceKey({ entity, id }), { entity, id, label, modified_at: null, data: data as JsonObject, raw: {} });
  }
  const records: SourceRecord[] = [];
  const ask: Reference[] = [];
  for (const reference of missing) {
    const record = own.get(referenceKey(reference));
    if (record) records.push({ ...record, carried: true });
    else ask.push(reference);
  }
  if (ask.length > 0) {
    const page = unwrap(
      await context.open.source.connector.readByIds(
        dependency.source.entity,
        ask.map(({ id }) => id),
      ),
    );
    // What is in the trash is no longer offered, but what was sold stays sold.
    const there = page.records.filter(({ gone }) => gone === undefined);
    const read = new Map(there.map((record) => [referenceKey(record), record]));
    const fallback = embeddedRecords(carriers, false);
    for (const reference of ask) {
      const record = read.get(referenceKey(reference)) ?? fallback.get(referenceKey(reference));
      if (record) records.push(record);
    }
    await recordRejected(context, dependency, page.rejected);
    for (const { entity, id, failure } of page.rejected) {
      context.references.set(referenceKey({ entity, id }), {
        kind: 'failed',
        failure,
        caused_by: { entity, source_id: id },
      });
    }
  }
  return records;
}

const leftOutCode = 'sync.dependency_excluded';

function leftOut(label: string, reason: string): Failure {
  return {
    category: 'validation',
    code: leftOutCode,
    reason: `${label} is not synced: ${reason}`,
    fix: 'Change the mapping so that it is included, then retry.',
    retryable: false,
  };
}
