import fc from 'fast-check';
import type { HistoryEntry } from '#shared/model/history-entry.ts';
import type { Run } from '#shared/model/run.ts';
import { startRun } from '#shared/sync/start-run.ts';
import { undoRequest } from '#shared/sync/undo-run.ts';
import type { Tenant, World } from '#test/support/world.ts';

export interface UndoOptions {
  /** Only these records of the source. */
  readonly ids?: readonly string[] | undefined;
  readonly dryRun?: boolean;
}

/** Queues the run that takes another one back, confirmed as it were. */
export async function beginUndo(world: World, run: Run, { ids, dryRun = false }: UndoOptions = {}): Promise<Run> {
  const asked = { tenantId: run.tenant_id, requestedBy: 'owner', runId: run.run_id, dryRun, ids };
  const request = await undoRequest(world.engine(), asked);
  if (!('tenantId' in request)) throw new Error(`not undone: ${request.kind}`);
  const outcome = await startRun(world.engine(), request);
  if (outcome.kind !== 'started') throw new Error(`not started: ${outcome.kind}`);
  return outcome.run;
}

/** What a run came to with each record, and why: without ids, and in no order. */
export async function decisionsOf(world: World, { tenant_id, run_id }: Run): Promise<string[]> {
  const decisions: string[] = [];
  let after: string | undefined;
  do {
    const page = await world.engine().history.list(tenant_id, { limit: 100, after });
    decisions.push(...page.entries.filter((entry) => entry.run_id === run_id).map(decisionOf));
    after = page.next;
  } while (after !== undefined);
  return decisions.toSorted();
}

function decisionOf({ label, status, reason, failure, documents }: HistoryEntry): string {
  const done = documents.map(({ entity, action, total }) => `${entity} ${action} ${total ?? ''}`);
  return JSON.stringify([label, status, reason, failure?.code, done]);
}

/** What somebody does to a document in the books after it was synced. */
export interface Touch {
  readonly entity: 'Invoice' | 'Payment' | 'SalesReceipt';
  readonly place: number;
  readonly kind: 'edit' | 'remove';
}

export const touches: fc.Arbitrary<Touch[]> = fc.array(
  fc.record({
    entity: fc.constantFrom('Invoice' as const, 'Payment' as const, 'SalesReceipt' as const),
    place: fc.nat(40),
    kind: fc.constantFrom('edit' as const, 'remove' as const),
  }),
  { maxLength: 4 },
);

/** Does it to the same documents in every company, whatever their ids. */
export function touch({ company }: Tenant, done: readonly Touch[]): void {
  for (const { entity, place, kind } of done) {
    const numberOf = (row: Readonly<Record<string, unknown>>) => String(row.DocNumber ?? row.PaymentRefNum);
    const rows = company.list(entity).toSorted((a, b) => numberOf(a).localeCompare(numberOf(b)));
    const row = rows[place % Math.max(rows.length, 1)];
    if (!row) continue;
    if (kind === 'edit') company.edit(entity, String(row.Id), { PrivateNote: 'Mine' });
    else company.remove(entity, String(row.Id));
  }
}
