import * as contract from '#shared/api/sync.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { readPage } from '#shared/http/paging.ts';
import { ProblemError } from '#shared/http/problem.ts';
import type { SyncApiDeps } from './deps.ts';
import { failureViews } from './failure-views.ts';
import { legView, progressOf, syncView } from './views.ts';

/** Failures shown with a run; the rest is in the list of failures. */
const errorsShown = 10;

/** A foreign tenant's sync looks exactly like this too. */
export const noSync = (id: string) => new ProblemError('sync.not_found', `There is no sync ${id}.`);

export const listSyncs = endpoint(
  contract.listSyncs,
  async ({ query, caller: { tenantId } }, { runs }: Pick<SyncApiDeps, 'runs'>) => {
    const { entity, status } = query;
    const page = await readPage(query, [tenantId, 'runs', entity, status], async (limit, after) => {
      const slice = await runs.list(tenantId, { entity, status, limit, after });
      return { items: slice.runs, next: slice.next };
    });
    return answer(200, { ...page, items: page.items.map(syncView) });
  },
);

export const getSync = endpoint(
  contract.getSync,
  async (
    { params, caller: { tenantId } },
    { runs, failures, clock }: Pick<SyncApiDeps, 'runs' | 'failures' | 'clock'>,
  ) => {
    const run = await runs.find(tenantId, params.sync_id);
    if (!run) throw noSync(params.sync_id);
    const [legs, errors] = await Promise.all([
      runs.legs(tenantId, run.run_id),
      failures.list(tenantId, { runId: run.run_id, limit: errorsShown }),
    ]);
    return answer(200, {
      ...syncView(run),
      progress: progressOf(run, legs, clock.now()),
      legs: legs.map(legView),
      errors: await failureViews(failures, tenantId, errors.failures),
    });
  },
);

export const cancelSync = endpoint(
  contract.cancelSync,
  async ({ params, caller }, { cancelRun }: Pick<SyncApiDeps, 'cancelRun'>) => {
    const run = await cancelRun(caller.tenantId, params.sync_id);
    if (!run) throw noSync(params.sync_id);
    return answer(200, syncView(run), { after: { cancel_requested: true } });
  },
);
