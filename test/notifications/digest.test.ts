import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDigest } from '#shared/notifications/digest.ts';
import { cases } from '#test/support/seed.ts';

const daily = (hour: number, time_zone: string, from: string) =>
  nextDigest({ mode: 'daily', hour, time_zone }, Date.parse(from));

describe('the time of a digest', () => {
  it('is none for messages that leave at once, and the next full hour for hourly ones', () => {
    const at = Date.parse('2026-03-01T12:00:00.000Z');
    const settings = { hour: 8, time_zone: 'UTC' };
    expect(nextDigest({ mode: 'immediate', ...settings }, at)).toBeUndefined();
    expect(nextDigest({ mode: 'hourly', ...settings }, at)).toBe('2026-03-01T13:00:00.000Z');
    expect(nextDigest({ mode: 'hourly', ...settings }, at - 1)).toBe('2026-03-01T12:00:00.000Z');
  });

  it.each([
    ['an ordinary day', 8, 'Europe/Berlin', '2026-01-10T12:00:00Z', '2026-01-11T07:00:00.000Z'],
    ['the same day', 8, 'America/New_York', '2026-01-10T12:00:00Z', '2026-01-10T13:00:00.000Z'],
    ['at the very hour: the next day', 8, 'UTC', '2026-01-10T08:00:00Z', '2026-01-11T08:00:00.000Z'],
    ['the morning after clocks went forward', 8, 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T06:00:00.000Z'],
    ['the morning after clocks went back', 8, 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T07:00:00.000Z'],
    ['an hour that is skipped: right after it', 2, 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00.000Z'],
    ['an hour that comes twice: the first', 2, 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T00:00:00.000Z'],
    ['not again an hour later', 2, 'Europe/Berlin', '2026-10-25T00:00:00Z', '2026-10-26T01:00:00.000Z'],
    ['a zone with half hours', 8, 'Asia/Kolkata', '2026-01-10T12:00:00Z', '2026-01-11T02:30:00.000Z'],
  ])('daily: %s', (_name, hour, zone, from, expected) => {
    expect(daily(hour, zone, from)).toBe(expected);
  });

  it('comes once on every day of a year, in any zone', () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC');
    fc.assert(
      fc.property(zones, fc.integer({ min: 0, max: 23 }), fc.integer({ min: 2024, max: 2030 }), (zone, hour, year) => {
        const day = new Intl.DateTimeFormat('en-CA', { timeZone: zone });
        const days: string[] = [];
        let at = `${year}-01-01T00:00:00.000Z`;
        for (let count = 0; count < 365; count += 1) {
          at = daily(hour, zone, at) ?? '';
          days.push(day.format(new Date(at)));
        }
        expect(new Set(days).size).toBe(365);
        const span = (Date.parse(days.at(-1) ?? '') - Date.parse(days[0] ?? '')) / 86_400_000;
        expect(span).toBe(364);
      }),
      { numRuns: cases(15) },
    );
  });
});
