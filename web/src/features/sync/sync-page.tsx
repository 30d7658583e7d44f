import { Plug } from 'lucide-react';
import { LinkButton } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { Page } from '#web/components/page.tsx';
import { EmptyState, Loaded } from '#web/components/states.tsx';
import { useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import { LastPlans } from './last-plans.tsx';
import { canRun } from './request.ts';
import { RequestForm } from './request-form.tsx';

export function SyncPage() {
  const flows = useApi('listFlows', {});
  return (
    <Page title={t('sync.title')} intro={t('sync.intro')}>
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <Card>
          <Loaded query={flows}>
            {({ items }) => (items.some(canRun) ? <RequestForm flows={items} /> : <NoFlows />)}
          </Loaded>
        </Card>
        <div className="flex min-w-0 flex-col gap-5">
          <Card title={t('sync.howItGoes')}>
            <ol className="flex list-decimal flex-col gap-2 pl-4 text-ink-muted marker:font-medium">
              <li>{t('sync.step1')}</li>
              <li>{t('sync.step2')}</li>
              <li>{t('sync.step3')}</li>
              <li>{t('sync.step4')}</li>
            </ol>
          </Card>
          <LastPlans />
        </div>
      </div>
    </Page>
  );
}

const NoFlows = () => (
  <EmptyState
    icon={Plug}
    title={t('sync.noFlows')}
    hint={t('sync.noFlowsHint')}
    action={
      <LinkButton to="/connections" variant="primary">
        {t('sync.toConnections')}
      </LinkButton>
    }
  />
);
