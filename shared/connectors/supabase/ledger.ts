import * as z from 'zod';
import { chunks } from '../../core/chunks.ts';
import { fail, ok, type Result } from '../../core/failure.ts';
import { type Json, parseExact } from '../../core/json.ts';
import { decimal, exactMoney } from '../../core/money.ts';
import type { LedgerRecord } from '../../model/ledger.ts';
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

const rowSchema = z.object({
  source_id: z.string(),
  order_number: text,
  status: text,
  currency: text,
  customer_source_id: text,
  customer: text,
  business_day: z.iso.date(),
  paid_at: instant,
  deleted_at: instant,
  source_updated_at: instant,
  discount_total: amount,
  shipping_total: amount,
  fee_total: amount,
  tax_total: amount,
  total: amount,
  refund_total: amount,
  line: text,
  shipping_line: text,
  fee_line: text,
});
type Row = z.infer<typeof rowSchema>;

/** Whether an order has lines is told by the first of each kind in what the source sent; `lines` is another table. */
const columns = [
  ...Object.keys(rowSchema.shape).filter((name) => !['customer', 'line', 'shipping_line', 'fee_line'].includes(name)),
  'customer:raw->billing->>email',
  'line:raw->line_items->0->>id',
  'shipping_line:raw->shipping_lines->0->>id',
  'fee_line:raw->fee_lines->0->>id',
].join(',');

const cursorSchema = z.object({ day: z.iso.date(), id: z.string() });

/** Orders of the warehouse by their business day, paged by key: rows that come meanwhile move nothing. */
export function openLedger(context: ConnectionContext, { source }: LedgerOptions): Ledger {
  const client = createClient(context);
  const own = `tenant_id=eq.${encodeURIComponent(context.tenantId)}&source=eq.${encodeURIComponent(source)}`;

  const rows = async (filter: string): Promise<Result<readonly LedgerRecord[]>> => {
    const reply = await client.get(`orders?select=${columns}&${own}&${filter}`);
    if (!reply.ok) return reply;
    const parsed = z.array(rowSchema).safeParse(parseExact(reply.value));
    return parsed.success ? ok(parsed.data.map(ledgerRecord)) : fail(unreadable(parsed.error));
  };

  const having = async (column: string, values: readonly string[]): Promise<Result<readonly LedgerRecord[]>> => {
    const found: LedgerRecord[] = [];
    for (const chunk of chunks([...new Set(values)], valuesPerQuery)) {
      const list = chunk.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',');
      // Days are what a report is made of: a row without one is in none.
      const page = await rows(`${column}=in.(${encodeURIComponent(list)})&business_day=not.is.null&limit=${perPage}`);
      if (!page.ok) return page;
      found.push(...page.value);
    }
    return ok(found);
  };

  return {
    entities: ['order'],
    compares: ['gross', 'tax', 'discount', 'shipping', 'refunds'],
    async read({ from, to, cursor }) {
      const page = await rows(
        `business_day=gte.${from}&business_day=lte.${to}${after(cursor)}&order=business_day,source_id&limit=${perPage}`,
      );
      if (!page.ok) return page;
      const last = page.value.at(-1);
      return ok({ records: page.value, rejected: [], next: last ? { day: last.business_day, id: last.id } : null });
    },
    byIds: (wanted) =>
      having(
        'source_id',
        wanted.map(({ id }) => id),
      ),
    byNumbers: (numbers) => having('order_number', numbers),
  };
}

function after(cursor: Json | null): string {
  if (cursor === null) return '';
  const { day, id } = cursorSchema.parse(cursor);
  const quoted = encodeURIComponent(`"${id.replace(/["\\]/g, '\\$&')}"`);
  return `&or=(business_day.gt.${day},and(business_day.eq.${day},source_id.gt.${quoted}))`;
}

function ledgerRecord(row: Row): LedgerRecord {
  return {
    entity: 'order',
    id: row.source_id,
    number: row.order_number,
    business_day: row.business_day,
    currency: row.currency,
    status: row.status,
    void: row.deleted_at !== null || row.status === 'trash',
    has_lines: `${row.line}${row.shipping_line}${row.fee_line}` !== '',
    is_paid: row.paid_at !== null,
    gross: row.total,
    net: exactMoney(decimal(row.total).minus(decimal(row.tax_total))),
    tax: row.tax_total,
    discount: row.discount_total,
    shipping: row.shipping_total,
    fees: row.fee_total,
    refunds: row.refund_total,
    rounding: '0.00',
    customer: row.customer,
    customer_id: row.customer_source_id,
    modified_at: row.source_updated_at,
    version: null,
    url: null,
  };
}

function unreadable(error: z.ZodError) {
  const [issue] = error.issues;
  return {
    category: 'validation',
    code: 'supabase.unreadable_row',
    field: issue?.path.join('.'),
    reason: 'A row of table orders is not as EasySale Sync writes it.',
    fix: 'Correct the row in Supabase, or delete it and sync the order again.',
    retryable: false,
  } as const;
}
