import type { SourceRecord } from '../connectors/source.ts';
import { contentHash, type JsonObject } from '../core/json.ts';
import type { Link } from '../model/link.ts';
import { applyOrPlan, countStep, keepPlan } from './apply-or-plan.ts';
import type { Change, StepOutcome } from './change.ts';
import type { JournalLine } from './journal-line.ts';
import { type Judged, judge, type OpenReversal, type Reversal } from './judge-reversals.ts';
import { movedSince } from './moved-since.ts';
import type { LinkAddress } from './ports.ts';
import type { Reversals } from './read-reversals.ts';
import { recordHistory } from './record-history.ts';
import { replaceAt } from './references.ts';
import { addressOf, type Earlier, earlierState } from './reversal.ts';
import type { Route, Step } from './routes.ts';
import { twinOf } from './twins.ts';
import type { WindowContext } from './window-context.ts';
import type { Work } from './work.ts';

/**
 * The pipeline for an undo: instead of mapping what the source says, it goes back to what the journal says was there
 * before. Diff, apply and record are the same. What somebody touched since is left alone and listed, with everything
 * else of its record: half an undone sale would be worse than a whole one.
 */
export async function undoRecords(
  context: WindowContext,
  { route, lines, direction, journal }: Reversals,
): Promise<Work[]> {
  const byRecord = Map.groupBy(lines, ({ source }) => source.id);
  const works = [...byRecord.values()].flatMap(([line]): Work[] =>
    line ? [{ record: recordOf(line), outcomes: new Map(), totals: new Map() }] : [],
  );
  const judged = new Map<Step, readonly Judged[]>();
  for (const step of route.steps) {
    const reversals: Reversal[] = [];
    for (const work of works) {
      const line = byRecord.get(work.record.id)?.findLast(({ target }) => target.entity === step.entity);
      if (line) reversals.push({ work, line, earlier: await earlierState(journal, line) });
    }
    judged.set(step, await judge(context, step, reversals));
  }
  const blocked = blockedRecords(judged);
  const undoing: Undoing = { context, route, direction, blocked };
  // As a sync has it: what goes goes from the last step to the first, what is to be there comes from the first to the last.
  for (const [steps, isDue] of [
    [route.steps.toReversed(), (document: Judged) => !comesBack(document)],
    [route.steps, comesBack],
  ] as const) {
    for (const step of steps) await undoStep(undoing, step, (judged.get(step) ?? []).filter(isDue));
  }
  await recordHistory(context, route, works, true);
  return works;
}

const comesBack = (document: Judged): boolean => !('settled' in document) && document.earlier.kind === 'present';

/** Records of which something has to stay, with what that is. */
function blockedRecords(judged: ReadonlyMap<Step, readonly Judged[]>): Map<Work, string> {
  const blocked = new Map<Work, string>();
  for (const [{ entity }, documents] of judged) {
    for (const document of documents) {
      if ('settled' in document && document.settled.kind === 'excluded') blocked.set(document.work, entity);
    }
  }
  return blocked;
}

interface Undoing extends Pick<Reversals, 'route' | 'direction'> {
  readonly context: WindowContext;
  readonly blocked: ReadonlyMap<Work, string>;
}

async function undoStep(undoing: Undoing, step: Step, judged: readonly Judged[]): Promise<void> {
  const { context, route, blocked } = undoing;
  const changes: { work: Work; change: Change }[] = [];
  for (const document of judged) {
    const { work } = document;
    const staying = stays(document, blocked);
    if (staying) work.outcomes.set(step.entity, staying);
    else if (!('settled' in document)) {
      const result = await changeFor(undoing, step, document);
      if ('kind' in result) work.outcomes.set(step.entity, result);
      else changes.push({ work, change: result });
    }
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
  const works = judged.map(({ work }) => work);
  countStep(context, step.entity, works);
  if (context.plan) {
    keepPlan(context.plan, route, step.entity, works, {
      changes: new Map(changes.map(({ work, change }) => [work, change])),
      mapped: new Map(changes.map(({ work, change }) => [work, goalOf(change)])),
    });
  }
}

/** Why a document is not touched now: it is settled, or something of its record has to stay or failed. */
function stays(document: Judged, blocked: ReadonlyMap<Work, string>): StepOutcome | undefined {
  if ('settled' in document) return document.settled;
  const { work } = document;
  const [failed] = [...work.outcomes].find(([, { kind }]) => kind === 'failed') ?? [];
  const other = blocked.get(work) ?? failed;
  return other === undefined ? undefined : { kind: 'excluded', reason: `It stays because its ${other} stays.` };
}

/** The change that puts one document back. */
async function changeFor(
  { context, route, direction }: Undoing,
  step: Step,
  { work, line, link, earlier, inspection }: OpenReversal,
): Promise<Change | Extract<StepOutcome, { kind: 'failed' }>> {
  const base = {
    belongsToNew: [...work.outcomes.values()].some(({ kind }) => kind === 'created'),
    record: work.record,
    address: addressOf(line),
    mapping: line.mapping,
    ...(direction === 'backward' ? { undone: work.record.modified_at ?? undefined } : {}),
    twin: twinOf(route, step, context.routes) ? true : undefined,
    // The version as it is now: payments raise it without changing the document.
    link: inspection?.kind === 'present' ? { ...link, target_version: inspection.match.version } : link,
  };
  const change: Change =
    earlier.kind === 'present'
      ? { ...base, ...(await earlierPayload(context, route, link, line, earlier)) }
      : {
          ...base,
          action: earlier.kind === 'archived' ? 'archive' : 'delete',
          payload: line.payload,
          hash: '',
          settlement: line.settlement,
          references: line.references,
        };
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

/** What a confirmation of an undo is about: that the document goes, or what it becomes again. */
function goalOf({ action, payload }: Change): JsonObject {
  if (action === 'archive') return { archived: true };
  return action === 'delete' ? { deleted: true } : payload;
}

function recordOf({ source }: JournalLine): SourceRecord {
  const { entity, id, label, modified_at } = source;
  return { entity, id, label, modified_at, data: {}, raw: {} };
}
