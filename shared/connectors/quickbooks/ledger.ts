import type { Big } from 'big.js';
import * as z from 'zod';
import { chunks } from '../../core/chunks.ts';
import { fail, ok, type Result } from '../../core/failure.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { decimal, exactMoney, sum } from '../../core/money.ts';
import type { FigureName, LedgerRecord } from '../../model/ledger.ts';
import type { ConnectionContext } from '../connector.ts';
import type { Ledger, LedgerOptions, LedgerPart } from '../ledger.ts';
import { createClient, quoted } from './client.ts';
import { documentUrlAt } from './document-url.ts';
import { firstPlace, type Place, perPage, placeSchema, readPage } from './read-pages.ts';
import { resourceOf } from './resources.ts';

const valuesPerQuery = 50;
/** Documents that stand for a sale, and those that stand for a refund. */
const entities = ['invoice', 'sales_receipt', 'credit_memo', 'refund_receipt'] as const;
/** Coupons are no lines in the books, and refunds are documents of their own: those two need not agree. */
const compared: readonly FigureName[] = ['gross', 'tax', 'shipping'];

const value = z.union([z.string(), z.number()]).transform(String);
const ref = z.object({ value, name: z.string().optional() });
const detail = z.looseObject({ ItemRef: ref.optional() });
const lineSchema = z.looseObject({
  DetailType: z.string().optional(),
  Amount: value.optional(),
  SalesItemLineDetail: detail.optional(),
});
type Line = z.infer<typeof lineSchema>;
const documentSchema = z.looseObject({
  Id: value,
  SyncToken: value.optional(),
  DocNumber: z.string().default(''),
  TxnDate: z.iso.date(),
  TotalAmt: value,
  Balance: value.optional(),
  PrivateNote: z.string().default(''),
  CurrencyRef: ref.optional(),
  CustomerRef: ref.optional(),
  Line: z.array(lineSchema).default([]),
  TxnTaxDetail: z.looseObject({ TotalTax: value.optional() }).optional(),
  MetaData: z.looseObject({ LastUpdatedTime: z.string().optional() }).optional(),
});

const cursorSchema = placeSchema.extend({
  /** Position in `entities`. */
  entity: z.number().int(),
});

/** Sales and refunds by the date of their documents, whoever made them. */
export function openLedger(context: ConnectionContext, apiUrl: string, options: LedgerOptions): Ledger {
  const client = createClient(context, apiUrl);
  const parts = { ...options.parts, ...chosenParts(context.settings) };
  const home = String(context.profile.home_currency ?? '');
  const urlOf = documentUrlAt(apiUrl);

  const convert = (entity: string, rows: readonly JsonObject[]): Result<readonly LedgerRecord[]> => {
    const records: LedgerRecord[] = [];
    for (const row of rows) {
      const parsed = documentSchema.safeParse(row);
      if (!parsed.success) return fail(unreadable(resourceOf(entity).type, row, parsed.error));
      records.push(ledgerRecord(entity, parsed.data, { parts, home, urlOf }));
    }
    return ok(records);
  };

  const having = async (entity: string, member: string, values: readonly string[]) => {
    const found: LedgerRecord[] = [];
    for (const chunk of chunks([...new Set(values)], valuesPerQuery)) {
      const { type } = resourceOf(entity);
      const where = `WHERE ${member} IN (${chunk.map(quoted).join(',')})`;
      const rows = await client.query(type, `SELECT * FROM ${type} ${where} MAXRESULTS ${perPage}`);
      if (!rows.ok) return rows;
      const records = convert(entity, rows.value);
      if (!records.ok) return records;
      found.push(...records.value);
    }
    return ok(found);
  };

  const each = async (read: (entity: string) => Promise<Result<readonly LedgerRecord[]>>) => {
    const found: LedgerRecord[] = [];
    for (const entity of entities) {
      const rows = await read(entity);
      if (!rows.ok) return rows;
      found.push(...rows.value);
    }
    return ok(found);
  };

  return {
    compares: Object.fromEntries(entities.map((entity) => [entity, compared])),

    async read({ from, to, cursor }) {
      const at = cursorSchema.parse(cursor ?? { entity: 0, ...firstPlace });
      const entity = entities[at.entity];
      if (entity === undefined) return ok({ records: [], rejected: [], next: null });
      const dated = [`TxnDate >= ${quoted(from)}`, `TxnDate <= ${quoted(to)}`];
      const page = await readPage(client, resourceOf(entity).type, dated, at);
      if (!page.ok) return page;
      const records = convert(entity, page.value.rows);
      return records.ok
        ? ok({ records: records.value, rejected: [], next: following(at.entity, page.value.next) })
        : records;
    },

    byIds: (wanted) =>
      each((entity) => {
        const ids = wanted.filter((one) => one.entity === entity).map(({ id }) => id);
        return having(entity, 'Id', ids);
      }),
    byNumbers: (numbers) => each((entity) => having(entity, 'DocNumber', numbers)),
  };
}

