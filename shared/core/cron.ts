/**
 * Cron expressions as EventBridge Scheduler takes them: minutes, hours, day of month, month, day of week, year. Plain
 * ones of five fields are read too and turned into these; the two differ in how they number weekdays and combine days.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export interface Cron {
  readonly kind: 'cron';
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  readonly days: CronDays;
  /** `cron(30 3 * * ? *)`. */
  readonly text: string;
}

/** Which days of its months; weekdays from 0, a Sunday. */
export type CronDays =
  | { readonly by: 'date'; readonly dates: ReadonlySet<number> }
  | { readonly by: 'last_date' }
  | { readonly by: 'weekday_near'; readonly date: number }
  | { readonly by: 'weekday'; readonly weekdays: ReadonlySet<number> }
  | { readonly by: 'last_weekday'; readonly weekday: number }
  | { readonly by: 'nth_weekday'; readonly weekday: number; readonly nth: number };

/** What is wrong, as a sentence for the person who wrote it. */
export type CronFaults = readonly string[];

export type CronResult =
  | { readonly ok: true; readonly cron: Cron }
  | { readonly ok: false; readonly faults: CronFaults };

interface Field {
  readonly title: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const minute: Field = { title: 'minutes', min: 0, max: 59 };
const hour: Field = { title: 'hours', min: 0, max: 23 };
const date: Field = { title: 'day-of-month', min: 1, max: 31 };
const month: Field = { title: 'month', min: 1, max: 12, names: monthNames };
const year: Field = { title: 'year', min: 1970, max: 2199 };
/** Here a Sunday is 1, as AWS numbers them; plain cron has 0 and 7 for it. */
const weekday: Field = { title: 'day-of-week', min: 1, max: 7, names: weekdayNames };
const plainWeekday: Field = { title: 'day-of-week', min: 0, max: 7 };

/** Longest expression the service takes. */
const longest = 256;

/** Reads the fields of an expression; all faults of all fields are listed. */
export function parseCron(argument: string): CronResult {
  const fields = argument.trim().toUpperCase().split(/\s+/);
  if (fields.length !== 5 && fields.length !== 6) {
    return refuse([
      `A cron expression has five fields (minutes, hours, day-of-month, month, day-of-week) or six with the year, not ${fields.length}`,
    ]);
  }
  const [minutes = '', hours = '', dates = '', months = '', weekdays = '', years = '*'] = fields;
  const isPlain = fields.length === 5;
  const faults: string[] = [];
  const read = (field: Field, text: string): Values => {
    const values = readValues(field, text);
    if (typeof values !== 'string') return values;
    faults.push(values);
    return { numbers: [], text };
  };
  const parts = { minutes: read(minute, minutes), hours: read(hour, hours) };
  const days = readDays(dates, weekdays, isPlain);
  if ('fault' in days) faults.push(...days.fault);
  const rest = { months: read(month, months), years: read(year, years) };
  if (faults.length > 0 || 'fault' in days) return refuse(faults);
  const text = `cron(${[parts.minutes.text, parts.hours.text, days.date, rest.months.text, days.weekday, rest.years.text].join(' ')})`;
  if (text.length > longest) return refuse([`The expression is longer than ${longest} characters when written out`]);
  return {
    ok: true,
    cron: {
      kind: 'cron',
      minutes: parts.minutes.numbers,
      hours: parts.hours.numbers,
      months: new Set(rest.months.numbers),
      years: new Set(rest.years.numbers),
      days: days.days,
      text,
    },
  };
}

const refuse = (faults: CronFaults): CronResult => ({ ok: false, faults });

interface Values {
  /** Rising, each once. */
  readonly numbers: readonly number[];
  /** As AWS takes it. */
  readonly text: string;
}

/** The values of a field, or the fault in it. */
function readValues(field: Field, text: string): Values | string {
  if (text === '?') return `${field.title}: ? is for day-of-month and day-of-week only`;
  const items = text.split(',').map((item) => readItem(field, item));
  const fault = items.find((item) => typeof item === 'string');
  if (fault !== undefined) return fault as string;
  const values = items as Values[];
  const numbers = [...new Set(values.flatMap((item) => item.numbers))].toSorted((a, b) => a - b);
  return { numbers, text: values.map((item) => item.text).join(',') };
}

/** One of `5`, `5-9`, `5/10`, `5-30/10`, and so on. */
function readItem(field: Field, item: string): Values | string {
  const { title, min, max } = field;
  const bad = (why: string): string => `${title}: "${item}" ${why}`;
  const [range = '', stepText, ...more] = item.split('/');
  if (more.length > 0) return bad('has more than one /');
  const step = stepText === undefined ? 1 : readNumber(stepText);
  const widest = max - min + 1;
  if (step === undefined || step < 1 || step > widest) return bad(`steps by something other than 1 to ${widest}`);
  if (range === '*') {
    const text = stepText === undefined ? '*' : `${min}/${step}`;
    return { numbers: counted(min, max, step), text };
  }
  const ends = range.split('-');
  const [from, to = stepText === undefined ? from : max] = ends.map((end) => valueIn(field, end));
  if (ends.length > 2 || from === undefined || to === undefined) {
    return bad(`is not ${field.names ? `one of ${field.names.join(', ')} or ` : ''}a number from ${min} to ${max}`);
  }
  if (from > to) return bad('ends before it begins');
  const numbers = counted(from, to, step);
  // AWS documents steps from a value, not from a range: those are written out.
  if (ends.length === 2 && stepText !== undefined) return { numbers, text: numbers.join(',') };
  return {
    numbers,
    text: ends.length === 2 ? `${from}-${to}` : stepText === undefined ? `${from}` : `${from}/${step}`,
  };
}

function counted(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

function readNumber(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}

function valueIn({ min, max, names }: Field, text: string): number | undefined {
  const named = names?.indexOf(text) ?? -1;
  const value = named >= 0 ? named + min : readNumber(text);
  return value !== undefined && value >= min && value <= max ? value : undefined;
}

type Days =
  | { readonly days: CronDays; readonly date: string; readonly weekday: string }
  | { readonly fault: CronFaults };

/** A day can be given in one of two fields; `*` and `?` give none. */
function readDays(dates: string, weekdays: string, isPlain: boolean): Days {
  const isOpen = (text: string): boolean => text === '*' || text === '?';
  if (isOpen(weekdays)) {
    const read = readDates(dates === '?' ? '*' : dates);
    return typeof read === 'string' ? { fault: [read] } : { ...read, weekday: '?' };
  }
  const read = readWeekdays(weekdays, isPlain);
  if (isOpen(dates)) return typeof read === 'string' ? { fault: [read] } : { ...read, date: '?' };
  const wrong = [readDates(dates), read].filter((each) => typeof each === 'string');
  const both = 'day-of-month and day-of-week are both set: give one of them, and ? for the other';
  return { fault: [both, ...wrong] };
}

function readDates(text: string): { days: CronDays; date: string } | string {
  if (text === 'L') return { days: { by: 'last_date' }, date: text };
  const [, near] = /^(\d+)W$/.exec(text) ?? [];
  const nearest = near === undefined ? undefined : valueIn(date, near);
  if (nearest !== undefined) return { days: { by: 'weekday_near', date: nearest }, date: `${nearest}W` };
  if (/[LW]/.test(text)) return `day-of-month: "${text}" is neither L nor a day with W, which stand alone`;
  const values = readValues(date, text);
  return typeof values === 'string'
    ? values
    : { days: { by: 'date', dates: new Set(values.numbers) }, date: values.text };
}

function readWeekdays(text: string, isPlain: boolean): { days: CronDays; weekday: string } | string {
  const bad = (why: string): string => `day-of-week: "${text}" ${why}`;
  const one = (name: string): number | undefined => {
    const value = isPlain && /^\d$/.test(name) ? valueIn(plainWeekday, name) : valueIn(weekday, name);
    return value === undefined ? undefined : (isPlain && /^\d$/.test(name) ? value : value - 1) % 7;
  };
  const nameOf = (day: number): string => weekdayNames[day] ?? '';
  if (text === 'L') return { days: { by: 'weekday', weekdays: new Set([6]) }, weekday: 'SAT' };
  const [, last] = /^(\w{1,3})L$/.exec(text) ?? [];
  const lastDay = last === undefined ? undefined : one(last);
  if (lastDay !== undefined) return { days: { by: 'last_weekday', weekday: lastDay }, weekday: `${nameOf(lastDay)}L` };
  const [, name, count] = /^(\w{1,3})#(\d)$/.exec(text) ?? [];
  if (name !== undefined && count !== undefined) {
    const [day, nth] = [one(name), Number(count)];
    if (day === undefined || nth < 1 || nth > 5) return bad('is not a weekday and its number in the month from 1 to 5');
    return { days: { by: 'nth_weekday', weekday: day, nth }, weekday: `${nameOf(day)}#${nth}` };
  }
  const found = new Set<number>();
  for (const item of text.split(',')) {
    const [range = '', stepText, ...more] = item.split('/');
    const step = stepText === undefined ? 1 : readNumber(stepText);
    const ends = range === '*' ? ['SUN', 'SAT'] : range.split('-');
    const [from, to] = ends.map(one);
    const isNumber = isPlain ? 'a number from 0 to 7' : 'a number from 1 to 7';
    if (more.length > 0 || step === undefined || step < 1 || step > 7 || ends.length > 2 || from === undefined) {
      return bad(`is not one of ${weekdayNames.join(', ')} or ${isNumber}`);
    }
    if (ends.length === 2 && to === undefined) return bad(`is not one of ${weekdayNames.join(', ')} or ${isNumber}`);
    // A week has no end: FRI-MON goes on over the Sunday; `2/2` goes to its last day, as AWS has it.
    const end = ends.length === 2 ? (to as number) : stepText === undefined ? from : 6;
    const length = ((end - from + 7) % 7) + 1;
    for (const each of counted(0, length - 1, step)) found.add((from + each) % 7);
  }
  const weekdays = [...found].toSorted((a, b) => a - b);
  return { days: { by: 'weekday', weekdays: new Set(weekdays) }, weekday: weekdays.map(nameOf).join(',') };
}
