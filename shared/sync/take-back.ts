import { contentHash } from '../core/json.ts';
import type { Link } from '../model/link.ts';
import { applyOrPlan, countStep, keepPlan } from './apply-or-plan.ts';
import type { Change } from './change.ts';
import { goalOfLeaving } from './gone-records.ts';
import { type JournalReader, journalReader } from './journal-line.ts';
import { movedSince } from './moved-since.ts';
import type { Route, Step } from './routes.ts';
import { twinOf } from './twins.ts';
import type { WindowContext } from './window-context.ts';
import { addressFor, type Work } from './work.ts';

/** A document that is to go: its record is gone, or left out by a rule that says so. */
export interface Leaving {
  readonly work: Work;
  readonly link: Link;
  readonly action: 'archive' | 'delete';
}

/**
 * Takes documents of records away, the last step's first: a payment before its invoice. What follows a document that could
 * not be taken away stays with it.
 */
export async function takeBack(
  context: WindowContext,
  route: Route,
  leaving: ReadonlyMap<Step, readonly Leaving[]>,
): Promise<void> {
  if ([...leaving.values()].every((each) => each.length === 0)) return;
  const journal = journalReader(context.deps.journal);
  for (const step of route.steps.toReversed()) {
    const own = leaving.get(step) ?? [];
    if (own.length > 0) await takeBackStep(context, route, step, own, journal);
  }
}

async function takeBackStep(
  context: WindowContext,
  route: Route,
  step: Step,
  leaving: readonly Leaving[],
  journal: JournalReader,
): Promise<void> {
  const changes: { work: Work; change: Change }[] = [];
  for (const each of leaving) {
    const { work } = each;
    const [failed] = [...work.outcomes].find(([, { kind }]) => kind === 'failed') ?? [];
    if (failed === undefined) changes.push({ work, change: await changeFor(context, route, step, each, journal) });
    else work.outcomes.set(step.entity, { kind: 'excluded', reason: `It stays because its ${failed} stays.` });
  }
  const open = changes.filter(({ work, change }) => {
    const found = { intent: contentHash(goalOf(change)), link: change.link };
    const moved = movedSince(context, step.entity, work.record, found);
    if (moved) work.outcomes.set(step.entity, { kind: 'failed', failure: moved });
    return !moved;
  });
  const outcomes = await applyOrPlan(
    context,
    route,
    step,
    open.map(({ change }) => change),
  );
  open.forEach(({ work, change }, index) => {
    const outcome = outcomes[index];
    if (outcome) work.outcomes.set(step.entity, outcome);
    if (change.settlement) work.totals.set(step.entity, change.settlement);
  });
  const works = leaving.map(({ work }) => work);
  countStep(context, step.entity, works);
  if (context.plan) {
    keepPlan(context.plan, route, step.entity, works, {
      changes: new Map(open.map(({ work, change }) => [work, change])),
      mapped: new Map(open.map(({ work, change }) => [work, goalOf(change)])),
    });
  }
}

const goalOf = ({ action }: Change) => goalOfLeaving(action === 'delete' ? 'delete' : 'archive');

/** The change carries what was written last: connectors tell documents apart by it, and an undo puts it back. */
async function changeFor(
  context: WindowContext,
  route: Route,
  step: Step,
  { work, link, action }: Leaving,
  journal: JournalReader,
): Promise<Change> {
  const address = addressFor(route, step.entity, work.record);
  const last = link.journal === undefined ? undefined : await journal.find(link.journal, address);
  return {
    action,
    belongsToNew: false,
    record: work.record,
    address,
    payload: last?.payload ?? {},
    hash: '',
    mapping: last?.mapping ?? step.mapping,
    settlement: last?.settlement,
    references: last?.references,
    twin: twinOf(route, step, context.routes) ? true : undefined,
    link,
  };
}
