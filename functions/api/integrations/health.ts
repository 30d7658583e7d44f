import * as contract from '#shared/api/health.ts';
import { readHealth } from '#shared/connections/health.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import type { IntegrationsApiDeps } from './deps.ts';

export const getHealth = endpoint(contract.getHealth, async ({ caller }, deps: IntegrationsApiDeps) =>
  answer(200, await readHealth(deps, caller.tenantId)),
);
