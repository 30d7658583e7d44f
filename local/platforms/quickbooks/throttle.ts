import type { Clock } from '#shared/core/clock.ts';

/** Documented limits per realm and app. Batches count as one call, and against their own bucket. */
const documentedLimits = { perMinute: 500, perSecond: 10, batchesPerMinute: 40 } as const;

/** Counts calls in a sliding window of the clock. */
class Window {
  private readonly times: number[] = [];
  private first = 0;
  private readonly limit: number;
  private readonly lengthMs: number;

  constructor(limit: number, lengthMs: number) {
    this.limit = limit;
    this.lengthMs = lengthMs;
  }

  hasRoom(now: number): boolean {
    while (this.first < this.times.length && (this.times[this.first] ?? now) <= now - this.lengthMs) this.first += 1;
    if (this.first > 1000) {
      this.times.splice(0, this.first);
      this.first = 0;
    }
    return this.times.length - this.first < this.limit;
  }

  count(now: number): void {
    this.times.push(now);
  }
}

/** The buckets of one realm. */
export class Throttle {
  private readonly clock: Clock;
  private readonly minute = new Window(documentedLimits.perMinute, 60_000);
  private readonly second = new Window(documentedLimits.perSecond, 1000);
  private readonly batches = new Window(documentedLimits.batchesPerMinute, 60_000);

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Counts the call, or answers false when it is one too many; refused calls are not counted. */
  admit(isBatch: boolean): boolean {
    const now = this.clock.now();
    const windows = isBatch ? [this.minute, this.second, this.batches] : [this.minute, this.second];
    if (!windows.every((window) => window.hasRoom(now))) return false;
    for (const window of windows) window.count(now);
    return true;
  }
}
