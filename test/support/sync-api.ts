import { enabledPlatforms } from '#shared/connections/enabled.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createFailureRepository } from '#shared/data/failure-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import type { Table } from '#shared/data/table.ts';
import { cancelRun } from '#shared/sync/cancel-run.ts';
import type { SliceMessage } from '#shared/sync/ports.ts';
import { retryFailures } from '#shared/sync/retry-failures.ts';
import { startRun } from '#shared/sync/start-run.ts';
import type { SyncApiDeps } from '../../functions/api/sync/deps.ts';
import { type TestClock, testClock } from './clock.ts';

export interface SyncApiSetting {
  readonly deps: SyncApiDeps;
  readonly clock: TestClock;
  readonly sent: SliceMessage[];
}

/** The use cases of the sync API over a real table; what is queued is kept here instead of in SQS. */
export function syncApiSetting(table: Table): SyncApiSetting {
  const clock = testClock();
  const sent: SliceMessage[] = [];
  const runs = createRunRepository(table);
  const failures = createFailureRepository(table);
  const repository = createConnectionRepository(table);
  const keep = async (message: SliceMessage) => void sent.push(message);
  const engine = {
    runs,
    failures,
    lane: { send: keep },
    connections: { enabled: (tenantId: string) => enabledPlatforms(repository, tenantId) },
    clock,
    ids: randomIds(clock),
  };
  const deps: SyncApiDeps = {
    runs,
    failures,
    clock,
    startRun: (request) => startRun(engine, request),
    retryFailures: (request) => retryFailures(engine, request),
    cancelRun: (tenantId, runId) => cancelRun(engine, tenantId, runId),
  };
  return { deps, clock, sent };
}
