import { CircleCheck } from 'lucide-react';
import { t } from '#web/lib/i18n/index.ts';

/** Nothing failed: said as the good news it is. */
export const AllArrived = () => (
  <div className="flex items-center gap-3 p-4">
    <CircleCheck aria-hidden size={22} className="shrink-0 text-good" />
    <div>
      <p className="font-medium">{t('failures.noneTitle')}</p>
      <p className="text-ink-muted">{t('failures.noneHint')}</p>
    </div>
  </div>
);
