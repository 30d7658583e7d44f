/** Time as an argument: production uses the system clock, tests and benchmarks bring their own. */
export interface Clock {
  /** Milliseconds since the epoch, UTC. */
  now(): number;
  /** Resolves after `ms` of this clock's time. */
  sleep(ms: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * A clock that runs `factor` times as fast as the system's, so that a minute of documented rate limits passes in
 * seconds. Used by benchmarks; simulators and engine must share one instance.
 */
export function compressedClock(factor: number, base: Clock = systemClock): Clock {
  const start = base.now();
  return {
    now: () => Math.floor(start + (base.now() - start) * factor),
    sleep: (ms) => base.sleep(ms / factor),
  };
}

/** `2026-11-22T17:31:35.000Z` for an epoch in milliseconds. */
export function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

const dayFormats = new Map<string, Intl.DateTimeFormat>();

/**
 * The calendar day `YYYY-MM-DD` of an instant in an IANA zone. Books are kept in business days of the store, so an
 * evening sale stays on its day whatever the server's zone.
 *
 * @throws RangeError for an unknown zone or an unparsable instant.
 */
export function businessDay(isoInstant: string, timeZone: string): string {
  let format = dayFormats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    dayFormats.set(timeZone, format);
  }
  return format.format(new Date(isoInstant));
}
