import type { FindOutcome } from '../connectors/target.ts';
import { instant } from '../core/clock.ts';
import { type Failure, unwrap } from '../core/failure.ts';
import { contentHash } from '../core/json.ts';
import type { Link } from '../model/link.ts';
import type { Change, StepOutcome } from './change.ts';
import { linkBase } from './link-base.ts';
import type { Step } from './routes.ts';
import { joinedElsewhere, twinLink } from './twins.ts';
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
  const taken = await takenMatches(context, byChange);
  const adopted: Link[] = [];
  const found = changes.map((change): Found => {
    const answer = byChange.get(change);
    const owner = taken.get(change);
    if (owner !== undefined) return { kind: 'failed', failure: joinedAlready(change, owner), payload: change.payload };
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

/** Of what goes both ways: who has the document that was found, where somebody has. */
async function takenMatches(
  { deps, tenantId }: WindowContext,
  answers: ReadonlyMap<Change, FindOutcome | undefined>,
): Promise<ReadonlyMap<Change, string>> {
  const matched = [...answers].flatMap(([change, answer]) =>
    change.twin && answer?.kind === 'match' ? [{ change, address: change.address, id: answer.match.id }] : [],
  );
  if (matched.length === 0) return new Map();
  const owners = await joinedElsewhere(deps.links, tenantId, matched);
  return new Map(
    matched.flatMap(({ change }, index) => {
      const owner = owners[index];
      return owner === undefined ? [] : [[change, owner] as const];
    }),
  );
}

/** Retried by itself: it passes when the other one changes, or goes. */
function joinedAlready({ address: { source, target } }: Change, owner: string): Failure {
  return {
    category: 'conflict',
    code: 'sync.joined_already',
    reason: `On the target it is the same ${target.entity} as ${source.entity} ${owner} of the source.`,
    fix: 'Merge the two at the source, or give each what tells it apart.',
    retryable: true,
  };
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
