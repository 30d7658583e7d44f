import * as contract from '#shared/api/integrations.ts';
import { connect } from '#shared/connections/connect.ts';
import { disconnect, testConnection as runTest, setupOf, toggle } from '#shared/connections/manage.ts';
import { readVitals } from '#shared/connections/vitals.ts';
import type { Connector } from '#shared/connectors/connector.ts';
import { unwrap } from '#shared/core/failure.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import type { Connection } from '#shared/model/connection.ts';
import { keepHooks, removeHooks } from '#shared/webhooks/keep.ts';
import { connectionNote } from './audit-note.ts';
import type { IntegrationsApiDeps } from './deps.ts';
import { patiently } from './patience.ts';
import { connectorOf, parseStrictly } from './platform.ts';
import { connectionView, viewConnection } from './views.ts';

export const listConnections = endpoint(contract.listConnections, async ({ caller }, deps: IntegrationsApiDeps) => {
  const [connections, vitalsOf] = await Promise.all([
    deps.connections.list(caller.tenantId),
    readVitals(deps, caller.tenantId),
  ]);
  const made = new Map(connections.map((each) => [each.platform, each]));
  const items = Object.values(deps.connectors).map((each) =>
    connectionView(caller.tenantId, each, made.get(each.platform), vitalsOf(each.platform)),
  );
  return answer(200, { items });
});

export const getConnection = endpoint(contract.getConnection, async ({ params, caller }, deps: IntegrationsApiDeps) => {
  const connector = connectorOf(deps, params.platform);
  const connection = await deps.connections.find(caller.tenantId, connector.platform);
  return answer(200, await viewConnection(deps, caller.tenantId, connector, connection));
});

export const connectPlatform = endpoint(
  contract.connectPlatform,
  async ({ params, body, caller }, deps: IntegrationsApiDeps) => {
    const connector = connectorOf(deps, params.platform);
    if (!connector.credentials) {
      const detail = `${connector.title} is connected by signing in: open the address of its auth-url.`;
      throw new ProblemError('connection.oauth_only', detail);
    }
    const credentials = parseStrictly(connector.credentials, body);
    const before = await deps.connections.find(caller.tenantId, connector.platform);
    const connected = unwrap(await connect(deps, connector, caller.tenantId, credentials));
    const connection = await withHooks(deps, connector, connected);
    await deps.connected?.(caller.tenantId);
    const view = await viewConnection(deps, caller.tenantId, connector, connection);
    return answer(200, view, connectionNote(before, connection));
  },
);

const unfinished = {
  reason: 'The shop takes its time with them.',
  fix: 'Nothing to do: it is asked again within the hour.',
};

/** Webhooks are a help, no condition: what stands in their way is a warning. */
async function withHooks(deps: IntegrationsApiDeps, connector: Connector, connection: Connection): Promise<Connection> {
  const kept = await patiently(keepHooks(deps, connector, connection));
  if (kept?.ok) return connection;
  const { reason, fix } = kept?.failure ?? unfinished;
  const warnings = [
    ...connection.warnings,
    `Without webhooks changes are found by the scheduled syncs only. ${reason} ${fix}`,
  ];
  const condition = { connectedAt: connection.connected_at };
  const patched = await deps.connections.patch(connection.tenant_id, connection.platform, { warnings }, condition);
  return patched ?? connection;
}

export const disconnectPlatform = endpoint(
  contract.disconnectPlatform,
  async ({ params, caller }, deps: IntegrationsApiDeps) => {
    const connector = connectorOf(deps, params.platform);
    const before = await deps.connections.find(caller.tenantId, connector.platform);
    // While the keys still work. A shop that cannot be reached keeps hooks that lead nowhere and switches them off by itself.
    if (before && before.status !== 'disconnected') await patiently(removeHooks(deps, connector, before));
    const { connection, revoked } = unwrap(await disconnect(deps, connector, caller.tenantId));
    const view = await viewConnection(deps, caller.tenantId, connector, connection);
    return answer(200, { ...view, revoked }, connectionNote(before, connection));
  },
);

export const testConnection = endpoint(
  contract.testConnection,
  async ({ params, caller }, deps: IntegrationsApiDeps) => {
    const connector = connectorOf(deps, params.platform);
    const before = await deps.connections.find(caller.tenantId, connector.platform);
    const { connection, failure } = unwrap(await runTest(deps, connector, caller.tenantId));
    const view = await viewConnection(deps, caller.tenantId, connector, connection);
    return answer(200, { ok: failure === undefined, connection: view }, connectionNote(before, connection));
  },
);

export const toggleConnection = endpoint(
  contract.toggleConnection,
  async ({ params, body, caller }, deps: IntegrationsApiDeps) => {
    const connector = connectorOf(deps, params.platform);
    const before = await deps.connections.find(caller.tenantId, connector.platform);
    const connection = unwrap(await toggle(deps, connector, caller.tenantId, body.enabled));
    const view = await viewConnection(deps, caller.tenantId, connector, connection);
    return answer(200, view, connectionNote(before, connection));
  },
);

export const getSetup = endpoint(contract.getSetup, async ({ params, caller }, deps: IntegrationsApiDeps) => {
  const connector = connectorOf(deps, params.platform);
  const setup = await setupOf(deps, connector, caller.tenantId);
  if (!setup) throw new ProblemError('platform.no_setup', `Nothing has to be run on ${connector.title}.`);
  const { complete, ...found } = unwrap(setup);
  const state = complete === null ? 'unknown' : complete ? 'complete' : 'incomplete';
  return answer(200, { platform: connector.platform, state, ...found, missing: [...found.missing] });
});
