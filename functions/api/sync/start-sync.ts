import * as contract from '#shared/api/sync.ts';
import type { Caller } from '#shared/http/caller.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { invalidRequest } from '#shared/http/read-request.ts';
import type { Run } from '#shared/model/run.ts';
import type { Offered } from '#shared/sync/confirm-plan.ts';
import type { GuardOutcome } from '#shared/sync/guard-run.ts';
import type { StartRequest } from '#shared/sync/start-run.ts';
import type { SyncApiDeps } from './deps.ts';
import { summaryOf } from './plan-summary.ts';
import { started } from './views.ts';

/** The members that starting a sync and planning one have in common. */
interface SyncBody {
  readonly mode: StartRequest['mode'];
  readonly filters: StartRequest['filters'];
  readonly ids?: readonly string[] | undefined;
  readonly idempotency_key?: string | undefined;
  readonly source?: string | undefined;
  readonly target?: string | undefined;
}

/** Starts what was asked for, or says as a problem why not. */
export async function start(
  { startRun }: { readonly startRun: (request: StartRequest) => Promise<GuardOutcome> },
  { tenantId, userId, sandbox }: Pick<Caller, 'tenantId' | 'userId' | 'sandbox'>,
  entity: string,
  body: SyncBody,
  dryRun: boolean,
) {
  const { mode, filters, ids, idempotency_key: idempotencyKey, source, target } = body;
  const request = { mode, filters, ids, idempotencyKey, source, target, dryRun, entity };
  const outcome = await startRun({ tenantId, requestedBy: userId, ...request });
  if (outcome.kind !== 'started' && outcome.kind !== 'repeated') throw refusal(entity, outcome, sandbox);
  const parameters = { entity, mode, dry_run: dryRun, filters, ids, source, target, idempotency_key: idempotencyKey };
  const note = { target: { type: 'sync', id: outcome.run.run_id }, after: parameters };
  return answer(outcome.kind === 'started' ? 202 : 200, started(outcome.run), note);
}

export const startSync = endpoint(contract.startSync, ({ params, body, caller }, deps: Pick<SyncApiDeps, 'guardRun'>) =>
  start({ startRun: deps.guardRun }, caller, params.entity, body, body.dry_run),
);

type Refusal = Exclude<GuardOutcome, { kind: 'started' | 'repeated' }>;

/** Why a run did not start, as a problem. */
export function refusal(entity: string, outcome: Refusal, sandbox: boolean): ProblemError {
  switch (outcome.kind) {
    case 'unconfirmed':
      return confirmationRequired(outcome.plan.run_id, outcome.offer, stateOf(outcome.plan));
    case 'busy':
      return new ProblemError('sync.already_running', `A sync of ${entity} is running: wait for it or cancel it.`, {
        members: { sync_id: outcome.run_id, flow: outcome.route_id },
      });
    case 'unknown_entity':
      return new ProblemError(
        'sync.unknown_entity',
        `There is no entity ${entity}. Valid are: ${outcome.valid.join(', ')}.`,
        {
          members: { valid: outcome.valid },
        },
      );
    case 'no_route':
      return new ProblemError('sync.no_route', outcome.reason);
    case 'source_required':
      return invalidRequest([{ path: 'source', code: 'required', message: outcome.reason }], { valid: outcome.valid });
    case 'not_connected':
      return new ProblemError('connection.required', missing(outcome.platform, sandbox), {
        members: { platform: outcome.platform, sandbox },
      });
  }
}

function missing(platform: string, sandbox: boolean): string {
  return sandbox
    ? `Sandbox mode is on and the sandbox of ${platform} is not connected: connect it, switch it on, or leave sandbox mode.`
    : `Connect ${platform} first, or switch it on.`;
}

function stateOf({ status }: Run): string {
  switch (status) {
    case 'completed':
      return 'Look at the plan and confirm it.';
    case 'failed':
    case 'cancelled':
      return `Its plan is ${status}: look at why, then ask again.`;
    default:
      return 'Its plan is being made: ask again in a moment, or look at it with the id of the plan.';
  }
}

/** Nothing was written yet: the plan, and the token to carry it out where there is one. */
export function confirmationRequired(planId: string, offer: Offered | undefined, next: string): ProblemError {
  return new ProblemError(
    'confirmation_required',
    `This writes more than a few documents, or takes some away. ${next}`,
    {
      members: {
        plan_id: planId,
        ...(offer
          ? {
              token: offer.token,
              expires_at: offer.expires,
              confirmations: offer.confirmations,
              summary: summaryOf(offer.legs),
            }
          : {}),
      },
    },
  );
}
