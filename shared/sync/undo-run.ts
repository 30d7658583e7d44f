import { isFinal, type Run } from '../model/run.ts';
import type { ConfirmDeps } from './confirm-plan.ts';
import { type GuardOutcome, guardRun } from './guard-run.ts';
import type { StartRequest } from './start-run.ts';

export interface UndoRequest {
  readonly tenantId: string;
  readonly requestedBy: string;
  /** The run to take back. */
  readonly runId: string;
  readonly dryRun: boolean;
  /** Only these records of the source. */
  readonly ids?: readonly string[] | undefined;
  readonly idempotencyKey?: string | undefined;
}

/** Why there is nothing to take back. */
export type NoUndo =
  /** There is no such run of this tenant, or it wrote nothing because it was a dry run. */
  { readonly kind: 'no_run' } | { readonly kind: 'not_final'; readonly run: Run };

export type UndoOutcome = GuardOutcome | NoUndo;

/**
 * Takes a run back: what it created goes, what it updated becomes what it was. The undo is a run of its own, so it can be
 * planned, watched and taken back too. It takes documents away, so it is planned first and has to be confirmed.
 */
export async function undoRun(deps: ConfirmDeps, request: UndoRequest): Promise<UndoOutcome> {
  const wanted = await undoRequest(deps, request);
  return 'kind' in wanted ? wanted : guardRun(deps, wanted);
}

/** The run that takes another one back. */
export async function undoRequest(
  { runs }: Pick<ConfirmDeps, 'runs'>,
  request: UndoRequest,
): Promise<StartRequest | NoUndo> {
  const original = await runs.find(request.tenantId, request.runId);
  if (!original || original.dry_run) return { kind: 'no_run' };
  if (!isFinal(original.status)) return { kind: 'not_final', run: original };
  return {
    tenantId: request.tenantId,
    requestedBy: request.requestedBy,
    entity: original.entity,
    mode: 'full',
    dryRun: request.dryRun,
    filters: {},
    ids: request.ids,
    idempotencyKey: request.idempotencyKey,
    routeIds: original.routes,
    undo: { run_id: original.run_id, direction: original.undo?.direction === 'backward' ? 'forward' : 'backward' },
  };
}
