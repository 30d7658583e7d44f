import pLimit from 'p-limit';
import type { TargetEntity, TargetWriter, WriteItem } from '../connectors/target.ts';
import { chunks } from '../core/chunks.ts';
import { instant } from '../core/clock.ts';
import { FailureError, unwrap } from '../core/failure.ts';
import { sha256Hex } from '../core/json.ts';
import type { Link, OpenBatch } from '../model/link.ts';
import type { Change, StepOutcome, StoredChange } from './change.ts';
import type { LinkAddress } from './ports.ts';
import { claimOf, recordBatch } from './record-batch.ts';
import type { Route, Step } from './routes.ts';
import { packChanges } from './stored-changes.ts';
import type { WindowContext } from './window-context.ts';

/**
 * Sends changes in batches as large and as many at once as the target allows. For each batch: claim links and keep the
 * batch (one transaction), write, journal, link, close. Dying between any two of these is mended by `recoverBatches`.
 *
 * @returns outcomes in the order of the changes.
 * @throws FailureError when the connection is in trouble; batches under way stay open for the next slice.
 */
export async function applyChanges(
  context: WindowContext,
  writer: TargetWriter,
  route: Route,
  step: Step,
  changes: readonly Change[],
): Promise<StepOutcome[]> {
  const entity = context.open.target.connector.entities.find(({ name }) => name === step.entity);
  if (!entity) throw new Error(`${route.target.platform} does not write ${step.entity}`);
  const limit = pLimit(entity.concurrency);
  const groups = chunks(changes, entity.batchSize);
  const settled = await Promise.allSettled(
    groups.map((group) => limit(() => applyBatch(context, writer, route, entity, group))),
  );
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return settled.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
}

async function applyBatch(
  context: WindowContext,
  writer: TargetWriter,
  route: Route,
  entity: TargetEntity,
  changes: readonly Change[],
): Promise<StepOutcome[]> {
  const stored = changes.map(({ record, ...change }, index): StoredChange => {
    const { entity: name, id, label, modified_at, fingerprint, gone, content = record.raw } = record;
    const known = change.twin && Object.keys(content).length > 0 ? { content } : {};
    const kept = { entity: name, id, label, modified_at, fingerprint, gone, ...known };
    return { item_id: String(index + 1), change: { ...change, record: kept } };
  });
  const batch: OpenBatch = {
    tenant_id: context.tenantId,
    target_connection: route.target.platform,
    target_entity: entity.name,
    batch_id: batchId(context, entity.name, stored),
    window: context.window,
    route_id: route.id,
    run_id: context.runId,
    changes: packChanges(stored),
    created_at: instant(context.deps.clock.now()),
  };
  if (entity.safety === 'claim') {
    const taken = await context.deps.links.claim(batch, claimsFor(batch, changes));
    if (taken.length > 0) throw new FailureError(claimedElsewhere(taken));
  }
  const outcomes = unwrap(await writer.write(entity.name, batch.batch_id, itemsOf(stored)));
  return recordBatch(context, batch, stored, outcomes, entity.safety === 'claim');
}

/** Unique to this attempt of this window: a later run that sends equal content is a new request. */
function batchId(context: WindowContext, entity: string, stored: readonly StoredChange[]): string {
  const serial = context.nextBatch;
  context.nextBatch += 1;
  const content = stored.map(({ change }) => [change.record.id, change.action, change.hash]);
  return sha256Hex(JSON.stringify([context.tenantId, context.window, entity, serial, content])).slice(0, 32);
}

export function itemsOf(stored: readonly StoredChange[]): WriteItem[] {
  return stored.map(({ item_id, change }) => ({
    key: change.record.id,
    item_id,
    action: change.action,
    payload: change.payload,
    target:
      change.link?.target_id === undefined
        ? null
        : { id: change.link.target_id, version: change.link.target_version ?? null },
    settlement: change.settlement,
    cleared: change.cleared,
  }));
}

function claimsFor(batch: OpenBatch, changes: readonly Change[]): Link[] {
  return changes
    .filter(({ action }) => action === 'create')
    .map(({ address }) => claimOf(batch, address, batch.created_at));
}

function claimedElsewhere(taken: readonly LinkAddress[]) {
  return {
    category: 'conflict',
    code: 'sync.claimed_elsewhere',
    reason: `${taken.length} records are being written by another worker.`,
    fix: 'Nothing to do: the sync resumes by itself.',
    retryable: true,
  } as const;
}
