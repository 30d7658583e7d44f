import type * as z from 'zod';
import type { planTotals } from '#shared/api/schemas.ts';
import { decimal } from '#shared/core/money.ts';
import { emptyPlan } from '#shared/model/plan.ts';
import type { Leg } from '#shared/model/run.ts';
import { planHash } from '#shared/sync/confirm-plan.ts';

/** Flow by flow: the same entity may be on several platforms. */
export function summaryOf(legs: readonly Leg[]): z.output<typeof planTotals> {
  return {
    hash: planHash(legs),
    flows: legs.map(({ route_id, calls, plan = emptyPlan }) => {
      const { changes, money, accounts, write_calls, write_seconds } = plan;
      return {
        route_id,
        changes,
        money,
        accounts: moved(accounts),
        read_calls: readCalls(calls),
        write_calls,
        write_seconds,
      };
    }),
  };
}

/** Calls the planning took; carrying the plan out reads about as much again. */
function readCalls(calls: Leg['calls']): number {
  return Object.entries(calls).reduce((sum, [kind, count]) => (kind.endsWith('/request') ? sum + count : sum), 0);
}

/** Accounts whose debits and credits of this plan cancel out are not worth a line. */
function moved(accounts: typeof emptyPlan.accounts): typeof emptyPlan.accounts {
  return Object.fromEntries(
    Object.entries(accounts).flatMap(([account, sums]) => {
      const own = Object.entries(sums).filter(([, amount]) => !decimal(amount).eq(0));
      return own.length > 0 ? [[account, Object.fromEntries(own)]] : [];
    }),
  );
}
