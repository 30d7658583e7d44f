import { exactMoney, sum } from '../core/money.ts';
import { type FigureName, figureNames, type LedgerRecord } from '../model/ledger.ts';
import type { Cell, Figures, Total } from '../model/reconciliation.ts';

function figuresOf(parts: readonly (Readonly<Record<FigureName, string>> & { readonly count?: number })[]): Figures {
  const amounts = Object.fromEntries(
    figureNames.map((name) => [name, exactMoney(sum(parts.map((part) => part[name])))]),
  ) as Record<FigureName, string>;
  return { count: parts.reduce((count, part) => count + (part.count ?? 1), 0), ...amounts };
}

/** The sales of one day, system by system and by currency; zeros where a system has none of what another one has. */
export function cellsOf(day: string, sales: ReadonlyMap<string, readonly LedgerRecord[]>): Cell[] {
  const currencies = sortedSet([...sales.values()].flat());
  return [...sales].flatMap(([system, records]) =>
    currencies.map((currency) => ({
      day,
      system,
      currency,
      ...figuresOf(records.filter((record) => record.currency === currency)),
    })),
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
      ...figuresOf(own.filter((cell) => cell.system === system && cell.currency === currency)),
    })),
  );
}

function sortedSet(parts: readonly { readonly currency: string }[]): string[] {
  return [...new Set(parts.map(({ currency }) => currency))].sort((a, b) => (a < b ? -1 : 1));
}
