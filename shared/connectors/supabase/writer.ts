import { chunks } from '../../core/chunks.ts';
import { instant } from '../../core/clock.ts';
import { type Failure, fail, ok, type Result } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ConnectionContext } from '../connector.ts';
import type { TargetWriter, WriteItem, WriteOutcome } from '../target.ts';
import { columnAtFault } from './blame.ts';
import { createClient, rowsOfItems } from './client.ts';
import { readOnly } from './failures.ts';
import { createPace, type Pace } from './pace.ts';
import { groupOf, isOlder, keyOf } from './rows.ts';
import { dropLinesThatAreGone } from './stale-lines.ts';
import { type DocumentSpec, documentOf, type TableSpec } from './tables.ts';
import { upsertGroups } from './upsert-groups.ts';

interface Destination {
  readonly context: ConnectionContext;
  readonly client: ReturnType<typeof createClient>;
  readonly pace: Pace;
  readonly spec: DocumentSpec;
}

/**
 * Upserts documents by natural key. Writing the same again changes nothing, so batches need no id. Lines go first: lines
 * without a head are seen by nobody, a head with lines of another version would be believed.
 */
export function openWriter(context: ConnectionContext): TargetWriter {
  if (context.settings.read_only === true) return { write: async () => fail(readOnly) };
  const client = createClient(context);
  const pace = createPace(context.limiter);
  return {
    async write(entity, _batchId, items) {
      const to: Destination = { context, client, pace, spec: documentOf(entity) };
      // A row that goes back to an earlier version would be dropped as outdated, so it makes room first.
      const leaving = items.filter(({ action }) => action === 'delete' || action === 'restore');
      const left = await removeItems(to, leaving);
      if (!left.ok) return left;
      const marked = await archiveItems(
        to,
        items.filter(({ action }) => action === 'archive'),
      );
      if (!marked.ok) return marked;
      const refused = await writeItems(
        to,
        items.filter(({ action }) => action !== 'delete' && action !== 'archive'),
      );
      if (!refused.ok) return refused;
      return ok(items.map((item) => outcomeOf(item, refused.value.get(item))));
    },
  };
}

function outcomeOf({ action, payload }: WriteItem, failure: Failure | undefined): WriteOutcome {
  if (failure) return { kind: 'failed', failure };
  const target = { id: String(payload.source_id), version: null };
  if (action === 'delete') return { kind: 'deleted', kept: null };
  return action === 'archive' ? { kind: 'deleted', kept: target } : { kind: 'written', target };
}

/** An address must stay below 8 KB. */
const keysPerRequest = 100;

/** The tables of a document with the column that names it. Lines first, as ever. */
function tablesOf({ head, lines }: DocumentSpec): readonly (readonly [table: string, column: string])[] {
  return [...(lines ? [[lines.spec.table, lines.parent] as const] : []), [head.table, 'source_id'] as const];
}

/** Calls for the rows of these items, table by table. */
async function forRowsOf(
  { context, spec }: Destination,
  items: readonly WriteItem[],
  call: (table: string, filter: string) => Promise<Result<null>>,
  tables = tablesOf(spec),
): Promise<Result<null>> {
  for (const [source, own] of Map.groupBy(items, ({ payload }) => String(payload.source))) {
    for (const group of chunks(own, keysPerRequest)) {
      const ids = group.map(({ payload }) => String(payload.source_id));
      for (const [table, column] of tables) {
        const done = await call(table, rowsOfItems(context.tenantId, source, column, ids));
        if (!done.ok) return done;
      }
    }
  }
  return ok(null);
}

const removeItems = (to: Destination, items: readonly WriteItem[]): Promise<Result<null>> =>
  forRowsOf(to, items, (table, filter) => to.client.remove(table, filter));

/**
 * Marks rows as deleted now. Where the shop's clock is ahead of ours the mark takes the time of the version it ends:
 * a mark older than its row would be dropped.
 */
async function archiveItems(to: Destination, items: readonly WriteItem[]): Promise<Result<null>> {
  const now = instant(to.context.clock.now());
  const time = ({ payload: { source_updated_at: at } }: WriteItem): string =>
    typeof at === 'string' && Date.parse(at) > Date.parse(now) ? at : now;
  for (const [at, group] of Map.groupBy(items, time)) {
    const members = JSON.stringify({ deleted_at: at });
    const done = await forRowsOf(to, group, (table, filter) => to.client.change(table, filter, members));
    if (!done.ok) return done;
  }
  return ok(null);
}

/** @returns failures of the items that were refused. */
async function writeItems(
  to: Destination,
  items: readonly WriteItem[],
): Promise<Result<ReadonlyMap<WriteItem, Failure>>> {
  const { client, pace, spec, context } = to;
  const { head, lines } = spec;
  const newest = newestOf(head, items);
  const refused = new Map<WriteItem, Failure>();
  const store = async (table: TableSpec, path: string, payloadsOf: (item: WriteItem) => readonly JsonObject[]) => {
    const groups = newest.flatMap((item, index) =>
      refused.has(item) ? [] : [groupOf(table, context.tenantId, String(index), payloadsOf(item))],
    );
    const done = await upsertGroups(client, table, pace, groups);
    if (!done.ok) return done;
    for (const [key, failure] of done.value) {
      const item = newest[Number(key)];
      if (item) refused.set(item, explained(failure, table, path, payloadsOf(item)));
    }
    return ok(null);
  };
  if (lines) {
    const written = await store(lines.spec, lines.member, (item) => linesOf(spec, item));
    if (!written.ok) return written;
  }
  const withoutLines = new Set(refused.keys());
  const written = await store(head, '', ({ payload }) => [payload]);
  if (!written.ok) return written;
  if (lines) {
    // A new document without its head must not leave lines behind.
    const orphaned = [...refused.keys()].filter((item) => !withoutLines.has(item) && item.action !== 'update');
    const removed = await forRowsOf(to, orphaned, client.remove, [[lines.spec.table, lines.parent]]);
    if (!removed.ok) return removed;
    const updated = newest.filter((item) => item.action === 'update' && !refused.has(item));
    const dropped = await dropLinesThatAreGone(client, context.tenantId, lines, updated);
    if (!dropped.ok) return dropped;
  }
  // What came along in an older version shares the fate of the newest.
  const fate = new Map(newest.map((item) => [keyOf(head, item.payload), refused.get(item)]));
  return ok(
    new Map(
      items.flatMap((item) => {
        const failure = fate.get(keyOf(head, item.payload));
        return failure ? [[item, failure] as const] : [];
      }),
    ),
  );
}

const linesOf = ({ lines }: DocumentSpec, { payload }: WriteItem): readonly JsonObject[] =>
  (lines ? (payload[lines.member] ?? []) : []) as readonly JsonObject[];

/** One version of each document: the newest, and of equally new ones the last. */
function newestOf(head: TableSpec, items: readonly WriteItem[]): WriteItem[] {
  const byKey = new Map<string, WriteItem>();
  for (const item of items) {
    const key = keyOf(head, item.payload);
    const before = byKey.get(key);
    if (!before || !isOlder(item.payload, before.payload)) byKey.set(key, item);
  }
  return [...byKey.values()];
}

/** Names the column at fault and the line it is in. */
function explained(failure: Failure, { table }: TableSpec, path: string, payloads: readonly JsonObject[]): Failure {
  const blamed = columnAtFault(table, failure, payloads);
  if (!blamed) return failure;
  const field = path === '' ? blamed.column : `${path}[${blamed.index}].${blamed.column}`;
  return { ...failure, field, reason: failure.reason.replace('the row', `column ${table}.${blamed.column}`) };
}
