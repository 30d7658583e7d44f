import type { RetrySelection } from '../model/retry.ts';
import type { Run } from '../model/run.ts';
import { failureId } from './failure-identity.ts';
import type { EngineDeps } from './ports.ts';
import { firstPlace, nextRetryRecords } from './retry-records.ts';
import { routes as allRoutes } from './routes.ts';
import { type StartRunDeps, startRun } from './start-run.ts';

export interface RetryRequest {
  readonly tenantId: string;
  readonly requestedBy: string;
  readonly selection: RetrySelection;
  /** Only these routes. */
  readonly routeIds?: readonly string[] | undefined;
  /** The same key again starts nothing new. */
  readonly idempotencyKey?: string | undefined;
}

export interface RetryOutcome {
  readonly runs: readonly Run[];
  /** Runs in progress that hold a route which was to be retried. */
  readonly busy: readonly string[];
  /** Platforms that are not connected, so that what goes there was left alone. */
  readonly missing: readonly string[];
  /** Records that are retried; when there are more, those of each run's first window. */
  readonly records: number;
  /** True when there are more: the runs take them from the queue. */
  readonly more: boolean;
}

/**
 * Runs the pipeline again for failed records, any number of them: one run per route, which takes them from the queue
 * window by window. What they depend on is brought along and heals too.
 */
export async function retryFailures(
  deps: StartRunDeps & Pick<EngineDeps, 'failures'>,
  request: RetryRequest,
): Promise<RetryOutcome> {
  const { tenantId } = request;
  const selection = await present(deps, tenantId, request.selection);
  const runs: Run[] = [];
  const busy: string[] = [];
  const missing = new Set<string>();
  let records = 0;
  let more = false;
  for (const route of allRoutes.filter(({ id }) => request.routeIds?.includes(id) ?? true)) {
    const first = await nextRetryRecords(deps.failures, tenantId, route, selection, firstPlace);
    if (first.ids.length === 0 && first.next === null) continue;
    const outcome = await startRun(deps, {
      tenantId,
      requestedBy: request.requestedBy,
      entity: route.name,
      mode: 'full',
      dryRun: false,
      filters: {},
      routeIds: [route.id],
      retry: { selection, first },
      idempotencyKey: request.idempotencyKey,
    });
    if (outcome.kind === 'started' || outcome.kind === 'repeated') {
      runs.push(outcome.run);
      records += first.ids.length;
      more ||= first.next !== null;
    }
    if (outcome.kind === 'busy') busy.push(outcome.run_id);
    if (outcome.kind === 'not_connected') missing.add(outcome.platform);
  }
  return { runs, busy, missing: [...missing], records, more };
}

/** Without ids that no failure has, so that the run keeps no more than it needs. */
async function present(
  { failures }: Pick<EngineDeps, 'failures'>,
  tenantId: string,
  selection: RetrySelection,
): Promise<RetrySelection> {
  if (selection.by !== 'ids') return selection;
  const found = await failures.findMany(tenantId, selection.failure_ids);
  return { by: 'ids', failure_ids: found.flatMap((record) => record?.failure_id ?? []) };
}

/** The failures these records of the source may have, on any route of the entity. */
export function failureIdsOf(recordIds: readonly string[], entity: string | undefined): string[] {
  const routes = allRoutes.filter(({ name }) => entity === undefined || name === entity);
  return recordIds.flatMap((id) => routes.map((route) => failureId(route.id, id)));
}
