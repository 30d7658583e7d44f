import { createFailureRepository } from '#shared/data/failure-repository.ts';
import type { Table } from '#shared/data/table.ts';
import type { FailureRecord } from '#shared/model/failure-record.ts';
import { routes } from '#shared/sync/routes.ts';

/** A failure nobody looked at yet, with its record id in its own id. */
export function aFailure(tenant_id: string, id: string, changes: Partial<FailureRecord> = {}): FailureRecord {
  const at = changes.last_failed_at ?? '2026-03-01T00:00:00.000Z';
  const [route] = routes;
  return {
    tenant_id,
    failure_id: `failure-${id}`,
    route_id: route?.id ?? '',
    entity: route?.name ?? '',
    source_id: id,
    label: `Record ${id}`,
    failure: {
      category: 'validation',
      code: 'quickbooks.invalid',
      reason: 'The amount is wrong.',
      fix: 'Correct it.',
      retryable: false,
    },
    cause: 'cause-1',
    run_id: 'run-1',
    attempts: 1,
    tries: [{ at, run_id: 'run-1', code: 'quickbooks.invalid' }],
    state: 'open',
    first_failed_at: at,
    last_failed_at: at,
    ...changes,
  };
}

/** Puts failures into the queue as the engine does. */
export async function keepFailures(table: Table, records: readonly FailureRecord[]): Promise<void> {
  for (const [tenantId, own] of Map.groupBy(records, ({ tenant_id }) => tenant_id)) {
    await createFailureRepository(table).change(
      tenantId,
      own[0]?.last_failed_at ?? '',
      own.map(({ failure_id, parent }) => ({ failureId: failure_id, parentId: parent })),
      (_before, _parent, index) => own[index],
    );
  }
}
