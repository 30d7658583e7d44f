import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { chunks } from '../core/chunks.ts';
import { canonicalJson } from '../core/json.ts';
import { causeOfDependents, type FailureRecord } from '../model/failure-record.ts';
import type { DecideFailure, FailureEntry, FailureRepository } from '../sync/ports.ts';
import { getMany } from './batches.ts';
import { type CauseChange, causeChanges, type FailureChange } from './cause-changes.ts';
import { failureItem, readCause, readFailure, type Stored } from './failure-items.ts';
import { keys } from './keys.ts';
import { retriesOfCause, retriesOfFailure } from './retry-queue.ts';
import { cancellationReasons, type Item, type Key, type Table } from './table.ts';

type Action = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Limits of a transaction: 100 actions, 4 MB. */
const maxActions = 100;
const maxBytes = 3_000_000;
/** Failures of one transaction where each takes few actions. */
const chunkSize = 40;
/** A transaction loses only to another that changed the same items, and each round somebody wins. */
const maxTries = 25;

/**
 * Changes failures with all that is derived from them: the counts of causes and the queue of retries. What is derived is
 * written in the transaction of the failure it comes from, each item on the condition that it is as it was read.
 */
export function createFailureChanges(table: Table): Pick<FailureRepository, 'change'> {
  return {
    async change(tenantId, at, entries, decide) {
      const results: (FailureRecord | undefined)[] = [];
      const positioned = entries.map((entry, index) => ({ entry, index }));
      const known = await readEntries(table, tenantId, positioned);
      const changing = positioned.filter(({ index }) => {
        const change = decided(known[index], decide, index);
        results[index] = change.next;
        return isChange(change);
      });
      for (const chunk of chunks(changing, chunkSize)) {
        const first = chunk.flatMap(({ index }) => known[index] ?? []);
        await write(table, { tenantId, at, decide, results }, chunk, first);
      }
      return results;
    },
  };
}

interface Positioned {
  readonly entry: FailureEntry;
  readonly index: number;
}

/** A failure and the one it may be parked under, as they are stored. */
interface Known {
  readonly before: Stored<FailureRecord> | undefined;
  readonly parent: FailureRecord | undefined;
}

interface Task {
  readonly tenantId: string;
  readonly at: string;
  readonly decide: DecideFailure;
  readonly results: (FailureRecord | undefined)[];
}

async function write(table: Table, task: Task, chunk: readonly Positioned[], first: readonly Known[]): Promise<void> {
  let known = first;
  for (let tries = 0; tries < maxTries; tries += 1) {
    const changes = chunk.flatMap(({ index }, position) => {
      const change = decided(known[position], task.decide, index);
      task.results[index] = change.next;
      return isChange(change) ? [change] : [];
    });
    if (changes.length === 0) return;
    const actions = await actionsFor(table, task, changes);
    const tooLarge = actions.length > maxActions || Buffer.byteLength(JSON.stringify(actions)) > maxBytes;
    if (tooLarge && chunk.length > 1) {
      const half = Math.ceil(chunk.length / 2);
      await write(table, task, chunk.slice(0, half), known.slice(0, half));
      await write(table, task, chunk.slice(half), known.slice(half));
      return;
    }
    try {
      await table.documents.send(new TransactWriteCommand({ TransactItems: actions }));
      return;
    } catch (error) {
      if (!cancellationReasons(error)) throw error;
      known = await readEntries(table, task.tenantId, chunk);
    }
  }
  throw new Error('failures could not be changed: others change them all the time');
}

async function readEntries(table: Table, tenantId: string, chunk: readonly Positioned[]): Promise<Known[]> {
  const own = chunk.map(({ entry }) => keys.failure(tenantId, entry.failureId));
  const parents = chunk.map(({ entry }) => entry.parentId).filter((id) => id !== undefined);
  const items = await getMany(table, [...own, ...parents.map((id) => keys.failure(tenantId, id))]);
  const parentOf = new Map(parents.map((id, position) => [id, readFailure(items[own.length + position])?.value]));
  return chunk.map(({ entry: { parentId } }, position) => ({
    before: readFailure(items[position]),
    parent: parentId === undefined ? undefined : parentOf.get(parentId),
  }));
}

