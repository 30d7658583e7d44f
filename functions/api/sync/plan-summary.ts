import type * as z from 'zod';
import type { planTotals } from '#shared/api/schemas.ts';
import { emptyPlan } from '#shared/model/plan.ts';
import type { Leg } from '#shared/model/run.ts';
import { planHash } from '#shared/sync/confirm-plan.ts';

/** Flow by flow: the same entity may be on several platforms. */
export function summaryOf(legs: readonly Leg[]): z.output<typeof planTotals> {
  return {
    hash: planHash(legs),
    flows: legs.map(({ route_id, plan = emptyPlan }) => {
      const { changes, money, write_calls } = plan;
      return { route_id, changes, money, write_calls };
    }),
  };
}
