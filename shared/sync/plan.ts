import type { AccountEffect, RateLimit, TargetConnector, TargetEntity } from '../connectors/connector.ts';
import { type FieldChange, fieldDiff } from '../core/field-diff.ts';
import { contentHash } from '../core/json.ts';
import { decimal, money, sum } from '../core/money.ts';
import { emptyPlan, type PlannedChange, type PlanSummary } from '../model/plan.ts';
import type { Leg } from '../model/run.ts';
import type { Change, PlannedAction, StepOutcome } from './change.ts';
import { type JournalLine, journalReader } from './journal-line.ts';
import type { Journal } from './ports.ts';
import { type Reference, referencesIn } from './references.ts';
import type { Route } from './routes.ts';
import type { Work } from './work.ts';

/** What one step would do with one record, as it is planned. */
export interface PlanEntry {
  readonly route: Route;
  readonly entity: string;
  readonly work: Work;
  readonly outcome: StepOutcome;
  /** Present where something would be written or linked. */
  readonly change?: Change | undefined;
  /** The mapped payload with its reference marks. */
  readonly mapped?: Record<string, unknown> | undefined;
}

/** Turns entries into planned changes; reads the payloads written last from the journal, each object once. */
export async function describePlan(
  journal: Pick<Journal, 'read'>,
  target: Pick<TargetConnector, 'effects'>,
  entries: readonly PlanEntry[],
): Promise<PlannedChange[]> {
  const before = await beforeImages(journal, entries);
  return entries.map((entry) => describe(target, entry, entry.change && before.get(entry.change)));
}

function describe(
  target: Pick<TargetConnector, 'effects'>,
  entry: PlanEntry,
  before: JournalLine | undefined,
): PlannedChange {
  const { route, entity, work, outcome, change, mapped } = entry;
  const { record } = work;
  const base: PlannedChange = {
    action: actionOf(outcome),
    route_id: route.id,
    entity,
    source_entity: record.entity,
    source_id: record.id,
    label: record.label,
    reasons: reasonsOf(outcome),
    fields: [],
    effects: [],
    depends_on: mapped
      ? referencesIn(mapped).map(({ entity: kind, id }: Reference) => ({ entity: kind, source_id: id }))
      : [],
  };
  if (outcome.kind === 'failed') return { ...base, failure: { ...outcome.failure } };
  const { target_id } = 'target_id' in outcome ? outcome : { target_id: undefined };
  const known = target_id === undefined || target_id.startsWith('new:') ? {} : { target_id };
  if (!change) return { ...base, ...known };
  const confirmable = { intent: contentHash(mapped ?? {}), base: change.link?.hash ?? null };
  if (outcome.kind === 'linked') return { ...base, ...known, ...confirmable };
  return {
    ...base,
    ...known,
    fields: fieldsOf(change, before),
    ...(change.settlement ? { total: change.settlement.total, currency: change.settlement.currency } : {}),
    ...totalBefore(before),
    effects: accountChanges(target, entity, change, before),
    ...confirmable,
  };
}

/** A new document has no before, one that goes no after. */
function fieldsOf(change: Change, before: JournalLine | undefined): FieldChange[] {
  switch (change.action) {
    case 'create':
      return fieldDiff(undefined, change.payload);
    case 'delete':
      return fieldDiff(change.payload, undefined);
    default:
      return fieldDiff(before?.payload ?? change.overwritten, change.payload);
  }
}

/** By how much the accounts move: what the document will add, less what it adds now. */
function accountChanges(
  { effects }: Pick<TargetConnector, 'effects'>,
  entity: string,
  { action, payload, settlement }: Change,
  before: JournalLine | undefined,
): AccountEffect[] {
  const after = action === 'delete' ? [] : effects(entity, payload, settlement);
  const now = action === 'create' || !before ? [] : effects(entity, before.payload, before.settlement);
  const less = now.map(({ amount, ...effect }) => ({ ...effect, amount: money(decimal(amount).times(-1)) }));
  const moves = Map.groupBy([...less, ...after], ({ account, currency }) => JSON.stringify([account, currency]));
  return [...moves.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const amount = sum([first, ...others].map((effect) => effect.amount));
    return amount.eq(0) ? [] : [{ ...first, amount: money(amount) }];
  });
}

function totalBefore(before: JournalLine | undefined): { total_before?: string } {
  return before?.settlement ? { total_before: before.settlement.total } : {};
}

function actionOf(outcome: StepOutcome): PlannedChange['action'] {
  switch (outcome.kind) {
    case 'planned':
      return outcome.action;
    case 'linked':
      return 'link';
    case 'failed':
      return 'fail';
    case 'excluded':
      return outcome.conflict ? 'conflict' : 'skip';
    default:
      return 'skip';
  }
}

