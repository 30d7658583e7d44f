import type { Inspection } from '../connectors/target.ts';
import { unwrap } from '../core/failure.ts';
import { contentHash } from '../core/json.ts';
import type { Link } from '../model/link.ts';
import type { StepOutcome } from './change.ts';
import type { JournalLine } from './journal-line.ts';
import { journalPrefix } from './object-keys.ts';
import { addressOf, type Earlier } from './reversal.ts';
import type { Step } from './routes.ts';
import { doneBefore, type WindowContext } from './window-context.ts';
import type { Work } from './work.ts';

/** A document that a run wrote and that is to be as it was before. */
export interface Reversal {
  readonly work: Work;
  /** A line of the run that is undone. */
  readonly line: JournalLine;
  readonly earlier: Earlier;
}

/** A document that may be taken back. */
export interface OpenReversal extends Reversal {
  readonly link: Link;
  /** As it is on the target; undefined where it was taken away. */
  readonly inspection: Inspection | undefined;
}

/** Settled: done before, or not ours to take back any more. */
export type Judged = OpenReversal | (Reversal & { readonly settled: StepOutcome });

/** Says of each document of a step whether it may be taken back; looks at the target in bulk and changes nothing. */
export async function judge(
  context: WindowContext,
  { entity }: Step,
  reversals: readonly Reversal[],
): Promise<readonly Judged[]> {
  const links = await context.deps.links.findMany(
    context.tenantId,
    reversals.map(({ line }) => addressOf(line)),
  );
  const known = reversals.map((reversal, index): Judged => {
    const link = links[index];
    const settled = settledBy(context, reversal, link);
    if (settled) return { ...reversal, settled };
    return link ? { ...reversal, link, inspection: undefined } : { ...reversal, settled: unlinked };
  });
  const there = known.flatMap((each) => ('link' in each && each.link.target_id !== undefined ? [each] : []));
  const { connector } = context.open.target;
  const answers = unwrap(
    await connector.inspect(
      entity,
      there.map(({ link, line }) => ({
        id: link.target_id ?? '',
        payload: line.payload,
        fingerprint: link.fingerprint,
      })),
    ),
  );
  const found = new Map<Judged, Inspection | undefined>(there.map((each, index) => [each, answers[index]]));
  // Where writes are idempotent by key, what is gone may be our own unfinished try.
  const repeatable = connector.entities.find(({ name }) => name === entity)?.safety === 'upsert';
  return known.map((each): Judged => {
    if (!('link' in each) || !found.has(each)) return each;
    const inspection = found.get(each);
    const touched = touchedBy(entity, inspection, repeatable);
    return touched ? { ...each, settled: touched } : { ...each, inspection };
  });
}

const unlinked: StepOutcome = { kind: 'excluded', reason: 'It is not linked any more.' };

/** What is settled without looking at the target. */
function settledBy(
  context: WindowContext,
  { line, earlier }: Reversal,
  link: Link | undefined,
): StepOutcome | undefined {
  const done = doneBefore(context, link);
  if (done) return done;
  if (!link) return unlinked;
  const target_id = link.target_id ?? line.target.id ?? '';
  if (link.journal?.startsWith(journalPrefix(context.tenantId, line.run_id)) !== true) {
    return isAsBefore(link, earlier)
      ? { kind: 'unchanged', target_id }
      : { kind: 'excluded', reason: 'A later sync wrote it again.', conflict: true };
  }
  return earlier.kind === 'unknown'
    ? { kind: 'excluded', reason: 'What it was before is not known: it was not written by us.' }
    : undefined;
}

/** Another undo was here. */
function isAsBefore(link: Link, earlier: Earlier): boolean {
  if (earlier.kind === 'absent' || earlier.kind === 'archived') return link.state === 'removed';
  if (earlier.kind === 'unknown' || link.state !== 'linked') return false;
  return link.hash === contentHash({ ...earlier.payload, ...earlier.assigned });
}

function touchedBy(
  entity: string,
  inspection: Inspection | undefined,
  repeatable: boolean,
): Extract<StepOutcome, { kind: 'excluded' }> | undefined {
  if (inspection?.kind === 'absent' && !repeatable) {
    return { kind: 'excluded', reason: `Somebody deleted the ${entity} since.`, conflict: true };
  }
  if (inspection?.kind === 'present' && !inspection.untouched) {
    return { kind: 'excluded', reason: `Somebody changed the ${entity} since.`, conflict: true };
  }
  return undefined;
}
