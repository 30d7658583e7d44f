import * as contract from '#shared/api/webhooks.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import type { Meter } from '#shared/platform/meter.ts';
import { type Arrival, type ReceiveDeps, receive } from '#shared/webhooks/receive.ts';

export interface WebhooksApiDeps extends ReceiveDeps {
  readonly measure: Meter;
}

export const receiveAppWebhook = endpoint(
  contract.receiveAppWebhook,
  async ({ params: { platform }, raw }, deps: WebhooksApiDeps) =>
    answer(200, await taken(deps, { platform, hook: undefined, delivery: raw })),
);

export const receiveConnectionWebhook = endpoint(
  contract.receiveConnectionWebhook,
  async ({ params: { platform, hook }, raw }, deps: WebhooksApiDeps) =>
    answer(200, await taken(deps, { platform, hook, delivery: raw })),
);

/** A delivery that is refused leaves nothing but a count; not even which address it tried. */
async function taken(deps: WebhooksApiDeps, arrival: Arrival): Promise<{ readonly received: true }> {
  const reception = await receive(deps, arrival);
  // Whoever sends what nobody asked for must not make a metric of each name it thinks of.
  const platform = Object.hasOwn(deps.connectors, arrival.platform) ? arrival.platform : 'unknown';
  if (reception.kind === 'refused') {
    deps.measure.emit({ WebhooksRefused: 1 }, { platform });
    throw new ProblemError('webhook.refused', 'Nothing was taken: the signature does not fit this address.');
  }
  if (reception.kind === 'taken') {
    const { counts, strangers } = reception;
    deps.measure.emit(
      {
        WebhooksTaken: 1,
        WebhookStrangers: strangers,
        WebhooksDropped: counts.dropped ?? 0,
        WebhooksUnreadable: counts.unreadable ?? 0,
      },
      { platform },
    );
  }
  return { received: true };
}
