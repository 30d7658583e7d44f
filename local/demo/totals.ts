import type { Row } from '#local/platforms/quickbooks/values.ts';
import { money, plainDecimal, sum } from '#shared/core/money.ts';
import type { Api } from './api.ts';
import type { Platforms } from './platforms.ts';
import type { Tills } from './tills.ts';

const postedStatuses = new Set(['on-hold', 'processing', 'completed', 'refunded']);
/** What the demo company's settings put before the number of a receipt. */
const tillPrefix = 'POS-';

/** Money and stock as each side itself says it, read from there and not from our own records. */
export interface Totals {
  readonly currency: string;
  /** Orders that belong in the books. */
  readonly woocommerce: { readonly orders: number; readonly total: string };
  readonly quickbooks: { readonly invoices: number; readonly total: string; readonly paid: string };
  /** The same orders in the warehouse. */
  readonly supabase: { readonly orders: number; readonly total: string };
  /** Orders whose three totals are not the same. */
  readonly differences: readonly string[];
  /** What the shop paid back of them. */
  readonly refunds: Compared;
  readonly till_sales: Compared;
  readonly till_refunds: Compared;
  readonly stock: readonly StockTotals[];
}

/** Documents of one kind where they come from, and the same in books and warehouse. */
export interface Compared {
  readonly documents: number;
  readonly total: string;
  readonly quickbooks: { readonly documents: number; readonly total: string };
  readonly supabase: { readonly rows: number; readonly total: string };
  /** Numbers of those whose three totals are not the same. */
  readonly differences: readonly string[];
}

/** Pieces of one SKU: what moved them, what is left, and the number each side has. */
interface StockTotals {
  readonly sku: string;
  readonly opening: string;
  readonly tills: string;
  readonly shop: string;
  readonly balance: string;
  readonly woocommerce: string;
  readonly at_tills: string;
  readonly supabase: string;
}

export async function compareTotals(api: Api, platforms: Platforms): Promise<Totals> {
  const { woocommerce, company, supabase, tills } = platforms;
  const orders = [...woocommerce.shop.orders.keys()]
    .map((id) => woocommerce.orders.get(id) as unknown as WireOrder)
    .filter((order) => postedStatuses.has(order.status) && lineCount(order) > 0);
  const invoices = company.list('Invoice').filter(isOfShop);
  const compared = compare(orders, invoices, await rowsOf(supabase, 'orders', 'woocommerce'));
  const payments = company.list('Payment').filter((row) => !String(row.PaymentRefNum).startsWith(tillPrefix));
  const payouts = [...company.list('RefundReceipt'), ...company.list('CreditMemo')];
  const sales = [...company.list('SalesReceipt'), ...company.list('Invoice')];
  return {
    currency: woocommerce.shop.settings.currency,
    woocommerce: { orders: compared.documents, total: compared.total },
    quickbooks: {
      invoices: invoices.length,
      total: money(sum(invoices.map((row) => String(row.TotalAmt)))),
      paid: money(sum(payments.map((row) => String(row.TotalAmt)))),
    },
    supabase: { orders: compared.supabase.rows, total: compared.supabase.total },
    differences: compared.differences,
    refunds: compare(orders.flatMap(refundsOf), payouts, await rowsOf(supabase, 'refunds', 'woocommerce')),
    till_sales: compare(receiptsOf(tills, 'sale.completed'), sales, await rowsOf(supabase, 'orders', 'pos')),
    till_refunds: compare(receiptsOf(tills, 'sale.refunded'), payouts, await rowsOf(supabase, 'refunds', 'pos')),
    stock: await compareStock(api, platforms),
  };
}

const isOfShop = (row: Row): boolean => !String(row.DocNumber).startsWith(tillPrefix);

interface WireOrder {
  readonly id: number;
  readonly number: string;
  readonly status: string;
  readonly total: string;
  readonly line_items: readonly unknown[];
  readonly shipping_lines: readonly unknown[];
  readonly fee_lines: readonly unknown[];
  readonly refunds: readonly { readonly id: number; readonly total: string }[];
}

function lineCount({ line_items, shipping_lines, fee_lines }: WireOrder): number {
  return line_items.length + shipping_lines.length + fee_lines.length;
}

interface Source {
  readonly id: number | string;
  /** Of its document in the books. */
  readonly number: string;
  readonly total: string;
}

/** The shop shows what it paid back as less than nothing. */
function refundsOf({ id: order, number, refunds }: WireOrder): Source[] {
  return refunds
    .map(({ id, total }) => ({ id: `${order}:${id}`, number: `${number}-R${id}`, total: total.replace('-', '') }))
    .filter(({ total }) => Number(total) !== 0);
}

