import * as z from 'zod';
import { businessDay, type Clock, instant } from '../../core/clock.ts';
import { addDays } from '../../core/days.ts';
import { type Failure, ok, type Result } from '../../core/failure.ts';
import type { Json } from '../../core/json.ts';
import type { ReadFilters, ReadPage, ReadQuery, RejectedRecord, SourceRecord } from '../source.ts';
import type { WooCommerceClient } from './client.ts';
import { dayOf, dayWindow } from './day-window.ts';
import { orderRecord } from './orders.ts';
import { readAll, readChanges } from './read-pages.ts';
import { type DayKey, parseSalesDayId, salesDayId, salesDayRecord } from './sales-day.ts';

type Row = Record<string, unknown>;

const path = 'wc/v3/orders';
/** Statuses that no sale has: drafts of checkouts, and the bin. */
const noSale = new Set(['checkout-draft', 'trash']);
/** How far back a sweep reads days anew: for orders that were binned or got another date, which no listing of changes shows. */
const sweptDays = 35;
/** Days one page reads at most, and orders from which on it reads fewer. */
const mostDays = 31;
const manyOrders = 500;

const cursorSchema = z.union([
  /** Days from one to the other, some at a time. */
  z.strictObject({ from: z.iso.date(), to: z.iso.date(), span: z.number().int().positive() }),
  /** Changes are still being looked through for the days they touch. */
  z.strictObject({ changes: z.unknown(), days: z.array(z.iso.date()) }),
  /** Days left to read. */
  z.strictObject({ days: z.array(z.iso.date()) }),
]);
type Cursor = z.infer<typeof cursorSchema>;

export interface Shop {
  readonly zone: string;
  readonly currency: string;
  readonly clock: Clock;
}

/** Business days of a shop as records. A filter by status does not apply: half a day would be a wrong day. */
export function salesDays(client: WooCommerceClient, shop: Shop) {
  return {
    async read(query: ReadQuery): Promise<Result<ReadPage>> {
      const cursor = query.cursor === null ? await begin(client, shop, query) : ok(cursorSchema.parse(query.cursor));
      if (!cursor.ok) return cursor;
      if (cursor.value === null) return ok({ records: [], rejected: [], next: null });
      if ('changes' in cursor.value) return lookThrough(client, shop, query, cursor.value);
      if ('from' in cursor.value) return readSpan(client, shop, cursor.value);
      const [day, ...rest] = cursor.value.days;
      if (day === undefined) return ok({ records: [], rejected: [], next: null });
      const page = await readDays(client, shop, day, day);
      return page.ok ? ok({ ...page.value, next: rest.length > 0 ? { days: rest } : null }) : page;
    },

    /** Every day there can be is there, with or without orders. */
    async readByIds(ids: readonly string[]): Promise<Result<ReadPage>> {
      const wanted = ids.flatMap((id) => parseSalesDayId(id) ?? []);
      const records: SourceRecord[] = [];
      const rejected: RejectedRecord[] = [];
      for (const [day, keys] of Map.groupBy(wanted, (key) => key.day)) {
        const page = await readDays(client, shop, day, day, keys);
        if (!page.ok) return page;
        const named = new Set(keys.map(salesDayId));
        records.push(...page.value.records.filter(({ id }) => named.has(id)));
        rejected.push(...page.value.rejected.filter(({ id }) => named.has(id)));
      }
      return ok({ records, rejected, next: null });
    },
  };
}

async function begin(client: WooCommerceClient, shop: Shop, query: ReadQuery): Promise<Result<Cursor | null>> {
  const today = businessDay(instant(shop.clock.now()), shop.zone);
  if (query.mode === 'incremental' && query.since !== null) return ok({ changes: null, days: [] });
  const swept = query.mode === 'sweep' ? addDays(today, -sweptDays) : undefined;
  const ends = await Promise.all(
    (['asc', 'desc'] as const).map((order) =>
      client.list(path, { orderby: 'date', order, per_page: 1, _fields: 'id,date_created_gmt' }),
    ),
  );
  const days: string[] = [];
  for (const end of ends) {
    if (!end.ok) return end;
    const day = end.value.rows[0] === undefined ? undefined : dayOf(end.value.rows[0] as Row, shop.zone);
    if (day !== undefined) days.push(day);
  }
  const { start, end } = asked(query.filters, shop.zone);
  const [first, last] = [days[0] ?? today, days[1] ?? today];
  const from = [first, swept, start].reduce((a: string, b) => (b !== undefined && b > a ? b : a), first);
  const to = end !== undefined && end < last ? end : last;
  return ok(from > to ? null : { from, to, span: mostDays });
}

