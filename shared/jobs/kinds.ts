import { type HistoryExportDeps, historyExportKind } from '../history/export.ts';
import type { JobKind } from './job-kind.ts';

/** What the kinds of jobs need from outside, together. */
export type KindDeps = HistoryExportDeps;

/** Every kind of job the worker can do, one row each. */
export function jobKinds(deps: KindDeps): readonly JobKind[] {
  return [historyExportKind(deps)];
}
