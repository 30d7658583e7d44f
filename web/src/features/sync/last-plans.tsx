import { StatusBadge } from '#web/components/badge.tsx';
import { Card } from '#web/components/card.tsx';
import { TextLink } from '#web/components/link.tsx';
import { Loaded } from '#web/components/states.tsx';
import { isGoingOn, scopeOf } from '#web/components/sync-run.tsx';
import { DateTime, entityName } from '#web/components/text.tsx';
import { useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

const plansShown = 5;

/** Plans that were made lately, to go on with. */
export function LastPlans() {
  const syncs = useApi('listSyncs', { limit: 50 });
  return (
    <Card title={t('sync.lastPlans')}>
      <Loaded query={syncs}>
        {({ items }) => {
          const plans = items.filter(({ dry_run: isPlan }) => isPlan).slice(0, plansShown);
          if (plans.length === 0) return <p className="text-ink-muted">{t('sync.lastPlansNone')}</p>;
          return (
            <ul className="-my-1.5 divide-y divide-line">
              {plans.map((plan) => (
                <li key={plan.sync_id} className="flex items-center justify-between gap-3 py-2">
                  <span className="min-w-0">
                    <TextLink to="/sync/plan/$planId" params={{ planId: plan.sync_id }}>
                      {plan.undoes ? t('sync.undoTitle', { entity: entityName(plan.entity) }) : entityName(plan.entity)}
                    </TextLink>
                    <span className="block truncate text-xs text-ink-muted">{scopeOf(plan)}</span>
                  </span>
                  {isGoingOn(plan) || plan.status === 'failed' ? (
                    <StatusBadge status={plan.status} />
                  ) : (
                    <span className="text-xs text-ink-muted">
                      <DateTime value={plan.started_at} as="ago" />
                    </span>
                  )}
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Card>
  );
}
