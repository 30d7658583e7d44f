import type { HttpRequest } from '#local/cloud/http-api/event.ts';
import type { HttpAnswer } from '#local/cloud/http-api/response.ts';
import { roles } from '#shared/api/contract.ts';
import { consoleFolder } from '../../scripts/console.ts';
import { createConsole } from './console.ts';
import { createLocalRoutes, type LocalRoutes } from './local-routes.ts';

/** What this machine serves on the API's own address: `/local/…`, and the console, signed in by choosing a role. */
export function besideTheApi(routes: () => LocalRoutes): (request: HttpRequest) => Promise<HttpAnswer | undefined> {
  const local = createLocalRoutes(routes);
  const console = createConsole({
    folder: consoleFolder,
    config: { apiUrl: '', auth: { kind: 'local', tenant: 'demo', roles } },
  });
  return async (request) => (await local(request)) ?? console(request);
}