function decided(known: Known | undefined, decide: DecideFailure, index: number): FailureChange {
  return { before: known?.before, next: decide(known?.before?.value, known?.parent, index) };
}

function isChange({ before, next }: FailureChange): boolean {
  return canonicalJson(before?.value ?? null) !== canonicalJson(next ?? null);
}

async function actionsFor(table: Table, { tenantId, at }: Task, changes: readonly FailureChange[]): Promise<Action[]> {
  const parents = [...new Set(changes.flatMap(({ before, next }) => (isParked(before, next) ? [next.parent] : [])))];
  const causes = [...new Set(changes.flatMap(causesOf))];
  const items = await getMany(table, [
    ...parents.map((id) => keys.failure(tenantId, id)),
    ...causes.map((cause) => keys.cause(tenantId, cause)),
  ]);
  const parentRecords = parents.flatMap((_, position) => readFailure(items[position])?.value ?? []);
  const stored = new Map(causes.map((cause, position) => [cause, readCause(items[parents.length + position])]));
  return [
    ...changes.flatMap(({ before, next }) => [
      ...replace(table, before, next && { version: (before?.version ?? 0) + 1, item: failureItem(next) }),
      ...moveRetries(table, retriesOfFailure(before?.value), retriesOfFailure(next)),
    ]),
    ...causeChanges({ tenantId, at }, changes, stored, parentRecords).flatMap((change) => causeActions(table, change)),
    // A parent that arrives at this moment would never release what is parked under it now.
    ...parents.map((id) => check(table, keys.failure(tenantId, id), 'attribute_exists(pk)')),
  ];
}

function causesOf({ before, next }: FailureChange): string[] {
  const released = before && !next ? [causeOfDependents(before.value.failure_id)] : [];
  return [before?.value.cause, next?.cause, ...released].filter((cause) => cause !== undefined);
}

function isParked(
  before: Stored<FailureRecord> | undefined,
  next: FailureRecord | undefined,
): next is FailureRecord & { readonly parent: string } {
  if (next?.parent === undefined) return false;
  return next.run_id !== before?.value.run_id || next.parent !== before.value.parent;
}

function causeActions(table: Table, { key, before, next, item }: CauseChange): Action[] {
  if (!before && !next) return [check(table, key, 'attribute_not_exists(pk)')];
  return [
    ...replace(table, before && { ...before, key }, item && { version: (before?.version ?? 0) + 1, item }),
    ...moveRetries(table, retriesOfCause(before?.value), retriesOfCause(next)),
  ];
}

function check({ name: TableName }: Table, Key: Key, ConditionExpression: string): Action {
  return { ConditionCheck: { TableName, Key, ConditionExpression } };
}

/** Puts or deletes an item, on the condition that nobody else did since it was read. */
function replace(
  { name: TableName }: Table,
  before: { readonly key: Key; readonly version: number } | undefined,
  next: { readonly version: number; readonly item: Item } | undefined,
): Action[] {
  const condition = before
    ? {
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': before.version },
      }
    : { ConditionExpression: 'attribute_not_exists(pk)' };
  if (next) return [{ Put: { TableName, Item: { ...next.item, version: next.version }, ...condition } }];
  return before ? [{ Delete: { TableName, Key: before.key, ...condition } }] : [];
}

/** Derived items need no condition: what they come from has one. */
function moveRetries({ name: TableName }: Table, before: readonly Item[], next: readonly Item[]): Action[] {
  const left = new Map(before.map((item) => [canonicalJson(item), item]));
  const puts = next.filter((item) => !left.delete(canonicalJson(item)));
  const kept = new Set(puts.map(({ sk }) => sk));
  return [
    ...[...left.values()]
      .filter(({ sk }) => !kept.has(sk))
      .map(({ pk, sk }) => ({ Delete: { TableName, Key: { pk, sk } } })),
    ...puts.map((Item) => ({ Put: { TableName, Item } })),
  ];
}
