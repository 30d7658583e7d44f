import { Page } from '#web/components/page.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { t } from '#web/lib/i18n/index.ts';

export function FailuresPage() {
  return (
    <Page title={t('failures.title')} intro={t('failures.intro')}>
      <EmptyState title={t('common.none')} />
    </Page>
  );
}
