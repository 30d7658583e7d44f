import type { SourceRecord } from '../connectors/source.ts';
import type { Candidate, Settlement } from '../connectors/target.ts';
import { type Failure, ok, unwrap } from '../core/failure.ts';
import { contentHash, type JsonObject } from '../core/json.ts';
import { applyMapping, type Mapped, mappingVersion } from '../mapping/apply.ts';
import type { MappingDocument } from '../mapping/document.ts';
import { holds, type Scope } from '../mapping/scope.ts';
import type { Link } from '../model/link.ts';
import { applyOrPlan, countStep, keepPlan } from './apply-or-plan.ts';
import type { Change, StepOutcome } from './change.ts';
import { judgeGone } from './gone-records.ts';
import { judgeConflicts } from './judge-conflicts.ts';
import { withoutRivals } from './judge-rivals.ts';
import { movedSince } from './moved-since.ts';
import { recordHistory } from './record-history.ts';
import { recordOutcomes } from './record-outcomes.ts';
import { type Reference, referenceKey, substitute } from './references.ts';
import { resolveReferences } from './resolve-references.ts';
import { dependencyRoute } from './route-table.ts';
import type { Route, Step } from './routes.ts';
import { scopesFor } from './scopes.ts';
import { type Leaving, takeBack } from './take-back.ts';
import { isEcho, twinOf } from './twins.ts';
import { staysUndone } from './undone.ts';
import { doneBefore, type WindowContext } from './window-context.ts';
import { addressFor, type Work } from './work.ts';

/**
 * The one pipeline: map, resolve references (bringing missing ones along by this same function), diff, apply, record.
 * Sync, dry run and retry differ only in the records they bring and in whether the target was opened with a writer.
 *
 * @param required the records are needed by others: mappings may include what they would leave out.
 * @throws FailureError when a connection is in trouble: nothing is known of the records then, and the caller comes back.
 */
export async function processRecords(
  context: WindowContext,
  route: Route,
  records: readonly SourceRecord[],
  required: boolean,
): Promise<Work[]> {
  const works = [...new Map(records.map((record) => [record.id, record])).values()].map(
    (record): Work => ({ record, outcomes: new Map(), totals: new Map() }),
  );
  const [gone, live] = partition(works, ({ record }) => record.gone !== undefined);
  const leaving = new Map<Step, readonly Leaving[]>();
  for (const step of route.steps) {
    const leftOut = await processStep(context, route, step, live, required);
    leaving.set(step, [...leftOut, ...(await judgeGone(context, route, step, gone))]);
    countStep(context, step.entity, works);
    if (context.plan) keepPlan(context.plan, route, step.entity, gone, { changes: new Map(), mapped: new Map() });
  }
  await takeBack(context, route, leaving);
  await recordOutcomes(context, route, works);
  await recordHistory(context, route, works);
  return works;
}

interface Draft {
  readonly work: Work;
  readonly link: Link | undefined;
  readonly mapped: Extract<Mapped, { kind: 'mapped' }>;
  /** Version of the mapping document. */
  readonly mapping: string;
}

