import * as contract from '#shared/api/integrations.ts';
import { changeSettings, findConnected } from '#shared/connections/manage.ts';
import { mergeSettings } from '#shared/connections/settings.ts';
import { unwrap } from '#shared/core/failure.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { changesOf } from '#shared/http/audit.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import type { IntegrationsApiDeps } from './deps.ts';
import { connectorOf, parseStrictly } from './platform.ts';
import { settingsView } from './views.ts';

export const getSettings = endpoint(contract.getSettings, async ({ params, caller }, deps: IntegrationsApiDeps) => {
  const connector = connectorOf(deps, params.platform);
  const connection = unwrap(await findConnected(deps, connector, caller.tenantId));
  return answer(200, settingsView(connector, connection));
});

export const putSettings = endpoint(
  contract.putSettings,
  async ({ params, body, caller }, deps: IntegrationsApiDeps) => {
    const connector = connectorOf(deps, params.platform);
    const { suggested_settings = {}, settings: before } = unwrap(await findConnected(deps, connector, caller.tenantId));
    const own = body as JsonObject;
    parseStrictly(connector.settings, mergeSettings(suggested_settings as JsonObject, own));
    const connection = unwrap(await changeSettings(deps, connector, caller.tenantId, own));
    return answer(200, settingsView(connector, connection), changesOf(before, connection.settings));
  },
);
