import { parseDate } from './arguments.ts';
import { flag, type Params, single } from './params.ts';
import type { Zone } from './zone.ts';

/** Open interval on a column, in that column's own time. */
interface Window {
  readonly after: number;
  readonly before: number;
}

/** Which times of a record lie inside the window a request asks for. */
export interface DateFilter {
  /** True when the instant lies strictly inside both bounds. */
  accepts(at: number | null): boolean;
  readonly open: boolean;
}

/**
 * The bounds `<name>after`/`<name>before` of a list request, with WooCommerce's time zone trap: text with a zone is first
 * turned into store-local wall clock; with `dates_are_gmt=true` that wall clock is then compared with the UTC column, so
 * the window moves by the store's offset. Bounds are strict and have a resolution of one second.
 *
 * @param columns - `utc` when only UTC is stored (HPOS orders): local bounds are converted, and the hour that occurs twice
 *   in autumn means its first occurrence; `both` for posts, whose local column is compared as text
 */
export function dateFilter(
  params: Params,
  names: readonly [string, string],
  zone: Zone,
  columns: 'utc' | 'both',
): DateFilter {
  const gmt = flag(params, 'dates_are_gmt');
  const bound = (name: string, none: number): number => {
    const text = single(params, name);
    if (text === undefined) return none;
    const { wall, offset } = parseDate(text);
    const naive = offset === undefined ? wall : zone.toLocal(wall - offset);
    return gmt || columns === 'both' ? naive : zone.toEpoch(naive);
  };
  const window: Window = {
    after: bound(names[0], Number.NEGATIVE_INFINITY),
    before: bound(names[1], Number.POSITIVE_INFINITY),
  };
  const open = window.after === Number.NEGATIVE_INFINITY && window.before === Number.POSITIVE_INFINITY;
  const column = gmt || columns === 'utc' ? (at: number) => at : zone.toLocal;
  return {
    open,
    accepts: (at) => {
      if (open) return true;
      if (at === null) return false;
      const value = column(at);
      return value > window.after && value < window.before;
    },
  };
}
