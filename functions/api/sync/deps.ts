import type { Clock } from '#shared/core/clock.ts';
import type { Run } from '#shared/model/run.ts';
import type { Confirmed, Offer } from '#shared/sync/confirm-plan.ts';
import type { GuardOutcome } from '#shared/sync/guard-run.ts';
import type { FailureRepository, RunRepository } from '#shared/sync/ports.ts';
import type { PlanQuery, readPlan } from '#shared/sync/read-plan.ts';
import type { RetryOutcome, RetryRequest } from '#shared/sync/retry-failures.ts';
import type { StartOutcome, StartRequest } from '#shared/sync/start-run.ts';
import type { UndoOutcome, UndoRequest } from '#shared/sync/undo-run.ts';

/** What the endpoints of this group need, narrow: the use cases come bound to theirs. */
export interface SyncApiDeps {
  readonly runs: Pick<RunRepository, 'find' | 'legs' | 'list'>;
  readonly failures: FailureRepository;
  readonly startRun: (request: StartRequest) => Promise<StartOutcome>;
  /** Starts what is small; what is not has to be confirmed. */
  readonly guardRun: (request: StartRequest) => Promise<GuardOutcome>;
  readonly undo: (request: UndoRequest) => Promise<UndoOutcome>;
  readonly retryFailures: (request: RetryRequest) => Promise<RetryOutcome>;
  readonly cancelRun: (tenantId: string, runId: string) => Promise<Run | undefined>;
  readonly readPlan: (tenantId: string, runId: string, query: PlanQuery) => ReturnType<typeof readPlan>;
  readonly offerConfirmation: (request: { tenantId: string; userId: string; planId: string }) => Promise<Offer>;
  readonly confirmPlan: (request: { tenantId: string; userId: string; token: string }) => Promise<Confirmed>;
  readonly clock: Clock;
}
