import type { Endpoint } from '#shared/http/endpoint.ts';
import type { SettingsApiDeps } from './deps.ts';
import { getDeletePolicy, getDirection, listFlows, putDeletePolicy, putDirection, putFlow } from './flows.ts';
import { getSandbox, setSandbox } from './sandbox.ts';

/** Every endpoint of this function, bound to what it needs. */
export function settingsEndpoints(deps: SettingsApiDeps): Endpoint[] {
  return [getSandbox, setSandbox, listFlows, putFlow, getDirection, putDirection, getDeletePolicy, putDeletePolicy].map(
    (bind) => bind(deps),
  );
}
