import type { Clock } from '#shared/core/clock.ts';
import type { JobRepository } from '#shared/jobs/ports.ts';
import type { FileLinks } from '#shared/platform/file-links.ts';
import type { CloseOutcome, CloseRequest } from '#shared/reconciliation/close-month.ts';
import type { FileShelf, MonthRepository, ReconciliationRepository } from '#shared/reconciliation/ports.ts';
import type { StartOutcome, StartRequest } from '#shared/reconciliation/start-reconciliation.ts';
import type { Journal } from '#shared/sync/ports.ts';

/** What the endpoints of this group need; starting and closing come bound to what they need. */
export interface ReconciliationApiDeps {
  readonly start: (request: StartRequest) => Promise<StartOutcome>;
  readonly close: (request: CloseRequest) => Promise<CloseOutcome>;
  readonly reports: Pick<ReconciliationRepository, 'find' | 'list'>;
  readonly jobs: Pick<JobRepository, 'find'>;
  readonly months: Pick<MonthRepository, 'find' | 'list'>;
  readonly store: Journal;
  readonly certificates: { readonly shelf: Pick<FileShelf, 'read'>; readonly links: FileLinks };
  /** Files made on request; each lives for seven days. */
  readonly exports: { readonly shelf: Pick<FileShelf, 'put'>; readonly links: FileLinks };
  readonly clock: Pick<Clock, 'now'>;
}
