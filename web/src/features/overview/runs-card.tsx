import { Badge, StatusBadge } from '#web/components/badge.tsx';
import { Card } from '#web/components/card.tsx';
import { TextLink } from '#web/components/link.tsx';
import { Progress } from '#web/components/progress.tsx';
import { EmptyState, Loaded } from '#web/components/states.tsx';
import { DateTime, entityName } from '#web/components/text.tsx';
import { live, type Sync, type SyncDetail, useApi } from '#web/lib/api.ts';
import { formatDuration, formatNumber } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';

const finals: ReadonlySet<Sync['status']> = new Set(['completed', 'failed', 'cancelled']);
const isGoingOn = ({ status }: { readonly status: Sync['status'] }): boolean => !finals.has(status);
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
                  <Kind sync={sync} />
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

/** What it is beside a sync: a plan that writes nothing, or one that takes another back. */
function Kind({ sync }: { readonly sync: Sync }) {
  if (sync.undoes) return <Badge>{t('overview.undo')}</Badge>;
  return sync.dry_run ? <Badge>{t('overview.dryRun')}</Badge> : null;
}

function LiveRun({ sync }: { readonly sync: Sync }) {
  const detail = useApi('getSync', { sync_id: sync.sync_id }, { every: live(isGoingOn) });
  const { percent = null, eta_seconds: eta, counts } = detail.data?.progress ?? {};
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-center justify-between gap-3">
        <span className="flex min-w-0 items-center gap-2 font-medium">
          <span className="truncate">{entityName(sync.entity)}</span>
          <Kind sync={sync} />
        </span>
        <StatusBadge status={detail.data?.status ?? sync.status} />
      </div>
      <Progress label={t('overview.progressOf', { entity: entityName(sync.entity) })} percent={percent} />
      <p className="flex flex-wrap justify-between gap-x-3 text-xs text-ink-muted tabular">
        <span>
          {readSoFar(detail.data?.progress)}
          {counts && counts.failed > 0 && (
            <span className="text-bad">{` · ${t('overview.failed', { count: counts.failed })}`}</span>
          )}
        </span>
        {eta != null && <span>{t('time.left', { duration: formatDuration(eta) })}</span>}
      </p>
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

function readSoFar(progress: SyncDetail['progress'] | undefined): string {
  const count = progress?.counts.read ?? 0;
  if (progress?.total == null) return t('overview.read', { count });
  return t('overview.readOf', { read: formatNumber(count), total: formatNumber(progress.total) });
}
