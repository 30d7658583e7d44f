import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScheduleExpression } from '#local/cloud/emulators/schedule-expression.ts';
import { instant } from '#shared/core/clock.ts';
import { isTimeZone, localInstant } from '#shared/core/time-zone.ts';
import { nextTime, nextTimes, parseTimetable, type Timetable } from '#shared/core/timetable.ts';
import { cases } from '#test/support/seed.ts';

const read = (expression: string): Timetable => {
  const parsed = parseTimetable(expression);
  if (!parsed.ok) throw new Error(parsed.faults.join());
  return parsed.timetable;
};
const textOf = (expression: string): string => read(expression).text;
const faultsOf = (expression: string): readonly string[] => {
  const parsed = parseTimetable(expression);
  return parsed.ok ? [] : parsed.faults;
};
const timesOf = (expression: string, zone: string, from: string, count: number): string[] => {
  const after = Date.parse(from);
  return nextTimes(read(expression), zone, { after, anchor: after }, count).map(instant);
};

describe('expressions', () => {
  it('[E4] are read as AWS writes them and as plain cron has them, and kept in one form', () => {
    for (const [written, kept] of [
      ['cron(30 3 * * ? *)', 'cron(30 3 * * ? *)'],
      ['30 3 * * *', 'cron(30 3 * * ? *)'],
      ['30 3 * * ? *', 'cron(30 3 * * ? *)'],
      ['*/15 * * * *', 'cron(0/15 * * * ? *)'],
      ['0 */6 * * *', 'cron(0 0/6 * * ? *)'],
      ['10-50/20 8-18 * * *', 'cron(10,30,50 8-18 * * ? *)'],
      ['@daily', 'cron(0 0 * * ? *)'],
      ['rate(1 hour)', 'rate(1 hour)'],
      ['rate(1 hours)', 'rate(1 hour)'],
      ['RATE(15 minute)', 'rate(15 minutes)'],
      // Plain cron counts weekdays from a Sunday that is 0, or 7; AWS from one that is 1.
      ['0 9 * * 1-5', 'cron(0 9 ? * MON,TUE,WED,THU,FRI *)'],
      ['0 9 * * 0', 'cron(0 9 ? * SUN *)'],
      ['0 9 * * 7', 'cron(0 9 ? * SUN *)'],
      ['cron(0 9 ? * 2-6 *)', 'cron(0 9 ? * MON,TUE,WED,THU,FRI *)'],
      ['cron(0 9 ? * 1 *)', 'cron(0 9 ? * SUN *)'],
      ['0 9 * * FRI-MON', 'cron(0 9 ? * SUN,MON,FRI,SAT *)'],
      ['cron(0 9 ? * 6L *)', 'cron(0 9 ? * FRIL *)'],
      ['cron(0 9 ? * MON#2 *)', 'cron(0 9 ? * MON#2 *)'],
      ['0 9 L * *', 'cron(0 9 L * ? *)'],
      ['0 9 15W jan,JUL *', 'cron(0 9 15W 1,7 ? *)'],
    ] as const) {
      expect(textOf(written), written).toBe(kept);
    }
  });

  it('[E4] are refused with every fault of every field by name', () => {
    for (const [written, faults] of [
      ['61 25 * * *', [/^minutes: "61"/, /^hours: "25"/]],
      ['x 5 32 13 ?', [/^minutes: "X"/, /^day-of-month: "32"/, /^month: "13" .*JAN/]],
      ['0 9 1 * 1', [/^day-of-month and day-of-week are both set/]],
      ['cron(0 9 1 * 2 *)', [/^day-of-month and day-of-week are both set/]],
      ['cron(0 9 40 * MOX *)', [/both set/, /^day-of-month: "40"/, /^day-of-week: "MOX"/]],
      ['0 9 * * 8', [/^day-of-week: "8" .*0 to 7/]],
      ['cron(0 9 ? * 0 *)', [/^day-of-week: "0" .*1 to 7/]],
      ['0/0 * * * *', [/^minutes: "0\/0" steps/]],
      ['0/5/5 * * * *', [/^minutes: .*more than one/]],
      ['30-10 * * * *', [/^minutes: "30-10" ends before/]],
      ['? * * * *', [/^minutes: \?/]],
      ['0 9 L,15 * *', [/^day-of-month: "L,15"/]],
      ['cron(0 9 ? * MON#6 *)', [/^day-of-week: "MON#6"/]],
      ['cron(0 9 * * ? 1969)', [/^year: "1969"/]],
      ['* * *', [/five fields .* not 3/]],
      ['every day', [/five fields/]],
      ['rate(0 minutes)', [/once a minute is the most/]],
      ['rate(30 seconds)', [/minutes, hours and days/]],
      ['rate(minutes)', [/number and a unit/]],
      ['rate(constructor constructor)', [/number and a unit/]],
      ['rate(5 constructors)', [/minutes, hours and days/]],
      ['rate(400 days)', [/once a year/]],
      ['at(2026-11-23T08:00:00)', [/happens once/]],
      ['@constructor', [/five fields/]],
    ] as const) {
      const found = faultsOf(written);
      expect(found, written).toHaveLength(faults.length);
      for (const [index, fault] of faults.entries()) expect(found[index], written).toMatch(fault);
    }
  });

  it('[E4] whatever they are, are read or refused with a sentence', () => {
    const noise = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789*/,-?LW#() cronrateMON') }));
    fc.assert(
      fc.property(noise, (text) => {
        const parsed = parseTimetable(text);
        if (parsed.ok) expect(parseTimetable(parsed.timetable.text)).toEqual(parsed);
        else expect(parsed.faults.every((fault) => fault.length > 10)).toBe(parsed.faults.length > 0);
      }),
      { numRuns: cases(2000) },
    );
  });
});

