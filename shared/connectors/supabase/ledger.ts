import type { Big } from 'big.js';
import * as z from 'zod';
import { chunks } from '../../core/chunks.ts';
import { fail, ok, type Result } from '../../core/failure.ts';
import { type Json, parseExact } from '../../core/json.ts';
import { decimal, exactMoney, sum } from '../../core/money.ts';
import type { FigureName, LedgerRecord } from '../../model/ledger.ts';
import type { ConnectionContext } from '../connector.ts';
import type { Ledger, LedgerOptions } from '../ledger.ts';
import { createClient } from './client.ts';

/** Row cap of reads in new projects. A project may have a lower one, so only an empty page is the last (reference section 2.4). */
const perPage = 1000;
/** Values in one `in.()`: their length in the address stays around a few kilobytes. */
const valuesPerQuery = 100;

const amount = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => exactMoney(value ?? 0));
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const instant = z
  .string()
  .nullish()
  .transform((value) => (value ? new Date(value).toISOString() : null));

const commonSchema = z.object({
  source: z.string(),
  source_id: z.string(),
  order_number: text,
  currency: text,
  business_day: z.iso.date(),
  deleted_at: instant,
  source_updated_at: instant,
  tax_total: amount,
  total: amount,
});
const orderSchema = commonSchema.extend({
  status: text,
  customer_source_id: text,
  customer: text,
  paid_at: instant,
  subtotal: amount,
  discount_total: amount,
  shipping_total: amount,
  fee_total: amount,
  refund_total: amount,
  line: text,
  shipping_line: text,
  fee_line: text,
  receipt_line: text,
});
const refundSchema = commonSchema.extend({ order_source_id: text, refunded_at: instant, rounding: amount });
/** What a refund does not say: it is a part of its order. */
const ownerSchema = z.object({
  source_id: z.string(),
  business_day: z.iso.date().nullish(),
  status: text,
  paid_at: instant,
  deleted_at: instant,
  customer_source_id: text,
});
type Owner = z.infer<typeof ownerSchema>;

/**
 * Whether an order has lines is told by the first of each kind in what the source sent; `lines` is another table. So is what
 * tills rounded in cash.
 */
const computed = {
  customer: 'customer:raw->billing->>email',
  line: 'line:raw->line_items->0->>id',
  shipping_line: 'shipping_line:raw->shipping_lines->0->>id',
  fee_line: 'fee_line:raw->fee_lines->0->>id',
  receipt_line: 'receipt_line:raw->lines->0->>id',
  rounding: 'rounding:raw->totals->>rounding',
} as const;
const columnsOf = ({ shape }: z.ZodObject): string =>
  Object.keys(shape)
    .map((name) => computed[name as keyof typeof computed] ?? name)
    .join(',');

const entities = ['order', 'refund'] as const;
type Entity = (typeof entities)[number];
/** Rows are read table by table and source by source. */
interface Place {
  readonly entity: Entity;
  readonly source: string;
}
const cursorSchema = z.object({
  entity: z.enum(entities),
  source: z.string(),
  /** The last row seen of both. */
  last: z.object({ day: z.iso.date(), id: z.string() }).nullable(),
});

/** Orders and refunds of the warehouse by their business day, paged by key: rows that come meanwhile move nothing. */
export function openLedger(context: ConnectionContext, { sources }: LedgerOptions): Ledger {
  const client = createClient(context);
  const own = `tenant_id=eq.${encodeURIComponent(context.tenantId)}`;
  const places = entities.flatMap((entity) => sources.map((source): Place => ({ entity, source })));

  const rows = async <Row>(table: string, schema: z.ZodObject & z.ZodType<Row>, source: string, filter: string) => {
    const of = `${own}&source=eq.${encodeURIComponent(source)}`;
    const reply = await client.get(`${table}?select=${columnsOf(schema)}&${of}&${filter}`);
    if (!reply.ok) return reply;
    const parsed = z.array(schema as z.ZodType<Row>).safeParse(parseExact(reply.value));
    return parsed.success ? ok(parsed.data) : fail(unreadable(table, parsed.error));
  };

  const ownersOf = (source: string, refunds: readonly z.infer<typeof refundSchema>[]): Promise<Result<Owner[]>> => {
    const ids = refunds.map(({ order_source_id }) => order_source_id).filter((id) => id !== '');
    return having('source_id', ids, (filter) => rows('orders', ownerSchema, source, filter));
  };

  /** Records for whose rows a filter holds. */
  const readers: Readonly<Record<Entity, (source: string, filter: string) => Promise<Result<LedgerRecord[]>>>> = {
    async order(source, filter) {
      const found = await rows('orders', orderSchema, source, filter);
      return found.ok ? ok(found.value.map(orderRecord)) : found;
    },
    async refund(source, filter) {
      const found = await rows('refunds', refundSchema, source, filter);
      if (!found.ok) return found;
      const owners = await ownersOf(source, found.value);
      if (!owners.ok) return owners;
      const byId = new Map(owners.value.map((owner) => [owner.source_id, owner]));
      return ok(found.value.map((row) => refundRecord(row, byId.get(row.order_source_id))));
    },
  };

  // Days are what a report is made of: a row without one is in none.
  const among = ({ entity, source }: Place, column: string, values: readonly string[]) =>
    having(column, values, (filter) => readers[entity](source, `${filter}&business_day=not.is.null`));
  const each = async (
    read: (place: Place) => Promise<Result<readonly LedgerRecord[]>>,
  ): Promise<Result<readonly LedgerRecord[]>> => {
    const found: LedgerRecord[] = [];
    for (const place of places) {
      const page = await read(place);
      if (!page.ok) return page;
      found.push(...page.value);
    }
    return ok(found);
  };

  return {
    compares,
    async read({ from, to, cursor }) {
      const first = places[0] && { ...places[0], last: null };
      const at = cursor === null ? first : cursorSchema.parse(cursor);
      if (!at) return ok({ records: [], rejected: [], next: null });
      const days = `business_day=gte.${from}&business_day=lte.${to}`;
      const filter = `${days}${after(at.last)}&order=business_day,source_id&limit=${perPage}`;
      const page = await readers[at.entity](at.source, filter);
      return page.ok ? ok({ records: page.value, rejected: [], next: following(places, at, page.value.at(-1)) }) : page;
    },
    byIds: (wanted) =>
      each((place) => {
        const own = wanted.filter(({ entity, origin }) => entity === place.entity && origin === place.source);
        return among(
          place,
          'source_id',
          own.map(({ id }) => id),
        );
      }),
    byNumbers: (numbers) =>
      each(async (place) => (place.entity === 'order' ? among(place, 'order_number', numbers) : ok([]))),
  };
}

