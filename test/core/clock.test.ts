import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { businessDay, compressedClock, instant } from '#shared/core/clock.ts';

describe('the business day', () => {
  it.each([
    // New York goes to summer time on 8 March 2026 at 07:00 UTC and back on 1 November at 06:00 UTC.
    ['2026-03-08T04:59:59Z', 'America/New_York', '2026-03-07'],
    ['2026-03-08T05:00:00Z', 'America/New_York', '2026-03-08'],
    ['2026-03-09T03:59:59Z', 'America/New_York', '2026-03-08'],
    ['2026-03-09T04:00:00Z', 'America/New_York', '2026-03-09'],
    ['2026-11-01T03:59:59Z', 'America/New_York', '2026-10-31'],
    ['2026-11-01T04:00:00Z', 'America/New_York', '2026-11-01'],
    ['2026-11-02T04:59:59Z', 'America/New_York', '2026-11-01'],
    ['2026-11-02T05:00:00Z', 'America/New_York', '2026-11-02'],
    // Berlin: 29 March and 25 October 2026 at 01:00 UTC.
    ['2026-03-28T22:59:59Z', 'Europe/Berlin', '2026-03-28'],
    ['2026-03-28T23:00:00Z', 'Europe/Berlin', '2026-03-29'],
    ['2026-03-29T21:59:59Z', 'Europe/Berlin', '2026-03-29'],
    ['2026-03-29T22:00:00Z', 'Europe/Berlin', '2026-03-30'],
    ['2026-10-25T22:59:59Z', 'Europe/Berlin', '2026-10-25'],
    ['2026-10-25T23:00:00Z', 'Europe/Berlin', '2026-10-26'],
    // Kolkata keeps +05:30 all year.
    ['2026-06-30T18:29:59Z', 'Asia/Kolkata', '2026-06-30'],
    ['2026-06-30T18:30:00Z', 'Asia/Kolkata', '2026-07-01'],
    ['2026-12-31T18:30:00Z', 'Asia/Kolkata', '2027-01-01'],
    // A shop without a named zone.
    ['2026-06-30T18:30:00Z', '+05:30', '2026-07-01'],
    ['2026-06-30T04:59:59Z', '-05:00', '2026-06-29'],
  ])('of %s in %s is %s', (moment, zone, day) => {
    expect(businessDay(moment, zone)).toBe(day);
  });

  it('is the calendar day of the instant in UTC', () => {
    const moment = fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(moment, (date) => businessDay(date.toISOString(), 'UTC') === date.toISOString().slice(0, 10)),
    );
  });

  it('of nonsense is refused', () => {
    expect(() => businessDay('yesterday', 'UTC')).toThrow(RangeError);
    expect(() => businessDay('2026-01-01T00:00:00Z', 'Mars/Olympus')).toThrow(RangeError);
  });
});

describe('a compressed clock', () => {
  it('runs a factor faster and sleeps a factor shorter', async () => {
    let now = 1000;
    const slept: number[] = [];
    const clock = compressedClock(60, {
      now: () => now,
      sleep: async (ms) => {
        slept.push(ms);
      },
    });
    now += 500;
    await clock.sleep(60_000);

    expect(clock.now()).toBe(1000 + 30_000);
    expect(slept).toEqual([1000]);
    expect(instant(0)).toBe('1970-01-01T00:00:00.000Z');
  });
});
