import { language, locale, t } from './i18n/index.ts';

/** Amounts are decimal text and stay exact: Intl reads them digit by digit. A number is the height of a bar. */
export function formatMoney(amount: string | number, currency: string): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount as Intl.StringNumericLiteral);
}

export const formatNumber = (value: number): string => new Intl.NumberFormat(locale).format(value);

/** A quantity as decimal text, exact: `1234.5` -> `1,234.5`. */
export const formatQuantity = (quantity: string): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: 20 }).format(quantity as Intl.StringNumericLiteral);

/** The same with a plus before what is more: `+3`, `-2`, `0`. */
export const formatDelta = (delta: string): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: 20, signDisplay: 'exceptZero' }).format(
    delta as Intl.StringNumericLiteral,
  );

/** 1,234 -> `1.2K`, where room is short. */
export const formatShort = (value: number): string =>
  new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(value);

/** 0.987 -> `98.7 %` */
export const formatShare = (share: number): string =>
  new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(share);

/** Where the zone of the store is not known: that of nobody, and said with each time. */
const noZone = { timeZone: 'UTC', timeZoneName: 'short' } as const;

/** An instant as people of the store's zone say it: `28 Nov, 18:49`. */
export function formatInstant(instant: string, timeZone: string | undefined): string {
  const isThisYear = dayIn(new Date(instant), timeZone).slice(0, 4) === dayIn(new Date(), timeZone).slice(0, 4);
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    ...(timeZone === undefined ? noZone : { timeZone }),
  }).format(new Date(instant));
}

/** With seconds and the name of the zone. */
export const formatInstantFully = (instant: string, timeZone: string | undefined): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long', timeZone: timeZone ?? 'UTC' }).format(
    new Date(instant),
  );

/** When something happens by the clocks of a zone, with its weekday: `Saturday, 28 November 2026 at 03:30`. */
export const formatAppointment = (instant: string, timeZone: string): string =>
  new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  }).format(new Date(instant));

/** An hour of the day by itself: 8 -> `08:00`, or as the reader writes it. */
export const formatHour = (hour: number): string =>
  new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' }).format(
    new Date(Date.UTC(2026, 0, 1, hour)),
  );

/** `Mon` for 0, as weeks begin there. The 5th of January 2026 was a Monday. */
export const formatWeekday = (index: number): string =>
  new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(new Date(Date.UTC(2026, 0, 5 + index)));

/** A business day, `2026-11-28`: already a day of the store, in no zone any more. */
export function formatDay(day: string, style: 'short' | 'full' = 'short'): string {
  const options: Intl.DateTimeFormatOptions =
    style === 'full' ? { dateStyle: 'full' } : { day: 'numeric', month: 'short', year: 'numeric' };
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}

/** `28 Nov`, where room is short. */
export const formatDayShort = (day: string): string =>
  new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );

/** `2026-11` -> `November 2026` */
export const formatMonth = (month: string): string =>
  new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );

/** The business day of an instant in a zone, as the API writes days. */
export function dayIn(instant: Date, timeZone: string | undefined): string {
  return new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone: timeZone ?? 'UTC' }).format(instant);
}

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** `3 minutes ago`, `in 2 hours`. */
export function formatAgo(instant: string, now = Date.now()): string {
  const seconds = Math.round((Date.parse(instant) - now) / 1000);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return t('time.justNow');
}

/** 95 -> `1 min 35 s` */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  const add = (value: number, unit: string) => {
    parts.push(new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value));
  };
  const [hours, minutes, rest] = [Math.trunc(whole / 3600), Math.trunc((whole % 3600) / 60), whole % 60];
  if (hours > 0) add(hours, 'hour');
  if (minutes > 0) add(minutes, 'minute');
  if (hours === 0 && (rest > 0 || minutes === 0)) add(rest, 'second');
  return parts.join(' ');
}

/** 88047 -> `88 kB` */
export function formatBytes(bytes: number): string {
  const power = bytes < 1000 ? 0 : bytes < 1_000_000 ? 1 : bytes < 1_000_000_000 ? 2 : 3;
  const unit = (['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const)[power];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(
    bytes / 1000 ** power,
  );
}

/** `a, b and c`; a disjunction says `or`. */
export const formatList = (parts: readonly string[], type: 'conjunction' | 'disjunction' = 'conjunction'): string =>
  new Intl.ListFormat(language, { type }).format(parts);
