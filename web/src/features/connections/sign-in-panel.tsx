import { ExternalLink, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '#web/components/button.tsx';
import { ErrorState } from '#web/components/states.tsx';
import type { Connection } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import { isConnected } from './guides.ts';
import type { SignIn } from './use-sign-in.ts';

export interface SignInPanelProps {
  readonly connection: Connection;
  readonly signIn: SignIn;
  readonly onDone: () => void;
}

/** Connects by signing in at the platform: in a window, or where the browser blocks it, in this tab. */
export function SignInPanel({ connection, signIn, onDone }: SignInPanelProps) {
  const { title } = connection;
  const { phase, error, open, openHere, stop } = signIn;
  const again = (
    <Button variant="primary" icon={ExternalLink} needs="getQuickBooksAuthUrl" onClick={open}>
      {t('connections.signInAgain')}
    </Button>
  );
  const here = (
    <Button needs="getQuickBooksAuthUrl" onClick={openHere}>
      {t('connections.signInHere')}
    </Button>
  );
  return (
    <div className="flex flex-col items-start gap-3">
      {phase === 'idle' || phase === 'opening' ? (
        <div className="flex flex-wrap gap-2">
          <Button
            variant="primary"
            icon={ExternalLink}
            busy={phase === 'opening'}
            needs="getQuickBooksAuthUrl"
            onClick={open}
          >
            {t('connections.signIn', { platform: title })}
          </Button>
          {here}
          {isConnected(connection) && <Button onClick={onDone}>{t('common.cancel')}</Button>}
        </div>
      ) : (
        <Notice
          icon={
            phase === 'waiting' ? (
              <LoaderCircle aria-hidden size={18} className="mt-0.5 shrink-0 animate-spin text-accent" />
            ) : (
              <TriangleAlert aria-hidden size={18} className="mt-0.5 shrink-0 text-warn" />
            )
          }
          title={t(`connections.signIn_${phase}`, { platform: title })}
          hint={t(`connections.signIn_${phase}Hint`)}
        >
          {phase !== 'waiting' && again}
          {phase !== 'waiting' && here}
          <Button onClick={stop}>{t('common.cancel')}</Button>
        </Notice>
      )}
      {error && <ErrorState error={error} isInline />}
    </div>
  );
}

interface NoticeProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly hint: string;
  readonly children: ReactNode;
}

const Notice = ({ icon, title, hint, children }: NoticeProps) => (
  <div role="status" className="flex w-full gap-3 rounded-card bg-sunken px-4 py-3">
    {icon}
    <div className="flex min-w-0 flex-col items-start gap-2">
      <p className="font-medium">{title}</p>
      <p className="text-ink-muted">{hint}</p>
      <div className="flex flex-wrap gap-2">{children}</div>
    </div>
  </div>
);
