import { Page } from '#web/components/page.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { t } from '#web/lib/i18n/index.ts';

export function RecordsPage() {
  return (
    <Page title={t('records.title')} intro={t('records.intro')}>
      <EmptyState title={t('common.none')} />
    </Page>
  );
}
