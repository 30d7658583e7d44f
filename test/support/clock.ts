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
      now += ms;
      await setImmediate();
    },
  };
}
