import { unwrap } from '../core/failure.ts';
import { applyChanges } from './apply-changes.ts';
import { type Change, doneBy, type PlannedAction, type StepOutcome } from './change.ts';
import { adoptExisting } from './find-existing.ts';
import type { PlanEntry } from './plan.ts';
import type { Route, Step } from './routes.ts';
import { countDocument, type WindowContext } from './window-context.ts';
import type { Work } from './work.ts';

/**
 * The end of every pipeline: look creates up on the target, then write, or stop before it where the target was opened
 * without a writer.
 *
 * @returns outcomes in the order of the changes.
 */
export async function applyOrPlan(
  context: WindowContext,
  route: Route,
  step: Step,
  changes: readonly Change[],
): Promise<StepOutcome[]> {
  if (changes.length === 0) return [];
  const found = await adoptExisting(context, step, await withBeforeImages(context, step, changes));
  const { writer } = context.open;
  const outcomes: StepOutcome[] = [];
  const remaining: { index: number; change: Change }[] = [];
  found.forEach((result, index) => {
    if (result.kind !== 'change') outcomes[index] = result;
    else if (writer) remaining.push({ index, change: result.change });
    else {
      const { action, address, link } = result.change;
      outcomes[index] = {
        kind: 'planned',
        action: plannedAction[action],
        target_id: link?.target_id ?? `new:${address.source.id}`,
      };
    }
  });
  if (writer && remaining.length > 0) {
    const applied = await applyChanges(
      context,
      writer,
      route,
      step,
      remaining.map(({ change }) => change),
    );
    remaining.forEach(({ index }, position) => {
      const outcome = applied[position];
      if (outcome) outcomes[index] = outcome;
    });
  }
  return outcomes;
}

/**
 * An update of a document that was recognised and never written by us, or that was last carried back to its record, takes
 * the place of somebody else's fields: they are read first, so that a plan can show them and an undo can put them back.
 */
async function withBeforeImages(context: WindowContext, step: Step, changes: readonly Change[]): Promise<Change[]> {
  const foreign = changes.filter(
    ({ action, link }) =>
      action === 'update' && link?.target_id !== undefined && (link.journal === undefined || link.hash === undefined),
  );
  if (foreign.length === 0) return [...changes];
  const answers = unwrap(
    await context.open.target.connector.inspect(
      step.entity,
      foreign.map(({ link, payload }) => ({ id: link?.target_id ?? '', payload })),
    ),
  );
  const images = new Map(foreign.map((change, index) => [change, answers[index]]));
  return changes.map((change) => {
    const image = images.get(change);
    if (image?.kind !== 'present') return change;
    const names = Object.keys(change.payload).filter((name) => name in image.content);
    return { ...change, overwritten: Object.fromEntries(names.map((name) => [name, image.content[name]])) };
  });
}

/** What people are told: to put back an earlier state is to update. */
const plannedAction: Readonly<Record<Change['action'], PlannedAction>> = {
  create: 'create',
  update: 'update',
  restore: 'update',
  delete: 'delete',
  archive: 'archive',
};

/** Counts what became of the entity of a step. */
export function countStep(context: WindowContext, entity: string, works: readonly Work[]): void {
  for (const { outcomes } of works) {
    const outcome = outcomes.get(entity);
    if (!outcome || outcome.kind === 'excluded') continue;
    countDocument(context, entity, outcome.kind === 'planned' ? doneBy[outcome.action] : outcome.kind);
  }
}

/** What a step would do with each record, for the plan of a dry run. */
export function keepPlan(
  plan: PlanEntry[],
  route: Route,
  entity: string,
  works: readonly Work[],
  intended: {
    readonly changes: ReadonlyMap<Work, Change>;
    /** Mapped payloads with their reference marks. */
    readonly mapped: ReadonlyMap<Work, Record<string, unknown>>;
  },
): void {
  for (const work of works) {
    const outcome = work.outcomes.get(entity);
    if (!outcome) continue;
    const change = outcome.kind === 'planned' || outcome.kind === 'linked' ? intended.changes.get(work) : undefined;
    plan.push({ route, entity, work, outcome, change, mapped: intended.mapped.get(work) });
  }
}