/** All rows whose column has one of the values, as many values at once as an address takes. */
async function having<Row>(
  column: string,
  values: readonly string[],
  read: (filter: string) => Promise<Result<Row[]>>,
): Promise<Result<Row[]>> {
  const found: Row[] = [];
  for (const chunk of chunks([...new Set(values)], valuesPerQuery)) {
    const page = await read(`${column}=in.(${encodeURIComponent(chunk.map(quoted).join(','))})&limit=${perPage}`);
    if (!page.ok) return page;
    found.push(...page.value);
  }
  return ok(found);
}

const quoted = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;

function after(last: { readonly day: string; readonly id: string } | null): string {
  if (last === null) return '';
  const { day, id } = last;
  return `&or=(business_day.gt.${day},and(business_day.eq.${day},source_id.gt.${encodeURIComponent(quoted(id))}))`;
}

/** Only an empty page is the last of its table and source. */
function following(places: readonly Place[], { entity, source }: Place, last: LedgerRecord | undefined): Json | null {
  if (last) return { entity, source, last: { day: last.business_day, id: last.id } };
  const next = places[places.findIndex((place) => place.entity === entity && place.source === source) + 1];
  return next === undefined ? null : { ...next, last: null };
}

/** Figures that stand in columns of their own. */
const compares: Readonly<Record<Entity, readonly FigureName[]>> = {
  order: ['gross', 'tax', 'discount', 'shipping', 'refunds'],
  refund: ['gross', 'tax'],
};

function common(row: z.infer<typeof commonSchema>) {
  return {
    id: row.source_id,
    origin: row.source,
    business_day: row.business_day,
    currency: row.currency,
    gross: row.total,
    tax: row.tax_total,
    modified_at: row.source_updated_at,
    version: null,
    url: null,
  };
}

/** What is no part of the net, nor tax, is rounding. */
function netOf({ total, tax_total }: z.infer<typeof commonSchema>, net: Big): Pick<LedgerRecord, 'net' | 'rounding'> {
  return { net: exactMoney(net), rounding: exactMoney(decimal(total).minus(decimal(tax_total)).minus(net)) };
}

function orderRecord(row: z.infer<typeof orderSchema>): LedgerRecord {
  return {
    ...common(row),
    entity: 'order',
    number: row.order_number,
    status: row.status,
    void: row.deleted_at !== null || row.status === 'trash',
    has_lines: `${row.line}${row.shipping_line}${row.fee_line}${row.receipt_line}` !== '',
    is_paid: row.paid_at !== null,
    ...netOf(row, sum([row.subtotal, row.shipping_total, row.fee_total]).minus(decimal(row.discount_total))),
    discount: row.discount_total,
    shipping: row.shipping_total,
    fees: row.fee_total,
    refunds: row.refund_total,
    sale: null,
    customer: row.customer,
    customer_id: row.customer_source_id,
  };
}

/**
 * A refund whose order has no row is of no status. Shops take the refunds of a deleted order away without a word; tills say
 * of each whether it went with its sale.
 */
function refundRecord(row: z.infer<typeof refundSchema>, order: Owner | undefined): LedgerRecord {
  const paidAt = order?.paid_at ?? null;
  const isDeleted = order !== undefined && order.deleted_at !== null && order.status !== 'voided';
  return {
    ...common(row),
    entity: 'refund',
    number: `${row.order_number}-R${row.source_id.split(':').at(-1)}`,
    status: order?.status ?? '',
    void: row.deleted_at !== null || order?.status === 'trash' || isDeleted,
    has_lines: true,
    is_paid: paidAt !== null && row.refunded_at !== null && paidAt <= row.refunded_at,
    ...netOf(row, decimal(row.total).minus(decimal(row.tax_total)).minus(decimal(row.rounding))),
    discount: '0.00',
    shipping: '0.00',
    fees: '0.00',
    refunds: '0.00',
    sale: order?.business_day
      ? { id: order.source_id, business_day: order.business_day, is_paid: order.paid_at !== null }
      : null,
    customer: '',
    customer_id: order?.customer_source_id ?? '',
  };
}

function unreadable(table: string, error: z.ZodError) {
  const [issue] = error.issues;
  return {
    category: 'validation',
    code: 'supabase.unreadable_row',
    field: issue?.path.join('.'),
    reason: `A row of table ${table} is not as EasySale Sync writes it.`,
    fix: 'Correct the row in Supabase, or delete it and sync its record again.',
    retryable: false,
  } as const;
}
