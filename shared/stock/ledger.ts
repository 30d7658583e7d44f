import { instant } from '../core/clock.ts';
import { decimal, plainDecimal, sum } from '../core/money.ts';
import type { StockEntry, StockItem, StockPlace, StockReason, StockReturn } from '../model/stock.ts';

/** What one document has moved in all, as it stands now. Told again it moves nothing. */
export interface Movement {
  readonly kind: 'movement';
  readonly key: string;
  /** Negative where goods left. */
  readonly amount: string;
  readonly at: string;
  readonly ref: string;
  /** Reasons of a change downwards and upwards. */
  readonly down: StockReason;
  readonly up: StockReason;
  /** The system that has moved its own number by it, and when. */
  readonly by?:
    | {
        readonly system: string;
        readonly changed_at: string;
        /** What it took and has put back before it was first seen; negative. */
        readonly unseen?: string | undefined;
      }
    | undefined;
}

/** What was there at a time. */
export interface Count {
  readonly kind: 'count';
  readonly key: string;
  readonly quantity: string;
  readonly at: string;
  readonly ref: string;
}
export type Booking = Movement | Count;

type NewEntry = Omit<StockEntry, 'tenant_id' | 'sku' | 'number' | 'balance' | 'recorded_at'>;

/** A ledger as it was, and what is to be added to it. */
export interface Ledger {
  readonly item: StockItem;
  /** Added by this change. */
  readonly entries: readonly StockEntry[];
  /** By key. */
  readonly amounts: ReadonlyMap<string, string>;
}

export const plus = (a: string, b: string): string => plainDecimal(decimal(a).plus(decimal(b)));
export const minus = (a: string, b: string): string => plainDecimal(decimal(a).minus(decimal(b)));
const isZero = (value: string): boolean => decimal(value).eq(0);

export function emptyItem(tenantId: string, sku: string): StockItem {
  return { tenant_id: tenantId, sku, balance: '0', entries: 0, places: {}, version: 1 };
}

function withEntry({ item, entries, amounts }: Ledger, entry: NewEntry, now: string): Ledger {
  const balance = plus(item.balance, entry.delta);
  const number = item.entries + 1;
  const { tenant_id, sku } = item;
  const full: StockEntry = { ...entry, tenant_id, sku, number, balance, recorded_at: now };
  return { item: { ...item, balance, entries: number }, entries: [...entries, full], amounts };
}

/**
 * Books what a document has moved, or a count. What happened before the last count is in that count already: it is noted and
 * taken back by a correction. Ends in the same balance in whatever order documents and counts are told.
 *
 * @param earlier entries the ledger has already.
 */
export function book(ledger: Ledger, booking: Booking, earlier: readonly StockEntry[], now: string): Ledger {
  return booking.kind === 'count' ? bookCount(ledger, booking, earlier, now) : bookMovement(ledger, booking, now);
}

function bookMovement(before: Ledger, movement: Movement, now: string): Ledger {
  const { key, amount, at, ref, down, up, by } = movement;
  const known = before.amounts.get(key);
  const place = by && before.item.places[by.system];
  if (known === undefined && by?.unseen && !isZero(by.unseen)) {
    if (place && at < place.opened_at && by.changed_at >= place.opened_at) {
      // The number of the first look lacks what was taken; nobody knows whether it has what was put back.
      const back = { key, delta: minus('0', by.unseen), reason: up, ref, at: by.changed_at };
      const returns = [...(place.returns ?? []), back].slice(-mostUncertain);
      const noted = { ...before, amounts: new Map([...before.amounts, [key, amount]]) };
      return withPlace(noted, by.system, { ...place, returns });
    }
    // First what it took, then what it put back, each in its own time: a count or our write may be between the two.
    const seen = { ...movement, by: { ...by, unseen: undefined } };
    return bookMovement(bookMovement(before, { ...seen, amount: plus(amount, by.unseen) }, now), seen, now);
  }
  const noted = { ...before, amounts: new Map([...before.amounts, [key, amount]]) };
  const delta = minus(amount, known ?? '0');
  if (isZero(delta)) return noted;
  // What a document did at first it did in its own time; what it does later, when it changed.
  const happened = known === undefined ? at : (by?.changed_at ?? at);
  // Of before the system was first looked at: the number it had then includes it.
  if (by && (!place || happened < place.opened_at)) return noted;
  const reason = decimal(delta).lt(0) ? down : up;
  const ledger = withMovement(noted, { key, delta, reason, ref, at: happened }, now);
  if (!by || !place) return ledger;
  return withPlace(ledger, by.system, movedPlace(place, delta, movement));
}

