import { getRouteApi } from '@tanstack/react-router';
import { StatusBadge } from '#web/components/badge.tsx';
import { LinkButton } from '#web/components/button.tsx';
import { Card, Stat, StatList } from '#web/components/card.tsx';
import { TextLink } from '#web/components/link.tsx';
import { Page } from '#web/components/page.tsx';
import { EmptyState, Loaded } from '#web/components/states.tsx';
import { CancelSync } from '#web/components/sync-cancel.tsx';
import { isGoingOn, requester, SyncKind, SyncProgress, scopeOf } from '#web/components/sync-run.tsx';
import { BusinessDay, DateTime, entityName } from '#web/components/text.tsx';
import { live, type SyncDetail, useApi } from '#web/lib/api.ts';
import { formatNumber } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { ErrorsCard } from './errors-card.tsx';
import { DocumentsCard, FlowsCard } from './flows-card.tsx';
import { RecordsCard } from './records-card.tsx';
import { TimelineCard } from './timeline-card.tsx';
import { UndoSync } from './undo-sync.tsx';

const route = getRouteApi('/runs/$syncId');

/** One sync: live while it goes on, then what came of it, and the way back. */
export function RunPage() {
  const { syncId } = route.useParams();
  const query = useApi('getSync', { sync_id: syncId }, { every: live(isGoingOn, 700) });
  const sync = query.data;
  return (
    <Page
      title={sync ? entityName(sync.entity) : t('runs.sync')}
      breadcrumb={<TextLink to="/runs">{t('runs.title')}</TextLink>}
      intro={sync && <Intro sync={sync} />}
      actions={sync && <Actions sync={sync} />}
    >
      <Loaded query={query}>
        {(loaded) => (loaded.dry_run ? <PlanOnly syncId={syncId} /> : <Run sync={loaded} />)}
      </Loaded>
    </Page>
  );
}

function Intro({ sync }: { readonly sync: SyncDetail }) {
  const { start, end } = sync.filters.date_range ?? {};
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <StatusBadge status={sync.status} />
      <SyncKind sync={sync} />
      <span>{t('runs.detailIntro', { mode: scopeOf(sync), who: requester(sync.requested_by) })}</span>
      <DateTime value={sync.started_at} />
      {start && (
        <span>
          {t('runs.from')} <RangeEnd value={start} />
        </span>
      )}
      {end && (
        <span>
          {t('runs.to')} <RangeEnd value={end} />
        </span>
      )}
      {sync.filters.status && <span>{sync.filters.status.join(', ')}</span>}
    </span>
  );
}

/** An end of a range: a day of the store, or an instant. */
const RangeEnd = ({ value }: { readonly value: string }) =>
  value.length > 10 ? <DateTime value={value} /> : <BusinessDay day={value} />;

function Actions({ sync }: { readonly sync: SyncDetail }) {
  if (isGoingOn(sync)) return <CancelSync sync={sync} />;
  return (
    <>
      {sync.plan_id && (
        <LinkButton to="/sync/plan/$planId" params={{ planId: sync.plan_id }}>
          {t('runs.openPlan')}
        </LinkButton>
      )}
      {!sync.dry_run && <UndoSync sync={sync} />}
    </>
  );
}

function Run({ sync }: { readonly sync: SyncDetail }) {
  return (
    <>
      <Card title={isGoingOn(sync) ? t('runs.progress') : t('runs.result')}>
        <SyncProgress sync={sync} />
        {sync.cancel_requested && isGoingOn(sync) && <p className="mt-2 text-warn">{t('runs.cancelAsked')}</p>}
      </Card>
      <Counts sync={sync} />
      <ErrorsCard sync={sync} />
      <FlowsCard legs={sync.legs} />
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <TimelineCard sync={sync} />
        <DocumentsCard documents={sync.progress.documents} />
      </div>
      <RecordsCard sync={sync} />
    </>
  );
}

function Counts({ sync }: { readonly sync: SyncDetail }) {
  const { created, updated, deleted, skipped, failed } = sync.progress.counts;
  return (
    <StatList>
      <Stat label={t('runs.created')} value={formatNumber(created)} />
      <Stat label={t('runs.updated')} value={formatNumber(updated)} />
      {sync.undoes || deleted > 0 ? (
        <Stat label={t('runs.deleted')} value={formatNumber(deleted)} />
      ) : (
        <Stat label={t('runs.skipped')} value={formatNumber(skipped)} />
      )}
      <Stat label={t('runs.failed')} value={formatNumber(failed)} {...(failed > 0 ? { tone: 'bad' } : {})} />
    </StatList>
  );
}

const PlanOnly = ({ syncId }: { readonly syncId: string }) => (
  <Card>
    <EmptyState
      title={t('runs.planOnly')}
      action={
        <LinkButton to="/sync/plan/$planId" params={{ planId: syncId }}>
          {t('runs.openPlan')}
        </LinkButton>
      }
    />
  </Card>
);
