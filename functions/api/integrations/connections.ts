import * as contract from '#shared/api/integrations.ts';
import { connect } from '#shared/connections/connect.ts';
import { disconnect, testConnection as runTest, toggle } from '#shared/connections/manage.ts';
import { readVitals } from '#shared/connections/vitals.ts';
import { unwrap } from '#shared/core/failure.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { connectionNote } from './audit-note.ts';
import type { IntegrationsApiDeps } from './deps.ts';
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
    const connection = unwrap(await connect(deps, connector, caller.tenantId, credentials));
    await deps.connected?.(caller.tenantId);
    const view = await viewConnection(deps, caller.tenantId, connector, connection);
    return answer(200, view, connectionNote(before, connection));
  },
);

export const disconnectPlatform = endpoint(
  contract.disconnectPlatform,
  async ({ params, caller }, deps: IntegrationsApiDeps) => {
    const connector = connectorOf(deps, params.platform);
    const before = await deps.connections.find(caller.tenantId, connector.platform);
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
