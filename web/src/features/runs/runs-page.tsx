import { Page } from '#web/components/page.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { t } from '#web/lib/i18n/index.ts';

export function RunsPage() {
  return (
    <Page title={t('runs.title')} intro={t('runs.intro')}>
      <EmptyState title={t('common.none')} />
    </Page>
  );
}
