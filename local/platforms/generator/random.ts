/** Seeded pseudo-random numbers: the same seed gives the same shop on every machine. */
export interface Random {
  /** An integer from 0 up to, not including, `limit`. */
  below(limit: number): number;
  between(low: number, high: number): number;
  /** True in `percent` of cases. */
  chance(percent: number): boolean;
  /** @throws RangeError for an empty list. */
  pick<T>(items: readonly T[]): T;
  /** Picks by weight. @throws RangeError for an empty list. */
  weighted<T>(items: readonly { readonly weight: number; readonly value: T }[]): T;
  /** `length` characters of letters and digits. */
  code(length: number): string;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A 32-bit counter hashed by multiply and xor-shift; integers only, so results do not depend on the platform. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const below = (limit: number): number => next() % limit;
  const pick = <T>(items: readonly T[]): T => {
    const index = below(Math.max(items.length, 1));
    if (index >= items.length) throw new RangeError('nothing to pick from');
    return items[index] as T;
  };
  return {
    below,
    between: (low, high) => low + below(high - low + 1),
    chance: (percent) => below(100) < percent,
    pick,
    weighted: (items) => {
      let left = below(items.reduce((total, { weight }) => total + weight, 0) || 1);
      const found = items.find(({ weight }) => {
        left -= weight;
        return left < 0;
      });
      return (found ?? pick(items)).value;
    },
    code: (length) => Array.from({ length }, () => alphabet[below(alphabet.length)]).join(''),
  };
}
