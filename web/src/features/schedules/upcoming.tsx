import { Globe } from 'lucide-react';
import type { ScheduleTime } from '#web/lib/api.ts';
import { formatAppointment } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';

export interface UpcomingProps {
  readonly times: readonly ScheduleTime[];
  readonly timeZone: string;
}

/** The next times by the clocks of the schedule's zone, with a word where those are put forward or back between two. */
export function Upcoming({ times, timeZone }: UpcomingProps) {
  return (
    <ol aria-label={t('schedules.nextRuns')} className="flex flex-col gap-1">
      {times.map(({ at, local }, index) => {
        const before = times[index - 1];
        const isMoved = before !== undefined && offsetOf(before.local) !== offsetOf(local);
        return (
          <li key={at} className="flex flex-wrap items-baseline gap-x-2">
            <time dateTime={at} className="tabular">
              {formatAppointment(at, timeZone)}
            </time>
            {isMoved && (
              <span className="inline-flex items-center gap-1 text-xs text-warn">
                <Globe aria-hidden size={12} />
                {t('schedules.clocksChange', { before: offsetOf(before.local), after: offsetOf(local) })}
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** `2026-11-29T03:30:00-05:00` -> `UTC-05:00` */
const offsetOf = (local: string): string => `UTC${/([+-]\d{2}:\d{2})$/.exec(local)?.[1] ?? '+00:00'}`;
