import cronstrue from 'cronstrue';
import { localInstant } from '../core/time-zone.ts';
import type { Timetable } from '../core/timetable.ts';

/** `At 03:30, Monday through Friday, by the clocks of Europe/Berlin`. */
export function timetableInWords(timetable: Timetable, timeZone: string): string {
  if (timetable.kind === 'rate') {
    const [, count = '', unit = ''] = /^rate\((\d+) (\w+)\)$/.exec(timetable.text) ?? [];
    return count === '1' ? `Every ${unit}` : `Every ${count} ${unit}`;
  }
  const fields = timetable.text.slice('cron('.length, -1).split(' ');
  // The library takes years only where there are some.
  const known = fields[5] === '*' ? fields.slice(0, 5) : fields;
  const words = cronstrue.toString(known.join(' '), { use24HourTimeFormat: true, verbose: false });
  const everyDay = /^At \d\d:\d\d(, \d\d:\d\d)*( and \d\d:\d\d)?$/.test(words) ? `${words} every day` : words;
  return `${everyDay}, by the clocks of ${timeZone}`;
}

export interface TimeInWords {
  readonly at: string;
  /** With the offset that clocks of the zone have then. */
  readonly local: string;
  /** `Sunday 29 November 2026, 03:30`. */
  readonly in_words: string;
}

/** A time as clocks of the zone show it. */
export function timeInWords(epochMs: number, timeZone: string): TimeInWords {
  const at = new Date(epochMs);
  const date = at.toLocaleDateString('en-GB', {
    timeZone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
  const time = at.toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  return {
    at: at.toISOString(),
    local: localInstant(epochMs, timeZone),
    in_words: `${date.replace(',', '')}, ${time}`,
  };
}
