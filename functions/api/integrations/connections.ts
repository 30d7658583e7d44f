import * as contract from '#shared/api/integrations.ts';
import { connect } from '#shared/connections/connect.ts';
import { disconnect, testConnection as runTest, toggle } from '#shared/connections/manage.ts';
import { unwrap } from '#shared/core/failure.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import type { IntegrationsApiDeps } from './deps.ts';
import { connectorOf, parseStrictly } from './platform.ts';
import { connectionView } from './views.ts';

export const listConnections = endpoint(contract.listConnections, async ({ caller }, deps: IntegrationsApiDeps) => {
  const made = new Map((await deps.connections.list(caller.tenantId)).map((each) => [each.platform, each]));
  const items = Object.values(deps.connectors).map((each) => connectionView(each, made.get(each.platform)));
  return answer(200, { items });
});

export const getConnection = endpoint(contract.getConnection, async ({ params, caller }, deps: IntegrationsApiDeps) => {
  const connector = connectorOf(deps, params.platform);
  const connection = await deps.connections.find(caller.tenantId, connector.platform);
  return answer(200, connectionView(connector, connection));
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
    const connection = unwrap(await connect(deps, connector, caller.tenantId, credentials));
    return answer(200, connectionView(connector, connection));
  },
);

export const disconnectPlatform = endpoint(
  contract.disconnectPlatform,
  async ({ params, caller }, deps: IntegrationsApiDeps) => {
    const connector = connectorOf(deps, params.platform);
    const { connection, revoked } = unwrap(await disconnect(deps, connector, caller.tenantId));
    return answer(200, { ...connectionView(connector, connection), revoked });
  },
);

export const testConnection = endpoint(
  contract.testConnection,
  async ({ params, caller }, deps: IntegrationsApiDeps) => {
    const connector = connectorOf(deps, params.platform);
    const { connection, failure } = unwrap(await runTest(deps, connector, caller.tenantId));
    return answer(200, { ok: failure === undefined, connection: connectionView(connector, connection) });
  },
);

export const toggleConnection = endpoint(
  contract.toggleConnection,
  async ({ params, body, caller }, deps: IntegrationsApiDeps) => {
    const connector = connectorOf(deps, params.platform);
    const connection = unwrap(await toggle(deps, connector, caller.tenantId, body.enabled));
    return answer(200, connectionView(connector, connection));
  },
);
