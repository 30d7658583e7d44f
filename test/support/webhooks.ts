import { enabledPlatforms, usablePlatforms } from '#shared/connections/enabled.ts';
import { createConnectors } from '#shared/connectors/registry.ts';
import { createWebhookRepository } from '#shared/data/webhook-repository.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { drainTenant } from '#shared/sync/drain-changes.ts';
import { type KeepHooksDeps, keepHooks } from '#shared/webhooks/keep.ts';
import { webhooksEndpoints } from '../../functions/api/webhooks/endpoints.ts';
import { keptAudit, keptLog, startApi } from './api.ts';
import type { Tenant, World } from './world.ts';

export const verifierToken = 'verifier-token-of-the-test-app';
/** Of the same app's development keys, which sandbox companies are connected with. */
export const developmentToken = 'verifier-token-of-its-development-keys';

/** The receiving function over a world, with what it measured and logged. */
export async function startReceiver(world: World) {
  const engine = world.engine();
  const { connectionDeps: connections } = engine;
  const webhooks = createWebhookRepository(world.table.table);
  const measured: Record<string, number> = {};
  const log = keptLog();
  const rung: string[] = [];
  const connectors = {
    ...connections.connectors,
    ...createConnectors({ quickbooks: quickBooksApp(world) }),
  };
  const deps: KeepHooksDeps = { ...connections, connectors, webhooks, publicUrl: '' };
  const endpoints = webhooksEndpoints({
    ...deps,
    notes: {
      ...engine,
      bell: { ring: async (tenantId) => void rung.push(tenantId) },
      connections: { enabled: (tenantId) => enabledPlatforms(connections.connections, tenantId) },
    },
    measure: {
      emit: (values) => {
        for (const [name, value] of Object.entries(values)) measured[name] = (measured[name] ?? 0) + value;
      },
    },
  });
  const api = await startApi({ webhooks: apiGroup(endpoints, log, keptAudit()) });
  const keepDeps = { ...deps, publicUrl: api.url };
  return {
    api,
    webhooks,
    connectors,
    keepDeps,
    measured,
    log,
    rung,
    /** What is done for a shop that was just connected. */
    async keep(tenant: Pick<Tenant, 'id'>, platform = 'woocommerce') {
      const connection = await connections.connections.find(tenant.id, platform);
      const connector = connectors[platform];
      if (!connection || !connector) throw new Error(`${platform} is not connected`);
      return keepHooks(keepDeps, connector, connection);
    },
    /** What the bell leads to, until nothing waits. */
    async carry(tenant: Pick<Tenant, 'id'>): Promise<void> {
      const drain = {
        ...engine,
        connections: {
          enabled: (id: string) => enabledPlatforms(connections.connections, id),
          usable: (id: string) => usablePlatforms(connections, id),
        },
      };
      await drainTenant(drain, tenant.id);
      await world.drain(world.work(engine));
    },
    /** Records that wait, as `route id`. */
    async waiting(tenant: Pick<Tenant, 'id'>): Promise<string[]> {
      const routes = await engine.pending.routesOf(tenant.id);
      const lists = await Promise.all(routes.map((route) => engine.pending.list(tenant.id, route, 500)));
      return lists.flat().map(({ route_id, id }) => `${route_id} ${id}`);
    },
    stop: () => api.close(),
  };
}
export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

function quickBooksApp({ quickbooks: { url } }: World) {
  const keys = { clientId: 'test-app', clientSecret: 'test-app-secret' };
  return {
    ...keys,
    webhookVerifier: verifierToken,
    sandboxKeys: { ...keys, webhookVerifier: developmentToken },
    apiUrl: url,
    authorizeUrl: `${url}/connect/oauth2`,
    tokenUrl: `${url}/oauth2/v1/tokens/bearer`,
    revokeUrl: `${url}/v2/oauth2/tokens/revoke`,
    sandboxApiUrl: url,
  };
}
