import type { FindOutcome } from '../connectors/target.ts';
import { instant } from '../core/clock.ts';
import { unwrap } from '../core/failure.ts';
import { contentHash } from '../core/json.ts';
import type { Link } from '../model/link.ts';
import type { Change, StepOutcome } from './change.ts';
import { linkBase } from './link-base.ts';
import type { Step } from './routes.ts';
import { twinLink } from './twins.ts';
import type { WindowContext } from './window-context.ts';

type Match = Extract<FindOutcome, { kind: 'match' }>;

export type Found = { readonly kind: 'change'; readonly change: Change } | StepOutcome;

/**
 * Looks creates up on the target by natural key, in bulk. What is there already is linked, not written again; a taken
 * name becomes a free one.
 */
export async function adoptExisting(context: WindowContext, step: Step, changes: readonly Change[]): Promise<Found[]> {
  const entity = context.open.target.connector.entities.find(({ name }) => name === step.entity);
  const creates = changes.filter(({ action, belongsToNew }) => action === 'create' && !belongsToNew);
  if (creates.length === 0 || entity?.safety === 'upsert') return changes.map((change) => ({ kind: 'change', change }));
  const answers = unwrap(
    await context.open.target.connector.find(
      step.entity,
      creates.map(({ record, payload, settlement }) => ({ key: record.id, payload, settlement })),
    ),
  );
  const byChange = new Map(creates.map((change, index) => [change, answers[index]]));
  const adopted: Link[] = [];
  const found = changes.map((change): Found => {
    const answer = byChange.get(change);
    if (answer?.kind === 'match') {
      const link = linkTo(context, change, answer);
      adopted.push(link);
      if (change.twin) adopted.push(twinOfMatch(context, change, answer));
      return { kind: 'linked', target_id: answer.match.id };
    }
    if (answer?.kind === 'failed') return { kind: 'failed', failure: answer.failure, payload: change.payload };
    if (answer?.kind === 'renamed') return { kind: 'change', change: rename(change, answer) };
    return { kind: 'change', change };
  });
  if (context.open.writer && adopted.length > 0) await context.deps.links.save(adopted);
  return found;
}

function rename(change: Change, { assigned }: Extract<FindOutcome, { kind: 'renamed' }>): Change {
  const payload = { ...change.payload, ...assigned };
  return { ...change, payload, hash: contentHash(payload), assigned: { ...change.assigned, ...assigned } };
}

/** What is recognised is taken to agree: neither side is written until it changes. */
function twinOfMatch({ tenantId, deps }: WindowContext, change: Change, { match }: Match): Link {
  return twinLink(tenantId, change.address, match, change.record, { updated_at: instant(deps.clock.now()) });
}

function linkTo(context: WindowContext, change: Change, { match, assigned: chosen }: Match): Link {
  const assigned = { ...change.assigned, ...chosen };
  return {
    ...linkBase(context.tenantId, change.address),
    state: 'linked',
    target_id: match.id,
    target_version: match.version,
    fingerprint: match.fingerprint,
    hash: chosen ? contentHash({ ...change.payload, ...chosen }) : change.hash,
    ...(Object.keys(assigned).length > 0 ? { assigned } : {}),
    written_by: { window: context.window, kind: 'linked' },
    updated_at: instant(context.deps.clock.now()),
  };
}
