import { type HistoryExportDeps, historyExportKind } from '../history/export.ts';
import { mappingReplayKind, type ReplayDeps } from '../mapping-editor/replay.ts';
import { reconciliationKind } from '../reconciliation/job.ts';
import type { ReconciliationDeps } from '../reconciliation/ports.ts';
import type { JobKind } from './job-kind.ts';

/** What the kinds of jobs need from outside, together. */
export type KindDeps = HistoryExportDeps & {
  /** Opens connections, which takes a secret: only when one of these comes. */
  readonly replay: () => Promise<ReplayDeps>;
  readonly reconciliation: () => Promise<ReconciliationDeps>;
};

/** Every kind of job the worker can do, one row each. */
export function jobKinds(deps: KindDeps): readonly JobKind[] {
  return [historyExportKind(deps), mappingReplayKind(deps.replay), reconciliationKind(deps.reconciliation)];
}
