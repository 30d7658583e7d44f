import type { Endpoint } from '#shared/http/endpoint.ts';
import type { HistoryApiDeps } from './deps.ts';
import { exportHistory, getHistoryExport } from './exports.ts';
import { listHistory } from './history.ts';
import { getJob } from './jobs.ts';

/** Every endpoint of this function, bound to what it needs. */
export function historyEndpoints(deps: HistoryApiDeps): Endpoint[] {
  return [listHistory, exportHistory, getHistoryExport, getJob].map((bind) => bind(deps));
}