describe('next times', () => {
  it('[E4] skip a local time that the spring change leaves out', () => {
    expect(timesOf('30 2 * * *', 'America/New_York', '2026-03-06T12:00:00Z', 3)).toEqual([
      '2026-03-07T07:30:00.000Z',
      '2026-03-09T06:30:00.000Z',
      '2026-03-10T06:30:00.000Z',
    ]);
    expect(timesOf('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
      '2026-03-31T00:30:00.000Z',
    ]);
  });

  it('[E4] come once for a local time that the autumn change has twice', () => {
    expect(timesOf('30 1 * * *', 'America/New_York', '2026-10-31T12:00:00Z', 2)).toEqual([
      '2026-11-01T05:30:00.000Z',
      '2026-11-02T06:30:00.000Z',
    ]);
    expect(timesOf('0 2,3 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 3)).toEqual([
      '2026-10-25T00:00:00.000Z',
      '2026-10-25T02:00:00.000Z',
      '2026-10-26T01:00:00.000Z',
    ]);
    expect(timesOf('0/30 * * * ? *', 'Europe/Berlin', '2026-10-25T00:29:00Z', 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T02:00:00.000Z',
    ]);
  });

  it('[E4] know last days, nearest weekdays, the nth weekday, leap years, and when there are no more', () => {
    const from = '2026-11-22T12:00:00Z';
    expect(timesOf('0 0 L * *', 'UTC', from, 4).map((at) => at.slice(0, 10))).toEqual([
      '2026-11-30',
      '2026-12-31',
      '2027-01-31',
      '2027-02-28',
    ]);
    expect(timesOf('0 0 1W * *', 'UTC', '2027-04-15T00:00:00Z', 2).map((at) => at.slice(0, 10))).toEqual([
      '2027-05-03',
      '2027-06-01',
    ]);
    expect(timesOf('cron(0 0 ? * FRIL *)', 'UTC', from, 2).map((at) => at.slice(0, 10))).toEqual([
      '2026-11-27',
      '2026-12-25',
    ]);
    expect(timesOf('cron(0 0 ? 2 MON#5 *)', 'UTC', from, 1)).toEqual(['2044-02-29T00:00:00.000Z']);
    expect(timesOf('0 0 29 2 *', 'UTC', from, 2).map((at) => at.slice(0, 10))).toEqual(['2028-02-29', '2032-02-29']);
    expect(timesOf('0 0 30 2 *', 'UTC', from, 1)).toEqual([]);
    expect(timesOf('0 0 31 4,6,9,11 *', 'UTC', from, 1)).toEqual([]);
    expect(timesOf('cron(0 0 1 1 ? 2020-2026)', 'UTC', from, 1)).toEqual([]);
  });

  it('[E4] of a rate stay on its grid', () => {
    const anchor = Date.parse('2026-11-22T12:07:00Z');
    const six = read('rate(6 hours)');
    expect(instant(nextTime(six, 'UTC', anchor, anchor) ?? 0)).toBe('2026-11-22T18:07:00.000Z');
    expect(instant(nextTime(six, 'UTC', Date.parse('2026-11-23T00:06:59Z'), anchor) ?? 0)).toBe(
      '2026-11-23T00:07:00.000Z',
    );
    expect(instant(nextTime(six, 'UTC', Date.parse('2026-11-23T00:07:00Z'), anchor) ?? 0)).toBe(
      '2026-11-23T06:07:00.000Z',
    );
  });
});

