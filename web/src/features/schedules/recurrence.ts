/** When something repeats, as people say it. Everything else is an expression of its own. */
export type Recurrence =
  | { readonly kind: 'minutes'; readonly every: number | undefined; readonly minute: number }
  | { readonly kind: 'hours'; readonly every: number | undefined; readonly minute: number }
  | { readonly kind: 'daily'; readonly time: string }
  | { readonly kind: 'weekly'; readonly weekdays: readonly Weekday[]; readonly time: string }
  /** `last`: of every month, however many days it has. */
  | { readonly kind: 'monthly'; readonly day: number | 'last'; readonly time: string }
  | { readonly kind: 'own'; readonly expression: string };

export const recurrenceKinds = ['minutes', 'hours', 'daily', 'weekly', 'monthly', 'own'] as const;

export const weekdays = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
export type Weekday = (typeof weekdays)[number];

/** The expression as the API takes it; undefined while something is missing. */
export function expressionOf(recurrence: Recurrence): string | undefined {
  switch (recurrence.kind) {
    case 'minutes':
      return evenly(recurrence.every, 60, 'minute', `${recurrence.minute}/${recurrence.every} *`);
    case 'hours':
      return evenly(recurrence.every, 24, 'hour', `${recurrence.minute} 0/${recurrence.every}`);
    case 'daily':
      return atTime(recurrence.time, '* * ? *');
    case 'weekly': {
      const chosen = weekdays.filter((day) => recurrence.weekdays.includes(day));
      return chosen.length === 0 ? undefined : atTime(recurrence.time, `? * ${chosen.join(',')} *`);
    }
    case 'monthly':
      return atTime(recurrence.time, `${recurrence.day === 'last' ? 'L' : recurrence.day} * ? *`);
    case 'own':
      return recurrence.expression.trim() || undefined;
  }
}

/** By the clock where the hour or day divides evenly; otherwise counted from when the schedule is saved. */
function evenly(every: number | undefined, whole: number, unit: 'minute' | 'hour', clock: string): string | undefined {
  if (every === undefined || !Number.isInteger(every) || every < 1 || every >= whole) return undefined;
  return whole % every === 0 ? `cron(${clock} * * ? *)` : `rate(${every} ${unit}s)`;
}

function atTime(time: string, days: string): string | undefined {
  const [, hour, minute] = /^(\d{2}):(\d{2})$/.exec(time) ?? [];
  return hour === undefined || minute === undefined ? undefined : `cron(${Number(minute)} ${Number(hour)} ${days})`;
}

const two = (text: string) => text.padStart(2, '0');

/** How people would say an expression of the API. */
export function recurrenceOf(expression: string): Recurrence {
  const own: Recurrence = { kind: 'own', expression };
  const [, count, unit] = /^rate\((\d+) (minute|hour)s?\)$/.exec(expression) ?? [];
  if (count !== undefined) {
    const every = Number(count);
    const fits = every < (unit === 'hour' ? 24 : 60);
    return fits ? { kind: unit === 'hour' ? 'hours' : 'minutes', every, minute: 0 } : own;
  }
  const fields = /^cron\((.*)\)$/.exec(expression)?.[1]?.split(' ') ?? [];
  const [minute = '', hour = '', date = '', month, weekday = '', year] = fields;
  if (month !== '*' || year !== '*') return own;
  const everyDay = date === '*' && weekday === '?';
  const [, first, step] = /^(\d+)\/(\d+)$/.exec(minute) ?? [];
  if (everyDay && hour === '*' && first !== undefined && 60 % Number(step) === 0) {
    return { kind: 'minutes', every: Number(step), minute: Number(first) };
  }
  if (!/^\d+$/.test(minute)) return own;
  const hours = hour === '*' ? 1 : Number(/^0\/(\d+)$/.exec(hour)?.[1]);
  if (everyDay && 24 % hours === 0) return { kind: 'hours', every: hours, minute: Number(minute) };
  if (!/^\d+$/.test(hour)) return own;
  const time = `${two(hour)}:${two(minute)}`;
  if (everyDay) return { kind: 'daily', time };
  if (date === '?') {
    const days = weekday.split(',');
    const chosen = weekdays.filter((day) => days.includes(day));
    return chosen.length === days.length ? { kind: 'weekly', weekdays: chosen, time } : own;
  }
  if (weekday !== '?') return own;
  if (date === 'L') return { kind: 'monthly', day: 'last', time };
  return /^\d+$/.test(date) ? { kind: 'monthly', day: Number(date), time } : own;
}
