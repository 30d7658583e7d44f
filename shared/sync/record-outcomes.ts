import type { RejectedRecord } from '../connectors/source.ts';
import { instant } from '../core/clock.ts';
import type { Failure } from '../core/failure.ts';
import { contentHash, type JsonObject } from '../core/json.ts';
import { type FailureRecord, keptTries } from '../model/failure-record.ts';
import { redactor } from '../platform/redaction.ts';
import type { CausedBy, StepOutcome } from './change.ts';
import { causeOf, failureId } from './failure-identity.ts';
import { nextRetryAt } from './retry-policy.ts';
import { dependencyRoute } from './route-table.ts';
import type { Route } from './routes.ts';
import type { WindowContext } from './window-context.ts';
import type { Work } from './work.ts';

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
  const unique = new Map(rejected.map((each) => [each.id, each]));
  await saveFailures(
    context,
    route,
    [...unique.values()].map(({ id, label, failure }) => ({
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
  const at = instant(deps.clock.now());
  const failed = new Map<number, FailureRecord>();
  await deps.failures.change(
    tenantId,
    at,
    entries.map(({ id, outcome }) => ({
      failureId: failureId(route.id, id),
      parentId: outcome?.kind === 'failed' ? parentOf(context, route, outcome.caused_by) : undefined,
    })),
    (before, parent, index) => {
      const entry = entries[index];
      if (entry?.outcome?.kind !== 'failed') return undefined;
      const record = toRecord(context, route, at, { ...entry, outcome: entry.outcome }, before, parent);
      failed.set(index, record);
      return record;
    },
  );
  if (failed.size > 0) {
    deps.log.warn('records failed', { run_id: context.runId, route_id: route.id, ...reasonsOf([...failed.values()]) });
  }
}

/** The failure of the record that this one failed for. */
function parentOf({ routes }: WindowContext, route: Route, cause: CausedBy | undefined): string | undefined {
  const needed = cause && dependencyRoute(route, cause.entity, routes);
  return needed && needed.id !== route.id ? failureId(needed.id, cause.source_id) : undefined;
}

/** Reasons one log line names at most. */
const maxReasons = 10;

/** For the log: how many and why, with the id under which the platform's support desk finds the call. */
function reasonsOf(failed: readonly FailureRecord[]): JsonObject {
  const reasons = failed.map(({ failure: { code, platform_code, trace_id } }) => ({
    code,
    platform_code,
    platform_trace_id: trace_id,
  }));
  const distinct = new Map(reasons.map((reason) => [JSON.stringify(reason), reason]));
  return { records: failed.length, reasons: [...distinct.values()].slice(0, maxReasons) };
}

function toRecord(
  context: WindowContext,
  route: Route,
  at: string,
  entry: Entry & { readonly outcome: Extract<StepOutcome, { kind: 'failed' }> },
  before: FailureRecord | undefined,
  parent: FailureRecord | undefined,
): FailureRecord {
  const { failure, caused_by, payload } = entry.outcome;
  const { runId } = context;
  // A window may be worked on twice, and a record may come along in several: a run is one attempt.
  const isCounted = before?.tries.some(({ run_id }) => run_id === runId) ?? false;
  const tries = isCounted
    ? (before?.tries ?? []).map((each) => (each.run_id === runId ? { ...each, code: failure.code } : each))
    : [...(before?.tries ?? []), { at, run_id: runId, code: failure.code }].slice(-keptTries);
  const isKnown = before?.state === 'acknowledged' && sameFailure(before.failure, failure);
  const record: FailureRecord = {
    tenant_id: context.tenantId,
    failure_id: failureId(route.id, entry.id),
    route_id: route.id,
    entity: route.name,
    source_id: entry.id,
    label: entry.label,
    carried: entry.carried,
    target_entity: entry.targetEntity,
    failure,
    caused_by,
    cause: causeOf(route, failure, parent?.failure_id),
    parent: parent?.failure_id,
    payload: keptPayload(payload),
    run_id: runId,
    attempts: (before?.attempts ?? 0) + (isCounted ? 0 : 1),
    tries,
    state: isKnown ? 'acknowledged' : 'open',
    first_failed_at: before?.first_failed_at ?? at,
    last_failed_at: isCounted ? (before?.last_failed_at ?? at) : at,
    acknowledged_by: before?.acknowledged_by,
    acknowledged_at: before?.acknowledged_at,
  };
  return { ...record, next_retry_at: nextRetryAt(record, parent) };
}

/** A table item holds 400 KB; a payload larger than this is named by its hash only. */
const maxPayloadBytes = 100_000;

function keptPayload(payload: unknown): unknown {
  if (payload === undefined) return undefined;
  const text = JSON.stringify(payload, redactor.replacer);
  if (Buffer.byteLength(text) <= maxPayloadBytes) return JSON.parse(text);
  return { omitted: 'too large', hash: contentHash(payload) } satisfies JsonObject;
}

function sameFailure(a: Failure, b: Failure): boolean {
  return a.code === b.code && a.field === b.field && a.reason === b.reason;
}
