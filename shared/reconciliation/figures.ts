import { exactMoney, sum } from '../core/money.ts';
import type { FigureName, LedgerRecord } from '../model/ledger.ts';
import type { Cell, Figures, Sold, Total } from '../model/reconciliation.ts';
import { sellingAmong } from './systems.ts';

/** What counts in one system on one day. */
export interface Counted {
  readonly sales: readonly LedgerRecord[];
  readonly refunds: readonly LedgerRecord[];
}

function figuresOf({ sales, refunds }: Counted): Figures {
  const of = (records: readonly LedgerRecord[], name: FigureName | 'rounding') =>
    sum(records.map((record) => record[name]));
  const less = (name: 'net' | 'rounding') => exactMoney(of(sales, name).minus(of(refunds, name)));
  return {
    count: sales.length,
    gross: exactMoney(of(sales, 'gross')),
    net: exactMoney(of(sales, 'net')),
    tax: exactMoney(of(sales, 'tax')),
    discount: exactMoney(of(sales, 'discount')),
    shipping: exactMoney(of(sales, 'shipping')),
    fees: exactMoney(of(sales, 'fees')),
    refund_count: refunds.length,
    refunds: exactMoney(of(refunds, 'gross')),
    refund_tax: exactMoney(of(refunds, 'tax')),
    rounding: less('rounding'),
    net_sales: less('net'),
  };
}

const counts = ['count', 'refund_count'] as const satisfies readonly (keyof Figures)[];
const amounts = [
  'gross',
  'net',
  'tax',
  'discount',
  'shipping',
  'fees',
  'refunds',
  'refund_tax',
  'rounding',
  'net_sales',
] as const satisfies readonly Exclude<keyof Figures, (typeof counts)[number]>[];

function added(parts: readonly Figures[]): Figures {
  return Object.fromEntries([
    ...counts.map((name) => [name, parts.reduce((all, part) => all + part[name], 0)]),
    ...amounts.map((name) => [name, exactMoney(sum(parts.map((part) => part[name])))]),
  ]) as Figures;
}

/** One day, system by system and by currency; zeros where a system has nothing of what another one has. */
export function cellsOf(day: string, counted: ReadonlyMap<string, Counted>): Cell[] {
  const currencies = sortedSet([...counted.values()].flatMap(({ sales, refunds }) => [...sales, ...refunds]));
  return [...counted].flatMap(([system, { sales, refunds }]) =>
    currencies.map((currency) => {
      const isOwn = (record: LedgerRecord): boolean => record.currency === currency;
      return { day, system, currency, ...figuresOf({ sales: sales.filter(isOwn), refunds: refunds.filter(isOwn) }) };
    }),
  );
}

/** All days of each system and currency, in the order of the systems. */
export function totalsOf(cells: readonly Cell[], systems: readonly string[]): Total[] {
  const own = cells.filter(({ system }) => systems.includes(system));
  const currencies = sortedSet(own);
  return systems.flatMap((system) =>
    currencies.map((currency) => ({
      system,
      currency,
      ...added(own.filter((cell) => cell.system === system && cell.currency === currency)),
    })),
  );
}

/** What was sold by all systems together, which the others have to agree with. */
export function soldOf(names: readonly string[], totals: readonly Total[], cells: readonly Cell[] = []): Sold {
  const systems = sellingAmong(names);
  const own = <Part extends { readonly system: string }>(parts: readonly Part[]): Part[] =>
    parts.filter(({ system }) => systems.includes(system));
  const days = Map.groupBy(own(cells), ({ day, currency }) => `${day} ${currency}`);
  return {
    systems,
    totals: [...Map.groupBy(own(totals), ({ currency }) => currency)].map(([currency, all]) => ({
      currency,
      ...added(all),
    })),
    days: [...days.values()].flatMap((all) => {
      const [first] = all;
      return first ? [{ day: first.day, currency: first.currency, ...added(all) }] : [];
    }),
  };
}

function sortedSet(parts: readonly { readonly currency: string }[]): string[] {
  return [...new Set(parts.map(({ currency }) => currency))].sort((a, b) => (a < b ? -1 : 1));
}
