import { Page } from '#web/components/page.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { t } from '#web/lib/i18n/index.ts';

export function ConflictsPage() {
  return (
    <Page title={t('conflicts.title')} intro={t('conflicts.intro')}>
      <EmptyState title={t('common.none')} />
    </Page>
  );
}
