import * as contract from '#shared/api/integrations.ts';
import { changeSettings, choicesOf, findConnected, settingFaults } from '#shared/connections/manage.ts';
import { mergeSettings } from '#shared/connections/settings.ts';
import { unwrap } from '#shared/core/failure.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { changesOf } from '#shared/http/audit.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { invalidRequest } from '#shared/http/read-request.ts';
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
    const present = unwrap(await findConnected(deps, connector, caller.tenantId));
    const { suggested_settings = {}, settings: before } = present;
    const own = body as JsonObject;
    const merged = parseStrictly(
      connector.settings,
      mergeSettings(suggested_settings as JsonObject, own),
    ) as JsonObject;
    const faults = unwrap(await settingFaults(deps, connector, present, { own, merged }));
    if (faults.length > 0) throw invalidRequest(faults);
    const connection = unwrap(await changeSettings(deps, connector, caller.tenantId, own));
    return answer(200, settingsView(connector, connection), changesOf(before, connection.settings));
  },
);

export const getSettingChoices = endpoint(
  contract.getSettingChoices,
  async ({ params, caller }, deps: IntegrationsApiDeps) => {
    const connector = connectorOf(deps, params.platform);
    const choices = unwrap(await choicesOf(deps, connector, caller.tenantId));
    const mutable = Object.fromEntries(Object.entries(choices).map(([setting, list]) => [setting, [...list]]));
    return answer(200, { platform: connector.platform, choices: mutable });
  },
);
