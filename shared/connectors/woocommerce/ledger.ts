import type { Big } from 'big.js';
import * as z from 'zod';
import { businessDay } from '../../core/clock.ts';
import { ok, type Result } from '../../core/failure.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { decimal, exactMoney, sum } from '../../core/money.ts';
import type { LedgerRecord } from '../../model/ledger.ts';
import type { ConnectionContext } from '../connector.ts';
import type { Ledger } from '../ledger.ts';
import type { ReadPage, RejectedRecord, SourceRecord } from '../source.ts';
import { createClient } from './client.ts';
import { convertRows, reject } from './convert-rows.ts';
import { dayWindow, windowStart } from './day-window.ts';
import { documentUrl } from './document-url.ts';
import { readById } from './listings.ts';
import { orderRecord } from './orders.ts';
import { readAll } from './read-pages.ts';
import { createRefundReader } from './read-refunds.ts';

const path = 'wc/v3/orders';
const buyerSchema = z.object({
  customer: z.object({ ref: z.string() }),
  billing: z.object({
    first_name: z.string().default(''),
    last_name: z.string().default(''),
    company: z.string().default(''),
    email: z.string().default(''),
  }),
  currency: z.string(),
  number: z.string(),
});
/** What is read of the canonical order. */
const orderSchema = buyerSchema.extend({
  status: z.string(),
  lines: z.array(z.unknown()),
  paid_at: z.string().nullable(),
  placed_at: z.string(),
  total: z.string(),
  tax_total: z.string(),
  subtotal: z.string(),
  discount_total: z.string(),
  shipping_total: z.string(),
  fee_total: z.string(),
  refund_total: z.string(),
});
/** What is read of the canonical refund. */
const refundSchema = buyerSchema.extend({
  order_ref: z.string(),
  order_status: z.string(),
  order_placed_at: z.string(),
  order_paid_at: z.string().nullable(),
  was_paid: z.boolean(),
  refunded_at: z.string(),
  amount: z.string(),
  tax_total: z.string(),
  postings: z.array(z.object({ kind: z.string(), total: z.string() })),
});

const entities = ['order', 'refund'] as const;
type Entity = (typeof entities)[number];
const cursorSchema = z.object({ entity: z.enum(entities), at: z.unknown() });

/**
 * Orders by the day they were placed, and refunds by the day they were made. Trashed orders are in no listing; by id they
 * are found, and are void. Refunds of trashed orders are left out.
 */
export function openLedger(context: ConnectionContext): Ledger {
  const { profile } = context;
  const client = createClient(context);
  const zone = String(profile.time_zone ?? 'UTC');
  const store = { currency: String(profile.currency) };
  const refunds = createRefundReader(client, store, context.clock);

  /** One page, wider than the days. */
  const readers: Readonly<Record<Entity, (days: Days, at: Json | null) => Promise<Result<ReadPage>>>> = {
    async order({ from, to }, at) {
      const page = await readAll(client, path, dayWindow(from, to), at);
      if (!page.ok) return page;
      const rows = page.value.rows.filter(({ status }) => status !== 'checkout-draft' && status !== 'trash');
      return ok({ ...convertRows('order', rows, (row) => orderRecord(row, store)), next: page.value.next });
    },
    refund: ({ from, to }, cursor) => refunds.dated({ window: dayWindow(from, to), since: windowStart(from), cursor }),
  };

  const convert = (record: SourceRecord): LedgerRecord => ({
    ...figures[record.entity as Entity](record.data, zone),
    entity: record.entity,
    id: record.id,
    origin: null,
    modified_at: record.modified_at,
    version: null,
    url: documentUrl(record.entity, record.id, profile) ?? null,
  });

  return {
    compares: {},

    async read({ from, to, cursor }) {
      const { entity, at } = cursor === null ? { entity: entities[0], at: null } : cursorSchema.parse(cursor);
      const page = await readers[entity]({ from, to }, at as Json | null);
      if (!page.ok) return page;
      const { records, rejected } = converted(page.value, convert);
      const isInside = ({ business_day }: { readonly business_day: string }): boolean =>
        business_day >= from && business_day <= to;
      return ok({
        records: records.filter(isInside),
        rejected: rejected
          .map((one) => ({ ...one, business_day: one.dated_at ? businessDay(one.dated_at, zone) : from }))
          .filter(isInside),
        next: following(entity, page.value.next),
      });
    },

    async byIds(wanted) {
      const idsOf = (entity: Entity): string[] => wanted.filter((one) => one.entity === entity).map(({ id }) => id);
      const rows = await readById(client, 'order', idsOf('order'));
      if (!rows.ok) return rows;
      const others = await refunds.byIds(idsOf('refund'));
      if (!others.ok) return others;
      // A record that cannot be read is not the one that is looked for.
      const orders = rows.value.flatMap((row) => {
        try {
          return [orderRecord(row, store)];
        } catch {
          return [];
        }
      });
      return ok(converted({ records: [...orders, ...others.value.records], rejected: [] }, convert).records);
    },

    // Plugins choose numbers; the API has no filter for them.
    byNumbers: async (): Promise<Result<readonly LedgerRecord[]>> => ok([]),
  };
}

