import type { Zone } from '../woocommerce/zone.ts';
import type { Random } from './random.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** Whole second, in milliseconds. */
export function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

export interface TimelineOptions {
  readonly random: Random;
  readonly zone: Zone;
  readonly start: number;
  readonly end: number;
  readonly count: number;
  /** Local hours in which the UTC day differs from the store's. */
  readonly otherDayHours: readonly number[];
}

/** When orders are placed: spread evenly, a fifth on another UTC day, some on the edges of summer time and the year. */
export function placementTimes({ random, zone, start, end, count, otherDayHours }: TimelineOptions): number[] {
  const step = (end - start) / Math.max(count, 1);
  const latest = wholeSecond(end) - 1000;
  const times = Array.from({ length: count }, (_, index) => {
    const even = wholeSecond(start + step * index + random.below(Math.max(1, Math.floor(step))));
    return Math.min(random.chance(20) ? atHour(zone, even, random.pick(otherDayHours)) : even, latest);
  });
  const taken = new Set<number>();
  for (const edge of edges(zone, start, latest)) {
    let index = Math.min(count - 1, Math.floor((edge - start) / step));
    while (taken.has(index) && index > 0) index -= 1;
    if (index >= 0) times[index] = edge;
    taken.add(index);
  }
  return times;
}

function atHour(zone: Zone, at: number, wanted: number): number {
  const local = zone.toLocal(at);
  return zone.toEpoch(Math.floor(local / day) * day + wanted * hour + (local % hour));
}

/** Instants around each change of the clock, and around midnight of a new year. */
function edges(zone: Zone, start: number, end: number): number[] {
  const found: number[] = [];
  for (let at = start - (start % hour); at < end; at += hour) {
    if (zone.offset(at - hour) !== zone.offset(at)) found.push(at - hour / 2, at - 1000, at, at + hour / 2 + 3000);
    const local = zone.toLocal(at);
    if (new Date(local).toISOString().endsWith('-01-01T00:00:00.000Z')) found.push(at - 1000, at);
  }
  return found.filter((at) => at > start && at <= end);
}
