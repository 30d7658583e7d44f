import { routes } from '#shared/sync/routes.ts';
import type { EntityResult } from './first-sync.ts';
import type { Platforms } from './platforms.ts';
import { type Terminal, table } from './terminal.ts';
import { agreeOnStock, type Compared, differencesOf, sameTotals, type Totals } from './totals.ts';

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
  const tiesOut =
    differencesOf(totals).length <= failures && (failures > 0 || sameTotals(totals)) && agreeOnStock(totals);
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

/** What is written where, in the order of the routes. */
const written = routes.flatMap(({ target, steps }) => steps.map(({ entity }) => `${target.platform}.${entity}`));
const byRoute = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  written.indexOf(a) - written.indexOf(b);

/** The result as a person reads it. */
export function printResult(summary: Summary, terminal: Terminal): void {
  const { totals, records, api_calls: calls } = summary;
  const kinds = ['created', 'updated', 'linked', 'unchanged', 'failed'];
  const title = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
  const names: Readonly<Record<string, string>> = {
    quickbooks: 'QuickBooks',
    supabase: 'Supabase',
    pos: 'Tills',
    woocommerce: 'WooCommerce',
  };
  terminal.line();
  const rows = Object.entries(records)
    .toSorted(byRoute)
    .map(([key, counts]) => {
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
    ...comparedRows('WooCommerce refunds to post', 'refunds', totals.refunds),
    ...comparedRows('Sales of the tills', 'sales', totals.till_sales),
    ...comparedRows('Refunds of the tills', 'refunds', totals.till_refunds),
  ])) {
    terminal.line(line);
  }
  terminal.line();
  for (const line of table([
    ['Stock', 'At first', 'Tills', 'Shop', 'Balance', 'In the shop', 'At the tills', 'In Supabase'],
    ...totals.stock.map(({ sku, ...numbers }) => [sku, ...Object.values(numbers)]),
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

function comparedRows(name: string, same: string, { documents, total, quickbooks, supabase }: Compared): string[][] {
  return [
    [name, String(documents), total],
    [`QuickBooks documents of the same ${same}`, String(quickbooks.documents), quickbooks.total],
    [`Supabase rows of the same ${same}`, String(supabase.rows), supabase.total],
  ];
}

function verdict({ ties_out, failures, totals }: Summary): string {
  if (!ties_out) {
    const apart = [...differencesOf(totals), ...(agreeOnStock(totals) ? [] : ['stock'])];
    return `The totals do NOT agree; look at ${apart.slice(0, 10).join(', ')}.`;
  }
  if (failures === 0) {
    return 'Every order agrees to the cent in all three systems. So do refunds and sales of the tills, and stock is one number.';
  }
  return `${failures} records failed and say why under /api/sync/failures; everything else agrees to the cent.`;
}
