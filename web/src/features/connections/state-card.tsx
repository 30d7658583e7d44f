import { TriangleAlert } from 'lucide-react';
import { StatusBadge } from '#web/components/badge.tsx';
import { Card, Definitions } from '#web/components/card.tsx';
import { DateTime } from '#web/components/text.tsx';
import type { Connection } from '#web/lib/api.ts';
import { formatNumber } from '#web/lib/format.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';
import { guideOf, shownStatus } from './guides.ts';

/** How a connection fares, and with which keys, as far as they may be seen. */
export function StateCard({ connection }: { readonly connection: Connection }) {
  const { display_name, failure, warnings, masked, breaker, errors_24h } = connection;
  const { connected_at, last_check_at, last_sync_at, platform } = connection;
  return (
    <Card title={display_name} actions={<StatusBadge status={shownStatus(connection)} />}>
      <div className="flex flex-col gap-4">
        {failure && (
          <div role="alert" className="rounded-card bg-bad-soft px-4 py-3">
            <p className="font-medium break-words text-bad">{failure.reason}</p>
            <p className="break-words">{failure.fix}</p>
            {breaker.retry_at && (
              <p className="text-ink-muted">
                {t('connections.nextTry')} <DateTime value={breaker.retry_at} />
              </p>
            )}
          </div>
        )}
        {warnings.length > 0 && (
          <ul aria-label={t('connections.toKnow')} className="flex flex-col gap-2">
            {warnings.map((warning) => (
              <li key={warning} className="flex items-start gap-2.5 rounded-card bg-warn-soft px-4 py-2.5">
                <TriangleAlert aria-hidden size={17} className="mt-0.5 shrink-0 text-warn" />
                <span className="min-w-0 break-words">{warning}</span>
              </li>
            ))}
          </ul>
        )}
        <Definitions
          items={[
            { term: t('connections.connectedAt'), value: <DateTime value={connected_at} /> },
            { term: t('connections.testedAt'), value: <DateTime value={last_check_at} as="ago" /> },
            { term: t('connections.syncedAt'), value: <DateTime value={last_sync_at} as="ago" /> },
            { term: t('connections.errors24'), value: formatNumber(errors_24h) },
            ...Object.entries(masked).map(([name, value]) => ({
              term: fieldLabel(platform, name),
              value: <code className="font-mono text-xs">{value}</code>,
            })),
          ]}
        />
      </div>
    </Card>
  );
}

function fieldLabel(platform: string, name: string): string {
  const field = guideOf(platform).fields.find((each) => each.name === name);
  return field ? t(field.label) : (maybe('setting', name) ?? name.replaceAll('_', ' '));
}
