import { chunks } from '../../core/chunks.ts';
import { ok, type Result } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ConnectionContext, TargetWriter, WriteItem, WriteOutcome } from '../connector.ts';
import { createClient, quoted, rowsOfItems, type SupabaseClient } from './client.ts';
import { type DocumentSpec, documentOf, type TableSpec } from './tables.ts';

/**
 * Upserts documents by natural key: head rows, then their lines, then lines that are gone. Writing the same again changes
 * nothing, so batches need no id. A refused batch is halved until the row at fault stands alone.
 */
export function openWriter(context: ConnectionContext): TargetWriter {
  const client = createClient(context);
  return {
    async write(entity, _batchId, items) {
      const spec = documentOf(entity);
      const outcomes = new Map<string, WriteOutcome>();
      // A row that goes back to an earlier version would be dropped as outdated, so it makes room first.
      const leaving = items.filter(({ action }) => action === 'delete' || action === 'restore');
      const left = await removeItems(client, spec, context.tenantId, leaving);
      if (!left.ok) return left;
      for (const { action, key } of leaving)
        if (action === 'delete') outcomes.set(key, { kind: 'deleted', kept: null });
      const kept = items.filter(({ action }) => action !== 'delete');
      const done = await writeItems(client, spec, context.tenantId, kept, outcomes);
      if (!done.ok) return done;
      return ok(items.map((item) => outcomes.get(item.key) ?? written(item)));
    },
  };
}

/** Lines first: a head without lines is seen as incomplete, lines without a head are seen by nobody. */
async function removeItems(
  client: SupabaseClient,
  { head, lines }: DocumentSpec,
  tenantId: string,
  items: readonly WriteItem[],
): Promise<Result<null>> {
  for (const [source, own] of Map.groupBy(items, ({ payload }) => String(payload.source))) {
    for (const group of chunks(own, keysPerDelete)) {
      const ids = group.map(({ payload }) => String(payload.source_id));
      const tables = [
        ...(lines ? [[lines.spec.table, lines.parent] as const] : []),
        [head.table, 'source_id'] as const,
      ];
      for (const [table, column] of tables) {
        const removed = await client.remove(table, rowsOfItems(tenantId, source, column, ids));
        if (!removed.ok) return removed;
      }
    }
  }
  return ok(null);
}

/** An address must stay below 8 KB. */
const keysPerDelete = 100;

async function writeItems(
  client: SupabaseClient,
  spec: DocumentSpec,
  tenantId: string,
  items: readonly WriteItem[],
  outcomes: Map<string, WriteOutcome>,
): Promise<Result<null>> {
  const result = await writeAll(client, spec, tenantId, items);
  if (result.ok) return result;
  const { failure } = result;
  const split = failure.code === 'supabase.too_slow' || failure.code === 'supabase.refused';
  if (!split) return result;
  if (items.length <= 1) {
    if (failure.retryable) return result;
    for (const item of items) outcomes.set(item.key, { kind: 'failed', failure });
    return ok(null);
  }
  const middle = Math.ceil(items.length / 2);
  const first = await writeItems(client, spec, tenantId, items.slice(0, middle), outcomes);
  return first.ok ? writeItems(client, spec, tenantId, items.slice(middle), outcomes) : first;
}

async function writeAll(
  client: SupabaseClient,
  { head, lines }: DocumentSpec,
  tenantId: string,
  items: readonly WriteItem[],
): Promise<Result<null>> {
  const heads = await upsert(
    client,
    head,
    tenantId,
    items.map(({ payload }) => payload),
  );
  if (!heads.ok || !lines) return heads;
  const rows = items.flatMap(({ payload }) => (payload[lines.member] ?? []) as readonly JsonObject[]);
  const upserted = await upsert(client, lines.spec, tenantId, rows);
  if (!upserted.ok) return upserted;
  for (const { action, payload } of items) {
    if (action !== 'update') continue;
    const kept = ((payload[lines.member] ?? []) as readonly JsonObject[]).map((line) => String(line[lines.lineId]));
    const filter = [
      `tenant_id=eq.${encodeURIComponent(tenantId)}`,
      `source=eq.${encodeURIComponent(String(payload.source))}`,
      `${lines.parent}=eq.${encodeURIComponent(String(payload.source_id))}`,
      ...(kept.length > 0 ? [`${lines.lineId}=not.in.(${encodeURIComponent(kept.map(quoted).join(','))})`] : []),
    ].join('&');
    const removed = await client.remove(lines.spec.table, filter);
    if (!removed.ok) return removed;
  }
  return ok(null);
}

/** Rows sorted by key, so that two writers cannot wait for each other; one row per key. */
async function upsert(
  client: SupabaseClient,
  spec: TableSpec,
  tenantId: string,
  payloads: readonly JsonObject[],
): Promise<Result<null>> {
  if (payloads.length === 0) return ok(null);
  const byKey = new Map(payloads.map((payload) => [keyOf(spec, payload), payload]));
  const rows = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, payload]) => row(spec, tenantId, payload));
  return client.upsert(spec.table, ['tenant_id', ...spec.key], ['tenant_id', ...spec.columns], toJson(rows));
}

function row(spec: TableSpec, tenantId: string, payload: JsonObject): JsonObject {
  return {
    tenant_id: tenantId,
    ...Object.fromEntries(spec.columns.map((column) => [column, payload[column] ?? null])),
  };
}

const keyOf = (spec: TableSpec, payload: JsonObject): string =>
  spec.key.map((column) => String(payload[column])).join('\u0001');

/** Postgres takes neither NUL nor half a surrogate pair in text or jsonb; one would sink its whole batch. */
function toJson(rows: readonly JsonObject[]): string {
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\u0000', '').toWellFormed() : value,
  );
}

function written({ payload }: WriteItem): WriteOutcome {
  return { kind: 'written', target: { id: String(payload.source_id), version: null } };
}
