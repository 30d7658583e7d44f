import { Page } from '#web/components/page.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { t } from '#web/lib/i18n/index.ts';

export function SchedulesPage() {
  return (
    <Page title={t('schedules.title')} intro={t('schedules.intro')}>
      <EmptyState title={t('common.none')} />
    </Page>
  );
}
