import type { Inspection, SourceRecord } from '../connectors/connector.ts';
import { unwrap } from '../core/failure.ts';
import { contentHash, type JsonObject } from '../core/json.ts';
import type { Link } from '../model/link.ts';
import { applyOrPlan, countStep, keepPlan } from './apply-or-plan.ts';
import type { Change, StepOutcome } from './change.ts';
import type { JournalLine } from './journal-line.ts';
import { movedSince } from './moved-since.ts';
import { journalPrefix } from './object-keys.ts';
import type { LinkAddress } from './ports.ts';
import type { Reversals } from './read-reversals.ts';
import { recordHistory } from './record-history.ts';
import { replaceAt } from './references.ts';
import { addressOf, type Earlier, earlierState } from './reversal.ts';
import type { Route, Step } from './routes.ts';
import type { WindowContext } from './window-context.ts';
import type { Work } from './work.ts';

/**
 * The pipeline for an undo: instead of mapping what the source says, it goes back to what the journal says was there
 * before. Diff, apply and record are the same. What somebody touched since is left alone and listed.
 */
export async function undoRecords(
  context: WindowContext,
  { route, lines, direction, journal }: Reversals,
): Promise<Work[]> {
  const byRecord = Map.groupBy(lines, ({ source }) => source.id);
  const works = [...byRecord.values()].flatMap(([line]): Work[] =>
    line ? [{ record: recordOf(line), outcomes: new Map(), totals: new Map() }] : [],
  );
  const steps = direction === 'backward' ? route.steps.toReversed() : route.steps;
  for (const step of steps) {
    const drafts: Draft[] = [];
    for (const work of works) {
      const line = byRecord.get(work.record.id)?.findLast(({ target }) => target.entity === step.entity);
      if (line) drafts.push({ work, line, earlier: await earlierState(journal, line) });
    }
    await undoStep(context, route, step, drafts);
  }
  await recordHistory(context, route, works, true);
  return works;
}

interface Draft {
  readonly work: Work;
  /** A line of the run that is undone. */
  readonly line: JournalLine;
  readonly earlier: Earlier;
}

async function undoStep(context: WindowContext, route: Route, step: Step, drafts: readonly Draft[]): Promise<void> {
  const links = await context.deps.links.findMany(
    context.tenantId,
    drafts.map(({ line }) => addressOf(line)),
  );
  const open: Present[] = [];
  drafts.forEach((draft, index) => {
    const settled = alreadySettled(context, draft, links[index]);
    const link = links[index];
    if (settled) draft.work.outcomes.set(step.entity, settled);
    else if (link) open.push({ ...draft, link });
  });
  const inspections = await inspect(context, step, open);
  const changes: { work: Work; change: Change }[] = [];
  for (const draft of open) {
    const result = await changeFor(context, route, step, draft, inspections.get(draft));
    if ('payload' in result && 'address' in result) changes.push({ work: draft.work, change: result });
    else draft.work.outcomes.set(step.entity, result);
  }
  const outcomes = await applyOrPlan(
    context,
    route,
    step,
    changes.map(({ change }) => change),
  );
  changes.forEach(({ work, change }, index) => {
    const outcome = outcomes[index];
    if (outcome) work.outcomes.set(step.entity, outcome);
    if (change.settlement) work.totals.set(step.entity, change.settlement);
  });
  const works = drafts.map(({ work }) => work);
  countStep(context, step.entity, works);
  if (context.plan) {
    keepPlan(context.plan, route, step.entity, works, {
      changes: new Map(changes.map(({ work, change }) => [work, change])),
      mapped: new Map(changes.map(({ work, change }) => [work, goalOf(change)])),
    });
  }
}

interface Present extends Draft {
  readonly link: Link;
}

/** What is settled without looking at the target: done before, or not ours to take back any more. */
function alreadySettled(context: WindowContext, draft: Draft, link: Link | undefined): StepOutcome | undefined {
  const { work, line, earlier } = draft;
  const target_id = link?.target_id ?? line.target.id ?? '';
  const failed = [...work.outcomes].find(([, { kind }]) => kind === 'failed' || kind === 'excluded');
  if (failed) return { kind: 'excluded', reason: `It stays because its ${failed[0]} stays.` };
  // A window that is worked on again counts what its first try did.
  if (link?.written_by?.window === context.window) return { kind: link.written_by.kind, target_id };
  if (!link) return { kind: 'excluded', reason: 'It is not linked any more.' };
  if (link.journal?.startsWith(journalPrefix(context.tenantId, line.run_id)) !== true) {
    const undone =
      earlier.kind === 'absent'
        ? link.state === 'removed'
        : earlier.kind === 'present' && link.hash === hashOf(earlier) && link.state === 'linked';
    return undone
      ? { kind: 'unchanged', target_id }
      : { kind: 'excluded', reason: 'A later sync wrote it again.', conflict: true };
  }
  if (earlier.kind === 'unknown') {
    return { kind: 'excluded', reason: 'What it was before is not known: it was not written by us.' };
  }
  return undefined;
}

