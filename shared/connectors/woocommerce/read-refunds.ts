import pLimit from 'p-limit';
import * as z from 'zod';
import type { Clock } from '../../core/clock.ts';
import { ok, type Result } from '../../core/failure.ts';
import type { Json } from '../../core/json.ts';
import type { ReadPage, ReadQuery, RejectedRecord, SourceRecord } from '../source.ts';
import type { Query, WooCommerceClient } from './client.ts';
import { broken, brokenBy, isTrashed, type Row, reject, trashed } from './convert-rows.ts';
import { parallelReads, readById } from './listings.ts';
import type { Store } from './orders.ts';
import { sweepStart } from './phases.ts';
import { type RawPage, readAll, readAllPages, readChanges, readListed } from './read-pages.ts';
import { refundId, refundRecords } from './refunds.ts';

type Page = Omit<ReadPage, 'next'>;

const everyRefund = 'wc/v3/refunds';
const orders = 'wc/v3/orders';
/** Of an order only what tells that it has refunds. */
const listOnly: Query = { _fields: 'id,refunds,date_modified_gmt' };
/** Where a page came from: the list of all refunds (since WooCommerce 9.0), or orders they are on, trashed ones apart. */
const ways = ['refund', 'order', 'trash'] as const;
type Way = (typeof ways)[number];
const cursorSchema = z.object({ by: z.enum(ways), at: z.unknown() });

interface DatedQuery {
  /** When it was made, in terms of the list of all refunds. */
  readonly window: Query;
  /** Before the window begins, UTC. */
  readonly since: string;
  readonly cursor: Json | null;
}

/**
 * Refunds, found on the list of all of them or through their orders. A refund that is made touches its order, whatever the
 * storage; nothing tells of one that is deleted (reference section 3).
 */
export function createRefundReader(client: WooCommerceClient, store: Store, clock: Pick<Clock, 'now'>) {
  /** Of these orders the refunds asked for; without a choice all. */
  const refundsOf = async (wanted: ReadonlyMap<string, ReadonlySet<string> | 'all'>): Promise<Result<Page>> => {
    if (wanted.size === 0) return ok({ records: [], rejected: [] });
    const found = await readById(client, 'order', [...wanted.keys()]);
    if (!found.ok) return found;
    const details = await refundRows(
      client,
      found.value.filter((order) => !isTrashed(order)),
    );
    if (!details.ok) return details;
    const records: SourceRecord[] = [];
    const rejected: RejectedRecord[] = [];
    for (const order of found.value) {
      const id = String(order.id);
      const choice = wanted.get(id) ?? 'all';
      const isWanted = (record: { readonly id: string }): boolean => choice === 'all' || choice.has(record.id);
      if (isTrashed(order)) {
        records.push(
          ...idsOn(order)
            .map((refund) => trashed('refund', refund, order))
            .filter(isWanted),
        );
        continue;
      }
      try {
        const page = refundRecords(order, details.value.get(id) ?? [], store);
        records.push(...page.records.filter(isWanted));
        rejected.push(...page.rejected.filter(isWanted));
      } catch (error) {
        const rows = new Map((details.value.get(id) ?? []).map((row) => [refundId(order.id, row.id), row]));
        const ids = choice === 'all' ? idsOn(order) : [...choice];
        const ofOrder = brokenBy(order);
        rejected.push(
          ...ids.map((refund) => {
            const row = { ...rows.get(refund), id: refund };
            return reject('refund', ofOrder ? broken(row, ofOrder) : row, error);
          }),
        );
      }
    }
    return ok({ records, rejected });
  };

  const throughOrders = async (
    page: Result<RawPage>,
    query: ReadQuery,
    by: Way = 'order',
  ): Promise<Result<ReadPage>> => {
    if (!page.ok) return page;
    const refunded = page.value.rows.filter((row) => Array.isArray(row.refunds) && row.refunds.length > 0);
    const read = await refundsOf(new Map(refunded.map(({ id }) => [String(id), 'all' as const])));
    if (!read.ok) return read;
    return ok({ ...filtered(read.value, query), next: cursorAt(by, page.value.next) });
  };

  /** Through orders that changed, then through those that went to the trash. */
  const changed = async (query: ReadQuery, since: string, by: Way, at: Json | null): Promise<Result<ReadPage>> => {
    const filters = by === 'trash' ? { ...listOnly, status: 'trash' } : listOnly;
    const page = await throughOrders(
      await readChanges(client, orders, filters, { ...query, since, cursor: at }),
      query,
      by,
    );
    if (!page.ok || page.value.next !== null || by === 'trash') return page;
    return ok({ ...page.value, next: { by: 'trash', at: null } });
  };

  /** From the list of all refunds; undefined where the shop has none. */
  const listed = async (window: Query, query: ReadQuery, at: Json | null): Promise<Result<ReadPage> | undefined> => {
    const page = await readAll(client, everyRefund, { ...window, _fields: 'id,parent_id' }, at);
    if (!page.ok) return isMissing(page) ? undefined : page;
    const read = await refundsOf(byOrder(page.value.rows.map((row) => refundId(row.parent_id, row.id))));
    if (!read.ok) return read;
    const { next, total } = page.value;
    return ok({ ...filtered(read.value, query), next: cursorAt('refund', next), total });
  };

  return {
    async read(query: ReadQuery): Promise<Result<ReadPage>> {
      const { by, at } = query.cursor === null ? { by: undefined, at: null } : cursorSchema.parse(query.cursor);
      const since = query.mode === 'sweep' ? sweepStart(query, clock.now()) : query.since;
      if (query.mode !== 'full' && since !== null) return changed(query, since, by ?? 'order', at as Json | null);
      if (by === 'order') return throughOrders(await readAll(client, orders, listOnly, at as Json), query);
      const page = await listed({}, query, at as Json | null);
      return page ?? throughOrders(await readAll(client, orders, listOnly, null), query);
    },

    /** Those made in the window, and others besides where only orders tell of them. */
    async dated({ window, since, cursor }: DatedQuery): Promise<Result<ReadPage>> {
      const { by, at } = cursor === null ? { by: 'refund', at: null } : cursorSchema.parse(cursor);
      const query: ReadQuery = {
        mode: 'incremental',
        since,
        filters: {},
        cursor: by === 'order' ? (at as Json) : null,
      };
      const page = by === 'order' ? undefined : await listed(window, query, at as Json | null);
      return page ?? throughOrders(await readChanges(client, orders, listOnly, query), query);
    },

    async byIds(ids: readonly string[]): Promise<Result<ReadPage>> {
      const read = await refundsOf(byOrder(ids));
      return read.ok ? ok({ ...read.value, next: null }) : read;
    },
  };
}

