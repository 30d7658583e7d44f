import type { Endpoint } from '#shared/http/endpoint.ts';
import {
  connectPlatform,
  disconnectPlatform,
  getConnection,
  getSetup,
  listConnections,
  testConnection,
  toggleConnection,
} from './connections.ts';
import type { IntegrationsApiDeps } from './deps.ts';
import { getHealth } from './health.ts';
import { getSettingChoices, getSettings, putSettings } from './settings.ts';
import { quickBooksAuthUrl, quickBooksCallback } from './sign-in.ts';
import { getWebhookHealth, switchWebhooks } from './webhooks.ts';

/** Every endpoint of this function, bound to what it needs. */
export function integrationsEndpoints(deps: IntegrationsApiDeps): Endpoint[] {
  return [
    getHealth,
    listConnections,
    connectPlatform,
    disconnectPlatform,
    getConnection,
    testConnection,
    getSetup,
    toggleConnection,
    getSettings,
    putSettings,
    getSettingChoices,
    quickBooksAuthUrl,
    quickBooksCallback,
    getWebhookHealth,
    switchWebhooks,
  ].map((bind) => bind(deps));
}
