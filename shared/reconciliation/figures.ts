import { exactMoney, sum } from '../core/money.ts';
import { type FigureName, figureNames, type LedgerRecord } from '../model/ledger.ts';
import type { Cell, Figures, Total } from '../model/reconciliation.ts';

function figuresOf(parts: readonly (Readonly<Record<FigureName, string>> & { readonly count?: number })[]): Figures {
  const amounts = Object.fromEntries(
    figureNames.map((name) => [name, exactMoney(sum(parts.map((part) => part[name])))]),
  ) as Record<FigureName, string>;
  return { count: parts.reduce((count, part) => count + (part.count ?? 1), 0), ...amounts };
}

/** The sales of one system and day, by currency. */
export function cellsOf(day: string, system: string, sales: readonly LedgerRecord[]): Cell[] {
  return [...Map.groupBy(sales, ({ currency }) => currency)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, records]) => ({ day, system, currency, ...figuresOf(records) }));
}

/** All days of each system and currency, in the order of the systems. */
export function totalsOf(cells: readonly Cell[], systems: readonly string[]): Total[] {
  return systems.flatMap((system) => {
    const own = cells.filter((cell) => cell.system === system);
    return [...Map.groupBy(own, ({ currency }) => currency)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([currency, days]) => ({ system, currency, ...figuresOf(days) }));
  });
}
