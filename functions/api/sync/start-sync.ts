import * as contract from '#shared/api/sync.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import type { StartOutcome } from '#shared/sync/start-run.ts';
import type { SyncApiDeps } from './deps.ts';
import { started } from './views.ts';

export const startSync = endpoint(
  contract.startSync,
  async ({ params, body, caller }, { startRun }: Pick<SyncApiDeps, 'startRun'>) => {
    const outcome = await startRun({
      tenantId: caller.tenantId,
      requestedBy: caller.userId,
      entity: params.entity,
      mode: body.mode,
      dryRun: body.dry_run,
      filters: body.filters,
      ...(body.ids ? { ids: body.ids } : {}),
      ...(body.idempotency_key ? { idempotencyKey: body.idempotency_key } : {}),
      ...(body.source ? { source: body.source } : {}),
      ...(body.target ? { target: body.target } : {}),
    });
    if (outcome.kind === 'started') return answer(202, started(outcome.run));
    if (outcome.kind === 'repeated') return answer(200, started(outcome.run));
    throw refusal(params.entity, outcome);
  },
);

type Refusal = Exclude<StartOutcome, { kind: 'started' | 'repeated' }>;

function refusal(entity: string, outcome: Refusal): ProblemError {
  switch (outcome.kind) {
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
    case 'not_connected':
      return new ProblemError('connection.required', `Connect ${outcome.platform} first, or switch it on.`, {
        members: { platform: outcome.platform },
      });
  }
}
