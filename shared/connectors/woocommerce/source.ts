import pLimit from 'p-limit';
import * as z from 'zod';
import { ok, type Result } from '../../core/failure.ts';
import type { Json } from '../../core/json.ts';
import type { ConnectionContext } from '../connector.ts';
import type { ReadPage, ReadQuery, RejectedRecord, SourceConnector, SourceRecord } from '../source.ts';
import { absentAmong } from './absent.ts';
import { createClient, type Query, type WooCommerceClient } from './client.ts';
import { type Convert, convertRows, isTrashed, type Row, trashed } from './convert-rows.ts';
import { registeredCustomer } from './customers.ts';
import { parallelReads, type Resource, readById, resourceOf, resources } from './listings.ts';
import { orderRecord, type Store } from './orders.ts';
import { phasesOf } from './phases.ts';
import { productRecord } from './products.ts';
import { type RawPage, readAll, readAllPages, readChanges, readListed } from './read-pages.ts';
import { createRefundReader } from './read-refunds.ts';
import { salesDays } from './read-sales-days.ts';

export function openSource(context: ConnectionContext): SourceConnector {
  const client = createClient(context);
  const store: Store = { currency: String(context.profile.currency) };
  const refunds = createRefundReader(client, store, context.clock);
  const convert: Readonly<Record<string, Convert>> = {
    order: (row) => orderRecord(row, store),
    customer: (row) => registeredCustomer(row, store),
    product: (row) => productRecord(row),
  };

  const finish = async (entity: string, rows: readonly Row[]): Promise<Result<Omit<ReadPage, 'next'>>> => {
    const page = convertRows(entity, rows, convert[entity]);
    if (entity !== 'product') return ok(page);
    const variations = await readVariations(client, rows);
    if (!variations.ok) return variations;
    return ok({
      records: [...page.records, ...variations.value.records, ...rows.filter(isTrashed).flatMap(trashedVariations)],
      rejected: [...page.rejected, ...variations.value.rejected],
    });
  };

  const days = salesDays(client, { ...store, zone: String(context.profile.time_zone ?? 'UTC'), clock: context.clock });
  return {
    entities: [...Object.keys(resources), 'refund', 'sales_day'],

    async read(entity, query) {
      if (entity === 'refund') return refunds.read(query);
      if (entity === 'sales_day') return days.read(query);
      const resource = resourceOf(entity);
      const filters = { ...resource.filters, ...filterQuery(entity, query) };
      const phases = phasesOf(entity, query, filters, context.clock.now());
      const { phase: index, at } = placeOf(query.cursor);
      const phase = phases[index];
      if (!phase) return ok({ records: [], rejected: [], next: null });
      const page = phase.scan
        ? await readAll(client, resource.path, phase.filters, at)
        : await readChanges(client, resource.path, phase.filters, { ...query, since: phase.since, cursor: at });
      if (!page.ok) return page;
      const rows = wantedRows(page.value, resource, query);
      const finished = await finish(entity, rows);
      if (!finished.ok) return finished;
      const { next, total } = page.value;
      const following = next === null && index + 1 < phases.length ? { phase: index + 1, at: null } : null;
      return ok({ ...finished.value, next: next === null ? following : { phase: index, at: next }, total });
    },

    absent: (entity, ids) => absentAmong(client, entity, ids),

    async readByIds(entity, ids) {
      if (entity === 'sales_day') return days.readByIds(ids);
      if (entity === 'refund') return refunds.byIds(ids);
      const found = await readById(client, entity, ids);
      if (!found.ok) return found;
      const rows = found.value;
      const named =
        entity === 'product' ? await listedVariations(client, rows) : ok(convertRows(entity, rows, convert[entity]));
      return named.ok ? ok({ ...named.value, next: null }) : named;
    },
  };
}

const placeSchema = z.object({ phase: z.number().int(), at: z.unknown() });

function placeOf(cursor: Json | null): { readonly phase: number; readonly at: Json | null } {
  if (cursor === null) return { phase: 0, at: null };
  const { phase, at } = placeSchema.parse(cursor);
  return { phase, at: at as Json | null };
}

