import { StatusBadge } from '#web/components/badge.tsx';
import { Card } from '#web/components/card.tsx';
import { TextLink } from '#web/components/link.tsx';
import { Loaded } from '#web/components/states.tsx';
import { DateTime } from '#web/components/text.tsx';
import { useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

/** Each system: whether it works, when it was synced last, what went wrong lately. */
export function ConnectionsCard() {
  const health = useApi('getIntegrationsHealth', {}, { every: 10_000 });
  return (
    <Card title={t('overview.connections')}>
      <Loaded query={health}>
        {({ connectors }) => (
          <ul className="-my-2.5 divide-y divide-line">
            {connectors.map(({ platform, title, status, enabled, last_sync_at, errors_24h }) => (
              <li key={platform} className="flex items-center justify-between gap-3 py-2.5">
                <div className="min-w-0">
                  <TextLink to="/connections">{title}</TextLink>
                  <p className="text-xs text-ink-muted">
                    {status === 'disconnected' ? (
                      t('overview.canConnect')
                    ) : (
                      <>
                        {t('overview.lastSync')} <DateTime value={last_sync_at} as="ago" />
                        {errors_24h > 0 && ` · ${t('overview.errors24', { count: errors_24h })}`}
                      </>
                    )}
                  </p>
                </div>
                <StatusBadge status={enabled || status === 'disconnected' ? status : 'disabled'} />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Card>
  );
}
