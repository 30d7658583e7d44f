import type { SourceRecord } from '../connectors/source.ts';
import type { Link } from '../model/link.ts';
import type { Run } from '../model/run.ts';
import type { StepOutcome } from './change.ts';
import type { Work } from './work.ts';

const takenBack: StepOutcome = {
  kind: 'excluded',
  reason: 'It was taken back and has not changed since: a full sync that somebody asks for makes it again.',
};

/** Whether a run does again what was taken back: somebody asked for everything, and not a schedule or a platform. */
export const doesAgain = ({ mode, told, by_itself }: Pick<Run, 'mode' | 'told' | 'by_itself'>): boolean =>
  mode === 'full' && !told && !by_itself;

/**
 * The outcome of a record that was taken back, with all of its later steps, as long as it is as it was then. Otherwise
 * whatever reads it once more, as the overlap of incremental syncs does, would do it again.
 */
export function staysUndone({ record, outcomes }: Work, link: Link | undefined): StepOutcome | undefined {
  const isKnown = [...outcomes.values()].includes(takenBack);
  return isKnown || isAsTakenBack(record, link) ? takenBack : undefined;
}

function isAsTakenBack({ modified_at }: SourceRecord, link: Link | undefined): boolean {
  return link?.undone !== undefined && modified_at !== null && modified_at <= link.undone;
}
