import * as z from 'zod';
import { businessDay } from '../../core/clock.ts';
import { ok } from '../../core/failure.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { decimal, exactMoney, sum } from '../../core/money.ts';
import type { LedgerRecord } from '../../model/ledger.ts';
import type { ShelfRecord } from '../../model/shelf.ts';
import type { ConnectionContext } from '../connector.ts';
import type { Ledger, LedgerPage } from '../ledger.ts';
import type { RejectedRecord, SourceRecord } from '../source.ts';
import { dealingsOf } from './dealings.ts';
import { shelfOf } from './shelf.ts';
import { convertAll } from './source.ts';

const entities = ['sale', 'refund'] as const;
const pageSize = 100;
const cursorSchema = z.object({ after: z.number().int().min(0) });

/** No local day begins earlier than that before the same day in UTC, and clocks of workers are close to each other. */
const marginMs = 24 * 3_600_000;

/** What is read of a sale and of a refund in canonical form. */
const receiptSchema = z.object({
  number: z.string(),
  currency: z.string(),
  status: z.string(),
  placed_at: z.string(),
  deleted_at: z.string().nullable(),
  paid_at: z.string().nullable(),
  lines: z.array(z.unknown()),
  postings: z.array(z.object({ kind: z.string(), total: z.string() })),
  discount_total: z.string(),
  tax_total: z.string(),
  total: z.string(),
  refund_total: z.string().default('0.00'),
  /** Of a refund. */
  paid_back: z.string().optional(),
  customer: z.object({ ref: z.string() }),
  billing: z.object({ email: z.string() }),
});

/**
 * Sales and refunds by the day they were made at a till. A till tells of one when it was made or later, never before: so
 * what the days have is among what changed on the shelf since the first of them.
 */
export function openLedger(context: ConnectionContext): Ledger {
  const shelf = shelfOf(context);
  const zone = String(context.profile.time_zone ?? 'UTC');

  const convert = async (records: readonly ShelfRecord[]): Promise<Omit<LedgerPage, 'next'>> => {
    const dealings = await dealingsOf(shelf, records);
    const found: LedgerRecord[] = [];
    const rejected: (RejectedRecord & { business_day: string })[] = [];
    for (const entity of entities) {
      const own = records.filter((record) => record.entity === entity && !record.gone);
      const page = convertAll(entity, own, dealings, {}, null);
      found.push(...page.records.map((record) => ledgerRecord(record, zone)));
      rejected.push(...page.rejected.map((one) => ({ ...one, business_day: dayOf(own, one.id, zone) })));
    }
    return { records: found, rejected };
  };

  return {
    compares: {},

    async read({ from, to, cursor }) {
      const since = new Date(Date.parse(from) - marginMs).toISOString();
      const after = cursor === null ? await shelf.positionAt(since) : cursorSchema.parse(cursor).after;
      const { records, position, more } = await shelf.changes({ limit: pageSize, after });
      const page = await convert(records);
      const isInside = ({ business_day }: { readonly business_day: string }): boolean =>
        business_day >= from && business_day <= to;
      const next: Json | null = more && position > after ? { after: position } : null;
      return ok({ records: page.records.filter(isInside), rejected: page.rejected.filter(isInside), next });
    },

    async byIds(wanted) {
      const found = await shelf.findMany(wanted.map(({ entity, id }) => ({ entity, id })));
      const { records } = await convert(found.filter((record) => record !== undefined));
      return ok(records);
    },

    // Numbers are what tills print; the shelf is read by id.
    byNumbers: async () => ok([]),
  };
}

/** The day a receipt that cannot be read belongs to, as far as its envelope says. */
function dayOf(records: readonly ShelfRecord[], id: string, zone: string): string {
  const record = records.find((one) => one.id === id);
  const order = record?.body.order as { readonly effective_at?: string } | undefined;
  return businessDay(order?.effective_at ?? record?.changed_at ?? '', zone);
}

function ledgerRecord({ entity, id, data, modified_at }: SourceRecord, zone: string): LedgerRecord {
  const receipt = receiptSchema.parse(data satisfies JsonObject);
  const rounding = sum(receipt.postings.filter(({ kind }) => kind === 'rounding').map(({ total }) => total));
  return {
    entity,
    id,
    origin: null,
    number: receipt.number,
    business_day: businessDay(receipt.placed_at, zone),
    currency: receipt.currency,
    status: receipt.status,
    void: receipt.deleted_at !== null,
    has_lines: receipt.lines.length > 0,
    is_paid: receipt.paid_back === undefined ? receipt.paid_at !== null : receipt.paid_back !== 'none',
    gross: exactMoney(receipt.total),
    net: exactMoney(decimal(receipt.total).minus(decimal(receipt.tax_total)).minus(rounding)),
    tax: exactMoney(receipt.tax_total),
    discount: exactMoney(entity === 'sale' ? receipt.discount_total : 0),
    shipping: '0.00',
    fees: '0.00',
    refunds: exactMoney(receipt.refund_total),
    rounding: exactMoney(rounding),
    sale: null,
    customer: receipt.billing.email,
    customer_id: receipt.customer.ref,
    modified_at,
    version: null,
    url: null,
  };
}
