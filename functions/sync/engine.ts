import type * as z from 'zod';
import { assembleConnections } from '#shared/connections/assemble.ts';
import type { ConnectionDeps } from '#shared/connections/deps.ts';
import { createSyncConnections } from '#shared/connections/sync-connections.ts';
import { systemClock } from '#shared/core/clock.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createAnnouncer } from '#shared/data/announcer.ts';
import { createConflictRepository } from '#shared/data/conflict-repository.ts';
import { createFailureRepository } from '#shared/data/failure-repository.ts';
import { createFlowRepository } from '#shared/data/flow-repository.ts';
import { createHistoryRepository } from '#shared/data/history-repository.ts';
import { createLimiterRepository } from '#shared/data/limiter-repository.ts';
import { createLinkRepository } from '#shared/data/link-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { createScheduleRepository } from '#shared/data/schedule-repository.ts';
import { openTable, type Table } from '#shared/data/table.ts';
import { createWaitingStartRepository } from '#shared/data/waiting-start-repository.ts';
import { createWebhookRepository } from '#shared/data/webhook-repository.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import type { syncWorkerEnv } from '#shared/env/functions.ts';
import { dynamoClient, objectsClient, secretsClient } from '#shared/platform/aws-clients.ts';
import { createJournal } from '#shared/platform/journal.ts';
import { currentTraceId } from '#shared/platform/log-context.ts';
import type { Log } from '#shared/platform/logger.ts';
import { meter } from '#shared/platform/meter.ts';
import { createSecretStore } from '#shared/platform/secrets.ts';
import { startWhenFreed } from '#shared/schedules/start-waiting.ts';
import type { EngineDeps } from '#shared/sync/ports.ts';
import { type GapDeps, watchGaps } from '#shared/webhooks/watch-gaps.ts';
import { workLane } from './jobs.ts';
import { measuredBreakers, measuredRuns } from './measured.ts';

/** The engine with everything it needs, from a worker's environment. */
export async function assembleEngine(env: z.output<typeof syncWorkerEnv>, log: Log): Promise<EngineDeps> {
  const table = openTable(env.TABLE_NAME, dynamoClient());
  const assembled = await assembleConnections(env, table, createSecretStore(secretsClient()), log);
  const connections = { ...assembled, breakers: measuredBreakers(assembled.breakers, meter) };
  const engine = {
    conflicts: createConflictRepository(table),
    flows: createFlowRepository(table),
    runs: measuredRuns(createRunRepository(table), meter),
    links: createLinkRepository(table),
    failures: createFailureRepository(table),
    history: watchGaps(createHistoryRepository(table), gapDeps(table, connections, log)),
    journal: createJournal(objectsClient(), env.JOURNAL_BUCKET),
    lane: workLane(env),
    connections: createSyncConnections(connections, createLimiterRepository(table)),
    clock: systemClock,
    ids: randomIds(systemClock),
    log,
    announce: createAnnouncer(table, log),
  };
  const freed = startWhenFreed({
    ...engine,
    schedules: createScheduleRepository(table),
    waiting: createWaitingStartRepository(table),
    workspaces: createWorkspaceRepository(table),
    traceId: currentTraceId,
  });
  return { ...engine, freed };
}

/** What telling a change that nobody told of from one that somebody did takes. */
function gapDeps(table: Table, { connections, connectors }: ConnectionDeps, log: Log): GapDeps {
  return {
    runs: createRunRepository(table),
    webhooks: createWebhookRepository(table),
    // Where hooks are of the whole app, a platform tells from the moment it is connected.
    toldSince: async (tenantId, platform, { registered_at }) => {
      const webhooks = connectors[platform]?.webhooks;
      if (!webhooks) return undefined;
      return webhooks.openHooks ? registered_at : (await connections.find(tenantId, platform))?.connected_at;
    },
    log,
  };
}
