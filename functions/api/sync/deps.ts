import type { Clock } from '#shared/core/clock.ts';
import type { Run } from '#shared/model/run.ts';
import { cancelRun } from '#shared/sync/cancel-run.ts';
import {
  type ConfirmDeps,
  type Confirmed,
  confirmPlan,
  type Offer,
  offerConfirmation,
} from '#shared/sync/confirm-plan.ts';
import { type GuardOutcome, guardRun } from '#shared/sync/guard-run.ts';
import type { EngineDeps, FailureRepository, RunRepository } from '#shared/sync/ports.ts';
import { type PlanQuery, readPlan } from '#shared/sync/read-plan.ts';
import { type RetryOutcome, type RetryRequest, retryFailures } from '#shared/sync/retry-failures.ts';
import { type StartOutcome, type StartRequest, startRun } from '#shared/sync/start-run.ts';
import { type UndoOutcome, type UndoRequest, undoRun } from '#shared/sync/undo-run.ts';

/** What the endpoints of this group need, narrow: the use cases come bound to theirs. */
export interface SyncApiDeps {
  readonly runs: Pick<RunRepository, 'find' | 'legs' | 'list'>;
  readonly failures: FailureRepository;
  readonly conflicts: EngineDeps['conflicts'];
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

/** What the use cases need: less than the engine, because this function opens no connection. */
export type SyncUseDeps = ConfirmDeps & {
  readonly failures: FailureRepository;
  readonly conflicts: EngineDeps['conflicts'];
  readonly journal: Pick<EngineDeps['journal'], 'read'>;
};

/** The use cases of this group, bound. */
export function bindSyncUses(deps: SyncUseDeps): SyncApiDeps {
  return {
    runs: deps.runs,
    failures: deps.failures,
    conflicts: deps.conflicts,
    clock: deps.clock,
    startRun: (request) => startRun(deps, request),
    guardRun: (request) => guardRun(deps, request),
    undo: (request) => undoRun(deps, request),
    retryFailures: (request) => retryFailures(deps, request),
    cancelRun: (tenantId, runId) => cancelRun(deps, tenantId, runId),
    offerConfirmation: (request) => offerConfirmation(deps, request),
    confirmPlan: (request) => confirmPlan(deps, request),
    readPlan: (tenantId, runId, query) => readPlan(deps, tenantId, runId, query),
  };
}
