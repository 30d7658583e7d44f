import { enabledPlatforms } from '#shared/connections/enabled.ts';
import { randomIds } from '#shared/core/ids.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { createConfirmationRepository } from '#shared/data/confirmation-repository.ts';
import { createConflictRepository } from '#shared/data/conflict-repository.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createFailureRepository } from '#shared/data/failure-repository.ts';
import { createFlowRepository } from '#shared/data/flow-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import type { Table } from '#shared/data/table.ts';
import { currentTraceId } from '#shared/platform/log-context.ts';
import type { SliceMessage } from '#shared/sync/ports.ts';
import { routes } from '#shared/sync/routes.ts';
import { bindSyncUses, type SyncApiDeps } from '../../functions/api/sync/deps.ts';
import { type TestClock, testClock } from './clock.ts';

export interface SyncApiSetting {
  readonly deps: SyncApiDeps;
  readonly clock: TestClock;
  readonly sent: SliceMessage[];
  /** Stored pages of plans, by key. */
  readonly pages: Map<string, readonly JsonObject[]>;
}

/** The use cases of the sync API over a real table; what is queued is kept here instead of in SQS. */
export function syncApiSetting(table: Table): SyncApiSetting {
  const clock = testClock();
  const sent: SliceMessage[] = [];
  const pages = new Map<string, readonly JsonObject[]>();
  const repository = createConnectionRepository(table);
  const keep = async (message: SliceMessage) => void sent.push(message);
  const engine = {
    conflicts: createConflictRepository(table),
    flows: createFlowRepository(table),
    runs: createRunRepository(table),
    failures: createFailureRepository(table),
    journal: { read: async (key: string) => pages.get(key) ?? [] },
    confirmations: createConfirmationRepository(table),
    lane: { send: keep },
    connections: { enabled: (tenantId: string) => enabledPlatforms(repository, tenantId) },
    clock,
    ids: randomIds(clock),
    traceId: currentTraceId,
  };
  const deps = bindSyncUses(engine);
  return { deps, clock, sent, pages };
}

/** Connects every platform that a flow has, for a tenant that never calls one. */
export async function connectEverything(table: Table, tenant_id: string): Promise<void> {
  const repository = createConnectionRepository(table);
  for (const platform of new Set(routes.flatMap(({ source, target }) => [source.platform, target.platform]))) {
    await repository.save({
      tenant_id,
      platform,
      status: 'connected',
      enabled: true,
      display_name: platform,
      masked: {},
      profile: {},
      settings: {},
      warnings: [],
      version: 1,
    });
  }
}
