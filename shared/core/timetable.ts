import { type Cron, parseCron } from './cron.ts';
import { offsetMs, wallClock } from './time-zone.ts';

/** When something happens again and again. */
export type Timetable = Cron | Rate;

export interface Rate {
  readonly kind: 'rate';
  readonly periodMs: number;
  /** `rate(6 hours)`. */
  readonly text: string;
}

export type TimetableResult =
  | { readonly ok: true; readonly timetable: Timetable }
  | { readonly ok: false; readonly faults: readonly string[] };

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const dayMs = 86_400_000;
/** Longest period: a year of days. */
const longestPeriodMs = 366 * dayMs;

const macros: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
};

/** Reads `cron(…)` with six fields, plain cron with five, `rate(…)` or a word such as `@daily`. */
export function parseTimetable(expression: string): TimetableResult {
  const text = expression.trim();
  const macro = Object.hasOwn(macros, text.toLowerCase()) ? macros[text.toLowerCase()] : undefined;
  const [, kind, argument = ''] = /^(cron|rate|at)\s*\((.*)\)$/i.exec(text) ?? [];
  switch (kind?.toLowerCase()) {
    case 'rate':
      return parseRate(argument.trim());
    case 'at':
      return refuse('at(…) happens once; a schedule repeats: use cron(…) or rate(…)');
    default: {
      const read = parseCron(macro ?? (kind === undefined ? text : argument));
      return read.ok ? { ok: true, timetable: read.cron } : read;
    }
  }
}

const refuse = (...faults: readonly string[]): TimetableResult => ({ ok: false, faults });

function parseRate(argument: string): TimetableResult {
  const [, digits = '', unit = ''] = /^(\d{1,6})\s+([a-z]+?)s?$/i.exec(argument) ?? [];
  const value = Number(digits);
  const unitMs = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined;
  if (digits === '') return refuse(`rate(${argument}): a number and a unit are needed, as in rate(6 hours)`);
  if (unitMs === undefined) {
    return refuse(`rate(${argument}): the unit is one of minutes, hours and days; once a minute is the most`);
  }
  if (value === 0) return refuse(`rate(${argument}): it would run without a pause; once a minute is the most`);
  if (value * unitMs > longestPeriodMs) return refuse(`rate(${argument}): once a year is the least`);
  const text = `rate(${value} ${unit.toLowerCase()}${value === 1 ? '' : 's'})`;
  return { ok: true, timetable: { kind: 'rate', periodMs: value * unitMs, text } };
}

/** How often it happens on a day on which it does, at most. */
export function mostPerDay(timetable: Timetable): number {
  if (timetable.kind === 'cron') return timetable.minutes.length * timetable.hours.length;
  return Math.ceil(dayMs / timetable.periodMs);
}

/**
 * The first time after `after`, epoch milliseconds; undefined when there is none any more. As EventBridge Scheduler has
 * it: a local time that the spring change leaves out is skipped, one that the autumn change has twice counts once.
 * @param anchor what a rate counts from.
 */
export function nextTime(timetable: Timetable, timeZone: string, after: number, anchor: number): number | undefined {
  if (timetable.kind === 'cron') return nextOfCron(timetable, timeZone, after);
  const periods = Math.floor((after - anchor) / timetable.periodMs) + 1;
  return anchor + Math.max(1, periods) * timetable.periodMs;
}

/** The next `count` times, fewer where it ends. */
export function nextTimes(
  timetable: Timetable,
  timeZone: string,
  from: { readonly after: number; readonly anchor: number },
  count: number,
): number[] {
  const times: number[] = [];
  for (let after = from.after; times.length < count; ) {
    const next = nextTime(timetable, timeZone, after, from.anchor);
    if (next === undefined) break;
    times.push(next);
    after = next;
  }
  return times;
}

function nextOfCron(cron: Cron, timeZone: string, after: number): number | undefined {
  // A day early: where clocks go back over midnight, a day is begun twice.
  let day = Math.floor(wallClock(after, timeZone) / dayMs) * dayMs - dayMs;
  const lastYear = Math.max(...cron.years);
  for (; new Date(day).getUTCFullYear() <= lastYear; day += dayMs) {
    if (!isDayOf(cron, new Date(day))) continue;
    const { instantOf, latest } = clockOf(day, timeZone);
    for (const hour of cron.hours) {
      if (latest(hour * 60 + 59) <= after) continue;
      for (const minute of cron.minutes) {
        const at = instantOf(hour * 60 + minute);
        if (at !== undefined && at > after) return at;
      }
    }
  }
  return undefined;
}

interface DayClock {
  /** The instant at which clocks first show this minute of the day; undefined where they skip it. */
  instantOf(minute: number): number | undefined;
  /** An instant that is certainly not before that. */
  latest(minute: number): number;
}

function clockOf(day: number, timeZone: string): DayClock {
  const [before, later] = [offsetMs(day - dayMs, timeZone), offsetMs(day + 2 * dayMs, timeZone)];
  const [most, least] = [Math.max(before, later), Math.min(before, later)];
  return {
    instantOf(minute) {
      const shown = day + minute * 60_000;
      if (most === least) return shown - most;
      // The larger offset is the earlier instant.
      return [shown - most, shown - least].find((at) => wallClock(at, timeZone) === shown);
    },
    latest: (minute) => day + minute * 60_000 - least,
  };
}

function isDayOf({ months, years, days }: Cron, day: Date): boolean {
  const [year, month, date, weekday] = [day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), day.getUTCDay()];
  if (!months.has(month + 1) || !years.has(year)) return false;
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  switch (days.by) {
    case 'date':
      return days.dates.has(date);
    case 'last_date':
      return date === last;
    case 'weekday':
      return days.weekdays.has(weekday);
    case 'last_weekday':
      return weekday === days.weekday && date + 7 > last;
    case 'nth_weekday':
      return weekday === days.weekday && Math.ceil(date / 7) === days.nth;
    case 'weekday_near':
      return days.date <= last && date === weekdayNear(year, month, days.date, last);
  }
}

/** The weekday nearest to a date, within its month. */
function weekdayNear(year: number, month: number, date: number, last: number): number {
  switch (new Date(Date.UTC(year, month, date)).getUTCDay()) {
    case 6:
      return date === 1 ? 3 : date - 1;
    case 0:
      return date === last ? date - 2 : date + 1;
    default:
      return date;
  }
}