function receiptsOf({ events }: Tills, wanted: Tills['events'][number]['kind']): Source[] {
  return events
    .filter(({ kind }) => kind === wanted)
    .map(({ data: { id, number, totals } }) => ({ id, number: `${tillPrefix}${number}`, total: totals.total }));
}

/** Total by id at the source. */
async function rowsOf(
  supabase: Platforms['supabase'],
  table: 'orders' | 'refunds',
  source: 'woocommerce' | 'pos',
): Promise<ReadonlyMap<string, string>> {
  const rows = await supabase.sql(
    `select source_id, round(total, 2)::text as total from ${table} where source = '${source}'`,
  );
  return new Map(rows.map((row) => [String(row.source_id), String(row.total)]));
}

function compare(sources: readonly Source[], documents: readonly Row[], rows: ReadonlyMap<string, string>): Compared {
  const numbers = new Set(sources.map(({ number }) => number));
  const same = documents.filter((row) => numbers.has(String(row.DocNumber)));
  const books = new Map(same.map((row) => [String(row.DocNumber), money(String(row.TotalAmt))]));
  const stored = sources.flatMap(({ id }) => rows.get(String(id)) ?? []);
  return {
    documents: sources.length,
    total: money(sum(sources.map(({ total }) => total))),
    quickbooks: { documents: same.length, total: money(sum(same.map((row) => String(row.TotalAmt)))) },
    supabase: { rows: stored.length, total: money(sum(stored)) },
    differences: sources
      .filter(({ id, number, total }) => books.get(number) !== money(total) || rows.get(String(id)) !== money(total))
      .map(({ number }) => number),
  };
}

interface Entry {
  readonly reason: string;
  readonly delta: string;
}

interface Level {
  readonly id: string;
  readonly data: { readonly on_hand: string };
}

async function compareStock(api: Api, { woocommerce, tills, supabase }: Platforms): Promise<StockTotals[]> {
  const told = await allItems<Level>(api, '/api/pos/changes?limit=200&entities=stock_level');
  const levels = new Map(told.map(({ id, data }) => [id, data.on_hand]));
  const rows = await supabase.sql("select sku, quantity::text as quantity from inventory_levels where sku <> ''");
  const warehouse = new Map(rows.map((row) => [String(row.sku), plainDecimal(String(row.quantity ?? '0'))]));
  const compared: StockTotals[] = [];
  for (const { sku, product } of tills.goods) {
    const { balance } = await api.get(`/api/stock/${sku}`);
    const entries = await allItems<Entry>(api, `/api/stock/${sku}/ledger?limit=100`);
    const movedBy = (reasons: RegExp): string =>
      plainDecimal(sum(entries.filter(({ reason }) => reasons.test(reason)).map(({ delta }) => delta)));
    compared.push({
      sku,
      opening: movedBy(/^opening$/),
      tills: movedBy(/^(pos_|adjustment|count|correction)/),
      shop: movedBy(/^(web_|manual_)/),
      balance: String(balance),
      woocommerce: String(woocommerce.shop.products.get(product)?.stockQuantity),
      at_tills: levels.get(sku) ?? 'unknown',
      supabase: warehouse.get(sku) ?? 'unknown',
    });
  }
  return compared;
}

/** Every item of a list, page by page. */
async function allItems<Item>(api: Api, path: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor = '', more = true; more; ) {
    const page = await api.get(`${path}${cursor}`);
    items.push(...(page.items as Item[]));
    more = page.has_more === undefined ? page.next_cursor !== null : page.has_more === true;
    cursor = `&cursor=${String(page.next_cursor)}`;
  }
  return items;
}

const comparedOf = ({ refunds, till_sales, till_refunds }: Totals): Compared[] => [refunds, till_sales, till_refunds];

/** Numbers of documents whose totals are not the same everywhere. */
export const differencesOf = (totals: Totals): string[] => [
  ...totals.differences,
  ...comparedOf(totals).flatMap(({ differences }) => differences),
];

export function sameTotals(totals: Totals): boolean {
  const { woocommerce, quickbooks, supabase } = totals;
  return (
    woocommerce.total === quickbooks.total &&
    woocommerce.total === supabase.total &&
    comparedOf(totals).every(
      (each) =>
        each.documents === each.quickbooks.documents &&
        each.total === each.quickbooks.total &&
        each.total === each.supabase.total,
    )
  );
}

/** Whether every side has the number that the ledger comes to. */
export const agreeOnStock = ({ stock }: Totals): boolean =>
  stock.every(({ balance, woocommerce, at_tills, supabase }) =>
    [woocommerce, at_tills, supabase].every((quantity) => quantity === balance),
  );
