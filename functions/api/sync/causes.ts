import * as contract from '#shared/api/sync.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { readPage } from '#shared/http/paging.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { acknowledgeAll } from '#shared/sync/acknowledge-failures.ts';
import type { SyncApiDeps } from './deps.ts';
import { causeViews } from './failure-views.ts';
import { retried } from './retries.ts';

type Failures = Pick<SyncApiDeps, 'failures'>;

export const listFailureCauses = endpoint(
  contract.listFailureCauses,
  async ({ query, caller: { tenantId } }, { failures }: Failures) => {
    const page = await readPage(query, [tenantId, 'failure-causes'], async (limit, after) => {
      const { causes, next } = await failures.listCauses(tenantId, { limit, after });
      return { items: causes, next };
    });
    return answer(200, { ...page, items: await causeViews(failures, tenantId, page.items) });
  },
);

export const retryFailureCause = endpoint(
  contract.retryFailureCause,
  async (
    { params: { cause }, caller: { tenantId, userId } },
    { failures, retryFailures }: Pick<SyncApiDeps, 'failures' | 'retryFailures'>,
  ) => {
    await mustExist(failures, tenantId, cause);
    const outcome = await retryFailures({ tenantId, requestedBy: userId, selection: { by: 'cause', cause } });
    return retried(outcome, {});
  },
);

export const acknowledgeFailureCause = endpoint(
  contract.acknowledgeFailureCause,
  async (
    { params: { cause }, caller: { tenantId, userId } },
    { failures, clock }: Pick<SyncApiDeps, 'failures' | 'clock'>,
  ) => {
    await mustExist(failures, tenantId, cause);
    const { acknowledged, ids, more } = await acknowledgeAll({ failures, clock }, tenantId, { cause }, userId);
    return answer(200, { acknowledged, more }, { after: { ids, acknowledged } });
  },
);

async function mustExist(failures: Failures['failures'], tenantId: string, cause: string): Promise<void> {
  const [group] = await failures.findCauses(tenantId, [cause]);
  if (!group) throw new ProblemError('failure.cause_not_found', `There are no failures of cause ${cause}.`);
}