const zones = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Europe/London',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'America/St_Johns',
  'America/Santiago',
  'Asia/Kathmandu',
  'Pacific/Auckland',
  'Antarctica/Troll',
];

/** A field as anybody would read it: numbers between two bounds, each asked for itself. */
function fits(text: string, value: number, [min, max]: readonly [number, number]): boolean {
  return text.split(',').some((item) => {
    const [range = '', step = '1'] = item.split('/');
    const [low, high] = range === '*' ? [min, max] : range.split('-').map(Number);
    const from = low ?? min;
    const to = high ?? (item.includes('/') ? max : from);
    return value >= from && value <= to && (value - from) % Number(step) === 0;
  });
}

const formats = new Map<string, Intl.DateTimeFormat>();
function clockAt(at: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
    formats.set(timeZone, format);
  }
  return format.format(at);
}

/** Every minute of a span at which the clocks of a zone fit an expression they did not show before. */
function byTheMinute(fields: readonly string[], zone: string, from: number, minutes: number): string[] {
  const [minute = '', hour = '', date = '', month = '', weekday = ''] = fields;
  const shown = new Set<string>();
  const found: string[] = [];
  for (let before = 180; before > 0; before -= 1) shown.add(clockAt(from - before * 60_000, zone));
  for (let index = 0; index < minutes; index += 1) {
    const at = from + index * 60_000;
    const clock = clockAt(at, zone);
    const isSecondTime = shown.has(clock);
    shown.add(clock);
    const [, y, mo, d, h, mi] = /^(\d+)-(\d+)-(\d+) (\d+):(\d+)$/.exec(clock) ?? [];
    const day = new Date(`${y}-${mo}-${d}T00:00:00Z`).getUTCDay();
    const isDay = weekday === '*' ? fits(date, Number(d), [1, 31]) : fits(weekday, day, [0, 6]);
    if (isSecondTime || !isDay || !fits(month, Number(mo), [1, 12])) continue;
    if (fits(minute, Number(mi), [0, 59]) && fits(hour, Number(h), [0, 23])) found.push(instant(at));
  }
  return found;
}

const fieldOf = ([min, max]: readonly [number, number]) => {
  const value = fc.integer({ min, max });
  const item = fc.oneof(
    value.map(String),
    fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    fc.tuple(value, fc.integer({ min: 1, max: max - min })).map(([from, step]) => `${from}/${step}`),
  );
  return fc.oneof(
    fc.constant('*'),
    fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(',')),
  );
};
const plain = fc
  .tuple(fieldOf([0, 59]), fieldOf([0, 23]), fieldOf([1, 31]), fieldOf([1, 12]), fieldOf([0, 6]), fc.boolean())
  .map(([minute, hour, date, month, weekday, byDate]) =>
    byDate ? [minute, hour, date, month, '*'] : [minute, hour, '*', month, weekday],
  );
