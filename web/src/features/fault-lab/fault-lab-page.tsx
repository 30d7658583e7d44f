import { Page } from '#web/components/page.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { t } from '#web/lib/i18n/index.ts';

export function FaultLabPage() {
  return (
    <Page title={t('faultLab.title')} intro={t('faultLab.intro')}>
      <EmptyState title={t('common.none')} />
    </Page>
  );
}