function filterQuery(entity: string, { filters }: ReadQuery): Query {
  const { status, date_range } = filters;
  const query: Record<string, string | boolean | readonly string[] | undefined> = {};
  if (status && status.length > 0 && entity !== 'customer') query.status = status;
  if (entity === 'customer') return query;
  if (date_range?.start) query.after = bound(date_range.start, 'start');
  if (date_range?.end) query.before = bound(date_range.end, 'end');
  if (date_range?.start || date_range?.end) query.dates_are_gmt = true;
  return query;
}

/** Days include both ends; the shop's bounds exclude theirs, at a resolution of a second. */
function bound(value: string, end: 'start' | 'end'): string {
  const day = /^\d{4}-\d\d-\d\d$/.test(value);
  const instant = day && end === 'end' ? `${value}T23:59:59Z` : value;
  return new Date(Date.parse(instant) + (end === 'start' ? -1000 : 1000)).toISOString().slice(0, 19);
}

function wantedRows(page: RawPage, resource: Resource, query: ReadQuery): readonly Row[] {
  const rows = resource.skip ? page.rows.filter((row) => !resource.skip?.(row)) : page.rows;
  if (query.mode !== 'incremental' || !resource.changesByScan || query.since === null) return rows;
  const since = query.since.slice(0, 19);
  return rows.filter((row) => {
    const modified = row.date_modified_gmt;
    // No date: changed since creation cannot be told, so it is compared by content.
    return typeof modified !== 'string' || modified >= since;
  });
}

/** The variations of a product go to the trash with it. */
function trashedVariations(row: Row): SourceRecord[] {
  const ids = Array.isArray(row.variations) ? row.variations : [];
  return ids.map((id) => trashed('product', String(id), row));
}

/** Variations of the variable products among the rows; their parent is touched whenever one of them changes. */
async function readVariations(
  client: WooCommerceClient,
  rows: readonly Row[],
): Promise<Result<Omit<ReadPage, 'next'>>> {
  const limit = pLimit(parallelReads);
  const parents = rows.filter((row) => row.type === 'variable' && !isTrashed(row));
  const pages = await Promise.all(
    parents.map((parent) => limit(() => readAllPages(client, `wc/v3/products/${String(parent.id)}/variations`))),
  );
  const records: SourceRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const [index, page] of pages.entries()) {
    if (!page.ok) return page;
    const name = String(parents[index]?.name ?? '');
    const converted = convertRows('product', page.value, (row) =>
      productRecord({ type: 'variation', ...row }, { name }),
    );
    records.push(...converted.records);
    rejected.push(...converted.rejected);
  }
  return ok({ records, rejected });
}

/**
 * Records of products read by id. A variation has two forms, alone and in the listing of its parent, with other fields
 * in each: it is always taken from the listing, so that a record is the same whichever way it was found.
 */
async function listedVariations(
  client: WooCommerceClient,
  rows: readonly Row[],
): Promise<Result<Omit<ReadPage, 'next'>>> {
  const byParent = Map.groupBy(
    rows.filter(({ type }) => type === 'variation'),
    (row) => String(row.parent_id),
  );
  const listed = new Map<string, { readonly row: Row; readonly parent: string }>();
  if (byParent.size > 0) {
    const parents = await readListed(client, 'wc/v3/products', { _fields: 'id,name' }, [...byParent.keys()]);
    if (!parents.ok) return parents;
    const limit = pLimit(parallelReads);
    const replies = await Promise.all(
      parents.value.map((parent) =>
        limit(async () => {
          const ids = (byParent.get(String(parent.id)) ?? []).map(({ id }) => String(id));
          const path = `wc/v3/products/${String(parent.id)}/variations`;
          return { parent, reply: await readListed(client, path, {}, ids) };
        }),
      ),
    );
    for (const { parent, reply } of replies) {
      if (!reply.ok) return reply;
      for (const row of reply.value) listed.set(String(row.id), { row, parent: String(parent.name) });
    }
  }
  return ok(
    convertRows('product', rows, (row) => {
      const found = row.type === 'variation' ? listed.get(String(row.id)) : undefined;
      return found ? productRecord({ type: 'variation', ...found.row }, { name: found.parent }) : productRecord(row);
    }),
  );
}