/** Items the owner chose for lines that are no goods. */
function chosenParts({ shipping_item, fee_item }: JsonObject): Record<string, LedgerPart> {
  return {
    ...(typeof shipping_item === 'string' ? { [shipping_item]: 'shipping' as const } : {}),
    ...(typeof fee_item === 'string' ? { [fee_item]: 'fees' as const } : {}),
  };
}

function following(entity: number, place: Place | null): Json {
  if (place) return { entity, ...place };
  return entity + 1 < entities.length ? { entity: entity + 1, ...firstPlace } : null;
}

interface Company {
  readonly parts: LedgerOptions['parts'];
  readonly home: string;
  readonly urlOf: ReturnType<typeof documentUrlAt>;
}

function ledgerRecord(
  entity: string,
  document: z.infer<typeof documentSchema>,
  { parts, home, urlOf }: Company,
): LedgerRecord {
  const total = decimal(document.TotalAmt);
  const part = (wanted: LedgerPart): Big =>
    sum(document.Line.filter((line) => partOf(line, parts) === wanted).map(({ Amount = '0' }) => Amount));
  const tax = decimal(document.TxnTaxDetail?.TotalTax ?? '0').plus(part('tax'));
  const rounding = part('rounding');
  const discounts = document.Line.filter(({ DetailType }) => DetailType === 'DiscountLineDetail');
  const updated = document.MetaData?.LastUpdatedTime;
  // A voided document has no amounts any more and says so in its note (reference section 4).
  const isVoid = total.eq(0) && /^voided/i.test(document.PrivateNote);
  return {
    entity,
    id: document.Id,
    origin: null,
    number: document.DocNumber,
    business_day: document.TxnDate,
    currency: document.CurrencyRef?.value ?? home,
    status: isVoid ? 'voided' : decimal(document.Balance ?? '0').eq(0) ? 'paid' : 'open',
    void: isVoid,
    has_lines: document.Line.some(({ DetailType }) => DetailType !== 'SubTotalLineDetail'),
    is_paid: ['sales_receipt', 'refund_receipt'].includes(entity) || decimal(document.Balance ?? '0').eq(0),
    gross: exactMoney(total),
    net: exactMoney(total.minus(tax).minus(rounding)),
    tax: exactMoney(tax),
    discount: exactMoney(sum(discounts.map(({ Amount = '0' }) => Amount))),
    shipping: exactMoney(part('shipping')),
    fees: exactMoney(part('fees')),
    refunds: '0.00',
    rounding: exactMoney(rounding),
    sale: null,
    customer: document.CustomerRef?.name ?? '',
    customer_id: document.CustomerRef?.value ?? '',
    modified_at: updated === undefined ? null : new Date(updated).toISOString(),
    version: document.SyncToken ?? null,
    url: urlOf(entity, document.Id, {}) ?? null,
  };
}

/** The form's own shipping line refers to an item that is none (reference section 3). */
function partOf({ SalesItemLineDetail }: Line, parts: LedgerOptions['parts']): LedgerPart | undefined {
  const item = SalesItemLineDetail?.ItemRef?.value;
  if (item === undefined) return undefined;
  return item === 'SHIPPING_ITEM_ID' ? 'shipping' : parts[item];
}

function unreadable(type: string, row: JsonObject, error: z.ZodError) {
  return {
    category: 'validation',
    code: 'quickbooks.unreadable_document',
    field: error.issues[0]?.path.join('.'),
    reason: `${type} ${String(row.Id ?? '')} is not as QuickBooks documents it.`,
    fix: 'Open and save it in QuickBooks; if that does not help, report it with its id.',
    retryable: false,
  } as const;
}
