import { Badge, StatusBadge } from '#web/components/badge.tsx';
import { LinkButton } from '#web/components/button.tsx';
import { Page } from '#web/components/page.tsx';
import { Skeleton } from '#web/components/skeleton.tsx';
import { Loaded } from '#web/components/states.tsx';
import { DateTime } from '#web/components/text.tsx';
import { type Connection, useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import { ChecklistCard } from './checklist-card.tsx';
import { guideOf, isConnected, shownStatus } from './guides.ts';
import { SandboxNote } from './sandbox-note.tsx';

export function ConnectionsPage() {
  const connections = useApi('listConnections', {}, { every: 15_000 });
  return (
    <Page title={t('connections.title')} intro={t('connections.intro')}>
      <SandboxNote />
      <ChecklistCard />
      <Loaded query={connections} skeleton={<PendingCards />}>
        {({ items }) => (
          <ul className="grid grid-cols-[minmax(0,1fr)] gap-4 md:grid-cols-2">
            {items.map((connection) => (
              <li key={connection.platform} className="flex">
                <ConnectionCard connection={connection} />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Page>
  );
}

function ConnectionCard({ connection }: { readonly connection: Connection }) {
  const { platform, title, warnings, failure, last_sync_at } = connection;
  const { icon: Icon, purpose } = guideOf(platform);
  const isMade = isConnected(connection);
  return (
    <section
      aria-label={title}
      className="flex min-w-0 flex-1 flex-col gap-3 rounded-card border border-line bg-surface p-4 shadow-card"
    >
      <div className="flex items-start gap-3">
        <span className="flex size-10 shrink-0 items-center justify-center rounded-control bg-accent-soft text-accent">
          <Icon aria-hidden size={20} />
        </span>
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
            <h2 className="font-semibold">{title}</h2>
            <StatusBadge status={shownStatus(connection)} />
          </div>
          <p className="break-words text-ink-muted">{isMade ? connection.display_name : t(purpose)}</p>
        </div>
      </div>
      {isMade && failure && <p className="break-words text-bad">{failure.reason}</p>}
      <div className="mt-auto flex flex-wrap items-center justify-between gap-2 border-t border-line pt-3">
        <div className="flex flex-wrap items-center gap-2 text-xs text-ink-muted">
          {isMade && (
            <span>
              {t('connections.lastSync')} <DateTime value={last_sync_at} as="ago" />
            </span>
          )}
          {warnings.length > 0 && <Badge tone="warn">{t('connections.warnings', { count: warnings.length })}</Badge>}
        </div>
        <LinkButton
          to="/connections/$platform"
          params={{ platform }}
          size="small"
          variant={isMade ? 'secondary' : 'primary'}
          aria-label={t(isMade ? 'connections.manageOne' : 'connections.setUpOne', { platform: title })}
        >
          {t(isMade ? 'connections.manage' : 'connections.setUp')}
        </LinkButton>
      </div>
    </section>
  );
}

const PendingCards = () => (
  <div role="status" aria-label={t('common.loading')} className="grid gap-4 md:grid-cols-2">
    {[0, 1, 2, 3].map((card) => (
      <Skeleton key={card} className="h-32 w-full rounded-card" />
    ))}
  </div>
);
