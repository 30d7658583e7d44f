import type { Inspection } from '../connectors/target.ts';
import { instant } from '../core/clock.ts';
import { unwrap } from '../core/failure.ts';
import { contentHash, type JsonObject, sha256Hex } from '../core/json.ts';
import type { Conflict, ConflictField, ConflictSide } from '../model/conflict.ts';
import type { ConflictStrategy } from '../model/flow-settings.ts';
import type { Link } from '../model/link.ts';
import type { Change, StepOutcome } from './change.ts';
import { type JournalReader, journalReader } from './journal-line.ts';
import { fieldsOf, pick } from './merge-fields.ts';
import type { Route, Step } from './routes.ts';
import type { WindowContext } from './window-context.ts';
import type { Work } from './work.ts';

interface Planned {
  readonly work: Work;
  readonly change: Change;
}

/** An update of a document that somebody else changed or deleted, or that must not take back what was merged before. */
interface Contested extends Planned {
  readonly link: Link;
  readonly inspection: Inspection;
  /** What both sides agreed on last, and what the source said then where that is another thing. */
  readonly written: JsonObject | undefined;
  readonly said: JsonObject | undefined;
  readonly id: string;
}

type Verdict =
  | { readonly kind: 'write'; readonly change: Change; readonly conflict?: Conflict | undefined }
  | { readonly kind: 'leave'; readonly outcome: StepOutcome; readonly conflict: Conflict; readonly link?: Link };

/**
 * Settles updates of documents that somebody changed on the target since our last write, by the strategy of the flow. The
 * documents are looked at in bulk, and only where the strategy asks: the source that always wins need not look. The same
 * two versions always come to the same end, whoever meets them and how often; each conflict is kept.
 */
export async function judgeConflicts(
  context: WindowContext,
  route: Route,
  step: Step,
  planned: readonly Planned[],
): Promise<Planned[]> {
  const { conflict: strategy } = context.flow;
  const updates = planned.filter(({ change }) => change.action === 'update' && change.link?.target_id !== undefined);
  if (strategy === 'source_wins' || route.id !== context.routeId || updates.length === 0) return [...planned];
  const contested = new Map((await findContested(context, step, updates)).map((each) => [each.change, each] as const));
  const known = await decisions(context, strategy, [...contested.values()]);
  const conflicts: Conflict[] = [];
  const links: Link[] = [];
  const going: Planned[] = [];
  for (const each of planned) {
    const found = contested.get(each.change);
    if (!found) {
      going.push(each);
      continue;
    }
    const verdict = await judge(context, route, step, strategy, found, known.get(found.id));
    if (verdict.conflict) conflicts.push(verdict.conflict);
    if (verdict.kind === 'write') going.push({ work: each.work, change: verdict.change });
    else {
      each.work.outcomes.set(step.entity, verdict.outcome);
      if (verdict.link) links.push(verdict.link);
    }
  }
  if (context.open.writer) {
    if (conflicts.length > 0) await context.deps.conflicts.keep(conflicts);
    if (links.length > 0) await context.deps.links.save(links);
  }
  return going;
}

async function findContested(
  context: WindowContext,
  { entity }: Step,
  updates: readonly Planned[],
): Promise<Contested[]> {
  const journal = journalReader(context.deps.journal);
  const bases = await Promise.all(updates.map(({ change }) => baseOf(journal, change)));
  const answers = unwrap(
    await context.open.target.connector.inspect(
      entity,
      updates.map(({ change: { link, payload } }, index) => ({
        id: link?.target_id ?? '',
        payload: bases[index]?.written ?? payload,
        fingerprint: link?.fingerprint,
      })),
    ),
  );
  return updates.flatMap(({ work, change }, index): Contested[] => {
    const [inspection, link] = [answers[index], change.link];
    const { written, said, merged = false } = bases[index] ?? {};
    if (!inspection || !link) return [];
    if (inspection.kind === 'present' && inspection.untouched && !merged) return [];
    const theirs = inspection.kind === 'present' ? (inspection.match.fingerprint ?? inspection.content) : null;
    const id = sha256Hex(JSON.stringify([change.address, change.hash, contentHash(theirs)])).slice(0, 26);
    return [{ work, change, link, inspection, written, said, id }];
  });
}

interface Base extends Partial<Pick<Contested, 'written' | 'said'>> {
  /** What was written were values of both sides. */
  readonly merged?: boolean;
}

/** What both sides agreed on last: from our own write, or from the way back. */
async function baseOf(journal: JournalReader, { link, address }: Change): Promise<Base | undefined> {
  if (link?.journal === undefined) return undefined;
  const line = await journal.find(link.journal, address);
  if (line) {
    const { payload, intended } = line;
    return { written: payload, said: intended ?? payload, merged: intended !== undefined };
  }
  const back = await journal.findTwin(link.journal, address);
  return back?.source_content && { written: back.source_content };
}

/** What people decided of these very versions. */
async function decisions(
  { deps, tenantId }: WindowContext,
  strategy: ConflictStrategy,
  contested: readonly Contested[],
): Promise<ReadonlyMap<string, Conflict>> {
  if (contested.length === 0 || (strategy !== 'manual' && strategy !== 'merge')) return new Map();
  const found = await deps.conflicts.findMany(
    tenantId,
    contested.map(({ id }) => id),
  );
  return new Map(found.flatMap((conflict) => (conflict ? [[conflict.conflict_id, conflict] as const] : [])));
}