async function processStep(
  context: WindowContext,
  route: Route,
  step: Step,
  works: readonly Work[],
  required: boolean,
): Promise<Leaving[]> {
  const document = context.mappings.get(step.mapping);
  if (!document) throw new Error(`no mapping document ${step.mapping}`);
  const settle = (work: Work, outcome: StepOutcome): void => {
    work.outcomes.set(step.entity, outcome);
  };
  const alive = works.filter((work) => ![...work.outcomes.values()].some(({ kind }) => kind === 'failed'));
  const links = await context.deps.links.findMany(
    context.tenantId,
    alive.map((work) => addressFor(route, step.entity, work.record)),
  );

  await welcomeBack(context, links);
  const mapping = mappingVersion(document);
  const scopes = await scopesOf(context, route, document, alive, { links, required });
  const drafts: Draft[] = [];
  const leaving: Leaving[] = [];
  alive.forEach((work, index) => {
    const link = links[index];
    if (isEcho(work.record, link)) {
      settle(work, { kind: 'unchanged', target_id: link?.target_id ?? '' });
      return;
    }
    const gone = link?.state === 'removed' ? doneBefore(context, link) : undefined;
    if (gone) {
      settle(work, gone);
      return;
    }
    const undone = required || context.doesAgain ? undefined : staysUndone(work, link);
    if (undone) {
      settle(work, undone);
      return;
    }
    const mapped = mapRecord(context, route, document, scopes[index] ?? {});
    if (mapped.kind === 'mapped') drafts.push({ work, link, mapped, mapping });
    else if (mapped.kind === 'failed') settle(work, { kind: 'failed', failure: mapped.failure });
    else if (link?.state === 'linked' && mapped.written === 'archive') leaving.push({ work, link, action: 'archive' });
    else if (link?.state === 'linked' && mapped.written === undefined)
      settle(work, { kind: 'failed', failure: excludedAfterWrite(step.entity, mapped) });
    else settle(work, { kind: 'excluded', reason: mapped.reason });
  });

  const newcomers = await withoutRivals(context, route, drafts, isNew, settle);
  await resolveReferences(context, route, document, newcomers, (dependency, records) =>
    processRecords(context, dependency, records, true),
  );

  const intended: (Draft & { readonly change: Change })[] = [];
  for (const draft of newcomers) {
    const result = await complete(context, route, step, draft);
    if (result.kind === 'change') intended.push({ ...draft, change: result.change });
    else settle(draft.work, result);
  }
  const planned = await withoutRivals(context, route, intended, (draft) => !isNew(draft), settle);
  const changes = await judgeConflicts(context, route, step, planned);

  const outcomes = await applyOrPlan(
    context,
    route,
    step,
    changes.map(({ change }) => change),
  );
  changes.forEach(({ work }, index) => {
    const outcome = outcomes[index];
    if (outcome) settle(work, outcome);
  });
  if (context.plan) {
    keepPlan(context.plan, route, step.entity, alive, {
      changes: new Map(changes.map(({ work, change }) => [work, change])),
      mapped: new Map(drafts.map(({ work, mapped: { payload } }) => [work, payload])),
    });
  }
  return leaving;
}

const isNew = ({ link }: Draft): boolean => link?.state !== 'linked';

/** Records that were gone and are there again. */
async function welcomeBack({ deps, open }: WindowContext, links: readonly (Link | undefined)[]): Promise<void> {
  const back = links.flatMap((link) => (link?.gone ? [{ ...link, gone: undefined }] : []));
  if (open.writer && back.length > 0) await deps.links.save(back);
}

function partition<T>(values: readonly T[], fits: (value: T) => boolean): readonly [T[], T[]] {
  return [values.filter(fits), values.filter((value) => !fits(value))];
}

/** What the document reads of each record that goes through it. */
function scopesOf(
  context: WindowContext,
  route: Route,
  document: MappingDocument,
  works: readonly Work[],
  { links, required }: { readonly links: readonly (Link | undefined)[]; readonly required: boolean },
): Promise<Scope[]> {
  const { source, target } = context.open;
  const beside = {
    store: source.connection.profile,
    books: target.connection.profile,
    settings: target.connection.settings,
  };
  const standing = works.map(({ record, outcomes }, index) => {
    const written =
      links[index]?.state === 'linked' || [...outcomes.values()].some((outcome) => 'target_id' in outcome);
    return { record, state: { required, written } };
  });
  return scopesFor(context, route, document, beside, standing);
}

function mapRecord(context: WindowContext, route: Route, document: MappingDocument, scope: Scope): Mapped {
  try {
    // What others need comes along whatever the flow leaves out.
    const { filter } = context.flow;
    if (filter && route.id === context.routeId && !holds(filter, scope)) {
      return { kind: 'excluded', reason: 'The filter of this flow leaves it out.', written: 'keep' };
    }
    return applyMapping(document, scope);
  } catch (error) {
    // A mapping must never stop its page, whatever a record holds.
    return { kind: 'failed', failure: unexpected('mapping.crashed', error) };
  }
}

type Completed = { readonly kind: 'change'; readonly change: Change } | StepOutcome;

