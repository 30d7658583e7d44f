import * as contract from '#shared/api/sync.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { readPage } from '#shared/http/paging.ts';
import type { SyncApiDeps } from './deps.ts';
import { summaryOf } from './plan-summary.ts';
import { noSync } from './runs.ts';
import { start } from './start-sync.ts';
import { syncView } from './views.ts';

export const startDryRun = endpoint(contract.startDryRun, ({ body, caller }, deps: Pick<SyncApiDeps, 'startRun'>) =>
  start(deps, caller, body.entity, body, true),
);

export const startEntityDryRun = endpoint(
  contract.startEntityDryRun,
  ({ params, body, caller }, deps: Pick<SyncApiDeps, 'startRun'>) => start(deps, caller, params.entity, body, true),
);

export const getPlan = endpoint(
  contract.getPlan,
  async ({ params, query, caller: { tenantId } }, { runs, readPlan }: Pick<SyncApiDeps, 'runs' | 'readPlan'>) => {
    const run = await runs.find(tenantId, params.sync_id);
    // A run that wrote has a history, not a plan.
    if (!run?.dry_run) throw noSync(params.sync_id);
    const { action, target_entity: entity } = query;
    const legs = await runs.legs(tenantId, run.run_id);
    const page = await readPage(query, [tenantId, 'plan', run.run_id, action, entity], async (limit, after) => {
      const { changes, next } = await readPlan(tenantId, run.run_id, { limit, after, action, entity });
      return { items: changes.map(({ intent: _intent, base: _base, ...shown }) => shown), next };
    });
    return answer(200, {
      ...syncView(run),
      summary: summaryOf(legs),
      failed_legs: legs.flatMap(({ route_id, failure }) => (failure ? [{ route_id, failure }] : [])),
      ...page,
    });
  },
);
