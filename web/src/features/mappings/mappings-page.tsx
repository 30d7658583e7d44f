import { Page } from '#web/components/page.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { t } from '#web/lib/i18n/index.ts';

export function MappingsPage() {
  return (
    <Page title={t('mappings.title')} intro={t('mappings.intro')}>
      <EmptyState title={t('common.none')} />
    </Page>
  );
}
