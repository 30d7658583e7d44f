import { instant } from '../core/clock.ts';
import { sha256Hex } from '../core/json.ts';
import type { HistoryDocument, HistoryEntry, HistoryStatus } from '../model/history-entry.ts';
import type { StepOutcome } from './change.ts';
import type { Route } from './routes.ts';
import type { WindowContext } from './window-context.ts';
import { recordOutcome, type Work } from './work.ts';

/**
 * Keeps what a run came to with each record. Records that needed nothing leave no entry: unchanged data costs nothing.
 *
 * @param skipped also list what was left alone for a reason: where a person asked for exactly these records.
 */
export async function recordHistory(
  context: WindowContext,
  route: Route,
  works: readonly Work[],
  skipped = false,
): Promise<void> {
  if (!context.open.writer) return;
  const entries = works.flatMap((work) => entryOf(context, route, work, skipped) ?? []);
  if (entries.length > 0) await context.deps.history.append(entries);
}

function entryOf(context: WindowContext, route: Route, work: Work, skipped: boolean): HistoryEntry | undefined {
  const { record, outcomes, totals } = work;
  const documents = [...outcomes].flatMap(([entity, outcome]): HistoryDocument[] => {
    const action = statusOf(outcome);
    if (!action) return [];
    const target = 'target_id' in outcome ? { target_id: outcome.target_id } : {};
    return [{ entity, action, ...target, ...totals.get(entity) }];
  });
  const reason = [...outcomes.values()].find((outcome) => outcome.kind === 'excluded')?.reason;
  if (documents.length === 0 && !(skipped && reason !== undefined)) return undefined;
  const failed = [...outcomes.values()].find((outcome) => outcome.kind === 'failed');
  const source = { connection: route.source.platform, entity: record.entity, id: record.id };
  return {
    tenant_id: context.tenantId,
    entry_id: sha256Hex(JSON.stringify([context.runId, route.id, source])).slice(0, 26),
    at: instant(context.deps.clock.now()),
    run_id: context.runId,
    route_id: route.id,
    entity: route.name,
    source,
    target_connection: route.target.platform,
    label: record.label,
    ...(record.modified_at === null ? {} : { changed_at: record.modified_at }),
    status: overall(work),
    documents,
    ...(reason === undefined ? {} : { reason }),
    ...(failed ? { failure: failed.failure } : {}),
    requested_by: context.requestedBy,
  };
}

/** Undefined where nothing was done or tried. */
function statusOf(outcome: StepOutcome): HistoryStatus | undefined {
  return outcome.kind === 'unchanged' || outcome.kind === 'excluded' || outcome.kind === 'planned'
    ? undefined
    : outcome.kind;
}

function overall(work: Work): HistoryStatus {
  const outcome = recordOutcome(work);
  const recognised = [...work.outcomes.values()].some(({ kind }) => kind === 'linked');
  return outcome === 'skipped' && recognised ? 'linked' : outcome;
}
