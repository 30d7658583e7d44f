import pLimit from 'p-limit';
import type { TargetEntity, TargetWriter, WriteItem, WriteOutcome } from '../connectors/connector.ts';
import { chunks } from '../core/chunks.ts';
import { instant } from '../core/clock.ts';
import { FailureError, unwrap } from '../core/failure.ts';
import { contentHash, type JsonObject, sha256Hex } from '../core/json.ts';
import type { Link, OpenBatch } from '../model/link.ts';
import type { Change, StepOutcome, StoredChange } from './change.ts';
import { linkBase } from './link-base.ts';
import type { LinkAddress } from './ports.ts';
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
    const { entity: name, id, label, modified_at } = record;
    return { item_id: String(index + 1), change: { ...change, record: { entity: name, id, label, modified_at } } };
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
    const taken = await context.deps.links.claim(batch, claimsFor(context, batch, changes));
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
  }));
}

function claimsFor(context: WindowContext, batch: OpenBatch, changes: readonly Change[]): Link[] {
  return changes
    .filter(({ action }) => action === 'create')
    .map(({ address }) => ({
      ...linkBase(context.tenantId, address),
      state: 'claiming',
      batch_id: batch.batch_id,
      updated_at: batch.created_at,
    }));
}

/** Journal first, links second, batch last: each is safe to repeat, and the batch stays open until all is kept. */
export async function recordBatch(
  context: Pick<WindowContext, 'deps'>,
  batch: OpenBatch,
  stored: readonly StoredChange[],
  outcomes: readonly WriteOutcome[],
  claimed: boolean,
): Promise<StepOutcome[]> {
  const { deps } = context;
  const at = instant(deps.clock.now());
  const journal = `journal/${batch.tenant_id}/${batch.run_id}/${batch.route_id}/${batch.batch_id}.jsonl.gz`;
  const links: Link[] = [];
  const released: Link[] = [];
  const lines: JsonObject[] = [];
  const results = stored.map(({ change }, index): StepOutcome => {
    const outcome = outcomes[index];
    if (!outcome) throw new Error(`the writer left out item ${index} of batch ${batch.batch_id}`);
    lines.push(journalLine(batch, change, outcome, at));
    if (outcome.kind === 'failed') {
      if (claimed && change.action === 'create') released.push(claimOf(batch, change.address, at));
      return { kind: 'failed', failure: outcome.failure, payload: change.payload };
    }
    const kind = outcome.kind === 'adopted' ? 'linked' : change.action === 'create' ? 'created' : 'updated';
    const assigned = {
      ...change.link?.assigned,
      ...change.assigned,
      ...(outcome.kind === 'written' ? outcome.assigned : {}),
    };
    links.push({
      ...linkBase(batch.tenant_id, change.address),
      state: 'linked',
      target_id: outcome.target.id,
      target_version: outcome.target.version,
      hash:
        outcome.kind === 'written' && outcome.assigned
          ? contentHash({ ...change.payload, ...outcome.assigned })
          : change.hash,
      ...(Object.keys(assigned).length > 0 ? { assigned } : {}),
      batch_id: batch.batch_id,
      written_by: { window: batch.window, kind },
      journal,
      updated_at: at,
    });
    return { kind, target_id: outcome.target.id };
  });
  await deps.journal.write(journal, lines);
  await deps.links.save(links);
  if (released.length > 0) await deps.links.release(released);
  if (claimed) await deps.links.closeBatch(batch);
  return results;
}

function claimOf(batch: OpenBatch, address: LinkAddress, at: string): Link {
  return { ...linkBase(batch.tenant_id, address), state: 'claiming', batch_id: batch.batch_id, updated_at: at };
}

function journalLine(batch: OpenBatch, change: StoredChange['change'], outcome: WriteOutcome, at: string): JsonObject {
  return {
    at,
    run_id: batch.run_id,
    route_id: batch.route_id,
    action: change.action,
    source: { ...change.address.source, label: change.record.label, modified_at: change.record.modified_at },
    target: {
      ...change.address.target,
      id: outcome.kind === 'failed' ? (change.link?.target_id ?? null) : outcome.target.id,
    },
    payload: change.payload,
    mapping: change.mapping,
    settlement: change.settlement ? { ...change.settlement } : undefined,
    /** Where the payload written before this one is: the before-image. */
    before: change.link?.journal ?? null,
    outcome: outcome.kind,
    failure: outcome.kind === 'failed' ? { ...outcome.failure } : undefined,
  };
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
