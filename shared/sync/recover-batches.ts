import type { TargetConnector, TargetMatch, TargetWriter, WriteItem, WriteOutcome } from '../connectors/target.ts';
import { unwrap } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import type { Link, OpenBatch } from '../model/link.ts';
import { itemsOf } from './apply-changes.ts';
import type { StoredChange } from './change.ts';
import type { EngineDeps } from './ports.ts';
import { recordBatch } from './record-batch.ts';
import { unpackChanges } from './stored-changes.ts';
import { joinedElsewhere } from './twins.ts';

/**
 * Finishes what a worker left behind when it died between claiming and recording. For each open batch: what is linked
 * already is done; the rest is sent again with the same batch and item ids, which a platform with idempotency keys
 * answers as it did the first time. When the batch is too old for that to be certain, look-up by natural key adopts what
 * arrived, and only the remainder is sent.
 *
 * @throws FailureError when the connection is in trouble; the batches stay open.
 */
export async function recoverBatches(
  deps: EngineDeps,
  tenantId: string,
  connection: string,
  target: TargetConnector,
  writer: TargetWriter,
): Promise<number> {
  const batches = await deps.links.openBatches(tenantId, connection);
  for (const batch of batches) await recoverBatch(deps, batch, target, writer);
  return batches.length;
}

async function recoverBatch(
  deps: EngineDeps,
  batch: OpenBatch,
  target: TargetConnector,
  writer: TargetWriter,
): Promise<void> {
  const stored = unpackChanges(batch.changes);
  const links = await deps.links.findMany(
    batch.tenant_id,
    stored.map(({ change }) => change.address),
  );
  const outcomes: (WriteOutcome | undefined)[] = stored.map(({ change }, index) => {
    const link = links[index];
    const isOurs = link?.batch_id === batch.batch_id;
    if (isOurs && link.state === 'removed') return { kind: 'deleted', kept: keptOf(link) };
    if (isOurs && link.state === 'linked' && link.target_id !== undefined) return recorded(link);
    // A create whose claim is gone was recorded as failed; it must not be sent behind that record's back.
    return change.action === 'create' && !isOurs ? failedBefore : undefined;
  });
  if (!isReplayable(deps, batch, target)) await adoptArrived(deps, stored, outcomes, batch, target);
  const items = itemsOf(stored);
  const open = items.filter((_, index) => outcomes[index] === undefined);
  if (open.length > 0) fill(items, outcomes, unwrap(await writer.write(batch.target_entity, batch.batch_id, open)));
  deps.log.info('recovered a batch', { batch_id: batch.batch_id, items: items.length, sent_again: open.length });
  await recordBatch(
    { deps },
    batch,
    stored,
    outcomes.filter((outcome) => outcome !== undefined),
    true,
  );
}

function keptOf({ target_id, target_version = null, fingerprint }: Link): TargetMatch | null {
  return target_id === undefined ? null : { id: target_id, version: target_version, fingerprint };
}

/** The outcome a link was saved with. */
function recorded({ target_id = '', target_version = null, fingerprint, assigned, written_by }: Link): WriteOutcome {
  const target = { id: target_id, version: target_version, fingerprint };
  if (written_by?.kind === 'linked') return { kind: 'adopted', target };
  return { kind: 'written', target, ...(assigned ? { assigned: assigned as JsonObject } : {}) };
}

function isReplayable(deps: EngineDeps, batch: OpenBatch, target: TargetConnector): boolean {
  const entity = target.entities.find(({ name }) => name === batch.target_entity);
  return deps.clock.now() - Date.parse(batch.created_at) < (entity?.replayableMs ?? 0);
}

async function adoptArrived(
  deps: Pick<EngineDeps, 'links'>,
  stored: readonly StoredChange[],
  outcomes: (WriteOutcome | undefined)[],
  batch: OpenBatch,
  target: TargetConnector,
): Promise<void> {
  const positions = stored.flatMap(({ change }, index) =>
    change.action === 'create' && outcomes[index] === undefined ? [index] : [],
  );
  if (positions.length === 0) return;
  const found = unwrap(
    await target.find(
      batch.target_entity,
      positions.flatMap((index) => {
        const change = stored[index]?.change;
        return change ? [{ key: change.record.id, payload: change.payload, settlement: change.settlement }] : [];
      }),
    ),
  );
  const arrived = positions.flatMap((position, index) => {
    const [answer, change] = [found[index], stored[position]?.change];
    return answer?.kind === 'match' && change ? [{ position, answer, change }] : [];
  });
  const both = arrived.filter(({ change }) => change.twin);
  const owners = await joinedElsewhere(
    deps.links,
    batch.tenant_id,
    both.map(({ answer, change: { address } }) => ({ address, id: answer.match.id })),
  );
  arrived.forEach((each) => {
    const { position, answer } = each;
    // Ours from before the interruption, so it counts as written by this batch.
    if (owners[both.indexOf(each)] === undefined) {
      outcomes[position] = { kind: 'written', target: answer.match, assigned: answer.assigned };
    }
  });
}

function fill(
  items: readonly WriteItem[],
  outcomes: (WriteOutcome | undefined)[],
  sent: readonly WriteOutcome[],
): void {
  let next = 0;
  items.forEach((_, index) => {
    if (outcomes[index] === undefined) {
      outcomes[index] = sent[next];
      next += 1;
    }
  });
}

const failedBefore: WriteOutcome = {
  kind: 'failed',
  failure: {
    category: 'internal',
    code: 'sync.interrupted',
    reason: 'The worker stopped while it recorded this failure.',
    fix: 'Nothing to do: the record is tried again.',
    retryable: true,
  },
};
