import type { Endpoint } from '#shared/http/endpoint.ts';
import { receiveAppWebhook, receiveConnectionWebhook, type WebhooksApiDeps } from './receive.ts';

/** Every endpoint of this function, bound to what it needs. */
export function webhooksEndpoints(deps: WebhooksApiDeps): Endpoint[] {
  return [receiveAppWebhook, receiveConnectionWebhook].map((bind) => bind(deps));
}
