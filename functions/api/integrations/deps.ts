import type { ConnectionDeps } from '#shared/connections/deps.ts';

export interface IntegrationsApiDeps extends ConnectionDeps {
  /** Base URL of this API without a trailing slash. */
  readonly publicUrl: string;
}
