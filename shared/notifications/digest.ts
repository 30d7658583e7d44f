import { Cron } from 'croner';
import { instant } from '../core/clock.ts';
import type { Digest } from '../model/notification.ts';

const hourMs = 3_600_000;

/**
 * When the digest leaves that takes what happens at `now`; undefined when messages leave at once. A daily one leaves at
 * its hour by the clock of its zone: once a day, also where a change of that clock skips or repeats the hour.
 */
export function nextDigest({ mode, hour, time_zone }: Digest, now: number): string | undefined {
  if (mode === 'immediate') return undefined;
  if (mode === 'hourly') return instant((Math.floor(now / hourMs) + 1) * hourMs);
  const next = new Cron(`0 0 ${hour} * * *`, { timezone: time_zone }).nextRun(new Date(now));
  if (!next) throw new Error(`no digest time for hour ${hour} in ${time_zone}`);
  return next.toISOString();
}
