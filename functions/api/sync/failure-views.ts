import type * as z from 'zod';
import type { failureAnswerSchema, failureCauseAnswerSchema, failureDetailSchema } from '#shared/api/schemas.ts';
import { isSandbox } from '#shared/core/workspace.ts';
import { type FailureCause, membersOf } from '#shared/model/failure-cause.ts';
import { causeOfDependents, type FailureRecord } from '#shared/model/failure-record.ts';
import { redactor } from '#shared/platform/redaction.ts';
import type { FailureRepository } from '#shared/sync/ports.ts';
import { maxAttempts, retryNote } from '#shared/sync/retry-policy.ts';
import { findRoute } from '#shared/sync/route-table.ts';

type FailureView = z.output<typeof failureAnswerSchema>;
type CauseView = z.output<typeof failureCauseAnswerSchema>;

/** Failures of one cause shown with it. */
const examples = 3;

/** Failures as lists show them: one more read for what is parked under them, and whether they are parked. */
export async function failureViews(
  failures: Pick<FailureRepository, 'findCauses'>,
  tenantId: string,
  records: readonly FailureRecord[],
): Promise<FailureView[]> {
  const own = records.map(({ failure_id }) => causeOfDependents(failure_id));
  const groups = await failures.findCauses(tenantId, [...own, ...records.map(({ cause }) => cause)]);
  return records.map((record, index) => failureView(record, groups[index], groups[records.length + index]));
}

function failureView(
  record: FailureRecord,
  dependents: FailureCause | undefined,
  group: FailureCause | undefined,
): FailureView {
  const { tenant_id, failure_id, run_id, payload, tries, failure, parent = null, next_retry_at, ...rest } = record;
  const { open, acknowledged } = dependents ? membersOf(dependents) : { open: 0, acknowledged: 0 };
  const released = record.state === 'open' && parent !== null ? group?.released_at : undefined;
  const next = next_retry_at ?? released ?? null;
  const isParked = parent !== null && next === null;
  return {
    id: failure_id,
    sync_id: run_id,
    sandbox: isSandbox(tenant_id),
    ...rest,
    failure: reasonOf(failure),
    parent,
    parked: isParked,
    dependents: open + acknowledged,
    max_attempts: maxAttempts,
    next_retry_at: next,
    retry_note: next === null ? retryNote(record, isParked) : null,
  };
}

function reasonOf(failure: FailureRecord['failure']): FailureView['failure'] {
  const { platform_code = null, trace_id = null, field = null } = failure;
  return { ...failure, platform_code, trace_id, field };
}

/** One failure with all that is known of it. Secrets were taken out before it was stored; this is the second look. */
export async function failureDetail(
  failures: Pick<FailureRepository, 'findCauses'>,
  record: FailureRecord,
): Promise<z.output<typeof failureDetailSchema> | undefined> {
  const [view] = await failureViews(failures, record.tenant_id, [record]);
  const payload: unknown =
    record.payload === undefined ? undefined : JSON.parse(JSON.stringify(record.payload, redactor.replacer));
  const tries = record.tries.map(({ at, run_id, code }) => ({ at, sync_id: run_id, code })).reverse();
  return view && { ...view, ...(payload === undefined ? {} : { payload }), tries };
}

/** Causes with when they are tried again and examples: two short reads each. */
export function causeViews(
  failures: Pick<FailureRepository, 'nextRetry' | 'list'>,
  tenantId: string,
  groups: readonly FailureCause[],
): Promise<CauseView[]> {
  return Promise.all(
    groups.map(async (group) => {
      const { cause } = group;
      const [next, latest] = await Promise.all([
        failures.nextRetry(tenantId, cause),
        failures.list(tenantId, { cause, limit: examples }),
      ]);
      return causeView(
        group,
        next,
        latest.failures.map(({ failure_id }) => failure_id),
      );
    }),
  );
}

function causeView(group: FailureCause, next: string | null, exampleIds: string[]): CauseView {
  const { category, code, platform_code, field, reason, fix, retryable } = reasonOf(group.failure);
  const routes = Object.keys(group.members).sort();
  return {
    id: group.cause,
    category,
    code,
    platform_code,
    field,
    reason,
    fix,
    retryable,
    count: membersOf(group),
    entities: [...new Set(routes.map((id) => findRoute(id)?.name ?? id))],
    routes,
    parent: group.parent ? { id: group.parent.failure_id, label: group.parent.label } : null,
    first_seen_at: group.first_seen_at,
    last_seen_at: group.last_seen_at,
    next_retry_at: next,
    example_ids: exampleIds,
  };
}
