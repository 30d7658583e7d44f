import type { ApiGroup } from '#shared/api/contract.ts';
import { enabledPlatforms } from '#shared/connections/enabled.ts';
import { createMappingReader } from '#shared/connections/mapping-reader.ts';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createFlowRepository } from '#shared/data/flow-repository.ts';
import { createJobRepository } from '#shared/data/job-repository.ts';
import { createLinkRepository } from '#shared/data/link-repository.ts';
import { createMappingRepository } from '#shared/data/mapping-repository.ts';
import { createPendingChangeRepository } from '#shared/data/pending-change-repository.ts';
import { createPosEventRepository } from '#shared/data/pos-event-repository.ts';
import { createScheduleRepository } from '#shared/data/schedule-repository.ts';
import { createShelfRepository } from '#shared/data/shelf-repository.ts';
import { createStockRepository } from '#shared/data/stock-repository.ts';
import { createWaitingStartRepository } from '#shared/data/waiting-start-repository.ts';
import { createWebhookRepository } from '#shared/data/webhook-repository.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import type { Endpoint } from '#shared/http/endpoint.ts';
import { startJob } from '#shared/jobs/start-job.ts';
import { mappingReplay } from '#shared/mapping-editor/replay.ts';
import { auditEndpoints } from '../../functions/api/audit/endpoints.ts';
import { historyEndpoints } from '../../functions/api/history/endpoints.ts';
import { integrationsEndpoints } from '../../functions/api/integrations/endpoints.ts';
import { mappingsEndpoints } from '../../functions/api/mappings/endpoints.ts';
import { metaEndpoints } from '../../functions/api/meta/endpoints.ts';
import { notificationsEndpoints } from '../../functions/api/notifications/endpoints.ts';
import { posEndpoints } from '../../functions/api/pos/endpoints.ts';
import { reconciliationEndpoints } from '../../functions/api/reconciliation/endpoints.ts';
import { schedulesEndpoints } from '../../functions/api/schedules/endpoints.ts';
import { settingsEndpoints } from '../../functions/api/settings/endpoints.ts';
import { syncEndpoints } from '../../functions/api/sync/endpoints.ts';
import { webhooksEndpoints } from '../../functions/api/webhooks/endpoints.ts';
import type { ConnectionsSetting } from './connections.ts';
import { historyApiSetting } from './history-api.ts';
import { insightsOver } from './insights.ts';
import { reconciliationApiDeps } from './reconciliation-api.ts';
import { syncApiSetting } from './sync-api.ts';

/** The endpoints of every function over one table; what is queued or timed goes nowhere. */
export function everyGroup(setting: ConnectionsSetting): Readonly<Record<ApiGroup, readonly Endpoint[]>> {
  const { table } = setting.table;
  const { deps, clock, notifications } = setting;
  const sync = syncApiSetting(table).deps;
  const workspaces = createWorkspaceRepository(table);
  const webhooks = createWebhookRepository(table);
  const pending = createPendingChangeRepository(table);
  const bell = { ring: async () => undefined };
  const enabled = (tenantId: string) => enabledPlatforms(deps.connections, tenantId);
  const jobs = createJobRepository(table);
  const lane = { send: async () => undefined };
  return {
    sync: syncEndpoints(sync),
    history: historyEndpoints(historyApiSetting(table).deps),
    reconciliation: reconciliationEndpoints(reconciliationApiDeps(table)),
    integrations: integrationsEndpoints({ ...deps, publicUrl: 'https://api.example.test', webhooks }),
    settings: settingsEndpoints({
      ...deps,
      ...sync,
      workspaces,
      platforms: ['shop'],
      flows: createFlowRepository(table),
      enabled,
    }),
    insights: insightsOver(table, clock),
    audit: auditEndpoints({ entries: createAuditRepository(table) }),
    notifications: notificationsEndpoints(notifications),
    pos: posEndpoints({
      ...deps,
      events: createPosEventRepository(table),
      shelf: createShelfRepository(table),
      stock: createStockRepository(table),
      pending,
      bell,
      enabled,
    }),
    webhooks: webhooksEndpoints({
      ...deps,
      webhooks,
      notes: { ...deps, connections: { enabled }, pending, bell },
      measure: { emit: () => undefined },
    }),
    schedules: schedulesEndpoints({
      ...deps,
      schedules: createScheduleRepository(table),
      waiting: createWaitingStartRepository(table),
      timer: { create: async () => undefined, delete: async () => undefined },
      log: { warn: () => undefined },
    }),
    mappings: mappingsEndpoints({
      mappings: createMappingRepository(table),
      links: createLinkRepository(table),
      platforms: deps.connectors,
      reader: createMappingReader(deps),
      startReplay: (asked) => startJob({ jobs, lane, ids: deps.ids, clock }, mappingReplay, asked),
      jobs,
      journal: { read: async () => [] },
      clock,
    }),
    meta: metaEndpoints(),
  };
}
