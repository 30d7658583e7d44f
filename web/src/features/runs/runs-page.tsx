import { getRouteApi } from '@tanstack/react-router';
import { RefreshCw } from 'lucide-react';
import { LinkButton } from '#web/components/button.tsx';
import { Page } from '#web/components/page.tsx';
import { Tabs } from '#web/components/tabs.tsx';
import { t } from '#web/lib/i18n/index.ts';
import { HistorySearch } from './history-search.tsx';
import { RunList } from './run-list.tsx';

const route = getRouteApi('/runs');

/** Every sync, and what became of every record. */
export function RunsPage() {
  const { view, entity } = route.useSearch();
  const navigate = route.useNavigate();
  const show = (next: 'runs' | 'history') =>
    void navigate({ search: { ...(next === 'history' ? { view: next } : {}), ...(entity ? { entity } : {}) } });
  return (
    <Page
      title={t('runs.title')}
      intro={t('runs.intro')}
      actions={
        <LinkButton to="/sync" icon={RefreshCw} variant="primary">
          {t('runs.syncNow')}
        </LinkButton>
      }
    >
      <Tabs
        label={t('runs.views')}
        value={view ?? 'runs'}
        onChange={show}
        tabs={[
          { id: 'runs', label: t('runs.list'), content: <RunList /> },
          { id: 'history', label: t('runs.history'), content: <HistorySearch /> },
        ]}
      />
    </Page>
  );
}