/** Puts references in, lets the target complete the payload, and compares it with what was written last. */
async function complete(context: WindowContext, route: Route, step: Step, draft: Draft): Promise<Completed> {
  const { work, link, mapped } = draft;
  let belongsToNew = false;
  const substituted = substitute(
    mapped.payload,
    work.record,
    (reference) => ({
      entity: targetEntityOf(context, route, reference),
      resolved: context.references.get(referenceKey(reference)),
    }),
    (name) => {
      const outcome = work.outcomes.get(name);
      belongsToNew ||= outcome?.kind === 'created';
      return outcome && 'target_id' in outcome ? outcome.target_id : undefined;
    },
    mapped.after,
  );
  if (!substituted.ok) return { kind: 'failed', failure: substituted.failure, caused_by: substituted.caused_by };
  const settlement = settlementOf(context, mapped);
  if (settlement) work.totals.set(step.entity, { total: settlement.total, currency: settlement.currency });
  const candidate: Candidate = {
    key: work.record.id,
    payload: { ...substituted.payload, ...(link?.assigned as JsonObject | undefined) },
    settlement,
  };
  const prepared = await context.open.target.connector.prepare(step.entity, candidate);
  if (!prepared.ok) {
    if (prepared.failure.retryable) unwrap(prepared);
    return { kind: 'failed', failure: prepared.failure, payload: candidate.payload };
  }
  const hash = contentHash(prepared.value);
  if (link?.state === 'linked' && link.target_id !== undefined && link.hash === hash) {
    return doneBefore(context, link) ?? { kind: 'unchanged', target_id: link.target_id };
  }
  const moved = movedSince(context, step.entity, work.record, { intent: contentHash(mapped.payload), link });
  if (moved) return { kind: 'failed', failure: moved };
  const action = actionOn(link);
  const admitted = context.open.target.connector.admit?.(step.entity, { action, payload: prepared.value }) ?? ok({});
  if (!admitted.ok) return { kind: 'failed', failure: admitted.failure, payload: prepared.value };
  const isAssigned = Object.keys(admitted.value).length > 0;
  const payload = isAssigned ? { ...prepared.value, ...admitted.value } : prepared.value;
  const address = addressFor(route, step.entity, work.record);
  return {
    kind: 'change',
    change: {
      belongsToNew,
      action,
      record: work.record,
      address,
      payload,
      hash: isAssigned ? contentHash(payload) : hash,
      ...(isAssigned ? { assigned: admitted.value } : {}),
      mapping: draft.mapping,
      settlement,
      references: substituted.references,
      twin: twinOf(route, step, context.routes) ? true : undefined,
      link,
    },
  };
}

/** What an undo left inactive is brought back; what it took away is made anew. */
function actionOn(link: Link | undefined): 'create' | 'update' | 'restore' {
  if (link?.state === 'linked') return 'update';
  return link?.state === 'removed' && link.target_id !== undefined ? 'restore' : 'create';
}

/** The entity of the target that a reference leads to. */
function targetEntityOf(context: WindowContext, route: Route, { entity }: Reference): string {
  return dependencyRoute(route, entity, context.routes)?.steps[0]?.entity ?? entity;
}

function settlementOf(context: WindowContext, mapped: Draft['mapped']): Settlement | undefined {
  const { settlement } = mapped;
  if (!settlement) return undefined;
  const adjustment =
    settlement.adjustment &&
    context.references.get(referenceKey({ entity: settlement.adjustment.ref, id: settlement.adjustment.id }));
  return {
    total: settlement.total,
    currency: settlement.currency,
    adjustment_id: adjustment?.kind === 'id' ? adjustment.id : null,
    ...(settlement.parts === undefined ? {} : { parts: settlement.parts }),
  };
}

function excludedAfterWrite(entity: string, { reason, field }: Extract<Mapped, { kind: 'excluded' }>): Failure {
  return {
    category: 'conflict',
    code: 'sync.excluded_after_write',
    field,
    reason: `${reason} It had been written as ${entity} before.`,
    fix: `Void or delete the ${entity} on the target, or bring the record back into what is synced.`,
    retryable: false,
  };
}

function unexpected(code: string, error: unknown): Failure {
  return {
    category: 'internal',
    code,
    reason: `An unexpected error of ours: ${error instanceof Error ? error.name : 'unknown'}.`,
    fix: 'Retry; if it happens again, report it with the id of this failure.',
    retryable: true,
  };
}
