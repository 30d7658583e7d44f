import type { SourceConnector } from '../connectors/source.ts';
import { ok, type Result } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import type { Run } from '../model/run.ts';
import type { EngineDeps } from './ports.ts';
import { readIds, type Window } from './read-window.ts';
import { nextRetryRecords, retryCursorSchema } from './retry-records.ts';
import type { Route } from './routes.ts';

/** The records of one window of a retry, read anew, and from the queue of failures those of the window after it. */
export async function readRetry(
  deps: Pick<EngineDeps, 'failures' | 'links'>,
  source: SourceConnector,
  route: Route,
  { tenant_id, retry }: Run,
  cursor: Json | null,
): Promise<Result<Window>> {
  const { ids, next } = retryCursorSchema.parse(cursor ?? { ids: [], next: null });
  const window = await readIds(deps, source, route, tenant_id, ids);
  if (!window.ok) return window;
  const following = next && retry ? await nextRetryRecords(deps.failures, tenant_id, route, retry, next) : null;
  const isEnd = !following || (following.ids.length === 0 && following.next === null);
  return ok({ ...window.value, next: isEnd ? null : (following as unknown as Json), total: undefined });
}
