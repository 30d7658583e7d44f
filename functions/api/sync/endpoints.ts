import type { Endpoint } from '#shared/http/endpoint.ts';
import { acknowledgeFailureCause, listFailureCauses, retryFailureCause } from './causes.ts';
import { checkConfirmation, confirmSync } from './confirmation.ts';
import { getConflict, listConflicts, resolveConflict } from './conflicts.ts';
import type { SyncApiDeps } from './deps.ts';
import { acknowledgeFailure, acknowledgeFailures, getFailure, listFailures } from './failures.ts';
import { getPlan, startDryRun, startEntityDryRun } from './plan.ts';
import { retryFailure, retryFailures } from './retries.ts';
import { cancelSync, getSync, listSyncs } from './runs.ts';
import { startSync } from './start-sync.ts';
import { undoSync } from './undo.ts';

/** Every endpoint of this function, bound to what it needs. */
export function syncEndpoints(deps: SyncApiDeps): Endpoint[] {
  return [
    startSync,
    startDryRun,
    startEntityDryRun,
    getPlan,
    checkConfirmation,
    confirmSync,
    listSyncs,
    getSync,
    cancelSync,
    undoSync,
    retryFailures,
    listFailures,
    listFailureCauses,
    retryFailureCause,
    acknowledgeFailureCause,
    getFailure,
    retryFailure,
    acknowledgeFailure,
    acknowledgeFailures,
    listConflicts,
    getConflict,
    resolveConflict,
  ].map((bind) => bind(deps));
}
