import type { CompanyHandle } from '#local/platforms/quickbooks/company-handle.ts';
import type { ApiGroup, Role } from '#shared/api/contract.ts';
import { createActivityRepository } from '#shared/data/activity-repository.ts';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createConfirmationRepository } from '#shared/data/confirmation-repository.ts';
import { createWebhookRepository } from '#shared/data/webhook-repository.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import { type ApiHandler, apiGroup } from '#shared/http/api-group.ts';
import { platformNames } from '#shared/sync/route-table.ts';
import { routes } from '#shared/sync/routes.ts';
import { auditEndpoints } from '../../functions/api/audit/endpoints.ts';
import { integrationsEndpoints } from '../../functions/api/integrations/endpoints.ts';
import { settingsEndpoints } from '../../functions/api/settings/endpoints.ts';
import { bindSyncUses } from '../../functions/api/sync/deps.ts';
import { syncEndpoints } from '../../functions/api/sync/endpoints.ts';
import { keptLog, startApi, type TestReply } from './api.ts';
import { everyItem } from './table.ts';
import { publicUrl, shopKeys, type World } from './world.ts';

/** The whole API over a world, for tenants that work in two workspaces. */
export async function startWorldApi(world: World) {
  const engine = world.engine();
  const { connectionDeps, runs, clock, ids } = engine;
  const { table } = world.table;
  const workspaces = createWorkspaceRepository(table);
  const entries = createAuditRepository(table);
  const use = { ...engine, confirmations: createConfirmationRepository(table) };
  const log = keptLog();
  const group = { trail: entries, workspaces, clock, ids };
  const sync = syncEndpoints(bindSyncUses(use));
  const activity = createActivityRepository(table, runs);
  const settings = settingsEndpoints({
    ...connectionDeps,
    runs,
    workspaces,
    platforms: platformNames(),
    flows: engine.flows,
    enabled: engine.connections.enabled,
  });
  const integrations = integrationsEndpoints({
    ...connectionDeps,
    activity,
    routes,
    publicUrl,
    webhooks: createWebhookRepository(table),
  });
  const handlers: Partial<Record<ApiGroup, ApiHandler>> = {
    sync: apiGroup(sync, log, group),
    integrations: apiGroup(integrations, log, group),
    settings: apiGroup(settings, log, group),
    audit: apiGroup(auditEndpoints({ entries }), log),
  };
  return startApi(handlers);
}
export type WorldApi = Awaited<ReturnType<typeof startWorldApi>>;

/** What a person of one tenant does. */
export function person(world: World, api: WorldApi, tenant: string, role: Role = 'admin') {
  const call = (method: string, path: string, body?: object): Promise<TestReply> =>
    api.call(method, `/api/${path}`, { as: { tenant, role, user: 'ann' }, ...(body ? { body } : {}) });
  const beginSignIn = async (): Promise<TestReply> => call('GET', 'integrations/quickbooks/auth-url');
  /** Chooses the company on the consent page and comes back. */
  const finishSignIn = async (url: unknown, { realmId }: CompanyHandle): Promise<TestReply> => {
    const consent = await fetch(`${String(url)}&connect=${realmId}`, { redirect: 'manual' });
    const { pathname, search } = new URL(consent.headers.get('location') ?? '');
    return api.call('GET', `${pathname}${search}`, { headers: { accept: 'application/json' } });
  };
  return {
    call,
    beginSignIn,
    finishSignIn,
    connectBooks: async (company: CompanyHandle) => finishSignIn((await beginSignIn()).json.url, company),
    connectShop: (url: string) =>
      call('POST', 'integrations/woocommerce/credentials', {
        store_url: url,
        consumer_key: shopKeys.consumerKey,
        consumer_secret: shopKeys.consumerSecret,
      }),
    sandboxMode: (enabled: boolean) => call('POST', 'settings/sandbox', { enabled }),
    /** Syncs to the end and answers the status of the sync. */
    async sync(entity: string, body: object = { mode: 'full' }): Promise<TestReply> {
      let started = await call('POST', `sync/${entity}`, body);
      await world.drain(world.work(world.engine()));
      if (started.json.code === 'confirmation_required') {
        const leave = await call('POST', 'sync/check-confirmation', { sync_id: started.json.plan_id });
        started = await call('POST', `sync/confirm/${String(leave.json.token)}`);
        await world.drain(world.work(world.engine()));
      }
      return call('GET', `sync/status/${String(started.json.sync_id)}`);
    },
  };
}
export type Person = ReturnType<typeof person>;

/** Every stored item of one workspace in a comparable order, but for those that belong to the tenant as a whole. */
export async function itemsOf(world: World, workspaceId: string): Promise<Record<string, unknown>[]> {
  const own = `TENANT#${workspaceId}`;
  const ofTenant = ['audit', 'sandbox_mode', 'refresh_lock'];
  return (await everyItem(world.table.table))
    .filter(({ pk, type }) => (pk === own || String(pk).startsWith(`${own}#`)) && !ofTenant.includes(String(type)))
    .sort((a, b) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1));
}