/** The days of a filter: those that its bounds lie in are whole. */
function asked({ date_range }: ReadFilters, zone: string): { start?: string | undefined; end?: string | undefined } {
  const day = (bound: string | undefined) =>
    bound === undefined || /^\d{4}-\d\d-\d\d$/.test(bound) ? bound : businessDay(bound, zone);
  return { start: day(date_range?.start), end: day(date_range?.end) };
}

/** Collects the days that changed orders were placed on; they are read when all changes are known, each once. */
async function lookThrough(
  client: WooCommerceClient,
  { zone }: Shop,
  query: ReadQuery,
  { changes, days }: Extract<Cursor, { changes?: unknown }>,
): Promise<Result<ReadPage>> {
  const light = { _fields: 'id,status,date_created_gmt,date_modified_gmt' };
  const page = await readChanges(client, path, light, { ...query, cursor: changes as Json });
  if (!page.ok) return page;
  const touched = page.value.rows.flatMap((row) => (row.status === 'checkout-draft' ? [] : (dayOf(row, zone) ?? [])));
  const all = [...new Set([...days, ...touched])].sort();
  const { next } = page.value;
  if (next !== null) return ok({ records: [], rejected: [], next: { changes: next, days: all } });
  return ok({ records: [], rejected: [], next: all.length > 0 ? { days: all } : null });
}

/** As many days as hold a page's worth of orders: a month of a quiet shop, a day of a busy one. */
async function readSpan(
  client: WooCommerceClient,
  shop: Shop,
  { from, to, span }: Extract<Cursor, { from: string }>,
): Promise<Result<ReadPage>> {
  const wanted = addDays(from, span - 1);
  const last = wanted < to ? wanted : to;
  if (span > 1) {
    const probe = await client.list(path, { ...dayWindow(from, last), per_page: 1, _fields: 'id' });
    if (!probe.ok) return probe;
    if (probe.value.total > manyOrders) {
      return ok({ records: [], rejected: [], next: { from, to, span: Math.max(1, Math.floor(span / 4)) } });
    }
  }
  const page = await readDays(client, shop, from, last);
  if (!page.ok) return page;
  const next = last < to ? { from: addDays(last, 1), to, span: Math.min(mostDays, span * 2) } : null;
  return ok({ ...page.value, next });
}

/**
 * The days with all their orders, one record per currency; the shop's own currency always has one, so that a day whose
 * last order is gone is seen to be empty. A day with an order that cannot be read is rejected: it would be wrong.
 */
async function readDays(
  client: WooCommerceClient,
  { zone, currency }: Shop,
  from: string,
  to: string,
  also: readonly DayKey[] = [],
): Promise<Result<Omit<ReadPage, 'next'>>> {
  const orders = new Map<string, { readonly key: DayKey; readonly records: Map<string, SourceRecord> }>();
  const failures = new Map<string, { readonly key: DayKey; readonly failure: Failure }>();
  const slot = (key: DayKey) => {
    const id = salesDayId(key);
    const known = orders.get(id) ?? { key, records: new Map<string, SourceRecord>() };
    orders.set(id, known);
    return known.records;
  };
  for (let day = from; day <= to; day = addDays(day, 1)) slot({ day, currency });
  for (const key of also) slot(key);
  for (let cursor: Json | null = null, isEnd = false; !isEnd; ) {
    const page = await readAll(client, path, dayWindow(from, to), cursor);
    if (!page.ok) return page;
    for (const row of page.value.rows) {
      const day = dayOf(row, zone);
      if (day === undefined || day < from || day > to || noSale.has(String(row.status))) continue;
      const key = { day, currency: typeof row.currency === 'string' ? row.currency : currency };
      try {
        const record = orderRecord(row, { currency });
        slot(key).set(record.id, record);
      } catch {
        failures.set(salesDayId(key), { key, failure: unreadable(row) });
      }
    }
    cursor = page.value.next;
    isEnd = cursor === null;
  }
  return ok({
    records: [...orders]
      .filter(([id]) => !failures.has(id))
      .map(([, { key, records }]) => salesDayRecord(key, [...records.values()])),
    rejected: [...failures].map(([id, { key, failure }]) => ({
      entity: 'sales_day',
      id,
      label: `Sales of ${key.day} (${key.currency})`,
      failure,
    })),
  });
}

function unreadable(row: Row): Failure {
  return {
    category: 'validation',
    code: 'woocommerce.unreadable_record',
    field: 'orders',
    reason: `Order ${String(row.id ?? 'unknown')} of that day cannot be read, so the day cannot be added up.`,
    fix: 'Open and save the order in WooCommerce; if that does not help, report it with its id.',
    retryable: false,
  };
}
