import * as contract from '#shared/api/sync.ts';
import { decimal, money } from '#shared/core/money.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { readPage } from '#shared/http/paging.ts';
import { emptyPlan, type PlanSummary } from '#shared/model/plan.ts';
import type { Leg } from '#shared/model/run.ts';
import { planHash } from '#shared/sync/confirm-plan.ts';
import type { SyncApiDeps } from './deps.ts';
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
      summary: addUp(legs),
      failed_legs: legs.flatMap(({ route_id, failure }) => (failure ? [{ route_id, failure }] : [])),
      ...page,
    });
  },
);

/** The plans of all legs as one. Legs go to different platforms, so that an entity is in one of them only. */
export function addUp(legs: readonly Leg[]): Omit<PlanSummary, 'pages'> {
  const plans = legs.map(({ plan = emptyPlan }) => plan);
  return {
    changes: Object.assign({}, ...plans.map(({ changes }) => changes)) as PlanSummary['changes'],
    money: addMoney(plans),
    write_calls: Object.assign({}, ...plans.map((plan) => plan.write_calls)) as PlanSummary['write_calls'],
    hash: planHash(legs),
  };
}

function addMoney(plans: readonly PlanSummary[]): PlanSummary['money'] {
  const total: PlanSummary['money'] = {};
  for (const [entity, currencies] of plans.flatMap((plan) => Object.entries(plan.money))) {
    total[entity] ??= {};
    for (const [currency, { created, updated }] of Object.entries(currencies)) {
      const before = total[entity][currency] ?? { created: '0', updated: '0' };
      total[entity][currency] = {
        created: money(decimal(before.created).plus(decimal(created))),
        updated: money(decimal(before.updated).plus(decimal(updated))),
      };
    }
  }
  return total;
}
