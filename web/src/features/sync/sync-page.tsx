import { Page } from '#web/components/page.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { t } from '#web/lib/i18n/index.ts';

export function SyncPage() {
  return (
    <Page title={t('sync.title')} intro={t('sync.intro')}>
      <EmptyState title={t('common.none')} />
    </Page>
  );
}
