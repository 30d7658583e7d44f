import * as contract from '#shared/api/sync.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { readPage } from '#shared/http/paging.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { causeOfDependents } from '#shared/model/failure-record.ts';
import { acknowledge, acknowledgeAll } from '#shared/sync/acknowledge-failures.ts';
import { routesFor } from '#shared/sync/route-table.ts';
import type { SyncApiDeps } from './deps.ts';
import { failureDetail, failureViews } from './failure-views.ts';

type Failures = Pick<SyncApiDeps, 'failures'>;
type FailuresAndClock = Pick<SyncApiDeps, 'failures' | 'clock'>;

/** A foreign tenant's failure looks exactly like this too. */
export const noFailure = (id: string) => new ProblemError('failure.not_found', `There is no failure ${id}.`);

const routeIdsOf = (entity: string) => routesFor(entity, {}).map(({ id }) => id);

export const listFailures = endpoint(
  contract.listFailures,
  async ({ query, caller: { tenantId } }, { failures }: Failures) => {
    const { entity, state, sync_id: runId, cause: named, parent } = query;
    const cause = parent === undefined ? named : causeOfDependents(parent);
    const routeIds = entity === undefined ? undefined : routeIdsOf(entity);
    const scope = [tenantId, 'failures', entity, state, runId, named, parent];
    const page = await readPage(query, scope, async (limit, after) => {
      // No failure has two causes.
      if (named !== undefined && named !== cause) return { items: [] };
      const slice = await failures.list(tenantId, { routeIds, cause, state, runId, limit, after });
      return { items: slice.failures, next: slice.next };
    });
    return answer(200, { ...page, items: await failureViews(failures, tenantId, page.items) });
  },
);

export const getFailure = endpoint(contract.getFailure, async ({ params, caller }, { failures }: Failures) => {
  const record = await failures.find(caller.tenantId, params.id);
  const view = record && (await failureDetail(failures, record));
  if (!view) throw noFailure(params.id);
  return answer(200, view);
});

export const acknowledgeFailure = endpoint(
  contract.acknowledgeFailure,
  async ({ params, caller: { tenantId, userId } }, deps: FailuresAndClock) => {
    const [record] = await acknowledge(deps, tenantId, [params.id], userId);
    const [view] = record ? await failureViews(deps.failures, tenantId, [record]) : [];
    if (!view) throw noFailure(params.id);
    return answer(200, view, { after: { state: view.state } });
  },
);

export const acknowledgeFailures = endpoint(
  contract.acknowledgeFailures,
  async ({ body, caller: { tenantId, userId } }, deps: FailuresAndClock) => {
    if (body.ids) {
      const ids = [...new Set(body.ids)];
      const marked = await acknowledge(deps, tenantId, ids, userId);
      const missing = ids.filter((_, index) => marked[index] === undefined);
      const acknowledged = ids.length - missing.length;
      return answer(200, { acknowledged, not_found: missing, more: false }, { after: { ids, acknowledged } });
    }
    const { entity = '' } = body;
    const which = { routeIds: routeIdsOf(entity) };
    const { acknowledged, ids, more } = await acknowledgeAll(deps, tenantId, which, userId);
    return answer(200, { acknowledged, not_found: [], more }, { after: { entity, ids, acknowledged } });
  },
);
