import * as contract from '#shared/api/sync.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import type { SyncApiDeps } from './deps.ts';
import { summaryOf } from './plan-summary.ts';
import { noSync } from './runs.ts';
import { confirmationRequired, refusal } from './start-sync.ts';
import { started } from './views.ts';

export const checkConfirmation = endpoint(
  contract.checkConfirmation,
  async ({ body, caller: { tenantId, userId } }, { offerConfirmation }: Pick<SyncApiDeps, 'offerConfirmation'>) => {
    const offer = await offerConfirmation({ tenantId, userId, planId: body.sync_id });
    if (offer.kind === 'no_plan') throw noSync(body.sync_id);
    if (offer.kind === 'not_ready') {
      throw new ProblemError(
        'plan.not_ready',
        `The dry run is ${offer.run.status}: only a completed one can be confirmed.`,
      );
    }
    const { token, expires, legs, confirmations } = offer;
    const note = { target: { type: 'sync', id: body.sync_id }, after: { expires_at: expires } };
    return answer(
      200,
      { token, expires_at: expires, sync_id: body.sync_id, confirmations, summary: summaryOf(legs) },
      note,
    );
  },
);

export const confirmSync = endpoint(
  contract.confirmSync,
  async ({ params, caller: { tenantId, userId, sandbox } }, { confirmPlan }: Pick<SyncApiDeps, 'confirmPlan'>) => {
    const outcome = await confirmPlan({ tenantId, userId, token: params.token });
    switch (outcome.kind) {
      case 'started':
        return answer(202, started(outcome.run), { target: { type: 'sync', id: outcome.run.run_id } });
      case 'once_more':
        throw confirmationRequired(
          outcome.planId,
          outcome.offer,
          'It takes many documents away: confirm once more, with this token.',
        );
      case 'unknown':
        throw new ProblemError('confirmation.not_found', 'There is no such confirmation.');
      case 'expired':
        throw new ProblemError(
          'confirmation.expired',
          `It expired at ${outcome.expires}. Look at the plan and ask for another.`,
        );
      case 'used':
        throw new ProblemError('confirmation.used', 'It was used already.', { members: { sync_id: outcome.run_id } });
      default:
        throw refusal('this plan', outcome, sandbox);
    }
  },
);
