import type { Row } from '#local/platforms/quickbooks/values.ts';
import { money, plainDecimal, sum } from '#shared/core/money.ts';
import type { Api } from './api.ts';
import type { Platforms } from './platforms.ts';

const postedStatuses = new Set(['on-hold', 'processing', 'completed', 'refunded']);
/** What the demo company's settings put before the number of a sale. */
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
  readonly tills: TillTotals;
  readonly stock: readonly StockTotals[];
}

/** What the tills sold, and the same sales in books and warehouse. */
interface TillTotals {
  readonly sales: number;
  readonly total: string;
  readonly quickbooks: { readonly documents: number; readonly total: string };
  readonly supabase: { readonly rows: number; readonly total: string };
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
  const { woocommerce, company, supabase } = platforms;
  const orders = [...woocommerce.shop.orders.keys()]
    .map((id) => woocommerce.orders.get(id) as unknown as WireOrder)
    .filter((order) => postedStatuses.has(order.status) && lineCount(order) > 0);
  const isOfTills = (number: unknown): boolean => String(number).startsWith(tillPrefix);
  const invoices = company.list('Invoice').filter((row) => !isOfTills(row.DocNumber));
  const books = totalsByNumber(invoices);
  const rows = await supabase.sql(
    "select source_id, round(total, 2)::text as total from orders where source = 'woocommerce'",
  );
  const warehouse = new Map(rows.map((row) => [String(row.source_id), String(row.total)]));
  const stored = orders.flatMap(({ id }) => warehouse.get(String(id)) ?? []);
  const payments = company.list('Payment').filter((row) => !isOfTills(row.PaymentRefNum));
  return {
    currency: woocommerce.shop.settings.currency,
    woocommerce: { orders: orders.length, total: money(sum(orders.map(({ total }) => total))) },
    quickbooks: {
      invoices: invoices.length,
      total: money(sum(books.values())),
      paid: money(sum(payments.map((row) => String(row.TotalAmt)))),
    },
    supabase: { orders: stored.length, total: money(sum(stored)) },
    differences: orders
      .filter(
        ({ id, number, total }) => books.get(number) !== money(total) || warehouse.get(String(id)) !== money(total),
      )
      .map(({ number }) => number),
    tills: await compareTills(platforms),
    stock: await compareStock(api, platforms),
  };
}

interface WireOrder {
  readonly id: number;
  readonly number: string;
  readonly status: string;
  readonly total: string;
  readonly line_items: readonly unknown[];
  readonly shipping_lines: readonly unknown[];
  readonly fee_lines: readonly unknown[];
}

function lineCount({ line_items, shipping_lines, fee_lines }: WireOrder): number {
  return line_items.length + shipping_lines.length + fee_lines.length;
}

const totalsByNumber = (documents: readonly Row[]): Map<string, string> =>
  new Map(documents.map((row) => [String(row.DocNumber), money(String(row.TotalAmt))]));

async function compareTills({ tills, company, supabase }: Platforms): Promise<TillTotals> {
  const sales = tills.events.filter(({ kind }) => kind === 'sale.completed').map(({ data }) => data);
  const numbers = new Set(sales.map(({ number }) => `${tillPrefix}${number}`));
  const documents = [...company.list('SalesReceipt'), ...company.list('Invoice')].filter((row) =>
    numbers.has(String(row.DocNumber)),
  );
  const books = totalsByNumber(documents);
  const rows = await supabase.sql("select source_id, round(total, 2)::text as total from orders where source = 'pos'");
  const warehouse = new Map(rows.map((row) => [String(row.source_id), String(row.total)]));
  const stored = sales.flatMap(({ id }) => warehouse.get(id) ?? []);
  return {
    sales: sales.length,
    total: money(sum(sales.map(({ totals }) => totals.total))),
    quickbooks: {
      documents: documents.length,
      total: money(sum(documents.map((row) => String(row.TotalAmt)))),
    },
    supabase: { rows: stored.length, total: money(sum(stored)) },
    differences: sales
      .filter(
        ({ id, number, totals: { total } }) =>
          books.get(`${tillPrefix}${number}`) !== total || warehouse.get(id) !== total,
      )
      .map(({ number }) => `${tillPrefix}${number}`),
  };
}

interface Entry {
  readonly reason: string;
  readonly delta: string;
}

async function compareStock(api: Api, { woocommerce, tills, supabase }: Platforms): Promise<StockTotals[]> {
  const levels = new Map<string, string>();
  for (const { id, data } of await allItems<Level>(api, '/api/pos/changes?limit=200&entities=stock_level')) {
    levels.set(id, data.on_hand);
  }
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

interface Level {
  readonly id: string;
  readonly data: { readonly on_hand: string };
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

/** Numbers of orders and sales whose totals are not the same everywhere. */
export const differencesOf = ({ differences, tills }: Totals): string[] => [...differences, ...tills.differences];

export const sameTotals = ({ woocommerce, quickbooks, supabase, tills }: Totals): boolean =>
  woocommerce.total === quickbooks.total &&
  woocommerce.total === supabase.total &&
  tills.sales === tills.quickbooks.documents &&
  tills.total === tills.quickbooks.total &&
  tills.total === tills.supabase.total;

/** Whether every side has the number that the ledger comes to. */
export const agreeOnStock = ({ stock }: Totals): boolean =>
  stock.every(({ balance, woocommerce, at_tills, supabase }) =>
    [woocommerce, at_tills, supabase].every((quantity) => quantity === balance),
  );
