import * as z from 'zod';
import { businessDay } from '../../core/clock.ts';
import { ok, type Result } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import { decimal, exactMoney } from '../../core/money.ts';
import type { LedgerRecord } from '../../model/ledger.ts';
import type { ConnectionContext } from '../connector.ts';
import type { Ledger, LedgerPage } from '../ledger.ts';
import { createClient } from './client.ts';
import { type Row, reject } from './convert-rows.ts';
import { dayOf, dayWindow } from './day-window.ts';
import { readById } from './listings.ts';
import { orderRecord } from './orders.ts';
import { readAll } from './read-pages.ts';

const path = 'wc/v3/orders';
/** What is read of the canonical order. */
const orderSchema = z.object({
  number: z.string(),
  status: z.string(),
  currency: z.string(),
  customer: z.object({ ref: z.string() }),
  billing: z.object({
    first_name: z.string().default(''),
    last_name: z.string().default(''),
    company: z.string().default(''),
    email: z.string().default(''),
  }),
  lines: z.array(z.unknown()),
  paid_at: z.string().nullable(),
  placed_at: z.string(),
  total: z.string(),
  tax_total: z.string(),
  discount_total: z.string(),
  shipping_total: z.string(),
  fee_total: z.string(),
  refund_total: z.string(),
});

/** Orders by the day they were placed. Trashed ones are in no listing; by id they are found, and are void. */
export function openLedger(context: ConnectionContext): Ledger {
  const client = createClient(context);
  const zone = String(context.profile.time_zone ?? 'UTC');
  const store = { currency: String(context.profile.currency) };
  const base = String(context.profile.store_url);
  const convert = (row: Row): LedgerRecord => {
    const { id, modified_at, data } = orderRecord(row, store);
    return ledgerRecord(id, modified_at, data, zone, base);
  };

  return {
    entities: ['order'],
    compares: ['gross', 'tax', 'discount', 'shipping', 'refunds'],

    async read({ from, to, cursor }) {
      const page = await readAll(client, path, dayWindow(from, to), cursor);
      if (!page.ok) return page;
      const records: LedgerRecord[] = [];
      const rejected: LedgerPage['rejected'][number][] = [];
      const isInside = (day: string): boolean => day >= from && day <= to;
      for (const row of page.value.rows) {
        if (row.status === 'checkout-draft' || row.status === 'trash') continue;
        try {
          const record = convert(row);
          if (isInside(record.business_day)) records.push(record);
        } catch (error) {
          const day = dayOf(row, zone) ?? from;
          if (isInside(day)) rejected.push({ ...reject('order', row, error), business_day: day });
        }
      }
      return ok({ records, rejected, next: page.value.next });
    },

    async byIds(wanted) {
      const rows = await readById(
        client,
        'order',
        wanted.map(({ id }) => id),
      );
      return rows.ok ? ok(rows.value.flatMap((row) => readable(row, convert))) : rows;
    },

    // Plugins choose numbers; the API has no filter for them.
    byNumbers: async (): Promise<Result<readonly LedgerRecord[]>> => ok([]),
  };
}

/** A record that cannot be read is not the one that is looked for. */
function readable(row: Row, convert: (row: Row) => LedgerRecord): LedgerRecord[] {
  try {
    return [convert(row)];
  } catch {
    return [];
  }
}

/** @throws ZodError for an order without a date. */
function ledgerRecord(
  id: string,
  modifiedAt: string | null,
  data: JsonObject,
  zone: string,
  storeUrl: string,
): LedgerRecord {
  const order = orderSchema.parse(data);
  const { billing } = order;
  return {
    entity: 'order',
    id,
    number: order.number,
    business_day: businessDay(order.placed_at, zone),
    currency: order.currency,
    status: order.status,
    void: order.status === 'trash',
    has_lines: order.lines.length > 0,
    is_paid: order.paid_at !== null,
    gross: exactMoney(order.total),
    net: exactMoney(decimal(order.total).minus(decimal(order.tax_total))),
    tax: exactMoney(order.tax_total),
    discount: exactMoney(order.discount_total),
    shipping: exactMoney(order.shipping_total),
    fees: exactMoney(order.fee_total),
    refunds: exactMoney(order.refund_total),
    rounding: '0.00',
    customer: `${billing.first_name} ${billing.last_name}`.trim() || billing.company || billing.email,
    customer_id: order.customer.ref,
    modified_at: modifiedAt,
    version: null,
    url: `${storeUrl}/wp-admin/post.php?post=${id}&action=edit`,
  };
}
