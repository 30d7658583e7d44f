import { Page } from '#web/components/page.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { t } from '#web/lib/i18n/index.ts';

export function ReconciliationPage() {
  return (
    <Page title={t('reconciliation.title')} intro={t('reconciliation.intro')}>
      <EmptyState title={t('common.none')} />
    </Page>
  );
}
