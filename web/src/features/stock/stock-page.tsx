import { Page } from '#web/components/page.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { t } from '#web/lib/i18n/index.ts';

export function StockPage() {
  return (
    <Page title={t('stock.title')} intro={t('stock.intro')}>
      <EmptyState title={t('common.none')} />
    </Page>
  );
}