/** An entry, taken back at once where it happened before the last count, which has it already. */
function withMovement(before: Ledger, entry: NewEntry, now: string): Ledger {
  const ledger = withEntry(before, entry, now);
  const counted = before.item.counted_at;
  if (counted === undefined || entry.at > counted) return ledger;
  const correction = { ...entry, delta: minus('0', entry.delta), reason: 'correction' } as const;
  return withEntry(ledger, { ...correction, ref: `${entry.ref}: counted since` }, now);
}

/** The system moved its number by itself, unless our write came over it. */
function movedPlace(before: StockPlace, delta: string, movement: Movement): StockPlace {
  const place = doubted(before, delta, movement);
  const { writing } = place;
  return {
    ...place,
    expected: plus(place.expected, delta),
    ...(writing ? { writing: { ...writing, quantity: plus(writing.quantity, delta) } } : {}),
  };
}

/** Notes what may have been lost, where it happened about when we wrote. */
function doubted(place: StockPlace, delta: string, { at, by }: Movement): StockPlace {
  const { writing, wrote, doubtful } = place;
  const window = writing ? windowOf(writing.read_at) : wrote;
  const isDoubtful = window !== undefined && (by?.changed_at ?? at) >= window.from && at <= window.to;
  return isDoubtful ? { ...place, doubtful: [...doubtful, delta].slice(-mostUncertain) } : place;
}

/** Sums of all subsets are looked at. */
const mostUncertain = 10;

/** Clocks differ, and a write takes a while. */
const marginMs = 120_000;

/** When a write that began by reading at this time may have come over a movement. */
export function windowOf(readAt: string): { readonly from: string; readonly to: string } {
  const at = Date.parse(readAt);
  return { from: instant(at - marginMs), to: instant(at + marginMs) };
}

function bookCount(
  before: Ledger,
  { key, quantity, at, ref }: Count,
  earlier: readonly StockEntry[],
  now: string,
): Ledger {
  if (before.amounts.has(key)) return before;
  const noted = { ...before, amounts: new Map([...before.amounts, [key, quantity]]) };
  const counted = before.item.counted_at;
  if (counted !== undefined && at <= counted) {
    return withEntry(noted, { key, delta: '0', reason: 'count', ref: `${ref}: counted again since`, at }, now);
  }
  const after = [...earlier, ...before.entries].filter((entry) => entry.at > at && entry.reason !== 'opening');
  const balance = plainDecimal(decimal(quantity).plus(sum(after.map(({ delta }) => delta))));
  const delta = minus(balance, before.item.balance);
  const ledger = withEntry(noted, { key, delta, reason: 'count', ref, at }, now);
  return { ...ledger, item: { ...ledger.item, counted_at: at } };
}

export interface Observation {
  readonly system: string;
  readonly item: string;
  readonly product: string;
  readonly quantity: string;
  readonly floor: string;
  /** When it was read. */
  readonly at: string;
}

/**
 * Compares the number a system has with the one it should have. A difference is told apart: our own write of which we never
 * heard, movements that our write came over, what came back since the first look, and what a person changed. The last is
 * believed only when it is still there `settleMs` later, because a sale shows in the number before it shows in the list of
 * sales.
 */
