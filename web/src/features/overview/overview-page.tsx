import { RefreshCw } from 'lucide-react';
import { LinkButton } from '#web/components/button.tsx';
import { Page } from '#web/components/page.tsx';
import { t } from '#web/lib/i18n/index.ts';
import { ActivityCard } from './activity-card.tsx';
import { AttentionCard } from './attention-card.tsx';
import { ConnectionsCard } from './connections-card.tsx';
import { MoneyCard } from './money-card.tsx';
import { RunsCard } from './runs-card.tsx';
import { Stats } from './stats.tsx';

export function OverviewPage() {
  return (
    <Page
      title={t('overview.title')}
      intro={t('overview.intro')}
      actions={
        <LinkButton to="/sync" variant="primary" icon={RefreshCw}>
          {t('overview.syncNow')}
        </LinkButton>
      }
    >
      <Stats />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5 lg:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
        <div className="flex flex-col gap-5">
          <AttentionCard />
          <RunsCard />
          <ActivityCard />
        </div>
        <div className="flex flex-col gap-5">
          <MoneyCard />
          <ConnectionsCard />
        </div>
      </div>
    </Page>
  );
}
