import type { WriteOutcome } from '../connectors/target.ts';
import { instant } from '../core/clock.ts';
import { contentHash, type JsonObject } from '../core/json.ts';
import type { Link, OpenBatch } from '../model/link.ts';
import type { StepOutcome, StoredChange } from './change.ts';
import { type JournalLine, journalLine } from './journal-line.ts';
import { linkBase } from './link-base.ts';
import { lostLinks } from './lost-links.ts';
import { journalKey } from './object-keys.ts';
import type { LinkAddress } from './ports.ts';
import { twinAddress, twinLink } from './twins.ts';
import type { WindowContext } from './window-context.ts';

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
  const journal = journalKey(batch);
  const twinsBefore = await findTwins(context, batch, stored, outcomes);
  const links: Link[] = [];
  const released: Link[] = [];
  const lines: JournalLine[] = [];
  links.push(...(await lostLinks(deps, batch, stored, outcomes)));
  const results = stored.map(({ change }, index): StepOutcome => {
    const outcome = outcomes[index];
    if (!outcome) throw new Error(`the writer left out item ${index} of batch ${batch.batch_id}`);
    if (outcome.kind === 'failed') {
      lines.push(journalLine(batch, change, outcome, { at }));
      if (claimed && change.action === 'create') {
        // A document that was taken back before stays known as such.
        if (change.link?.state === 'removed') links.push(change.link);
        else released.push(claimOf(batch, change.address, at));
      }
      return { kind: 'failed', failure: outcome.failure, payload: change.payload };
    }
    const link: Link = {
      ...linkBase(batch.tenant_id, change.address),
      ...(outcome.kind === 'deleted' ? removed(change, outcome) : linked(change, outcome)),
      ...(change.undone === undefined ? {} : { undone: change.undone }),
      batch_id: batch.batch_id,
      written_by: { window: batch.window, kind: kindOf(change, outcome) },
      journal,
      updated_at: at,
    };
    lines.push(
      journalLine(batch, change, outcome, { at, hash: link.hash, assigned: link.assigned as JsonObject | undefined }),
    );
    links.push(link, ...twinsOf(batch, change, outcome, { at, journal, before: twinsBefore.get(change) }));
    return {
      kind: kindOf(change, outcome),
      target_id: link.target_id ?? change.link?.target_id ?? '',
    };
  });
  await deps.journal.write(journal, lines as unknown as readonly JsonObject[]);
  await deps.links.save(links);
  if (released.length > 0) await deps.links.release(released);
  if (claimed) await deps.links.closeBatch(batch);
  return results;
}

/** The links of the way back as they are, of documents that flow back. */
async function findTwins(
  { deps }: Pick<WindowContext, 'deps'>,
  batch: OpenBatch,
  stored: readonly StoredChange[],
  outcomes: readonly WriteOutcome[],
): Promise<ReadonlyMap<StoredChange['change'], Link | undefined>> {
  const twins = stored.flatMap(({ change }, index) => {
    const id = change.twin ? documentOf(change, outcomes[index])?.id : undefined;
    return id === undefined ? [] : [{ change, address: twinAddress(change.address, id) }];
  });
  if (twins.length === 0) return new Map();
  const found = await deps.links.findMany(
    batch.tenant_id,
    twins.map(({ address }) => address),
  );
  return new Map(twins.map(({ change }, index) => [change, found[index]]));
}

function documentOf(
  { link }: StoredChange['change'],
  outcome: WriteOutcome | undefined,
): { readonly id: string; readonly fingerprint?: string | undefined } | undefined {
  if (outcome?.kind === 'written' || outcome?.kind === 'adopted') return outcome.target;
  return outcome?.kind === 'deleted' && link?.target_id !== undefined ? { id: link.target_id } : undefined;
}

/** The link of the way back: it knows the document as it was just written, or that we took it away. */
function twinsOf(
  batch: OpenBatch,
  change: StoredChange['change'],
  outcome: WriteOutcome,
  { at, journal, before }: { readonly at: string; readonly journal: string; readonly before: Link | undefined },
): Link[] {
  const document = change.twin ? documentOf(change, outcome) : undefined;
  if (!document) return [];
  if (outcome.kind === 'deleted') return before ? [leftBehind(change, before, at)] : [];
  const kept = { updated_at: at, journal, batch_id: batch.batch_id, before };
  // What a merge took from the document is news for its record: it is no echo.
  const known = change.intended === undefined ? document : { id: document.id };
  return [twinLink(batch.tenant_id, change.address, known, change.record, kept)];
}

/** Where the record is gone for good there is nothing any more that the document, should it come back, could be joined to. */
function leftBehind({ record }: StoredChange['change'], before: Link, at: string): Link {
  const { target_id, ...rest } = before;
  const kept = record.gone === 'deleted' ? {} : { target_id };
  return { ...rest, ...kept, state: 'removed', updated_at: at };
}

type Done = Exclude<WriteOutcome, { kind: 'failed' }>;

function kindOf({ action }: StoredChange['change'], { kind }: Done): 'created' | 'updated' | 'linked' | 'deleted' {
  if (kind === 'deleted') return 'deleted';
  if (kind === 'adopted') return 'linked';
  return action === 'create' ? 'created' : 'updated';
}

function linked(change: StoredChange['change'], outcome: Exclude<Done, { kind: 'deleted' }>) {
  const chosen = outcome.kind === 'written' ? outcome.assigned : undefined;
  // What was put back is as it was then, also in the fields that the target once forced.
  const earlier = change.action === 'restore' ? {} : change.link?.assigned;
  const assigned = { ...earlier, ...change.assigned, ...chosen };
  return {
    state: 'linked' as const,
    target_id: outcome.target.id,
    target_version: outcome.target.version,
    fingerprint: outcome.target.fingerprint,
    hash: chosen ? contentHash({ ...change.payload, ...chosen }) : change.hash,
    ...(Object.keys(assigned).length > 0 ? { assigned } : {}),
  };
}

function removed({ link }: StoredChange['change'], { kept }: Extract<Done, { kind: 'deleted' }>) {
  return {
    state: 'removed' as const,
    ...(kept ? { target_id: kept.id, target_version: kept.version, fingerprint: kept.fingerprint } : {}),
    ...(link?.assigned ? { assigned: link.assigned } : {}),
  };
}

/** The claim a create holds while its batch is open. */
export function claimOf(batch: OpenBatch, address: LinkAddress, at: string): Link {
  return { ...linkBase(batch.tenant_id, address), state: 'claiming', batch_id: batch.batch_id, updated_at: at };
}
