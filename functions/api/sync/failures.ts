import * as contract from '#shared/api/sync.ts';
import { instant } from '#shared/core/clock.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { readPage } from '#shared/http/paging.ts';
import { ProblemError } from '#shared/http/problem.ts';
import type { SyncApiDeps } from './deps.ts';
import { failureView } from './views.ts';

/** Failures one bulk call marks at most, so that it ends well before the gateway gives up. */
const mostMarked = 500;
/** Marks under way at once. */
const width = 25;

type Failures = Pick<SyncApiDeps, 'failures'>;
type FailuresAndClock = Pick<SyncApiDeps, 'failures' | 'clock'>;

/** A foreign tenant's failure looks exactly like this too. */
export const noFailure = (id: string) => new ProblemError('failure.not_found', `There is no failure ${id}.`);

export const listFailures = endpoint(
  contract.listFailures,
  async ({ query, caller: { tenantId } }, { failures }: Failures) => {
    const { entity, state, sync_id: runId } = query;
    const page = await readPage(query, [tenantId, 'failures', entity, state, runId], async (limit, after) => {
      const slice = await failures.list(tenantId, { entity, state, runId, limit, after });
      return { items: slice.failures, next: slice.next };
    });
    return answer(200, { ...page, items: page.items.map(failureView) });
  },
);

export const getFailure = endpoint(contract.getFailure, async ({ params, caller }, { failures }: Failures) => {
  const record = await failures.find(caller.tenantId, params.id);
  if (!record) throw noFailure(params.id);
  return answer(200, failureView(record));
});

export const acknowledgeFailure = endpoint(
  contract.acknowledgeFailure,
  async ({ params, caller }, { failures, clock }: FailuresAndClock) => {
    const record = await failures.acknowledge(caller.tenantId, params.id, caller.userId, instant(clock.now()));
    if (!record) throw noFailure(params.id);
    return answer(200, failureView(record), { after: { state: record.state } });
  },
);

export const acknowledgeFailures = endpoint(
  contract.acknowledgeFailures,
  async ({ body, caller }, { failures, clock }: FailuresAndClock) => {
    const found = body.ids
      ? { ids: [...new Set(body.ids)], more: false }
      : await openOnes(failures, caller.tenantId, body.entity ?? '');
    const at = instant(clock.now());
    const missing: string[] = [];
    for (let start = 0; start < found.ids.length; start += width) {
      const mark = async (id: string) => {
        if (!(await failures.acknowledge(caller.tenantId, id, caller.userId, at))) missing.push(id);
      };
      await Promise.all(found.ids.slice(start, start + width).map(mark));
    }
    const acknowledged = found.ids.length - missing.length;
    const result = { acknowledged, not_found: body.ids ? missing : [], more: found.more };
    return answer(200, result, { after: { entity: body.entity, ids: found.ids, acknowledged } });
  },
);

async function openOnes(failures: Failures['failures'], tenantId: string, entity: string) {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await failures.list(tenantId, { entity, state: 'open', limit: 100, after });
    ids.push(...page.failures.map(({ failure_id }) => failure_id));
    after = page.next;
  } while (after !== undefined && ids.length < mostMarked);
  return { ids, more: after !== undefined };
}
