import type { RateLimit } from '../connectors/connector.ts';
import type { TargetEntity } from '../connectors/target.ts';
import { contentHash } from '../core/json.ts';
import { decimal, money } from '../core/money.ts';
import { emptyPlan, type PlannedChange, type PlanSummary } from '../model/plan.ts';
import type { Leg } from '../model/run.ts';
import type { PlannedAction } from './change.ts';

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
    if (takesAway(action)) sums.deleted = money(decimal(sums.deleted).plus(decimal(total)));
    if (action === 'update' && total_before !== undefined) {
      sums.updated = money(decimal(sums.updated).plus(decimal(total)).minus(decimal(total_before)));
    }
  }
  for (const [entity, written] of Map.groupBy(changes, ({ entity }) => entity)) {
    const writes = written.filter(({ action }) => isWrite(action)).length;
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

const takesAway = (action: PlannedChange['action']): boolean => action === 'delete' || action === 'archive';
const isWrite = (action: PlannedChange['action']): boolean =>
  action === 'create' || action === 'update' || takesAway(action);

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
  return { written: sum(['create', 'update', 'delete', 'archive']), deleted: sum(['delete', 'archive']) };
}