/** Days around which some of the zones change their clocks, and some others. */
const begin = fc
  .oneof(
    fc.constantFrom('2026-03-08', '2026-03-29', '2026-04-05', '2026-04-24', '2026-09-05', '2026-10-04', '2026-10-25'),
    fc.constantFrom('2026-10-30', '2026-11-01', '2027-02-28', '2028-02-28'),
  )
  .chain((day) => fc.integer({ min: -30, max: 20 }).map((hours) => Date.parse(`${day}T00:00:00Z`) + hours * 3_600_000));

describe('random expressions in random zones', () => {
  it('[E4] have the times that asking every minute finds, and at which the timer of the embedded cloud fires', () => {
    let found = 0;
    fc.assert(
      fc.property(plain, fc.constantFrom(...zones), begin, (fields, zone, from) => {
        const timetable = read(fields.join(' '));
        const minutes = 30 * 60;
        const until = from + minutes * 60_000;
        const expected = byTheMinute(fields, zone, from, minutes);
        const times: string[] = [];
        const fired: string[] = [];
        const timer = parseScheduleExpression(timetable.text, zone);
        for (let at = nextTime(timetable, zone, from - 1, 0); at !== undefined && at < until; ) {
          times.push(instant(at));
          at = nextTime(timetable, zone, at, 0);
        }
        for (let at = timer.next(from - 1, 0); at !== undefined && at < until; at = timer.next(at, 0)) {
          fired.push(instant(at));
        }
        expect(times).toEqual(expected);
        expect(fired).toEqual(expected);
        found += expected.length;
      }),
      { numRuns: cases(40) },
    );
    expect(found).toBeGreaterThan(200);
  }, 120_000);

  it('[E4] of days by weekday have the times at which the timer fires, for years', () => {
    const day = fc.constantFrom('L', '1W', '15W', '28W', '31', '29');
    const weekday = fc.constantFrom('MON#1', 'SUN#5', 'FRIL', '1L', '7#2', 'SAT', 'L');
    const fields = fc.oneof(
      day.map((date) => `5 4 ${date} * ? *`),
      weekday.map((name) => `5 4 ? * ${name} *`),
    );
    fc.assert(
      fc.property(fields, fc.constantFrom(...zones), fc.integer({ min: 0, max: 5000 }), (text, zone, days) => {
        const from = Date.parse('2026-01-01T00:00:00Z') + days * 86_400_000;
        const times = nextTimes(read(`cron(${text})`), zone, { after: from, anchor: 0 }, 6);
        const timer = parseScheduleExpression(read(`cron(${text})`).text, zone);
        const fired: number[] = [];
        for (let at = timer.next(from, 0); at !== undefined && fired.length < 6; at = timer.next(at, 0)) fired.push(at);
        expect(times.map(instant)).toEqual(fired.map(instant));
      }),
      { numRuns: cases(60) },
    );
  }, 120_000);
});

describe('time zones', () => {
  it('[E4] are names of the IANA list, not offsets', () => {
    for (const name of ['Europe/Berlin', 'America/Argentina/Buenos_Aires', 'UTC', 'Etc/GMT+5', 'Asia/Kolkata']) {
      expect(isTimeZone(name), name).toBe(true);
    }
    for (const name of ['', '+02:00', 'Mars/Olympus', 'Europe/berlin.', 'constructor', 'europe/berlin\n', ' UTC']) {
      expect(isTimeZone(name), name).toBe(false);
    }
  });

  it('[E4] show an instant with the offset that clocks have then', () => {
    const at = Date.parse('2026-11-29T08:30:00Z');
    expect(localInstant(at, 'America/New_York')).toBe('2026-11-29T03:30:00-05:00');
    expect(localInstant(at, 'Asia/Kathmandu')).toBe('2026-11-29T14:15:00+05:45');
    expect(localInstant(at, 'America/St_Johns')).toBe('2026-11-29T05:00:00-03:30');
    expect(localInstant(at, 'UTC')).toBe('2026-11-29T08:30:00+00:00');
  });
});
