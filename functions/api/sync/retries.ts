import * as contract from '#shared/api/sync.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import type { SyncApiDeps } from './deps.ts';
import { noFailure } from './failures.ts';
import { started } from './views.ts';

export const retryFailures = endpoint(
  contract.retryFailures,
  async ({ body, caller }, { retryFailures: retry }: Pick<SyncApiDeps, 'retryFailures'>) => {
    const { runs, records, busy } = await retry({
      tenantId: caller.tenantId,
      requestedBy: caller.userId,
      ...(body.entity ? { entity: body.entity } : {}),
      ...(body.ids ? { ids: body.ids } : {}),
      ...(body.record_ids ? { recordIds: body.record_ids } : {}),
    });
    if (runs.length === 0 && busy.length > 0) throw allBusy(busy);
    const note = { after: { ...body, records, sync_ids: runs.map(({ run_id }) => run_id) } };
    return answer(runs.length > 0 ? 202 : 200, { syncs: runs.map(started), records, busy: [...busy] }, note);
  },
);

export const retryFailure = endpoint(
  contract.retryFailure,
  async (
    { params, caller: { tenantId, userId } },
    { failures, retryFailures: retry }: Pick<SyncApiDeps, 'failures' | 'retryFailures'>,
  ) => {
    const record = await failures.find(tenantId, params.id);
    if (!record) throw noFailure(params.id);
    const { runs, busy } = await retry({ tenantId, requestedBy: userId, ids: [params.id] });
    const run = runs[0];
    if (run) return answer(202, started(run), { after: { sync_ids: [run.run_id] } });
    // Neither queued nor busy: the record arrived between our look and the retry's.
    throw busy.length > 0 ? allBusy(busy) : noFailure(params.id);
  },
);

function allBusy(busy: readonly string[]): ProblemError {
  return new ProblemError('sync.already_running', 'The flows of these records run at this moment: try again later.', {
    members: { sync_id: busy[0], busy },
  });
}
