import { Page } from '#web/components/page.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { t } from '#web/lib/i18n/index.ts';

export function ConnectionsPage() {
  return (
    <Page title={t('connections.title')} intro={t('connections.intro')}>
      <EmptyState title={t('common.none')} />
    </Page>
  );
}
