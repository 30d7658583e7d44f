import { StatusBadge } from '#web/components/badge.tsx';
import { Card } from '#web/components/card.tsx';
import { TextLink } from '#web/components/link.tsx';
import { EmptyState, Loaded } from '#web/components/states.tsx';
import { isGoingOn, SyncKind, SyncProgress } from '#web/components/sync-run.tsx';
import { DateTime, entityName } from '#web/components/text.tsx';
import { live, type Sync, useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

const recentShown = 5;

/** Syncs that are under way, live, and how the last ones ended. */
export function RunsCard() {
  const syncs = useApi('listSyncs', { limit: 20 }, { every: 3000 });
  return (
    <Card
      title={t('overview.running')}
      actions={
        <TextLink to="/runs" className="text-[0.8125rem]">
          {t('overview.allRuns')}
        </TextLink>
      }
    >
      <Loaded query={syncs}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t('overview.recentNone')} hint={t('overview.recentHint')} />
          ) : (
            <Runs
              running={items.filter(isGoingOn)}
              recent={items.filter((sync) => !isGoingOn(sync)).slice(0, recentShown)}
            />
          )
        }
      </Loaded>
    </Card>
  );
}

function Runs({ running, recent }: { readonly running: readonly Sync[]; readonly recent: readonly Sync[] }) {
  return (
    <div className="flex flex-col gap-4">
      {running.length === 0 ? (
        <p className="text-ink-muted">
          <span className="font-medium text-ink">{t('overview.runningNone')}</span>
          <br />
          {t('overview.runningHint')}
        </p>
      ) : (
        <ul className="flex flex-col gap-4">
          {running.map((sync) => (
            <li key={sync.sync_id}>
              <LiveRun sync={sync} />
            </li>
          ))}
        </ul>
      )}
      {recent.length > 0 && (
        <section aria-label={t('overview.recent')}>
          <h3 className="mb-1 text-xs font-medium text-ink-muted">{t('overview.recent')}</h3>
          <ul className="divide-y divide-line">
            {recent.map((sync) => (
              <li key={sync.sync_id} className="flex items-center justify-between gap-3 py-1.5">
                <span className="flex min-w-0 items-center gap-2">
                  <span className="truncate">{entityName(sync.entity)}</span>
                  <SyncKind sync={sync} />
                </span>
                <span className="flex shrink-0 items-center gap-3 text-xs text-ink-muted">
                  <DateTime value={sync.finished_at} as="ago" />
                  <StatusBadge status={sync.status} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function LiveRun({ sync }: { readonly sync: Sync }) {
  const detail = useApi('getSync', { sync_id: sync.sync_id }, { every: live(isGoingOn) });
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-center justify-between gap-3">
        <span className="flex min-w-0 items-center gap-2 font-medium">
          <span className="truncate">{entityName(sync.entity)}</span>
          <SyncKind sync={sync} />
        </span>
        <StatusBadge status={detail.data?.status ?? sync.status} />
      </div>
      {detail.data && <SyncProgress sync={detail.data} />}
      {detail.data?.legs.map(({ route_id, failure }) =>
        failure ? (
          <p key={route_id} className="text-xs text-warn">
            {failure.reason}
          </p>
        ) : null,
      )}
    </div>
  );
}
