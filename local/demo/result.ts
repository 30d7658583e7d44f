import { money, sum } from '#shared/core/money.ts';
import type { EntityResult } from './first-sync.ts';
import type { Platforms } from './platforms.ts';
import { type Terminal, table } from './terminal.ts';

const postedStatuses = new Set(['on-hold', 'processing', 'completed', 'refunded']);

/** Money as each platform itself says it, read from the platform and not from our own records. */
export interface Totals {
  readonly currency: string;
  /** Orders that belong in the books. */
  readonly woocommerce: { readonly orders: number; readonly total: string };
  readonly quickbooks: { readonly invoices: number; readonly total: string; readonly paid: string };
  /** The same orders in the warehouse. */
  readonly supabase: { readonly orders: number; readonly total: string };
  /** Orders whose three totals are not the same. */
  readonly differences: readonly string[];
}

export interface Summary {
  readonly ok: boolean;
  readonly orders_in_shop: number;
  readonly records: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly totals: Totals;
  readonly ties_out: boolean;
  readonly failures: number;
  readonly api_calls: Readonly<Record<string, number>>;
  readonly duration_ms: number;
  readonly start_ms: number;
  readonly orders_per_second: number;
}

export async function compareTotals(platforms: Platforms): Promise<Totals> {
  const { woocommerce, company, supabase } = platforms;
  const orders = [...woocommerce.shop.orders.keys()]
    .map((id) => woocommerce.orders.get(id) as unknown as WireOrder)
    .filter((order) => postedStatuses.has(order.status) && lineCount(order) > 0);
  const invoices = company.list('Invoice');
  const books = new Map(invoices.map((row) => [String(row.DocNumber), money(String(row.TotalAmt))]));
  const rows = await supabase.sql('select source_id, round(total, 2)::text as total from orders');
  const warehouse = new Map(rows.map((row) => [String(row.source_id), String(row.total)]));
  const stored = orders.flatMap(({ id }) => warehouse.get(String(id)) ?? []);
  return {
    currency: woocommerce.shop.settings.currency,
    woocommerce: { orders: orders.length, total: money(sum(orders.map(({ total }) => total))) },
    quickbooks: {
      invoices: invoices.length,
      total: money(sum(books.values())),
      paid: money(sum(company.list('Payment').map((row) => String(row.TotalAmt)))),
    },
    supabase: { orders: stored.length, total: money(sum(stored)) },
    differences: orders
      .filter(
        ({ id, number, total }) => books.get(number) !== money(total) || warehouse.get(String(id)) !== money(total),
      )
      .map(({ number }) => number),
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

export function summarize(input: {
  readonly platforms: Platforms;
  readonly results: readonly EntityResult[];
  readonly totals: Totals;
  readonly startMs: number;
}): Summary {
  const { platforms, results, totals, startMs } = input;
  const legs = results.flatMap((result) => result.legs);
  const records: Record<string, Record<string, number>> = {};
  const calls: Record<string, number> = {};
  for (const { route_id, documents, calls: used } of legs) {
    const target = route_id.split('-').at(-1) ?? '';
    for (const [entity, counts] of Object.entries(documents)) {
      const total = records[`${target}.${entity}`] ?? {};
      records[`${target}.${entity}`] = total;
      for (const [kind, count] of Object.entries(counts)) total[kind] = (total[kind] ?? 0) + count;
    }
    for (const [kind, count] of Object.entries(used)) calls[kind] = (calls[kind] ?? 0) + count;
  }
  const failures = legs.reduce((count, { counts }) => count + counts.failed, 0);
  const durationMs = Math.round(results.reduce((total, result) => total + result.durationMs, 0));
  const completed = results.every(({ status }) => status === 'completed');
  const tiesOut = totals.differences.length <= failures && (failures > 0 || sameTotals(totals));
  return {
    ok: completed && tiesOut,
    orders_in_shop: platforms.woocommerce.shop.orders.size,
    records,
    totals,
    ties_out: tiesOut,
    failures,
    api_calls: calls,
    duration_ms: durationMs,
    start_ms: Math.round(startMs),
    orders_per_second: Math.round((platforms.woocommerce.shop.orders.size / durationMs) * 100_000) / 100,
  };
}

const sameTotals = ({ woocommerce, quickbooks, supabase }: Totals): boolean =>
  woocommerce.total === quickbooks.total && woocommerce.total === supabase.total;

/** The result as a person reads it. */
export function printResult(summary: Summary, terminal: Terminal): void {
  const { totals, records, api_calls: calls } = summary;
  const kinds = ['created', 'updated', 'linked', 'unchanged', 'failed'];
  const title = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
  const names: Readonly<Record<string, string>> = { quickbooks: 'QuickBooks', supabase: 'Supabase' };
  terminal.line();
  const rows = Object.entries(records).map(([key, counts]) => {
    const [target = '', entity = ''] = key.split('.');
    return [
      `${names[target] ?? target} ${entity.replaceAll('_', ' ')}`,
      ...kinds.map((kind) => String(counts[kind] ?? 0)),
    ];
  });
  for (const line of table([['Records', ...kinds.map(title)], ...rows])) terminal.line(line);
  terminal.line();
  for (const line of table([
    ['Money', 'Documents', `Total ${totals.currency}`],
    ['WooCommerce orders to post', String(totals.woocommerce.orders), totals.woocommerce.total],
    ['QuickBooks invoices', String(totals.quickbooks.invoices), totals.quickbooks.total],
    ['Supabase rows of the same orders', String(totals.supabase.orders), totals.supabase.total],
  ])) {
    terminal.line(line);
  }
  terminal.line();
  terminal.line(verdict(summary));
  const used = Object.entries(calls).map(([kind, count]) => `${kind} ${count}`);
  terminal.line(`API calls: ${used.join(', ')}`);
  terminal.line(
    `Sync took ${(summary.duration_ms / 1000).toFixed(1)} s (${summary.orders_per_second} orders/s); everything was up after ${(summary.start_ms / 1000).toFixed(1)} s.`,
  );
}

function verdict({ ties_out, failures, totals }: Summary): string {
  if (!ties_out) return `The totals do NOT agree; look at orders ${totals.differences.slice(0, 10).join(', ')}.`;
  if (failures === 0) return 'Every order agrees to the cent in all three systems.';
  return `${failures} records failed and say why under /api/sync/failures; everything else agrees to the cent.`;
}