async function judge(
  context: WindowContext,
  route: Route,
  step: Step,
  strategy: ConflictStrategy,
  contested: Contested,
  known: Conflict | undefined,
): Promise<Verdict> {
  const { inspection, change, said, written } = contested;
  const newer = newerSide(contested);
  const theirs = inspection.kind === 'present' ? inspection.content : {};
  const { identity } = context.open.target.connector.entities.find(({ name }) => name === step.entity) ?? {};
  const found = fieldsOf({ ours: change.payload, said, written, theirs, identity }, newer);
  const describe = (state: Conflict['state'], fields: readonly ConflictField[], winner = winnerOf(fields)) =>
    describeConflict(context, route, step, strategy, contested, { state, winner, fields: [...fields] });
  const all = (side: ConflictSide) => found.map((field): ConflictField => ({ ...field, winner: side }));
  if (known?.resolution) {
    const { keep, fields: chosen } = known.resolution;
    const fields = found.map((field): ConflictField => ({ ...field, winner: chosen[field.path] ?? keep }));
    const decided = describe('resolved', fields, fields.length === 0 ? keep : winnerOf(fields));
    return settle(context, step, contested, { ...known, ...decided, resolution: known.resolution });
  }
  switch (strategy) {
    case 'manual':
      return wait({ ...describe('open', found), winner: undefined });
    case 'merge':
      return settle(context, step, contested, describe('settled', found));
    default: {
      const side = strategy === 'target_wins' ? 'target' : newer;
      return settle(context, step, contested, describe('settled', all(side), side));
    }
  }
}

/** Without a time on both sides the source counts as the newer one. */
function newerSide({ work, inspection }: Contested): ConflictSide {
  const theirs = inspection.kind === 'present' ? inspection.modified_at : undefined;
  const ours = work.record.modified_at;
  return theirs !== undefined && ours !== null && Date.parse(theirs) > Date.parse(ours) ? 'target' : 'source';
}

function winnerOf(fields: readonly ConflictField[]): Conflict['winner'] {
  const sides = new Set(fields.map(({ winner }) => winner));
  if (sides.size > 1) return 'both';
  return sides.has('target') ? 'target' : 'source';
}

/** Carries a decision out: writes what the source wins, leaves alone what is all the target's. */
async function settle(context: WindowContext, step: Step, contested: Contested, decided: Conflict): Promise<Verdict> {
  const { change, link, inspection, work } = contested;
  if (inspection.kind === 'absent') {
    if (decided.winner === 'target') return leave(change, link, decided);
    // The link gives way first: a create claims it anew.
    const freed: Link = { ...link, state: 'removed', target_id: undefined, hash: undefined };
    if (context.open.writer) await context.deps.links.save([freed]);
    return {
      kind: 'write',
      conflict: decided,
      change: { ...change, action: 'create', link: freed, note: noteOn(decided) },
    };
  }
  const { match, content, untouched } = inspection;
  // Nobody changed it: what was merged before is kept, and that is no new conflict.
  const told = untouched ? {} : { conflict: decided };
  const note = untouched ? undefined : noteOn(decided);
  const now: Link = { ...link, target_version: match.version };
  if (decided.winner === 'target' && !untouched)
    return leave(change, { ...now, fingerprint: match.fingerprint }, decided);
  const payload = pick(change.payload, content, decided.fields);
  if (contentHash(payload) === contentHash(change.payload)) {
    return { kind: 'write', ...told, change: { ...change, link: now, note } };
  }
  const candidate = { key: work.record.id, payload, settlement: change.settlement };
  const prepared = await context.open.target.connector.prepare(step.entity, candidate);
  // Amounts of both sides in one document need not come to its total: then a person has to look.
  if (!prepared.ok) return wait({ ...decided, state: 'open', winner: undefined });
  return {
    kind: 'write',
    ...told,
    change: { ...change, payload: prepared.value, intended: change.payload, link: now, note },
  };
}

function leave(change: Change, link: Link, conflict: Conflict): Verdict {
  return {
    kind: 'leave',
    outcome: { kind: 'excluded', reason: noteOn(conflict), conflict: true },
    conflict,
    // Settled: these two versions do not meet again.
    link: { ...link, hash: change.hash },
  };
}

function wait(conflict: Conflict): Verdict {
  const reason = `Source and target were both changed since the last sync: it waits for a decision (conflict ${conflict.conflict_id}).`;
  return { kind: 'leave', outcome: { kind: 'excluded', reason, conflict: true }, conflict };
}

function noteOn({ winner, target, target_missing, fields, strategy }: Conflict): string {
  const what = target_missing
    ? `the ${target.entity} was deleted on the target`
    : `the ${target.entity} was changed on both sides`;
  const names = fields.filter((field) => field.winner === 'target').map(({ path }) => path);
  if (winner === 'target') return `Conflict: ${what}; the target's version stays (${strategy}).`;
  if (winner === 'both') return `Conflict: ${what}; the target keeps ${names.join(', ')} (${strategy}).`;
  return `Conflict: ${what}; the source's version wins (${strategy}).`;
}

function describeConflict(
  context: WindowContext,
  route: Route,
  step: Step,
  strategy: ConflictStrategy,
  { work, change, link, inspection, id }: Contested,
  { state, winner, fields }: Pick<Conflict, 'state' | 'winner' | 'fields'>,
): Conflict {
  const { connection, entity, id: sourceId } = change.address.source;
  return {
    tenant_id: context.tenantId,
    conflict_id: id,
    at: instant(context.deps.clock.now()),
    run_id: context.runId,
    route_id: route.id,
    entity: route.name,
    source: { connection, entity, id: sourceId },
    target: { ...change.address.target, entity: step.entity, id: link.target_id ?? '' },
    label: work.record.label,
    strategy,
    state,
    winner,
    source_modified_at: work.record.modified_at,
    target_modified_at: inspection.kind === 'present' ? (inspection.modified_at ?? null) : null,
    fields: [...fields],
    target_missing: inspection.kind === 'absent',
  };
}
