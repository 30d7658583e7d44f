import type { Endpoint } from '#shared/http/endpoint.ts';
import type { NotificationsApiDeps } from './deps.ts';
import { listDeliveries, testNotification } from './messages.ts';
import { getSettings, putSettings, rotateWebhookSecret } from './settings.ts';

/** Every endpoint of this function, bound to what it needs. */
export function notificationsEndpoints(deps: NotificationsApiDeps): Endpoint[] {
  return [getSettings, putSettings, testNotification, rotateWebhookSecret, listDeliveries].map((bind) => bind(deps));
}
