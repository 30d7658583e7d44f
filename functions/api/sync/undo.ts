import * as contract from '#shared/api/sync.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import type { SyncApiDeps } from './deps.ts';
import { noSync } from './runs.ts';
import { refusal } from './start-sync.ts';
import { started } from './views.ts';

export const undoSync = endpoint(
  contract.undoSync,
  async ({ params, body, caller: { tenantId, userId, sandbox } }, { undo }: Pick<SyncApiDeps, 'undo'>) => {
    const { sync_id: runId } = params;
    const { dry_run: dryRun, record_ids: ids, idempotency_key: idempotencyKey } = body;
    const outcome = await undo({ tenantId, requestedBy: userId, runId, dryRun, ids, idempotencyKey });
    switch (outcome.kind) {
      case 'no_run':
        throw noSync(runId);
      case 'not_final':
        throw new ProblemError('sync.not_final', `It is ${outcome.run.status}: wait for its end, or cancel it first.`);
      case 'started':
      case 'repeated':
        return answer(outcome.kind === 'started' ? 202 : 200, started(outcome.run), {
          target: { type: 'sync', id: outcome.run.run_id },
          after: { undoes: runId, dry_run: dryRun, record_ids: ids },
        });
      default:
        throw refusal('these records', outcome, sandbox);
    }
  },
);
