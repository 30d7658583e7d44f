import { Stat, StatList } from '#web/components/card.tsx';
import { Skeleton } from '#web/components/skeleton.tsx';
import { useApi } from '#web/lib/api.ts';
import { formatNumber, formatShare } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { written } from './activity-card.tsx';

const tones = { healthy: 'good', degraded: 'warn', unhealthy: 'bad' } as const;
const waiting = <Skeleton className="my-1.5 h-5 w-20" />;
const unknown = '–';

/** The four numbers one looks at first. What could not be read is said by the cards below. */
export function Stats() {
  const health = useApi('getIntegrationsHealth', {}, { every: 10_000 });
  const metrics = useApi('getMetrics', {}, { every: 15_000 });
  const causes = useApi('listFailureCauses', { limit: 50 }, { every: 10_000 });
  const today = metrics.data?.time_series.find(({ day }) => day === metrics.data.end_date);
  const open = causes.data?.items.reduce((total, { count }) => total + count.open, 0) ?? 0;
  const rate = metrics.data?.totals.success_rate;
  return (
    <StatList>
      <Stat
        label={t('overview.statHealth')}
        value={health.data ? t(`health.${health.data.status}`) : pending(health)}
        {...(health.data ? { tone: tones[health.data.status] } : {})}
        hint={health.data?.reasons[0]}
      />
      <Stat
        label={t('overview.statOpen')}
        value={causes.data ? formatNumber(open) : pending(causes)}
        {...(open > 0 ? { tone: 'bad' } : {})}
        hint={open > 0 ? t('overview.statOpenSome') : t('overview.statOpenNone')}
      />
      <Stat
        label={t('overview.statToday')}
        value={metrics.data ? formatNumber(written(today?.records)) : pending(metrics)}
        hint={t('overview.statTodayHint', { count: today ? today.runs.completed + today.runs.failed : 0 })}
      />
      <Stat
        label={t('overview.statRate')}
        value={metrics.data ? (rate == null ? unknown : formatShare(rate)) : pending(metrics)}
        hint={t('overview.statRateHint')}
      />
    </StatList>
  );
}

const pending = ({ error }: { readonly error: Error | null }) => (error ? unknown : waiting);
