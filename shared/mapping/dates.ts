/** Tokens of a date format, by the part of {@link Intl.DateTimeFormat} they show. Anything else stands for itself. */
const tokens: Readonly<Record<string, (parts: Parts) => string>> = {
  yyyy: ({ year }) => year.padStart(4, '0'),
  yy: ({ year }) => year.slice(-2),
  MMMM: ({ monthName }) => monthName,
  MMM: ({ monthName }) => monthName.slice(0, 3),
  MM: ({ month }) => month.padStart(2, '0'),
  M: ({ month }) => month,
  dd: ({ day }) => day.padStart(2, '0'),
  d: ({ day }) => day,
  EEEE: ({ weekday }) => weekday,
  EEE: ({ weekday }) => weekday.slice(0, 3),
  HH: ({ hour }) => hour.padStart(2, '0'),
  H: ({ hour }) => String(Number(hour)),
  mm: ({ minute }) => minute.padStart(2, '0'),
  ss: ({ second }) => second.padStart(2, '0'),
  XXX: ({ offset }) => offset,
};
const pattern = /'[^']*'|y+|M+|d+|E+|H+|m+|s+|X+|[A-Za-z]/g;

interface Parts {
  readonly year: string;
  readonly month: string;
  readonly monthName: string;
  readonly day: string;
  readonly weekday: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
  /** `+01:00`; of UTC `+00:00`. */
  readonly offset: string;
}

/** Letters of a format that stand for nothing; none for a good one. */
export function unknownTokens(format: string): readonly string[] {
  return [...format.matchAll(pattern)]
    .map(([found]) => found)
    .filter((found) => !found.startsWith("'") && !Object.hasOwn(tokens, found));
}

/**
 * An instant as text in an IANA zone; a bare day keeps its day in every zone.
 *
 * @throws RangeError for an unknown zone, or what is no instant.
 */
export function formatDate(value: string, format: string, timeZone: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(value);
  // Without a zone of its own a text would be read in the server's.
  if (!isDay && !/(?:Z|[+-]\d{2}:?\d{2})$/.test(value)) throw new RangeError('not an instant');
  const instant = new Date(isDay ? `${value}T00:00:00Z` : value);
  const parts = partsOf(instant, isDay ? 'UTC' : timeZone);
  return format.replace(pattern, (found) => tokens[found]?.(parts) ?? found.replaceAll("'", ''));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function partsOf(instant: Date, timeZone: string): Parts {
  const of = (name: string, options: Intl.DateTimeFormatOptions): Partial<Record<string, string>> => {
    const key = `${name} ${timeZone}`;
    const format = formats.get(key) ?? new Intl.DateTimeFormat('en-US', { timeZone, ...options });
    formats.set(key, format);
    return Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  };
  const numbers = of('numbers', {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  });
  const names = of('names', { month: 'long', weekday: 'long' });
  const { year = '', month = '', day = '', hour = '', minute = '', second = '', timeZoneName = '' } = numbers;
  const offset = timeZoneName.replace('GMT', '') || '+00:00';
  return { year, month, day, hour, minute, second, offset, monthName: names.month ?? '', weekday: names.weekday ?? '' };
}
