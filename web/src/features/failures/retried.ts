import { toast } from '#web/components/toast.tsx';
import type { Operation, Retry } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

/** What a retry or an acknowledgement changes. */
export const changed: readonly Operation[] = [
  'listFailures',
  'listFailureCauses',
  'getFailure',
  'listSyncs',
  'getIntegrationsHealth',
];

/** Says what a retry began, and what it could not begin yet. */
export function afterRetry({ records, more, busy }: Retry): void {
  if (records > 0)
    toast(more ? t('failures.retryingMany', { count: records }) : t('failures.retrying', { count: records }));
  if (busy.length > 0) toast(t('failures.retryBusy'), 'bad');
  else if (records === 0) toast(t('failures.retryNone'));
}