export function observe(ledger: Ledger, seen: Observation, settleMs: number): Ledger {
  const { system, quantity, floor, at } = seen;
  const place = ledger.item.places[system];
  if (!place) return open(ledger, seen);
  const {
    writing,
    suspect: _suspect,
    returns = [],
    ...settled
  } = {
    ...place,
    floor,
    item: seen.item,
    product: seen.product,
  };
  const agreed = { ...settled, doubtful: [], expected: quantity };
  if (writing && decimal(quantity).eq(decimal(writing.quantity))) {
    return withPlace(ledger, system, { ...agreed, wrote: windowOf(writing.read_at) });
  }
  if (decimal(quantity).eq(decimal(place.expected))) return withPlace(ledger, system, agreed);
  const base = writing?.quantity ?? place.expected;
  const difference = minus(quantity, base);
  const wrote = writing ? { wrote: windowOf(writing.read_at) } : {};
  if (isOverwritten(place.doubtful, difference)) return withPlace(ledger, system, { ...agreed, ...wrote });
  const back = backSince(returns, [difference, minus(quantity, place.expected)]);
  if (back) return withPlace(withReturns(ledger, back, at), system, { ...agreed, ...wrote });
  const suspect = place.suspect;
  const isSame = suspect !== undefined && decimal(suspect.difference).eq(decimal(difference));
  if (!isSame || Date.parse(at) - Date.parse(suspect.since) < settleMs) {
    const since = isSame ? suspect.since : at;
    return withPlace(ledger, system, { ...place, floor, suspect: { difference, since } });
  }
  const key = `edit/${system}/${at}`;
  const edited = withEntry(ledger, { key, delta: difference, reason: 'manual_edit_in_shop', ref: system, at }, at);
  return withPlace(edited, system, { ...agreed, ...wrote });
}

/** The first look: stock that was counted is right, otherwise what the system has is where the ledger begins. */
function open(ledger: Ledger, { system, item, product, quantity, floor, at }: Observation): Ledger {
  const place: StockPlace = { item, product, expected: quantity, floor, opened_at: at, doubtful: [] };
  const isCounted = ledger.item.counted_at !== undefined;
  const hasOther = Object.keys(ledger.item.places).length > 0;
  if (isCounted || hasOther) return withPlace(ledger, system, place);
  const entry = { key: `opening/${system}`, delta: quantity, reason: 'opening', ref: system, at } as const;
  return withPlace(withEntry(ledger, entry, at), system, place);
}

/** Whether some of these movements, undone, make exactly this difference. */
function isOverwritten(doubtful: readonly string[], difference: string): boolean {
  return choicesOf(doubtful).some((chosen) => sum(chosen).eq(decimal(minus('0', difference))));
}

/** Those returns that came after the first look: together they make one of these differences. */
function backSince(returns: readonly StockReturn[], differences: readonly string[]): StockReturn[] | undefined {
  return choicesOf(returns).find((chosen) => {
    const back = sum(chosen.map(({ delta }) => delta));
    return differences.some((difference) => back.eq(decimal(difference)));
  });
}

function withReturns(ledger: Ledger, returns: readonly StockReturn[], now: string): Ledger {
  return returns.reduce((done, each) => withMovement(done, each, now), ledger);
}

/** All subsets but the empty one. */
function choicesOf<T>(all: readonly T[]): T[][] {
  let chosen: T[][] = [[]];
  for (const each of all) chosen = [...chosen, ...chosen.map((some) => [...some, each])];
  return chosen.slice(1);
}

export function withPlace(ledger: Ledger, system: string, place: StockPlace): Ledger {
  const { item } = ledger;
  return { ...ledger, item: { ...item, places: { ...item.places, [system]: place } } };
}

/** The number a system should be told: whole pieces, and not below its floor. */
export function targetOf({ balance }: StockItem, { floor }: StockPlace): string {
  const whole = decimal(balance).round(0, decimal(balance).lt(0) ? 3 : 0);
  return plainDecimal(whole.lt(decimal(floor)) ? decimal(floor) : whole);
}

/** Whether something is left to do about it. */
export function isOpen(item: StockItem): boolean {
  return (
    item.published !== item.balance ||
    Object.values(item.places).some(
      (place) =>
        place.writing || place.suspect || place.returns || !decimal(place.expected).eq(decimal(targetOf(item, place))),
    )
  );
}

/** Whether a system has another number than the ledger. */
export function isDifferent({ balance, places }: StockItem): boolean {
  return Object.values(places).some(({ expected, suspect }) => suspect || !decimal(expected).eq(decimal(balance)));
}