/** Ids of refunds by their order; what is no id of a refund is left out. */
export function byOrder(ids: readonly string[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const id of ids) {
    const [, order] = /^(\d+):\d+$/.exec(id) ?? [];
    if (order === undefined) continue;
    const own = found.get(order) ?? new Set();
    found.set(order, own.add(id));
  }
  return found;
}

/** Ids of the refunds an order says it has. */
export function idsOn(order: Row): string[] {
  const refunds = Array.isArray(order.refunds) ? (order.refunds as Row[]) : [];
  return refunds.map(({ id }) => refundId(order.id, id));
}

/** Every refund of these orders in full, by order. */
async function refundRows(
  client: WooCommerceClient,
  found: readonly Row[],
): Promise<Result<Map<string, readonly Row[]>>> {
  const refunded = found.filter((order) => idsOn(order).length > 0);
  const ids = refunded.flatMap((order) => (order.refunds as Row[]).map(({ id }) => String(id)));
  const rows = await readListed(client, everyRefund, {}, ids);
  if (isMissing(rows)) return nestedRows(client, refunded);
  return rows.ok ? ok(Map.groupBy(rows.value, ({ parent_id }) => String(parent_id))) : rows;
}

async function nestedRows(
  client: WooCommerceClient,
  refunded: readonly Row[],
): Promise<Result<Map<string, readonly Row[]>>> {
  const limit = pLimit(parallelReads);
  const found = new Map<string, readonly Row[]>();
  const pages = await Promise.all(
    refunded.map(({ id }) => limit(() => readAllPages(client, `${orders}/${String(id)}/refunds`))),
  );
  for (const [index, page] of pages.entries()) {
    if (!page.ok) return page;
    found.set(String(refunded[index]?.id), page.value);
  }
  return ok(found);
}

/** Before WooCommerce 9.0 there is no list of all refunds. */
function isMissing(reply: Result<unknown>): boolean {
  return !reply.ok && reply.failure.code === 'woocommerce.no_api';
}

function cursorAt(by: Way, at: Json | null): Json | null {
  return at === null ? null : { by, at };
}

/** Statuses are those of the order, days those of the refund, both ends included. */
function filtered({ records, rejected }: Page, { filters: { status, date_range } }: ReadQuery): Page {
  const from = date_range?.start === undefined ? Number.NEGATIVE_INFINITY : Date.parse(date_range.start);
  const until = date_range?.end === undefined ? Number.POSITIVE_INFINITY : endOf(date_range.end);
  return {
    rejected,
    records: records.filter(({ gone, data: { order_status, refunded_at } }) => {
      if (gone) return !status?.length && date_range === undefined;
      const at = Date.parse(String(refunded_at));
      return (!status?.length || status.includes(String(order_status))) && !(at < from) && !(at > until);
    }),
  };
}

/** A day includes its last moment. */
function endOf(value: string): number {
  return Date.parse(value) + (/^\d{4}-\d\d-\d\d$/.test(value) ? 86_400_000 - 1 : 0);
}