/** Looks at what is on the target now, in bulk. What was taken away is not there to look at. */
async function inspect(
  context: WindowContext,
  step: Step,
  drafts: readonly Present[],
): Promise<ReadonlyMap<Present, Inspection>> {
  const there = drafts.filter(({ link }) => link.target_id !== undefined);
  const answers = unwrap(
    await context.open.target.connector.inspect(
      step.entity,
      there.map(({ link, line }) => ({
        id: link.target_id ?? '',
        payload: line.payload,
        fingerprint: link.fingerprint,
      })),
    ),
  );
  return new Map(there.flatMap((draft, index) => (answers[index] ? [[draft, answers[index]]] : [])));
}

async function changeFor(
  context: WindowContext,
  route: Route,
  step: Step,
  { work, line, link, earlier }: Present,
  inspection: Inspection | undefined,
): Promise<Change | StepOutcome> {
  const repeatable =
    context.open.target.connector.entities.find(({ name }) => name === step.entity)?.safety === 'upsert';
  if (inspection?.kind === 'absent' && !repeatable) {
    return { kind: 'excluded', reason: `Somebody deleted the ${step.entity} since.`, conflict: true };
  }
  if (inspection?.kind === 'present' && !inspection.untouched) {
    return { kind: 'excluded', reason: `Somebody changed the ${step.entity} since.`, conflict: true };
  }
  const base = {
    belongsToNew: [...work.outcomes.values()].some(({ kind }) => kind === 'created'),
    record: work.record,
    address: addressOf(line),
    mapping: line.mapping,
    // The version as it is now: payments raise it without changing the document.
    link: inspection?.kind === 'present' ? { ...link, target_version: inspection.match.version } : link,
  };
  const change: Change =
    earlier.kind === 'present'
      ? { ...base, ...(await earlierPayload(context, route, link, line, earlier)) }
      : { ...base, action: 'delete', payload: line.payload, hash: '', settlement: line.settlement };
  const moved = movedSince(context, step.entity, work.record, { intent: contentHash(goalOf(change)), link });
  return moved ? { kind: 'failed', failure: moved } : change;
}

/** The earlier payload, with the ids that documents it names have now. */
async function earlierPayload(
  context: WindowContext,
  route: Route,
  link: Link,
  line: JournalLine,
  earlier: Extract<Earlier, { kind: 'present' }>,
): Promise<Pick<Change, 'action' | 'payload' | 'hash' | 'settlement' | 'references' | 'assigned' | 'cleared'>> {
  const addresses = earlier.references.map(
    ({ source_entity, source_id, entity }): LinkAddress => ({
      source: { connection: route.source.platform, entity: source_entity, id: source_id },
      target: { connection: route.target.platform, entity },
    }),
  );
  const targets = await context.deps.links.findMany(context.tenantId, addresses);
  const ids = new Map(
    earlier.references.flatMap(({ path }, index) => {
      const id = targets[index]?.target_id;
      return id === undefined ? [] : [[path, id] as const];
    }),
  );
  const payload = replaceAt({ ...earlier.payload, ...earlier.assigned }, ids);
  const lost = Object.entries(line.payload).filter(([name]) => !(name in payload));
  return {
    action: link.target_id === undefined ? 'create' : 'restore',
    payload,
    hash: contentHash(payload),
    settlement: earlier.settlement,
    references: earlier.references,
    assigned: earlier.assigned,
    ...(lost.length > 0 ? { cleared: Object.fromEntries(lost) } : {}),
  };
}

const hashOf = ({ payload, assigned }: Extract<Earlier, { kind: 'present' }>): string =>
  contentHash({ ...payload, ...assigned });

/** What a confirmation of an undo is about: that the document goes, or what it becomes again. */
function goalOf({ action, payload }: Change): JsonObject {
  return action === 'delete' ? { deleted: true } : payload;
}

function recordOf({ source }: JournalLine): SourceRecord {
  const { entity, id, label, modified_at } = source;
  return { entity, id, label, modified_at, data: {}, raw: {} };
}
