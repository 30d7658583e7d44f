import type { RejectedRecord, SourceRecord } from '../connectors/source.ts';
import { instant } from '../core/clock.ts';
import type { Failure } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import type { Link } from '../model/link.ts';
import type { Change, StepOutcome } from './change.ts';
import type { EngineDeps } from './ports.ts';
import type { Route, Step } from './routes.ts';
import type { Leaving } from './take-back.ts';
import { doneBefore, type WindowContext } from './window-context.ts';
import { addressFor, type Work } from './work.ts';

/**
 * Says what becomes of the documents of records that the source has no more, by the delete policy of the flow: they stay,
 * or are archived, or are deleted once the delay is over in which a restored record keeps its documents.
 */
export async function judgeGone(
  context: WindowContext,
  route: Route,
  step: Step,
  works: readonly Work[],
): Promise<Leaving[]> {
  if (works.length === 0) return [];
  const links = await linksOf(context, route, step, works);
  const leaving: Leaving[] = [];
  const marked: Link[] = [];
  works.forEach((work, index) => {
    const link = links[index];
    if (link?.state !== 'linked' || link.target_id === undefined) {
      const reason = 'The source has it no more, and neither has the target.';
      work.outcomes.set(step.entity, doneBefore(context, link) ?? { kind: 'excluded', reason });
      return;
    }
    const verdict = verdictOn(context, step, work.record, link);
    if ('action' in verdict) leaving.push({ work, link, action: verdict.action });
    else work.outcomes.set(step.entity, verdict);
    if (!link.gone) marked.push({ ...link, gone: goneNow(context, work.record) });
  });
  if (context.open.writer && marked.length > 0) await context.deps.links.save(marked);
  return brake(context, step, leaving);
}

const linksOf = (context: WindowContext, route: Route, step: Step, works: readonly Work[]) =>
  context.deps.links.findMany(
    context.tenantId,
    works.map(({ record }) => addressFor(route, step.entity, record)),
  );

function goneNow({ deps }: WindowContext, { gone = 'deleted' }: SourceRecord): NonNullable<Link['gone']> {
  return { since: instant(deps.clock.now()), kind: gone };
}

function verdictOn(
  context: WindowContext,
  { entity }: Step,
  record: SourceRecord,
  link: Link,
): { readonly action: Extract<Change['action'], 'archive' | 'delete'> } | Extract<StepOutcome, { kind: 'excluded' }> {
  const { deletePolicy, deleteDelayMs } = context.flow;
  const what = record.gone === 'trashed' ? 'is in the trash of the source' : 'was deleted at the source';
  if (deletePolicy === 'local_only') {
    return { kind: 'excluded', reason: `It ${what}; the ${entity} stays, as the delete policy says.` };
  }
  if (deletePolicy === 'archive_remote') return { action: 'archive' };
  const due = Date.parse(link.gone?.since ?? goneNow(context, record).since) + deleteDelayMs;
  if (due <= context.deps.clock.now()) return { action: 'delete' };
  const reason = `It ${what}; the ${entity} is deleted after ${instant(due)}, unless it comes back.`;
  return { kind: 'excluded', reason };
}

/**
 * A shop that seems to have lost its records has more likely lost its database, or its key its rights: many at once are
 * taken away only after a person confirmed it.
 */
function brake(context: WindowContext, { entity }: Step, leaving: readonly Leaving[]): Leaving[] {
  const before = context.documents[entity]?.deleted ?? 0;
  if (context.expected || context.plan || before + leaving.length <= context.flow.deleteBrake) return [...leaving];
  for (const { work } of leaving) {
    work.outcomes.set(entity, { kind: 'failed', failure: braked(entity, before + leaving.length) });
  }
  return [];
}

function braked(entity: string, count: number): Failure {
  return {
    category: 'conflict',
    code: 'sync.delete_brake',
    reason: `The source has ${count} records or more no longer; so many documents (${entity}) are not taken away unasked.`,
    fix: 'Check that the source is complete. If they are really gone, plan a sweep (dry run) and confirm it.',
    retryable: false,
  };
}

/** Records asked for by id that do not exist: gone, where documents were made of them; otherwise never there. */
export async function sortMissing(
  { links }: Pick<EngineDeps, 'links'>,
  tenantId: string,
  route: Route,
  ids: readonly string[],
): Promise<{ readonly gone: SourceRecord[]; readonly unknown: RejectedRecord[] }> {
  const { entity } = route.source;
  const addresses = ids.flatMap((id) => route.steps.map((step) => addressFor(route, step.entity, { id })));
  const found = await links.findMany(tenantId, addresses);
  const known = new Map(found.flatMap((link) => (link ? [[link.source_id, link] as const] : [])));
  const gone: SourceRecord[] = [];
  const unknown: RejectedRecord[] = [];
  for (const id of ids) {
    const link = known.get(id);
    if (link) gone.push(tombstone(entity, link));
    else unknown.push(notFound(entity, id));
  }
  return { gone, unknown };
}

/** The record behind a link, as gone. */
export function tombstone(entity: string, { source_id, source_number, gone }: Link): SourceRecord {
  return {
    entity,
    id: source_id,
    label: `${entity} ${source_number ?? source_id}`,
    ...(source_number === undefined ? {} : { number: source_number }),
    modified_at: null,
    data: {},
    raw: {},
    gone: gone?.kind ?? 'deleted',
  };
}

/** Of a record asked for by id that never was there, as far as we know. */
export const absentCode = 'source.not_found';

function notFound(entity: string, id: string): RejectedRecord {
  return {
    entity,
    id,
    label: `${entity} ${id}`,
    failure: {
      category: 'not_found',
      code: absentCode,
      reason: `The source has no ${entity} with id ${id}.`,
      fix: 'Check the id; a record that was deleted cannot be synced.',
      retryable: false,
    },
  };
}

/** What a plan is confirmed for: that the document goes, and how. */
export const goalOfLeaving = (action: Leaving['action']): JsonObject => ({ gone: action });
