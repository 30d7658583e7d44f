import { Page } from '#web/components/page.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { t } from '#web/lib/i18n/index.ts';

export function SettingsPage() {
  return (
    <Page title={t('settings.title')} intro={t('settings.intro')}>
      <EmptyState title={t('common.none')} />
    </Page>
  );
}
