import type { RejectedRecord } from '../connectors/connector.ts';
import { instant } from '../core/clock.ts';
import type { Failure } from '../core/failure.ts';
import { contentHash, type JsonObject, sha256Hex } from '../core/json.ts';
import type { FailureRecord } from '../model/failure-record.ts';
import type { StepOutcome } from './change.ts';
import type { Route } from './routes.ts';
import type { WindowContext } from './window-context.ts';
import type { Work } from './work.ts';

/** One failure per route and record, whatever the number of tries. */
export function failureId(routeId: string, sourceId: string): string {
  return sha256Hex(`${routeId}\u0000${sourceId}`).slice(0, 26);
}

/** Keeps what failed and forgets the failures of what arrived. A dry run leaves the queue alone. */
export async function recordOutcomes(context: WindowContext, route: Route, works: readonly Work[]): Promise<void> {
  if (!context.open.writer) return;
  await saveFailures(
    context,
    route,
    works.map(({ record, outcomes }) => {
      const [targetEntity, outcome] = [...outcomes].find(([, { kind }]) => kind === 'failed') ?? [];
      return { id: record.id, label: record.label, carried: record.carried, targetEntity, outcome };
    }),
  );
}

/** Records that could not be read: failures of their own. */
export async function recordRejected(
  context: WindowContext,
  route: Route,
  rejected: readonly RejectedRecord[],
): Promise<void> {
  if (!context.open.writer) return;
  await saveFailures(
    context,
    route,
    rejected.map(({ id, label, failure }) => ({
      id,
      label,
      carried: undefined,
      targetEntity: undefined,
      outcome: { kind: 'failed', failure },
    })),
  );
}

interface Entry {
  readonly id: string;
  readonly label: string;
  readonly carried: boolean | undefined;
  readonly targetEntity: string | undefined;
  readonly outcome: StepOutcome | undefined;
}

async function saveFailures(context: WindowContext, route: Route, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  const { deps, tenantId } = context;
  const ids = entries.map(({ id }) => failureId(route.id, id));
  const known = await deps.failures.findMany(tenantId, ids);
  const failed: FailureRecord[] = [];
  const healed: string[] = [];
  entries.forEach((entry, index) => {
    const before = known[index];
    if (entry.outcome?.kind === 'failed') failed.push(toRecord(context, route, entry, entry.outcome, before));
    else if (before) healed.push(before.failure_id);
  });
  if (failed.length > 0) await deps.failures.save(failed);
  if (healed.length > 0) await deps.failures.remove(tenantId, healed);
}

function toRecord(
  context: WindowContext,
  route: Route,
  entry: Entry,
  outcome: Extract<StepOutcome, { kind: 'failed' }>,
  before: FailureRecord | undefined,
): FailureRecord {
  const at = instant(context.deps.clock.now());
  const sameRun = before?.run_id === context.runId;
  return {
    tenant_id: context.tenantId,
    failure_id: failureId(route.id, entry.id),
    route_id: route.id,
    entity: route.name,
    source_id: entry.id,
    label: entry.label,
    carried: entry.carried,
    target_entity: entry.targetEntity,
    failure: outcome.failure,
    caused_by: outcome.caused_by,
    payload: boundedPayload(outcome.payload),
    run_id: context.runId,
    attempts: (before?.attempts ?? 0) + (sameRun ? 0 : 1),
    state: before?.state === 'acknowledged' && sameFailure(before.failure, outcome.failure) ? 'acknowledged' : 'open',
    first_failed_at: before?.first_failed_at ?? at,
    last_failed_at: sameRun ? before.last_failed_at : at,
    acknowledged_by: before?.acknowledged_by,
    acknowledged_at: before?.acknowledged_at,
  };
}

/** A table item holds 400 KB; a payload larger than this is named by its hash only. */
const maxPayloadBytes = 100_000;

function boundedPayload(payload: unknown): unknown {
  if (payload === undefined || Buffer.byteLength(JSON.stringify(payload)) <= maxPayloadBytes) return payload;
  return { omitted: 'too large', hash: contentHash(payload) } satisfies JsonObject;
}

function sameFailure(a: Failure, b: Failure): boolean {
  return a.code === b.code && a.field === b.field && a.reason === b.reason;
}
