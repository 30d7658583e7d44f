import type { SourceRecord } from '../connectors/source.ts';
import { doneBy, type StepOutcome } from './change.ts';
import type { LinkAddress } from './ports.ts';
import type { Route } from './routes.ts';

/** A record on its way through the pipeline, with what each step made of it. */
export interface Work {
  readonly record: SourceRecord;
  readonly outcomes: Map<string, StepOutcome>;
  /** What its documents come to, by entity of the target. */
  readonly totals: Map<string, { readonly total: string; readonly currency: string }>;
}

/** What the steps of a record add up to. */
export type RecordOutcome = 'created' | 'updated' | 'deleted' | 'skipped' | 'failed';

/** From the weightiest down: a record with one failed step failed. */
const weight: readonly RecordOutcome[] = ['failed', 'created', 'deleted', 'updated'];

export function recordOutcome({ outcomes }: Pick<Work, 'outcomes'>): RecordOutcome {
  const kinds = new Set<string>(
    [...outcomes.values()].map((outcome) => (outcome.kind === 'planned' ? doneBy[outcome.action] : outcome.kind)),
  );
  return weight.find((kind) => kinds.has(kind)) ?? 'skipped';
}

/** Where the link of a record's document is kept. */
export function addressFor(
  route: Route,
  targetEntity: string,
  record: { readonly id: string; readonly number?: string | undefined },
): LinkAddress {
  return {
    source: { connection: route.source.platform, entity: route.source.entity, id: record.id, number: record.number },
    target: { connection: route.target.platform, entity: targetEntity },
  };
}
