import { useQueryClient } from '@tanstack/react-query';
import { FlaskConical, type LucideIcon, WifiOff } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { Button } from '#web/components/button.tsx';
import { useApi } from '#web/lib/api.ts';
import { classNames } from '#web/lib/class-names.ts';
import { t } from '#web/lib/i18n/index.ts';
import { useIsOnline } from '#web/lib/online.ts';

/** What is true of every page at the moment. */
export function Banners() {
  const isOnline = useIsOnline();
  const queries = useQueryClient();
  useEffect(() => {
    if (isOnline) {
      // What failed while one answer said that there is a network again is not asked for by the interval any more.
      void queries.refetchQueries({ type: 'active', predicate: ({ state }) => state.status === 'error' });
      return;
    }
    const timer = setInterval(() => void queries.refetchQueries({ type: 'active' }), retryMs);
    return () => clearInterval(timer);
  }, [isOnline, queries]);
  const sandbox = useApi('getSandboxMode');
  return (
    <>
      {!isOnline && (
        <Banner icon={WifiOff} className="bg-bad-soft text-bad">
          {t('app.offline')}{' '}
          <Button size="small" onClick={() => void queries.refetchQueries({ type: 'active' })}>
            {t('common.retry')}
          </Button>
        </Banner>
      )}
      {sandbox.data?.enabled && (
        <Banner icon={FlaskConical} className="bg-warn-soft text-warn">
          {t('app.sandbox')}
        </Banner>
      )}
    </>
  );
}

/** So often it is tried again by itself. */
const retryMs = 5000;

interface BannerProps {
  readonly icon: LucideIcon;
  readonly className: string;
  readonly children: ReactNode;
}

function Banner({ icon: Icon, className, children }: BannerProps) {
  return (
    <div
      role="status"
      className={classNames('flex items-start gap-2.5 px-4 py-2 font-medium sm:px-6 lg:px-8', className)}
    >
      <Icon aria-hidden size={17} className="mt-0.5 shrink-0" />
      <p className="min-w-0">{children}</p>
    </div>
  );
}
