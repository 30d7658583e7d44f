import { Cron } from 'croner';

/** A schedule expression that can be asked when it fires next. */
export interface ScheduleExpression {
  /**
   * The first occurrence after `after`, epoch milliseconds; undefined when there is none any more.
   * @param anchor start of a rate: its creation or its StartDate.
   */
  next(after: number, anchor: number): number | undefined;
  /** True for `at(…)`. */
  readonly oneTime: boolean;
}

const unitsMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `cron(…)`, `rate(…)` or `at(…)` as EventBridge Scheduler does.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * @throws RangeError when it is not valid, with a sentence that says why.
 */
export function parseScheduleExpression(expression: string, timeZone = 'UTC'): ScheduleExpression {
  requireZone(timeZone);
  const [, kind, argument = ''] = /^(cron|rate|at)\((.+)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'cron') return cronExpression(argument.trim(), timeZone);
  if (kind === 'rate') return rateExpression(argument.trim());
  if (kind === 'at') return atExpression(argument.trim(), timeZone);
  throw new RangeError(`Invalid Schedule Expression ${expression}.`);
}

function rateExpression(argument: string): ScheduleExpression {
  const [, digits, unit = '', plural = ''] = /^(\d+) (minute|hour|day)(s?)$/.exec(argument) ?? [];
  const value = Number(digits);
  const unitMs = unitsMs[unit];
  if (!unitMs || value < 1 || (value === 1) === (plural === 's')) {
    throw new RangeError(
      `Invalid Schedule Expression rate(${argument}): a positive number and its unit, as in rate(5 minutes).`,
    );
  }
  const periodMs = value * unitMs;
  return {
    oneTime: false,
    next: (after, anchor) =>
      after < anchor ? anchor : anchor + (Math.floor((after - anchor) / periodMs) + 1) * periodMs,
  };
}

function atExpression(argument: string, timeZone: string): ScheduleExpression {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(argument) || Number.isNaN(Date.parse(`${argument}Z`))) {
    throw new RangeError(`Invalid Schedule Expression at(${argument}): a local time as in at(2026-11-22T17:00:00).`);
  }
  const at = instantOf(argument, timeZone);
  return { oneTime: true, next: (after) => (after < at ? at : undefined) };
}

/**
 * croner reads the AWS syntax with two options; what it does differently is corrected here: AWS wants `?` in one of
 * the day fields, skips a time that the spring change leaves out, where croner fires an hour late, and fires once for
 * one that the autumn change has twice, where croner does so only for a single hour.
 */
function cronExpression(argument: string, timeZone: string): ScheduleExpression {
  const fields = argument.split(/\s+/);
  const [, , dayOfMonth, , dayOfWeek] = fields;
  if (fields.length !== 6)
    throw new RangeError(`Invalid Schedule Expression cron(${argument}): six fields are needed.`);
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new RangeError(
      `Invalid Schedule Expression cron(${argument}): one of day-of-month and day-of-week must be ?.`,
    );
  }
  const pattern = `0 ${fields.map((field) => (field === '?' ? '*' : field)).join(' ')}`;
  let cron: Cron;
  try {
    cron = new Cron(pattern, { timezone: timeZone, paused: true, alternativeWeekdays: true, sloppyRanges: true });
  } catch (error) {
    throw new RangeError(`Invalid Schedule Expression cron(${argument}): ${String((error as Error).message)}`);
  }
  return { oneTime: false, next: (after) => nextMatch(cron, timeZone, after)?.getTime() };
}

/** Bounded: at most one occurrence a minute is left out, and a change is of two hours at most. */
const maxSkipped = 240;

function nextMatch(cron: Cron, timeZone: string, after: number): Date | undefined {
  let candidate = cron.nextRun(new Date(after));
  for (let skipped = 0; candidate && skipped < maxSkipped; skipped += 1) {
    if (cron.match(candidate) && !isRepeated(candidate.getTime(), timeZone)) return candidate;
    candidate = cron.nextRun(candidate);
  }
  return undefined;
}

/** Whether clocks were put back within the last hours and showed this time before. */
function isRepeated(instant: number, timeZone: string): boolean {
  const earlier = offsetMs(instant - 3 * 3_600_000, timeZone);
  const back = earlier - offsetMs(instant, timeZone);
  return back > 0 && offsetMs(instant - back, timeZone) === earlier;
}

function requireZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new RangeError(`Invalid ScheduleExpressionTimezone ${timeZone}.`);
  }
}

/** The instant at which clocks of the zone show a local time; in the spring gap, the time after the change. */
function instantOf(local: string, timeZone: string): number {
  const asUtc = Date.parse(`${local}Z`);
  const first = asUtc - offsetMs(asUtc, timeZone);
  const second = asUtc - offsetMs(first, timeZone);
  return offsetMs(second, timeZone) === offsetMs(first, timeZone) ? second : Math.max(first, second);
}

function offsetMs(instant: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return Date.parse(`${format.format(instant).replace(' ', 'T')}Z`) - Math.floor(instant / 1000) * 1000;
}
