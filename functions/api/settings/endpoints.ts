import type { SandboxDeps } from '#shared/connections/sandbox-mode.ts';
import type { Endpoint } from '#shared/http/endpoint.ts';
import { getSandbox, setSandbox } from './sandbox.ts';

/** Every endpoint of this function, bound to what it needs. */
export function settingsEndpoints(deps: SandboxDeps): Endpoint[] {
  return [getSandbox, setSandbox].map((bind) => bind(deps));
}
