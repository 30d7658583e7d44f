import type { ConnectionDeps } from '#shared/connections/deps.ts';
import type { VitalsDeps } from '#shared/connections/vitals.ts';
import type { WebhookRepository } from '#shared/data/webhook-repository.ts';

export interface IntegrationsApiDeps extends ConnectionDeps, VitalsDeps {
  /** Base URL of this API without a trailing slash. */
  readonly publicUrl: string;
  /** Other origins that serve the console; its own it always is. */
  readonly consoleOrigins?: readonly string[] | undefined;
  /** Told when a connection was made. */
  readonly connected?: ((tenantId: string) => Promise<void>) | undefined;
  readonly webhooks: WebhookRepository;
}
