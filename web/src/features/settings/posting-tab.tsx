import { Plug } from 'lucide-react';
import { LinkButton } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { SettingsForm, type SettingsGroup } from '#web/components/settings-form.tsx';
import { EmptyState, Loaded } from '#web/components/states.tsx';
import { SyncProblem, useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

const platform = 'quickbooks';

const groups = (): readonly SettingsGroup[] => [
  {
    title: t('settings.postingSales'),
    names: ['document', 'refund_document', 'post_statuses', 'doc_number_prefix', 'terms_id'],
  },
  { title: t('settings.postingDays'), names: ['posting', 'summary_document', 'summary_lines'] },
  {
    title: t('settings.postingAccounts'),
    names: [
      'income_account',
      'deposit_account',
      'refund_account',
      'rounding_account',
      'rounding_limit',
      'shipping_item',
      'fee_item',
    ],
  },
  { title: t('settings.postingTaxes'), names: ['tax_codes', 'payment_methods'] },
  {
    title: t('settings.postingItems'),
    names: ['item_type', 'expense_account', 'asset_account', 'opening_quantity', 'inventory_start'],
  },
  { title: t('settings.postingTills'), names: ['pos_document', 'pos_number_prefix', 'deposit_accounts'] },
  { title: t('settings.postingTrouble'), names: ['duplicate_numbers', 'closed_period', 'inactive_references'] },
  { title: t('settings.postingClasses'), names: ['class_id', 'department_id'] },
];

/** How sales are written into the books. */
export function PostingTab() {
  const settings = useApi('getConnectionSettings', { platform });
  if (settings.error instanceof SyncProblem && settings.error.code === 'connection.required') {
    return (
      <Card>
        <EmptyState
          icon={Plug}
          title={t('settings.postingNone')}
          hint={t('settings.postingNoneHint')}
          action={
            <LinkButton to="/connections/$platform" params={{ platform }} variant="primary">
              {t('settings.postingConnect')}
            </LinkButton>
          }
        />
      </Card>
    );
  }
  return (
    <Card title={t('settings.posting')} description={t('settings.postingHint')}>
      <Loaded query={settings}>{(answer) => <SettingsForm answer={answer} groups={groups()} />}</Loaded>
    </Card>
  );
}
