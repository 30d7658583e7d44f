import type { RejectedRecord } from '../connectors/source.ts';
import type { AccountEffect, TargetConnector } from '../connectors/target.ts';
import { type FieldChange, fieldDiff } from '../core/field-diff.ts';
import { contentHash } from '../core/json.ts';
import { decimal, money, sum } from '../core/money.ts';
import type { PlannedChange } from '../model/plan.ts';
import type { Change, StepOutcome } from './change.ts';
import { failureId } from './failure-identity.ts';
import { type JournalLine, journalReader } from './journal-line.ts';
import type { FailureRepository, Journal } from './ports.ts';
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

/** Marks what needs nothing but is in the queue of failures: carrying the plan out takes it off there. */
export async function markHealed(
  { failures }: { readonly failures: Pick<FailureRepository, 'findMany'> },
  tenantId: string,
  changes: readonly PlannedChange[],
): Promise<PlannedChange[]> {
  const idle = changes.filter(({ action }) => action === 'skip');
  const known = await failures.findMany(
    tenantId,
    idle.map(({ route_id, source_id }) => failureId(route_id, source_id)),
  );
  const healed = new Set(idle.filter((_, index) => known[index] !== undefined));
  return changes.map((change) => (healed.has(change) ? { ...change, heals: true } : change));
}

/** A record that could not even be read. */
export function describeRejected({ id, steps }: Route, record: RejectedRecord): PlannedChange {
  return {
    action: 'fail',
    route_id: id,
    entity: steps[0]?.entity ?? '',
    source_entity: record.entity,
    source_id: record.id,
    label: record.label,
    reasons: [record.failure.reason],
    fields: [],
    depends_on: [],
    effects: [],
    failure: { ...record.failure },
  };
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
    reasons: [...reasonsOf(outcome), ...(change?.note === undefined ? [] : [change.note])],
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
    case 'archive':
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
  const after = action === 'delete' || action === 'archive' ? [] : effects(entity, payload, settlement);
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