interface Days {
  readonly from: string;
  readonly to: string;
}

/** What cannot be converted is rejected; what is gone is left out. */
function converted(
  page: Omit<ReadPage, 'next'>,
  convert: (record: SourceRecord) => LedgerRecord,
): { readonly records: LedgerRecord[]; readonly rejected: RejectedRecord[] } {
  const records: LedgerRecord[] = [];
  const rejected = [...page.rejected];
  for (const record of page.records) {
    if (record.gone) continue;
    try {
      records.push(convert(record));
    } catch (error) {
      rejected.push(reject(record.entity, { ...record.raw, id: record.id }, error));
    }
  }
  return { records, rejected };
}

function following(entity: Entity, at: Json | null): Json | null {
  if (at !== null) return { entity, at };
  const next = entities[entities.indexOf(entity) + 1];
  return next === undefined ? null : { entity: next, at: null };
}

type Own = Omit<LedgerRecord, 'entity' | 'id' | 'origin' | 'modified_at' | 'version' | 'url'>;

/** What a record says, from its canonical form. @throws ZodError for one without a date. */
const figures: Readonly<Record<Entity, (data: JsonObject, zone: string) => Own>> = {
  order(data, zone) {
    const order = orderSchema.parse(data);
    const lines = sum([order.subtotal, order.shipping_total, order.fee_total]);
    return {
      ...buyerOf(order),
      business_day: businessDay(order.placed_at, zone),
      status: order.status,
      void: order.status === 'trash',
      has_lines: order.lines.length > 0,
      is_paid: order.paid_at !== null,
      ...amounts(order.total, order.tax_total, lines.minus(decimal(order.discount_total))),
      discount: exactMoney(order.discount_total),
      shipping: exactMoney(order.shipping_total),
      fees: exactMoney(order.fee_total),
      refunds: exactMoney(order.refund_total),
      sale: null,
    };
  },
  refund(data, zone) {
    const refund = refundSchema.parse(data);
    const ofKind = (wanted: string): string =>
      exactMoney(sum(refund.postings.filter(({ kind }) => kind === wanted).map(({ total }) => total)));
    return {
      ...buyerOf(refund),
      business_day: businessDay(refund.refunded_at, zone),
      status: refund.order_status,
      void: false,
      has_lines: refund.postings.length > 0,
      is_paid: refund.was_paid,
      ...amounts(refund.amount, refund.tax_total, sum(refund.postings.map(({ total }) => total))),
      discount: '0.00',
      shipping: ofKind('shipping'),
      fees: ofKind('fee'),
      refunds: '0.00',
      sale: {
        id: refund.order_ref,
        business_day: businessDay(refund.order_placed_at, zone),
        is_paid: refund.order_paid_at !== null,
      },
    };
  },
};

/** What is no part of the lines, nor tax, is rounding of the shop's own. */
function amounts(gross: string, tax: string, net: Big): Pick<LedgerRecord, 'gross' | 'net' | 'tax' | 'rounding'> {
  const rounding = decimal(gross).minus(decimal(tax)).minus(net);
  return { gross: exactMoney(gross), net: exactMoney(net), tax: exactMoney(tax), rounding: exactMoney(rounding) };
}

function buyerOf({ number, currency, customer, billing }: z.infer<typeof buyerSchema>) {
  return {
    number,
    currency,
    customer: `${billing.first_name} ${billing.last_name}`.trim() || billing.company || billing.email,
    customer_id: customer.ref,
  };
}
