import { type FailureCause, membersOf } from '../model/failure-cause.ts';
import { causeOfDependents, type FailureRecord } from '../model/failure-record.ts';
import { causeItem, type Stored } from './failure-items.ts';
import { keys } from './keys.ts';
import type { Item, Key } from './table.ts';

export interface FailureChange {
  readonly before: Stored<FailureRecord> | undefined;
  readonly next: FailureRecord | undefined;
}

/** A cause before and after; without both, it must still not be there. */
export interface CauseChange {
  readonly key: Key;
  readonly before: Stored<FailureCause> | undefined;
  readonly next: FailureCause | undefined;
  readonly item: Item | undefined;
}

/** What changes of failures make of their causes. */
export function causeChanges(
  { tenantId, at }: { readonly tenantId: string; readonly at: string },
  changes: readonly FailureChange[],
  stored: ReadonlyMap<string, Stored<FailureCause> | undefined>,
  parents: readonly FailureRecord[],
): CauseChange[] {
  const groups = new Map([...stored].map(([cause, before]) => [cause, before?.value]));
  for (const { before, next } of changes) {
    if (before) move(groups, before.value, -1);
    if (next) {
      const isTry = next.run_id !== before?.value.run_id || next.cause !== before.value.cause;
      const group = groups.get(next.cause);
      if (isTry || !group) groups.set(next.cause, seen(group, next, parents));
      move(groups, next, 1);
    }
    if (before && !next) {
      const dependents = causeOfDependents(before.value.failure_id);
      const group = groups.get(dependents);
      if (group) groups.set(dependents, { ...group, released_at: group.released_at ?? at });
    }
  }
  return [...groups].map(([cause, group]) => {
    const next = group && hasMembers(group) ? group : undefined;
    return {
      key: keys.cause(tenantId, cause),
      before: stored.get(cause),
      next,
      item: next && causeItem(next),
    };
  });
}

/** The group as the latest try leaves it; what was released is parked again when its parent fails again. */
function seen(group: FailureCause | undefined, record: FailureRecord, parents: readonly FailureRecord[]): FailureCause {
  const { tenant_id, cause, failure, first_failed_at, last_failed_at } = record;
  const parent = parents.find(({ failure_id }) => failure_id === record.parent);
  const first = group?.first_seen_at ?? first_failed_at;
  const last = group?.last_seen_at ?? last_failed_at;
  return {
    tenant_id,
    cause,
    failure,
    members: group?.members ?? {},
    first_seen_at: first < first_failed_at ? first : first_failed_at,
    last_seen_at: last > last_failed_at ? last : last_failed_at,
    parent: parent ? { failure_id: parent.failure_id, route_id: parent.route_id, label: parent.label } : group?.parent,
    released_at: parent ? undefined : group?.released_at,
  };
}

function move(groups: Map<string, FailureCause | undefined>, record: FailureRecord, by: 1 | -1): void {
  const group = groups.get(record.cause);
  if (!group) return;
  const present = group.members[record.route_id] ?? { open: 0, acknowledged: 0 };
  const moved = { ...present, [record.state]: present[record.state] + by };
  const { [record.route_id]: _, ...others } = group.members;
  const isEmpty = moved.open === 0 && moved.acknowledged === 0;
  groups.set(record.cause, { ...group, members: isEmpty ? others : { ...others, [record.route_id]: moved } });
}

function hasMembers(group: FailureCause): boolean {
  const { open, acknowledged } = membersOf(group);
  return open + acknowledged > 0;
}
