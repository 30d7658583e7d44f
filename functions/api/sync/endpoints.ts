import type { Endpoint } from '#shared/http/endpoint.ts';
import type { SyncApiDeps } from './deps.ts';
import { acknowledgeFailure, acknowledgeFailures, getFailure, listFailures } from './failures.ts';
import { retryFailure, retryFailures } from './retries.ts';
import { cancelSync, getSync, listSyncs } from './runs.ts';
import { startSync } from './start-sync.ts';

/** Every endpoint of this function, bound to what it needs. */
export function syncEndpoints(deps: SyncApiDeps): Endpoint[] {
  return [
    startSync,
    listSyncs,
    getSync,
    cancelSync,
    retryFailures,
    listFailures,
    getFailure,
    retryFailure,
    acknowledgeFailure,
    acknowledgeFailures,
  ].map((bind) => bind(deps));
}
