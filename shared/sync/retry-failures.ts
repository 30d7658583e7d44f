import type { FailureRecord } from '../model/failure-record.ts';
import type { Run } from '../model/run.ts';
import type { EngineDeps } from './ports.ts';
import { type StartRunDeps, startRun } from './start-run.ts';

export interface RetryRequest {
  readonly tenantId: string;
  readonly requestedBy: string;
  readonly entity?: string | undefined;
  /** Failure ids. */
  readonly ids?: readonly string[] | undefined;
  /** Ids of the records at the source. */
  readonly recordIds?: readonly string[] | undefined;
}

export interface RetryOutcome {
  readonly runs: readonly Run[];
  /** Runs in progress that hold a route which was to be retried. */
  readonly busy: readonly string[];
  readonly records: number;
}

/** Most records one call retries; the rest is retried by calling again. */
const maxRecords = 1000;

/** Runs the pipeline again for failed records, one run per route. What they depend on is brought along and heals too. */
export async function retryFailures(
  deps: StartRunDeps & Pick<EngineDeps, 'failures'>,
  request: RetryRequest,
): Promise<RetryOutcome> {
  const failures = await chosen(deps, request);
  const runs: Run[] = [];
  const busy: string[] = [];
  for (const [routeId, records] of Map.groupBy(failures, ({ route_id }) => route_id)) {
    const [first] = records;
    if (!first) continue;
    const outcome = await startRun(deps, {
      tenantId: request.tenantId,
      requestedBy: request.requestedBy,
      entity: first.entity,
      mode: 'full',
      dryRun: false,
      filters: {},
      ids: records.map(({ source_id }) => source_id),
      routeIds: [routeId],
    });
    if (outcome.kind === 'started' || outcome.kind === 'repeated') runs.push(outcome.run);
    if (outcome.kind === 'busy') busy.push(outcome.run_id);
  }
  return { runs, busy, records: failures.length };
}

async function chosen(deps: Pick<EngineDeps, 'failures'>, request: RetryRequest): Promise<FailureRecord[]> {
  const wanted = request.recordIds && new Set(request.recordIds);
  const named = request.ids
    ? (await deps.failures.findMany(request.tenantId, request.ids)).filter((failure) => failure !== undefined)
    : await all(deps, request.tenantId, request.entity, ({ source_id }) => !wanted || wanted.has(source_id));
  const carried = named.filter((failure) => failure.carried);
  if (carried.length === 0) return named;
  const causes = new Set(carried.map(({ route_id, source_id }) => causeKey(route_id, source_id)));
  const carriers = await all(deps, request.tenantId, undefined, ({ route_id, caused_by }) =>
    caused_by ? causes.has(causeKey(route_id, caused_by.source_id)) : false,
  );
  const own = named.filter((failure) => !failure.carried);
  return [...new Map([...own, ...carriers].map((failure) => [failure.failure_id, failure])).values()];
}

/** Carrier and carried go by routes between the same two platforms; ids do not clash between their entities. */
function causeKey(routeId: string, sourceId: string): string {
  const [from = '', to = ''] = routeId.split('-');
  return JSON.stringify([from.split('.')[0], to, sourceId]);
}

async function all(
  deps: Pick<EngineDeps, 'failures'>,
  tenantId: string,
  entity: string | undefined,
  fits: (failure: FailureRecord) => boolean,
): Promise<FailureRecord[]> {
  const failures: FailureRecord[] = [];
  let after: string | undefined;
  do {
    const page = await deps.failures.list(tenantId, { entity, limit: 100, after });
    failures.push(...page.failures.filter(fits));
    after = page.next;
  } while (after !== undefined && failures.length < maxRecords);
  return failures.slice(0, maxRecords);
}
