import { CircleAlert, CircleCheck, Clock, SkipForward } from 'lucide-react';
import { Badge } from '#web/components/badge.tsx';
import type { ScheduleEvent } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

const looks = {
  started: { tone: 'good', icon: CircleCheck },
  queued: { tone: 'warn', icon: Clock },
  skipped: { tone: 'neutral', icon: SkipForward },
  failed: { tone: 'bad', icon: CircleAlert },
} as const;

/** What came of one time of a schedule. */
export const OutcomeBadge = ({ outcome }: { readonly outcome: ScheduleEvent['outcome'] }) => (
  <Badge {...looks[outcome]}>{t(`schedules.outcome_${outcome}`)}</Badge>
);
