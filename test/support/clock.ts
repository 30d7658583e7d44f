import { setImmediate } from 'node:timers/promises';
import type { Clock } from '#shared/core/clock.ts';

export interface TestClock extends Clock {
  advance(ms: number): void;
}

/** A clock that only moves when told, or when somebody sleeps: then by that time, after letting others work. */
export function testClock(start = Date.parse('2026-03-01T12:00:00.000Z')): TestClock {
  let now = start;
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    sleep: async (ms) => {
      // Clocks have whole milliseconds, random waits do not.
      now = Math.ceil(now + ms);
      await setImmediate();
    },
  };
}

/** Real time in which nobody waits: a sleep moves the clock on instead. For worlds whose rate limits would take minutes. */
export function impatientClock(): Clock {
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  return {
    now,
    sleep: async (ms) => {
      const until = now() + ms;
      await setImmediate();
      ahead = Math.max(ahead, Math.ceil(until - Date.now()));
    },
  };
}
