import { getRouteApi } from '@tanstack/react-router';
import { LinkButton } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { useFlows } from '#web/components/flow-name.tsx';
import { TextLink } from '#web/components/link.tsx';
import { Page } from '#web/components/page.tsx';
import { EmptyState, Loaded } from '#web/components/states.tsx';
import { CancelSync } from '#web/components/sync-cancel.tsx';
import { isGoingOn, requester, SyncProgress, scopeOf } from '#web/components/sync-run.tsx';
import { DateTime, entityName } from '#web/components/text.tsx';
import { live, type PlanSummary, type SyncDetail, useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import { useStoreZone } from '#web/lib/store-zone.ts';
import { CarryOut } from './carry-out.tsx';
import { ChangesCard } from './changes-card.tsx';
import { wantedOf } from './request.ts';
import { BooksCard, FlowsCard, Notices, PlanStats } from './summary.tsx';
import { totalsOf } from './totals.ts';

const route = getRouteApi('/sync/plan/$planId');

/** A plan: on its way, then every change of it, then its confirmation. */
export function PlanPage() {
  const { planId } = route.useParams();
  const sync = useApi('getSync', { sync_id: planId }, { every: live(isGoingOn, 700) });
  const isReady = sync.data?.dry_run === true && !isGoingOn(sync.data);
  const plan = useApi('getPlan', { sync_id: planId, limit: 1 }, { enabled: isReady });
  const titled = sync.data;
  return (
    <Page
      title={titled ? titleOf(titled) : t('sync.planOf')}
      breadcrumb={<TextLink to="/sync">{t('sync.title')}</TextLink>}
      intro={titled && <Intro sync={titled} />}
      actions={titled?.dry_run && <Actions sync={titled} summary={plan.data?.summary} />}
    >
      <Loaded query={sync}>
        {(loaded) => {
          if (!loaded.dry_run) return <NoPlan syncId={planId} />;
          if (isGoingOn(loaded)) return <Planning sync={loaded} />;
          return <Loaded query={plan}>{({ summary }) => <Review sync={loaded} summary={summary} />}</Loaded>;
        }}
      </Loaded>
    </Page>
  );
}

const titleOf = ({ entity, undoes }: SyncDetail): string =>
  undoes ? t('sync.undoTitle', { entity: entityName(entity) }) : t('sync.planTitle', { entity: entityName(entity) });

function Intro({ sync }: { readonly sync: SyncDetail }) {
  return (
    <>
      {[scopeOf(sync), requester(sync.requested_by)].join(' · ')}
      {' · '}
      <DateTime value={sync.started_at} />
      {sync.dry_run && <span className="block">{t('sync.planHint')}</span>}
    </>
  );
}

function Actions({ sync, summary }: { readonly sync: SyncDetail; readonly summary: PlanSummary | undefined }) {
  const zone = useStoreZone();
  const flows = useFlows();
  if (isGoingOn(sync)) return <CancelSync sync={sync} />;
  return (
    <>
      {!sync.undoes && (
        <LinkButton to="/sync" search={wantedOf(sync, [...flows.values()], zone)}>
          {t('sync.startOver')}
        </LinkButton>
      )}
      <CarryOut sync={sync} totals={summary && totalsOf(summary)} />
    </>
  );
}

function Planning({ sync }: { readonly sync: SyncDetail }) {
  return (
    <Card title={t('sync.planningNow')} description={t('sync.planningHint')}>
      <SyncProgress sync={sync} />
      {sync.legs.map(({ route_id, failure }) =>
        failure ? (
          <p key={route_id} className="mt-2 text-warn">
            {t('runs.waits', { reason: failure.reason })}
          </p>
        ) : null,
      )}
    </Card>
  );
}

function Review({ sync, summary }: { readonly sync: SyncDetail; readonly summary: PlanSummary }) {
  const totals = totalsOf(summary);
  return (
    <>
      <Notices sync={sync} totals={totals} />
      <PlanStats totals={totals} />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <FlowsCard totals={totals} />
        <BooksCard summary={summary} />
      </div>
      <ChangesCard planId={sync.sync_id} totals={totals} />
    </>
  );
}

const NoPlan = ({ syncId }: { readonly syncId: string }) => (
  <Card>
    <EmptyState
      title={t('sync.notAPlan')}
      hint={t('sync.notAPlanHint')}
      action={
        <LinkButton to="/runs/$syncId" params={{ syncId }}>
          {t('sync.openRun')}
        </LinkButton>
      }
    />
  </Card>
);
