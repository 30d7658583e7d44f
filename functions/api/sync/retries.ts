import * as contract from '#shared/api/sync.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import type { RetrySelection } from '#shared/model/retry.ts';
import { failureIdsOf, type RetryOutcome } from '#shared/sync/retry-failures.ts';
import type { SyncApiDeps } from './deps.ts';
import { noFailure } from './failures.ts';
import { started } from './views.ts';

export const retryFailures = endpoint(
  contract.retryFailures,
  async ({ body, caller }, { retryFailures: retry }: Pick<SyncApiDeps, 'retryFailures'>) => {
    const outcome = await retry({
      tenantId: caller.tenantId,
      requestedBy: caller.userId,
      selection: selectionOf(body),
    });
    return retried(outcome, body);
  },
);

function selectionOf({ entity, ids, record_ids, cause }: RetryBody): RetrySelection {
  if (cause !== undefined) return { by: 'cause', cause };
  if (ids) return { by: 'ids', failure_ids: [...new Set(ids)] };
  if (record_ids) return { by: 'ids', failure_ids: failureIdsOf([...new Set(record_ids)], entity) };
  return entity === undefined ? { by: 'all' } : { by: 'entity', entity };
}

interface RetryBody {
  readonly entity?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly record_ids?: readonly string[] | undefined;
  readonly cause?: string | undefined;
}

/** @throws ProblemError when nothing was started although there is something to try again. */
export function retried(outcome: RetryOutcome, asked: RetryBody) {
  const { runs, records, more, busy } = outcome;
  if (runs.length === 0) refuse(outcome);
  const note = { after: { ...asked, records, sync_ids: runs.map(({ run_id }) => run_id) } };
  return answer(runs.length > 0 ? 202 : 200, { syncs: runs.map(started), records, more, busy: [...busy] }, note);
}

export const retryFailure = endpoint(
  contract.retryFailure,
  async (
    { params, caller: { tenantId, userId } },
    { failures, retryFailures: retry }: Pick<SyncApiDeps, 'failures' | 'retryFailures'>,
  ) => {
    const record = await failures.find(tenantId, params.id);
    if (!record) throw noFailure(params.id);
    const selection: RetrySelection = { by: 'ids', failure_ids: [params.id] };
    const outcome = await retry({ tenantId, requestedBy: userId, selection });
    const [run] = outcome.runs;
    if (run) return answer(202, started(run), { after: { sync_ids: outcome.runs.map(({ run_id }) => run_id) } });
    refuse(outcome);
    // Neither queued nor refused: the record arrived between our look and the retry's.
    throw noFailure(params.id);
  },
);

function refuse({ busy, missing: [platform] }: RetryOutcome): void {
  if (busy.length > 0) {
    throw new ProblemError('sync.already_running', 'The flows of these records run at this moment: try again later.', {
      members: { sync_id: busy[0], busy },
    });
  }
  if (platform !== undefined) {
    throw new ProblemError('connection.required', `Connect ${platform} first, or switch it on.`, {
      members: { platform },
    });
  }
}