function reasonsOf(outcome: StepOutcome): string[] {
  switch (outcome.kind) {
    case 'excluded':
      return [outcome.reason];
    case 'unchanged':
      return ['Nothing changed since it was written.'];
    case 'linked':
      return ['It exists already and is recognised.'];
    case 'failed':
      return [outcome.failure.reason];
    default:
      return [];
  }
}

/** The payloads that updates take the place of, from the journal. */
async function beforeImages(
  journal: Pick<Journal, 'read'>,
  entries: readonly PlanEntry[],
): Promise<Map<Change, JournalLine>> {
  const reader = journalReader(journal);
  const images = new Map<Change, JournalLine>();
  for (const { change } of entries) {
    if (!change || change.action === 'create' || !change.link?.journal) continue;
    const line = await reader.find(change.link.journal, change.address);
    if (line) images.set(change, line);
  }
  return images;
}

/** The summary after one more page. Write calls assume that batches are filled across pages as little as within them. */
export function addPage(
  summary: PlanSummary = emptyPlan,
  changes: readonly PlannedChange[],
  entities: readonly TargetEntity[],
  limits: readonly RateLimit[],
): PlanSummary {
  const next: PlanSummary = structuredClone(summary);
  for (const { account, amount, currency } of changes.flatMap(({ effects }) => effects)) {
    next.accounts[account] ??= {};
    next.accounts[account][currency] = money(decimal(next.accounts[account][currency] ?? '0').plus(decimal(amount)));
  }
  for (const { entity, action, total, total_before, currency } of changes) {
    next.changes[entity] ??= {};
    next.changes[entity][action] = (next.changes[entity][action] ?? 0) + 1;
    if (total === undefined || currency === undefined) continue;
    next.money[entity] ??= {};
    next.money[entity][currency] ??= { created: '0.00', updated: '0.00', deleted: '0.00' };
    const sums = next.money[entity][currency];
    if (action === 'create') sums.created = money(decimal(sums.created).plus(decimal(total)));
    if (action === 'delete') sums.deleted = money(decimal(sums.deleted).plus(decimal(total)));
    if (action === 'update' && total_before !== undefined) {
      sums.updated = money(decimal(sums.updated).plus(decimal(total)).minus(decimal(total_before)));
    }
  }
  for (const [entity, written] of Map.groupBy(changes, ({ entity }) => entity)) {
    const writes = written.filter(
      ({ action }) => action === 'create' || action === 'update' || action === 'delete',
    ).length;
    const size = entities.find(({ name }) => name === entity)?.batchSize ?? 1;
    if (writes > 0) next.write_calls[entity] = (next.write_calls[entity] ?? 0) + Math.ceil(writes / size);
  }
  return {
    ...next,
    write_seconds: secondsFor(next.write_calls, entities, limits),
    pages: summary.pages + 1,
    hash: contentHash([summary.hash, changes]),
  };
}

/** What platforms usually take to answer a write call. */
const callMs = 1000;

/** The longer of two: what the calls take themselves, and what the limits make them wait. */
function secondsFor(
  calls: PlanSummary['write_calls'],
  entities: readonly TargetEntity[],
  limits: readonly RateLimit[],
): number {
  const planned = Object.entries(calls).flatMap(([name, count]) => {
    const entity = entities.find((candidate) => candidate.name === name);
    return entity ? [{ entity, count }] : [];
  });
  const working = planned.reduce((ms, { entity, count }) => ms + (count * callMs) / entity.concurrency, 0);
  const waits = limits.map(({ kind, count: allowed, per_ms }) => {
    const counted = planned.filter(({ entity }) => entity.callKinds.includes(kind));
    const total = counted.reduce((number, { count }) => number + count, 0);
    return Math.max(0, Math.ceil(total / allowed) - 1) * per_ms;
  });
  return Math.ceil(Math.max(working, ...waits) / 1000);
}

/** How many documents a plan would write in all, and how many of them it would take away. */
export function documentsOf(legs: readonly Pick<Leg, 'plan'>[]): { written: number; deleted: number } {
  const actions = legs.flatMap(({ plan }) => Object.values(plan?.changes ?? {}));
  const sum = (names: readonly PlannedAction[]) =>
    actions.reduce((total, counts) => total + names.reduce((count, name) => count + (counts[name] ?? 0), 0), 0);
  return { written: sum(['create', 'update', 'delete']), deleted: sum(['delete']) };
}
